/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-link.h"
#include "hc-peer.h"

G_BEGIN_DECLS

/**
 * LineKind:
 * @LINE_SOCKETS: blocking TCP sockets, which is what the kernel costs
 * @LINE_PLAIN: a stream link over TCP
 * @LINE_TLS: a stream link over TLS
 * @LINE_DTLS: a reliable link over DTLS over UDP
 *
 * What carries the messages.
 */
typedef enum
{
  LINE_SOCKETS,
  LINE_PLAIN,
  LINE_TLS,
  LINE_DTLS,
} LineKind;

/**
 * LineEnd:
 * @kind: what carries the messages
 * @has_peer: whether two who speak v2 use it, who confirm what they get
 * @is_caller: whether it calls
 * @socket: a TCP socket, or -1
 * @datagrams: (nullable): DTLS, before @link lies over it
 * @link: (nullable): what lies over it
 * @peer: (nullable): who is at the other end
 * @n_received: how many packets have come out of @link
 *
 * One end of a line. It lives in one thread, in its default main context.
 */
typedef struct
{
  LineKind kind;
  gboolean has_peer;
  gboolean is_caller;
  int socket;
  GDatagramBased *datagrams;
  HcLink *link;
  HcPeer *peer;
  guint n_received;
} LineEnd;

guint16 line_end_listen  (LineEnd *self);
void    line_end_accept  (LineEnd *self);
void    line_end_connect (LineEnd *self,
                          guint16  port);
void    line_end_clear   (LineEnd *self);

G_END_DECLS
