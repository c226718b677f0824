/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * V1Journal:
 *
 * What a double saw, for the test's thread to read while the double goes on.
 * Every entry wakes the default main context, so that a test can wait for it.
 */
typedef struct _V1Journal V1Journal;

V1Journal *v1_journal_new    (void);
void       v1_journal_free   (V1Journal  *self);
void       v1_journal_add    (V1Journal  *self,
                              const char *bytes,
                              gssize      length);
guint      v1_journal_count  (V1Journal  *self);
GBytes    *v1_journal_get    (V1Journal  *self,
                              guint       index);
gboolean   v1_journal_has    (V1Journal  *self,
                              const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V1Journal, v1_journal_free)

G_END_DECLS
