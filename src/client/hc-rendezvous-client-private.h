/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-rendezvous-client.h"
#include "hc-server-channel.h"

G_BEGIN_DECLS

/**
 * HcDatagramState:
 * @HC_DATAGRAM_SILENT: the server can't be asked over UDP
 * @HC_DATAGRAM_PROBING: it is being tried
 * @HC_DATAGRAM_ANSWERS: it can
 *
 * Whether UDP works beside TCP.
 */
typedef enum
{
  HC_DATAGRAM_SILENT,
  HC_DATAGRAM_PROBING,
  HC_DATAGRAM_ANSWERS,
} HcDatagramState;

/**
 * HcUpkeep:
 * @is_active: whether there is a registration to be kept
 * @is_ready: whether we are ready for a match, too
 * @is_registering: whether the server has forgotten us, and is told anew
 * @cancellable: what goes on
 * @until: what ends the upkeep
 * @timer: the next thing to do
 * @route: where the server's datagrams come
 * @answered_at: when the server was last there
 * @asked_at: when it was last asked
 * @delay_ms: how long to wait before the next attempt after one in vain
 * @n_unanswered: how many datagrams have had no answer
 * @n_objections: how many times the server may object to the last one
 * @n_evictions: how often our ID has been registered by our key, and not here
 * @evicted_at: when that was
 * @match: the last one that was told
 *
 * What keeps a registration from its end.
 */
typedef struct
{
  gboolean is_active;
  gboolean is_ready;
  gboolean is_registering;
  GCancellable *cancellable;
  GSource *until;
  GSource *timer;
  guint route;
  gint64 answered_at;
  gint64 asked_at;
  guint delay_ms;
  guint n_unanswered;
  guint n_objections;
  guint n_evictions;
  gint64 evicted_at;
  HcMatch *match;
} HcUpkeep;

struct _HcRendezvousClient
{
  GObject parent_instance;

  GSocketConnectable *server;
  char *local_address;
  HcPacketLog *log;
  HcClock *clock;
  HcDatagramSocket *socket;
  HcIdentity *identity;
  guint max_version;

  /* What probing has found. */
  HcTransport transport;
  guint version;
  guint16 udp_port;
  HcServerChannel *stream;
  HcServerChannel *datagram;

  /* In TCP mode. */
  HcDatagramState datagram_state;
  GTask *waiting_for_datagram;

  /* The registration. */
  char *id;
  guint16 port;
  char *token;
  guint expires;
  GSocketAddress *seen;
  char *with;
  HcUpkeep upkeep;

  /* Requests go one after another. A QUIT that came to the server behind the
   * REGISTER that follows it, by another connection or because it was sent
   * again, would end the new registration. */
  gboolean is_busy;
  GQueue waiting;
};

/**
 * HcOperation:
 * @begin: what begins it
 * @packet: (nullable): its request, as v1 has it
 * @id: (nullable): whom it concerns
 * @port: at which port
 * @is_second: whether it has been begun anew
 * @error: (nullable): what went wrong first
 *
 * One of the things that a client can be asked for: the data of its task.
 */
typedef struct
{
  void (*begin) (GTask *task);
  HcPacket *packet;
  char *id;
  guint16 port;
  gboolean is_second;
  GError *error;
} HcOperation;

HcOperation     *hc_operation_new                        (void                (*begin) (GTask *task),
                                                          HcPacket             *packet);
void             hc_rendezvous_client_push               (HcRendezvousClient   *self,
                                                          HcOperation          *operation,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
void             hc_rendezvous_client_end                (GTask                *task);

gboolean         hc_rendezvous_client_speaks_v2          (HcRendezvousClient   *self);
HcServerChannel *hc_rendezvous_client_get_main           (HcRendezvousClient   *self);
HcServerChannel *hc_rendezvous_client_get_bridge_channel (HcRendezvousClient   *self);
void             hc_rendezvous_client_open_datagram      (HcRendezvousClient   *self);
void             hc_rendezvous_client_try_datagrams      (HcRendezvousClient   *self);

HcPacket        *hc_rendezvous_client_dress              (HcRendezvousClient   *self,
                                                          HcServerChannel      *channel,
                                                          HcPacket             *packet,
                                                          guint                 wait_seconds,
                                                          GError              **error);
void             hc_rendezvous_client_ask_async          (HcRendezvousClient   *self,
                                                          HcServerChannel      *channel,
                                                          HcPacket             *packet,
                                                          guint                 wait_seconds,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean         hc_rendezvous_client_ask_finish         (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          HcPacket            **reply,
                                                          GError              **error);
gboolean         hc_rendezvous_client_has_code           (HcPacket             *reply,
                                                          const char           *code);
gboolean         hc_rendezvous_client_is_forgotten       (HcPacket             *reply);

void             hc_rendezvous_client_claim_async        (HcRendezvousClient   *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean         hc_rendezvous_client_claim_finish       (HcRendezvousClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
HcMatch         *hc_rendezvous_client_read_match         (HcRendezvousClient   *self,
                                                          HcServerChannel      *channel,
                                                          HcPacket             *reply,
                                                          GError              **error);

void             hc_rendezvous_client_begin_upkeep       (HcRendezvousClient   *self,
                                                          gboolean              is_ready,
                                                          HcMatch              *match,
                                                          GCancellable         *until);
void             hc_rendezvous_client_end_upkeep         (HcRendezvousClient   *self);
void             hc_rendezvous_client_emit_matched       (HcRendezvousClient   *self,
                                                          HcMatch              *match);
void             hc_rendezvous_client_emit_lost          (HcRendezvousClient   *self,
                                                          const GError         *error);

G_END_DECLS
