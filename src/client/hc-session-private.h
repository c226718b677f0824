/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-acceptor.h"
#include "hc-call-listener.h"
#include "hc-connector.h"
#include "hc-known-peers.h"
#include "hc-peer.h"
#include "hc-rendezvous-client.h"
#include "hc-session.h"

G_BEGIN_DECLS

/* A set of states, made of these. */
#define HC_IN(state) (1u << HC_SESSION_##state)

typedef enum
{
  HC_SESSION_PROP_0,
  HC_SESSION_PROP_ID,
  HC_SESSION_PROP_SERVER,
  HC_SESSION_PROP_PORT,
  HC_SESSION_PROP_ADDRESS,
  HC_SESSION_PROP_STATE,
  HC_SESSION_PROP_FAILURE,
  HC_SESSION_PROP_TRANSPORT,
  HC_SESSION_PROP_BOUND_PORT,
  HC_SESSION_PROP_PEER_ID,
  HC_SESSION_PROP_INCOMING,
  HC_SESSION_PROP_CONFIRMED,
  HC_SESSION_PROP_ENCRYPTED,
  HC_SESSION_PROP_MY_TURN,
  HC_SESSION_PROP_INTERRUPTED,
  HC_SESSION_PROP_PEER_TYPING,
  HC_SESSION_PROP_LINK_TRANSPORT,
  HC_SESSION_PROP_TEXT_CAPACITY,
  HC_SESSION_PROP_CONVERSATION,
  HC_SESSION_PROP_PACKET_LOG,
  HC_SESSION_PROP_ENCRYPTION_REQUIRED,
  HC_SESSION_PROP_SAFETY_CODE,
  HC_SESSION_PROP_TRUST,
  HC_SESSION_PROP_KEY_CHANGED,
  HC_SESSION_N_PROPS,
} HcSessionProperty;

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

  /* Where our keys are, or NULL to speak v1 only; and the one for our ID. */
  char *data_folder;
  HcIdentity *identity;

  HcRendezvousClient *rendezvous;
  HcDatagramSocket *socket;
  HcCallListener *listener;
  GError *socket_error;

  char *peer_id;
  HcMatch *match;
  gboolean incoming;
  HcPeer *peer;

  /* What brings us together with a v2 peer, and again when a link is lost. */
  HcClock *clock;
  HcKnownPeers *known_peers;
  HcMeeting *meeting;
  HcProber *prober;
  HcConnector *connector;
  GPtrArray *acceptors;
  GPtrArray *pending;
  GSource *retry;
  guint n_retries;

  HcTrust trust;
  guint8 peer_key[HC_KEY_LENGTH];
  HcKeyChange *key_change;
  gboolean encryption_required;

  HcConversation *conversation;
  HcPacketLog *log;

  /* What nobody but hc_session_close_async() waits for. */
  guint n_errands;
  GTask *close_task;
  GSource *close_timer;
};

void          hc_session_notify            (HcSession         *self,
                                            HcSessionProperty  property);
void          hc_session_notify_peer       (HcSession         *self);
gboolean      hc_session_is_in             (HcSession         *self,
                                            guint              states);
void          hc_session_enter             (HcSession         *self,
                                            HcSessionState     state);
GCancellable *hc_session_begin             (HcSession         *self,
                                            HcSessionState     state);
void          hc_session_fail              (HcSession         *self,
                                            HcSessionState     state,
                                            char              *words);
void          hc_session_take_failure      (HcSession         *self,
                                            char              *words);
void          hc_session_set_transport     (HcSession         *self,
                                            HcTransport        transport);
void          hc_session_set_listener      (HcSession         *self,
                                            HcCallListener    *listener);
void          hc_session_set_peer          (HcSession         *self,
                                            const char        *peer_id,
                                            gboolean           incoming);

void          hc_session_set_trust         (HcSession         *self,
                                            HcTrust            trust);
void          hc_session_take_key_change   (HcSession         *self,
                                            HcKeyChange       *change);

char         *hc_session_describe_failure  (HcSession         *self,
                                            const GError      *error);
void          hc_session_say_met           (HcSession         *self);
void          hc_session_quit_server       (HcSession         *self);
void          hc_session_begin_errand      (HcSession         *self);
void          hc_session_end_errand        (HcSession         *self);
void          hc_session_check_close       (HcSession         *self);

void          hc_session_probe             (HcSession         *self);
void          hc_session_claim             (HcSession         *self);
void          hc_session_withdraw          (HcSession         *self);
void          hc_session_close_port        (HcSession         *self);

void          hc_session_ask_for_peer      (HcSession         *self);
void          hc_session_take_match        (HcSession         *self,
                                            HcMatch           *match);
void          hc_session_lose_registration (HcSession         *self,
                                            const GError      *error);
void          hc_session_call_peer         (HcSession         *self);
void          hc_session_fail_call         (HcSession         *self,
                                            const GError      *error);
void          hc_session_go_on_plain       (HcSession         *self,
                                            HcLink            *link);
void          hc_session_take_call         (HcSession         *self,
                                            HcLink            *link,
                                            HcPacket          *packet,
                                            HcPacket          *offer);
void          hc_session_begin_conversation (HcSession        *self,
                                            HcPeer            *peer);
void          hc_session_add_notice        (HcSession         *self,
                                            const char        *text);

gboolean      hc_session_is_expected_key   (HcSession         *self,
                                            const char        *peer_id,
                                            const guint8      *key,
                                            char             **words);
void          hc_session_remember_key      (HcSession         *self,
                                            const guint8       key[HC_KEY_LENGTH]);
gboolean      hc_session_speaks_v2         (HcSession         *self,
                                            HcMatch           *match);
gboolean      hc_session_allows_plain      (HcSession         *self,
                                            const char        *peer_id,
                                            char             **words);
void          hc_session_prepare_meeting   (HcSession         *self,
                                            HcMatch           *match);
void          hc_session_init_meeting      (HcSession         *self);
void          hc_session_clear_meeting     (HcSession         *self);
void          hc_session_call_v2           (HcSession         *self);
void          hc_session_stop_calling      (HcSession         *self);
gboolean      hc_session_take_offer        (HcSession         *self,
                                            HcLink            *link,
                                            HcPacket          *hello,
                                            HcPacket          *offer);
void          hc_session_leave_peer        (HcSession         *self);

G_END_DECLS
