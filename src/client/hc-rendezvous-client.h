/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-socket.h"

G_BEGIN_DECLS

/**
 * HcRendezvousClient:
 *
 * One server as a client asks it, in whichever mode it is.
 */
#define HC_TYPE_RENDEZVOUS_CLIENT (hc_rendezvous_client_get_type ())
G_DECLARE_FINAL_TYPE (HcRendezvousClient, hc_rendezvous_client, HC, RENDEZVOUS_CLIENT, GObject)

HcRendezvousClient *hc_rendezvous_client_new            (const char           *server,
                                                         const char           *local_address,
                                                         HcPacketLog          *log,
                                                         GError              **error);
void                hc_rendezvous_client_set_socket     (HcRendezvousClient   *self,
                                                         HcDatagramSocket     *socket);
char               *hc_rendezvous_client_dup_local_ip   (HcRendezvousClient   *self);
void                hc_rendezvous_client_request_async  (HcRendezvousClient   *self,
                                                         HcPacket             *request,
                                                         GCancellable         *cancellable,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
gboolean            hc_rendezvous_client_request_finish (HcRendezvousClient   *self,
                                                         GAsyncResult         *result,
                                                         HcPacket            **reply,
                                                         GError              **error);

G_END_DECLS
