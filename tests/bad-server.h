/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BadServer:
 *
 * Something on a TCP port that is no server: it answers every connection with
 * the same bytes, if any, and may close it or not.
 */
typedef struct _BadServer BadServer;

BadServer *bad_server_new      (const char *answer,
                                gboolean    closes);
void       bad_server_free     (BadServer  *self);
guint16    bad_server_get_port (BadServer  *self);
guint      bad_server_count    (BadServer  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BadServer, bad_server_free)

/**
 * LossyProxy:
 *
 * A UDP port that passes datagrams on to a server and back, but for the first
 * few of the client's.
 */
typedef struct _LossyProxy LossyProxy;

LossyProxy *lossy_proxy_new      (guint16     server_port);
void        lossy_proxy_free     (LossyProxy *self);
guint16     lossy_proxy_get_port (LossyProxy *self);
void        lossy_proxy_drop     (LossyProxy *self,
                                  guint       n);
guint       lossy_proxy_count    (LossyProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LossyProxy, lossy_proxy_free)

G_END_DECLS
