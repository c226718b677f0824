/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-datagram-socket.h"
#include "hc-identity.h"
#include "hc-match.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcRendezvousClient:
 *
 * One server as a client asks it, in whichever mode and version it is.
 *
 * Requests go one after another, in the order in which they are made. Once a
 * registration is there, it is kept until its cancellable is cancelled or
 * something else is asked for; see #HcRendezvousClient::matched and
 * #HcRendezvousClient::lost. Source: protocol, sections 2 and 4.
 *
 * A client belongs to the thread-default main context in which it was made.
 */
#define HC_TYPE_RENDEZVOUS_CLIENT (hc_rendezvous_client_get_type ())
G_DECLARE_FINAL_TYPE (HcRendezvousClient, hc_rendezvous_client, HC, RENDEZVOUS_CLIENT, GObject)

HcRendezvousClient *hc_rendezvous_client_new             (const char           *server,
                                                          const char           *local_address,
                                                          HcPacketLog          *log,
                                                          GError              **error);
void                hc_rendezvous_client_set_socket      (HcRendezvousClient   *self,
                                                          HcDatagramSocket     *socket);
void                hc_rendezvous_client_set_identity    (HcRendezvousClient   *self,
                                                          HcIdentity           *identity);
void                hc_rendezvous_client_set_max_version (HcRendezvousClient   *self,
                                                          guint                 version);
void                hc_rendezvous_client_set_clock       (HcRendezvousClient   *self,
                                                          HcClock              *clock);

HcTransport         hc_rendezvous_client_get_transport   (HcRendezvousClient   *self);
guint               hc_rendezvous_client_get_version     (HcRendezvousClient   *self);
gboolean            hc_rendezvous_client_get_token       (HcRendezvousClient   *self,
                                                          guint8                token[HC_TOKEN_LENGTH]);
GSocketAddress     *hc_rendezvous_client_get_seen        (HcRendezvousClient   *self);
GSocketAddress     *hc_rendezvous_client_get_remote      (HcRendezvousClient   *self);

void                hc_rendezvous_client_probe_async     (HcRendezvousClient   *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
HcTransport         hc_rendezvous_client_probe_finish    (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void                hc_rendezvous_client_register_async  (HcRendezvousClient   *self,
                                                          const char           *id,
                                                          guint16               port,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            hc_rendezvous_client_register_finish (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void                hc_rendezvous_client_bridge_async    (HcRendezvousClient   *self,
                                                          const char           *with,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
HcMatch            *hc_rendezvous_client_bridge_finish   (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void                hc_rendezvous_client_withdraw_async  (HcRendezvousClient   *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            hc_rendezvous_client_withdraw_finish (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void                hc_rendezvous_client_chat_async      (HcRendezvousClient   *self,
                                                          const char           *caller_id,
                                                          const char           *callee_id,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            hc_rendezvous_client_chat_finish     (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void                hc_rendezvous_client_quit_async      (HcRendezvousClient   *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            hc_rendezvous_client_quit_finish     (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);

G_END_DECLS
