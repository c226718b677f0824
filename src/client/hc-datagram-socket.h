/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-log.h"

G_BEGIN_DECLS

/**
 * HcDatagramSocket:
 *
 * The one UDP socket of a session. The server's answers, calls and the
 * conversation all come to it, and are told apart by where they come from.
 */
#define HC_TYPE_DATAGRAM_SOCKET (hc_datagram_socket_get_type ())
G_DECLARE_FINAL_TYPE (HcDatagramSocket, hc_datagram_socket, HC, DATAGRAM_SOCKET, GObject)

/**
 * HcDatagramFunc:
 * @from: where it came from, never in its mapped form
 * @data: (array length=length): the datagram
 * @length: how many bytes
 * @user_data: what was given with the function
 *
 * Takes a datagram.
 *
 * Returns: %TRUE if it was for this function, %FALSE to offer it to the next
 */
typedef gboolean (*HcDatagramFunc) (GSocketAddress *from,
                                    const char     *data,
                                    gsize           length,
                                    gpointer        user_data);

HcDatagramSocket *hc_datagram_socket_new            (const char        *address,
                                                     guint16            port,
                                                     HcPacketLog       *log,
                                                     GError           **error);
guint16           hc_datagram_socket_get_port       (HcDatagramSocket  *self);
HcPacketLog      *hc_datagram_socket_get_log        (HcDatagramSocket  *self);
gboolean          hc_datagram_socket_send           (HcDatagramSocket  *self,
                                                     GSocketAddress    *to,
                                                     HcPacket          *packet,
                                                     GError           **error);
guint             hc_datagram_socket_add_route      (HcDatagramSocket  *self,
                                                     HcDatagramFunc     func,
                                                     gpointer           user_data);
guint             hc_datagram_socket_add_last_route (HcDatagramSocket  *self,
                                                     HcDatagramFunc     func,
                                                     gpointer           user_data);
void              hc_datagram_socket_remove_route   (HcDatagramSocket  *self,
                                                     guint              route);

G_END_DECLS
