/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * RawPeer:
 *
 * A socket on the loopback address that says what a test makes it say, and
 * remembers what it hears. It lives in the test's own thread and main context.
 */
typedef struct _RawPeer RawPeer;

RawPeer    *raw_peer_new          (gboolean    udp);
RawPeer    *raw_peer_new_call     (gboolean    udp,
                                   guint16     port);
void        raw_peer_free         (RawPeer    *self);
guint16     raw_peer_get_port     (RawPeer    *self);
void        raw_peer_accept       (RawPeer    *self);
void        raw_peer_send         (RawPeer    *self,
                                   const char *text);
void        raw_peer_send_bytes   (RawPeer    *self,
                                   const char *bytes,
                                   gsize       length);
void        raw_peer_send_to      (RawPeer    *self,
                                   guint16     port,
                                   const char *text);
void        raw_peer_expect       (RawPeer    *self,
                                   const char *text);
void        raw_peer_expect_end   (RawPeer    *self);
gboolean    raw_peer_has_received (RawPeer    *self);
void        raw_peer_reset        (RawPeer    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawPeer, raw_peer_free)

G_END_DECLS
