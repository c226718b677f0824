/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-datagram-socket.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcServerChannel:
 *
 * One server as it is asked over one transport, and the cookie that it has
 * given us there.
 */
#define HC_TYPE_SERVER_CHANNEL (hc_server_channel_get_type ())
G_DECLARE_FINAL_TYPE (HcServerChannel, hc_server_channel, HC, SERVER_CHANNEL, GObject)

HcServerChannel *hc_server_channel_new_stream    (GSocketConnectable   *server,
                                                  const char           *local_address,
                                                  HcPacketLog          *log,
                                                  HcClock              *clock);
HcServerChannel *hc_server_channel_new_datagram  (GSocketConnectable   *server,
                                                  HcDatagramSocket     *socket,
                                                  HcClock              *clock);
HcTransport      hc_server_channel_get_transport (HcServerChannel      *self);
GSocketAddress  *hc_server_channel_get_remote    (HcServerChannel      *self);
HcDatagramSocket *hc_server_channel_get_socket   (HcServerChannel      *self);
const char      *hc_server_channel_get_cookie    (HcServerChannel      *self);
gboolean         hc_server_channel_take_cookie   (HcServerChannel      *self,
                                                  HcPacket             *packet);
void             hc_server_channel_send          (HcServerChannel      *self,
                                                  HcPacket             *request);
void             hc_server_channel_ask_async     (HcServerChannel      *self,
                                                  HcPacket             *request,
                                                  guint                 timeout_seconds,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean         hc_server_channel_ask_finish    (HcServerChannel      *self,
                                                  GAsyncResult         *result,
                                                  HcPacket            **reply,
                                                  GError              **error);

G_END_DECLS
