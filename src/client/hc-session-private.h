/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-call-listener.h"
#include "hc-peer.h"
#include "hc-rendezvous-client.h"
#include "hc-session.h"

G_BEGIN_DECLS

struct _HcSession
{
  GObject parent_instance;

  char *id;
  char *server;
  char *address;
  guint port;

  HcSessionState state;
  char *failure;
  HcTransport transport;

  /* What goes on in the state, cancelled with it. */
  GCancellable *cancellable;

  HcRendezvousClient *rendezvous;
  HcDatagramSocket *socket;
  HcCallListener *listener;
  GError *stream_error;

  char *peer_id;
  GSocketAddress *callee;
  gboolean incoming;
  HcPeer *peer;
  GSource *renewal;

  HcConversation *conversation;
  HcPacketLog *log;

  /* Farewells that nobody but hc_session_close_async() waits for. */
  guint n_farewells;
  GTask *close_task;
  GSource *close_timer;
};

void          hc_session_enter             (HcSession      *self,
                                            HcSessionState  state);
GCancellable *hc_session_begin             (HcSession      *self,
                                            HcSessionState  state);
void          hc_session_fail              (HcSession      *self,
                                            HcSessionState  state,
                                            char           *words);
void          hc_session_set_transport     (HcSession      *self,
                                            HcTransport     transport);
void          hc_session_set_listener      (HcSession      *self,
                                            HcCallListener *listener);
void          hc_session_set_peer          (HcSession      *self,
                                            const char     *peer_id,
                                            gboolean        incoming);
void          hc_session_notify_peer       (HcSession      *self);
char         *hc_session_describe_failure  (HcSession      *self,
                                            const GError   *error);
void          hc_session_say_farewell      (HcSession      *self,
                                            HcPacket       *packet);
void          hc_session_check_close       (HcSession      *self);

void          hc_session_probe             (HcSession      *self);
void          hc_session_claim             (HcSession      *self);
void          hc_session_withdraw          (HcSession      *self);
void          hc_session_quit_server       (HcSession      *self);
void          hc_session_close_port        (HcSession      *self);

void          hc_session_ask_for_peer      (HcSession      *self);
void          hc_session_call_peer         (HcSession      *self);
void          hc_session_take_call         (HcSession      *self,
                                            HcLink         *link,
                                            HcPacket       *packet);
void          hc_session_leave_peer        (HcSession      *self);

G_END_DECLS
