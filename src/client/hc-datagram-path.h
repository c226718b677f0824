/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-socket.h"

G_BEGIN_DECLS

/**
 * HcDatagramPath:
 *
 * The way of one session's records over our UDP socket, as a #GDatagramBased:
 * what is sent goes to the remote, with the session before it; what comes is
 * queued until somebody reads it, from wherever it comes.
 *
 * The remote is the sender of the newest record that was confirmed, with
 * hc_datagram_path_confirm(): an address that changes is followed, and nobody
 * but the one with the keys can make us follow. Until something is
 * confirmed, a caller's remote is whom it calls, and a callee's the sender of
 * whatever was read last.
 *
 * It lives in one thread, its sources belong to the main context that the
 * socket was made in, and nothing in it blocks: a timeout other than 0 is none.
 */
#define HC_TYPE_DATAGRAM_PATH (hc_datagram_path_get_type ())
G_DECLARE_FINAL_TYPE (HcDatagramPath, hc_datagram_path, HC, DATAGRAM_PATH, GObject)

HcDatagramPath   *hc_datagram_path_new           (HcDatagramSocket *socket,
                                                  const guint8      session[HC_SESSION_LENGTH]);
HcDatagramSocket *hc_datagram_path_get_socket    (HcDatagramPath   *self);
void              hc_datagram_path_set_remote    (HcDatagramPath   *self,
                                                  GSocketAddress   *remote);
GSocketAddress   *hc_datagram_path_dup_remote    (HcDatagramPath   *self);
void              hc_datagram_path_begin         (HcDatagramPath   *self,
                                                  gboolean          follow);
void              hc_datagram_path_confirm       (HcDatagramPath   *self,
                                                  guint64           number);
guint64           hc_datagram_path_get_n_dropped (HcDatagramPath   *self);

G_END_DECLS
