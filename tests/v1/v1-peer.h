/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "v1-journal.h"

G_BEGIN_DECLS

/**
 * V1PeerOptions:
 * @id: its client ID
 * @udp: whether its server is in UDP mode
 * @server_port: where that is, on 127.0.0.1
 * @timeout_ms: after how much silence it gives up over UDP; 0 for the
 *   original's 60 s
 * @glue: whether its hello and first message leave in one segment
 */
typedef struct
{
  const char *id;
  gboolean udp;
  guint16 server_port;
  int timeout_ms;
  gboolean glue;
} V1PeerOptions;

typedef enum
{
  V1_PEER_IDLE,
  V1_PEER_REGISTERED,
  V1_PEER_REFUSED,
  V1_PEER_WAITING,
  V1_PEER_MATCHED,
  V1_PEER_CHATTING,
  V1_PEER_ENDED,
  V1_PEER_DEAD,
} V1PeerState;

/**
 * V1Peer:
 *
 * A client as the original is one, from sections 2 and 3 of the protocol, on
 * blocking sockets in a thread of its own: it reads the network only after it
 * has sent, with one recv() a turn, cuts what it got at every CRLF, and dies of
 * what it doesn't understand.
 *
 * It does what is typed: `/register`, `/bridge` (and then it waits, if nobody
 * is ready), `/chat`, `/quit`, or a message, each of which takes its turn.
 */
typedef struct _V1Peer V1Peer;

V1Peer      *v1_peer_new              (const V1PeerOptions *options);
void         v1_peer_free             (V1Peer              *self);
void         v1_peer_type             (V1Peer              *self,
                                       const char          *line);
V1PeerState  v1_peer_get_state        (V1Peer              *self);
guint16      v1_peer_get_port         (V1Peer              *self);
V1Journal   *v1_peer_get_printed      (V1Peer              *self);
V1Journal   *v1_peer_get_received     (V1Peer              *self);
void         v1_peer_vanish           (V1Peer              *self,
                                       gboolean             reset);
void         v1_peer_stop             (V1Peer              *self);
void         v1_peer_assert_untouched (V1Peer              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V1Peer, v1_peer_free)

G_END_DECLS
