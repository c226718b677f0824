/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Meddler:
 *
 * Somebody on the way between a caller and a port on the loopback address, who
 * reads and may change all that passes, in both directions, over TCP or UDP. It
 * lives in the test's own thread and main context.
 */
typedef struct _Meddler Meddler;

/**
 * MeddlerEdit:
 * @bytes: what passes: a datagram, or what came at once. What is left in it goes
 *   on; nothing does if it is empty
 * @from_caller: who has sent it
 * @user_data: what was given with the function
 *
 * Reads and changes what passes.
 */
typedef void (*MeddlerEdit) (GString  *bytes,
                             gboolean  from_caller,
                             gpointer  user_data);

Meddler  *meddler_new          (gboolean     udp,
                                guint16      target);
void      meddler_free         (Meddler     *self);
guint16   meddler_get_port     (Meddler     *self);
void      meddler_set_target   (Meddler     *self,
                                guint16      target);
void      meddler_set_edit     (Meddler     *self,
                                MeddlerEdit  edit,
                                gpointer     user_data);
char     *meddler_find_value   (GString     *bytes,
                                const char  *name);
gboolean  meddler_change_value (GString     *bytes,
                                const char  *name,
                                const char  *value);
void      meddler_add_value    (GString     *bytes,
                                const char  *name,
                                const char  *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Meddler, meddler_free)

G_END_DECLS
