/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-rendezvous.h"

G_BEGIN_DECLS

#define HC_REASON_BAD_COOKIE "bad-cookie Use this one"
#define HC_REASON_BAD_TOKEN "bad-token This ID is registered with another token"
#define HC_REASON_FULL "server-full There is no room for another client"
#define HC_REASON_UNAVAILABLE "unavailable The registry can't be reached, try again later"
#define HC_REASON_UNKNOWN_ID "unknown-id This ID is not registered"

struct _HcRendezvous
{
  GObject parent_instance;

  HcRegistry *registry;
  HcGuard *guard;
  HcMetrics *metrics;
  gboolean is_verbose;

  /* Whether the registry counts, for several servers; the guard then only
   * remembers whom it has refused. */
  gboolean counts_together;

  /* Replies of v1 that are the same for everybody. */
  HcPacket *probeack;
  HcPacket *nobody;

  /* Cookies tell the time by a clock that other servers have too. */
  HcCookieSecret secret;
  gint64 clock_offset;

  /* What cookies were made with before, and until when there may be some. */
  HcCookieSecret last_secret;
  gint64 last_secret_until;

  guint16 udp_port;
  gboolean is_udp_for_v2_only;
  HcRendezvousNoticeFunc notify;
  gpointer notify_data;

  /* By the ID of the client that waits. */
  GHashTable *holds;
  guint max_held;
};

/**
 * HcRequest:
 * @rendezvous: who answers it
 * @origin: where it came from
 * @packet: (nullable): what it is, if it could be read
 * @name: what to call it in the log
 * @type: what it wanted to be
 * @version: the version of the protocol it speaks
 * @length: how many bytes it has
 * @token: the token that it shows, if it does
 * @charge: how it still has to be counted by the registry
 * @reply: (nullable): the reply, while it is counted
 * @outcome: what has become of it so far
 * @was_held: whether it has waited for somebody
 * @callback: takes the reply
 * @held: (nullable): learns that the reply will take its time
 * @user_data: data for both
 *
 * A request until it is answered.
 */
typedef struct
{
  HcRendezvous *rendezvous;
  HcOrigin origin;
  HcPacket *packet;
  const char *name;
  HcPacketType type;
  guint version;
  gsize length;
  guint8 token[HC_TOKEN_LENGTH];
  HcRegistryCharge charge;
  HcPacket *reply;
  HcOutcome outcome;
  gboolean was_held;
  HcRendezvousFunc callback;
  HcRendezvousHeldFunc held;
  gpointer user_data;
} HcRequest;

typedef void (*HcRule) (HcRequest *request);

extern const HcRule hc_rules_v1[HC_N_PACKET_TYPES];
extern const HcRule hc_rules_v2[HC_N_PACKET_TYPES];

HcRequest  *hc_request_new             (HcRendezvous           *rendezvous,
                                        const HcOrigin         *origin,
                                        HcPacket               *packet,
                                        const char             *name,
                                        gsize                   length);
void        hc_request_free            (HcRequest              *self);
const char *hc_request_get             (HcRequest              *self,
                                        HcHeader                header);
void        hc_request_ask             (HcRequest              *self,
                                        HcRegistryRequest      *asked);
void        hc_request_note            (HcRequest              *self,
                                        const HcRegistryResult *result);
void        hc_request_reply           (HcRequest              *self,
                                        HcPacket               *reply);
void        hc_request_reply_error     (HcRequest              *self,
                                        const char             *reason);
void        hc_request_refuse          (HcRequest              *self);

gboolean    hc_rendezvous_check_cookie (HcRendezvous           *self,
                                        const HcOrigin         *origin,
                                        const char             *cookie);
void        hc_rendezvous_make_cookie  (HcRendezvous           *self,
                                        const HcOrigin         *origin,
                                        char                   *cookie);
void        hc_rendezvous_tell_callee  (HcRendezvous           *self,
                                        const HcRegistryResult *result);
void        hc_rendezvous_forgive      (HcRendezvous           *self,
                                        const HcRegistryResult *result);
void        hc_rendezvous_vouch        (HcRendezvous           *self,
                                        const HcOrigin         *origin);
void        hc_rendezvous_note_refusal (HcRendezvous           *self,
                                        const HcOrigin         *origin);
void        hc_rendezvous_log          (HcRendezvous           *self,
                                        const HcOrigin         *origin,
                                        const char             *request,
                                        HcPacket               *reply);

gboolean    hc_hold_begin              (HcRequest              *request);
void        hc_hold_end                (HcRendezvous           *rendezvous,
                                        const char             *id);
gboolean    hc_hold_tell               (HcRendezvous           *rendezvous,
                                        const char             *id,
                                        HcPacket               *record);

HcPacket   *hc_record_new_v1           (const HcRegistryPeer   *peer);
HcPacket   *hc_record_new              (const HcRegistryResult *result);
HcPacket   *hc_record_new_callee       (const HcRegistryResult *result);
HcPacket   *hc_record_new_nobody       (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcRequest, hc_request_free)

G_END_DECLS
