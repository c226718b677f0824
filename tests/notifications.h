/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Notifications:
 *
 * The part of a desktop that shows notifications. It only remembers them.
 */
typedef struct _Notifications Notifications;

Notifications *notifications_new  (void);
void           notifications_free (Notifications *self);
gboolean       notifications_have (Notifications *self,
                                   const char    *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notifications, notifications_free)

G_END_DECLS
