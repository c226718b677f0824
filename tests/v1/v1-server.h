/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "v1-journal.h"

G_BEGIN_DECLS

/**
 * V1ServerOptions:
 * @udp: whether it is in UDP mode
 * @own_record: whether a BRIDGE may get the caller's own record, as happens to
 *   the original
 */
typedef struct
{
  gboolean udp;
  gboolean own_record;
} V1ServerOptions;

/**
 * V1Server:
 *
 * A server as the original is one, from section 2 of the protocol, on a
 * blocking socket in a thread of its own: over TCP one recv() a connection,
 * which it closes after the reply. It hands out whoever is registered, and
 * dies of a request that it doesn't understand.
 */
typedef struct _V1Server V1Server;

V1Server  *v1_server_new          (const V1ServerOptions *options);
void       v1_server_free         (V1Server              *self);
guint16    v1_server_get_port     (V1Server              *self);
gboolean   v1_server_is_dead      (V1Server              *self);
V1Journal *v1_server_get_requests (V1Server              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V1Server, v1_server_free)

G_END_DECLS
