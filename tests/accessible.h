/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Other programs' windows as a screen reader knows them. Everything is found by the name that
 * would be read out, so that what has no name, or the wrong one, fails a test. All waits end: with
 * what was waited for, or with an error that says what is there instead. */

typedef struct _AtspiAccessible Accessible;

typedef enum
{
  ACCESSIBLE_ANYTHING,
  ACCESSIBLE_BUTTON,
  ACCESSIBLE_ENTRY,
  ACCESSIBLE_LIST,
} AccessibleKind;

void        accessible_init             (void);
gboolean    accessible_poll             (gint64         end);
void        accessible_fail             (Accessible    *root,
                                         const char    *format,
                                         ...) G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;

Accessible *accessible_find_application (guint          process_id);
GPtrArray  *accessible_list_windows     (void);
GPtrArray  *accessible_list_children    (Accessible    *parent);
Accessible *accessible_find             (Accessible    *root,
                                         AccessibleKind kind,
                                         const char    *name);
Accessible *accessible_await            (Accessible    *root,
                                         AccessibleKind kind,
                                         const char    *name);
void        accessible_await_words      (Accessible    *root,
                                         const char    *words);
gboolean    accessible_says             (Accessible    *root,
                                         const char    *words);

gboolean    accessible_can_press        (Accessible    *root,
                                         const char    *name);
gboolean    accessible_has_focus        (Accessible    *root,
                                         const char    *name);
char       *accessible_dup_focus        (Accessible    *root);
char       *accessible_dup_name         (Accessible    *self);
char       *accessible_dup_label        (Accessible    *root);
char       *accessible_dup_text         (Accessible    *self);
char       *accessible_dup_attribute    (Accessible    *self,
                                         const char    *name);
void        accessible_press            (Accessible    *root,
                                         const char    *name);
void        accessible_write            (Accessible    *root,
                                         const char    *name,
                                         const char    *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Accessible, g_object_unref)

G_END_DECLS
