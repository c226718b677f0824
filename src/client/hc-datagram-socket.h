/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"
#include "hc-packet-log.h"

G_BEGIN_DECLS

/**
 * HC_RECORD_MARK:
 *
 * The first byte of a datagram that has a record of an encrypted conversation
 * in it. Those of packets are capitals. Source: protocol, section 5.
 */
#define HC_RECORD_MARK 0x01

/**
 * HC_RECORD_PREFIX_LENGTH:
 *
 * How many bytes stand before the record: the mark, and whose session it is.
 */
#define HC_RECORD_PREFIX_LENGTH (1 + HC_SESSION_LENGTH)

/**
 * HcDatagramSocket:
 *
 * The one UDP socket of a session. The server's answers, calls and the
 * conversation all come to it. Packets are told apart by where they come from,
 * records of encrypted conversations by the session that they are marked with.
 * It lives in one thread.
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
guint64           hc_datagram_socket_get_n_dropped  (HcDatagramSocket  *self);
gboolean          hc_datagram_socket_send_bytes     (HcDatagramSocket  *self,
                                                     GSocketAddress    *to,
                                                     const void        *data,
                                                     gsize              length,
                                                     GError           **error);
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
void              hc_datagram_socket_add_session    (HcDatagramSocket  *self,
                                                     const guint8       session[HC_SESSION_LENGTH],
                                                     HcDatagramFunc     func,
                                                     gpointer           user_data);
void              hc_datagram_socket_remove_session (HcDatagramSocket  *self,
                                                     const guint8       session[HC_SESSION_LENGTH],
                                                     gpointer           user_data);

G_END_DECLS
