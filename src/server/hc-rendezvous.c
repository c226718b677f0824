/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"
#include "hc-hash.h"
#include "hc-random.h"

G_DEFINE_FINAL_TYPE (HcRendezvous, hc_rendezvous, G_TYPE_OBJECT)

/* Who has sent a request, and who takes the reply. */
typedef struct
{
  HcOrigin origin;
  HcRegistryCharge charge;
  HcRendezvousFunc callback;
  HcRendezvousHeldFunc held;
  gpointer user_data;
} Sender;

/* How long nobody else is asked about an address that was refused: a chat at
 * another server may have forgiven it meanwhile. */
#define REFUSAL G_TIME_SPAN_SECOND

void
hc_rendezvous_log (HcRendezvous   *self,
                   const HcOrigin *origin,
                   const char     *request,
                   HcPacket       *reply)
{
  const char *transport = origin->transport == G_SOCKET_TYPE_STREAM ? "TCP" : "UDP";
  const char *answer = reply != NULL ? hc_packet_get_type_name (reply) : "no reply";
  char address[HC_IP_STRING_SIZE];

  if (!self->is_verbose)
    return;
  hc_ip_to_string (&origin->address, address);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "HYBRIDCHAT_EVENT", "request",
                    "HYBRIDCHAT_ADDRESS", address, "HYBRIDCHAT_REQUEST", request,
                    "HYBRIDCHAT_REPLY", answer, "MESSAGE", "%s from %s port %u over %s: %s",
                    request, address, origin->port, transport, answer);
}

gboolean
hc_rendezvous_check_cookie (HcRendezvous   *self,
                            const HcOrigin *origin,
                            const char     *cookie)
{
  gint64 time = origin->time + self->clock_offset;

  return hc_cookie_check (&self->secret, &origin->address, time, cookie) ||
         (origin->time < self->last_secret_until &&
          hc_cookie_check (&self->last_secret, &origin->address, time, cookie));
}

void
hc_rendezvous_make_cookie (HcRendezvous   *self,
                           const HcOrigin *origin,
                           char           *cookie)
{
  hc_cookie_make (&self->secret, &origin->address, origin->time + self->clock_offset, cookie);
}

/* Both start at once, which opens the way through two NATs. If the notice is
 * lost, the callee's next BRIDGE has the same record. */
void
hc_rendezvous_tell_callee (HcRendezvous           *self,
                           const HcRegistryResult *result)
{
  g_autoptr (HcPacket) record = NULL;

  if (result->callee == NULL)
    return;

  record = hc_record_new_callee (result);
  if (!hc_hold_tell (self, result->peer.id, record) && self->notify != NULL &&
      result->callee->transport == G_SOCKET_TYPE_DATAGRAM)
    self->notify (result->callee, record, self->notify_data);
}

void
hc_rendezvous_forgive (HcRendezvous           *self,
                       const HcRegistryResult *result)
{
  for (guint i = 0; i < result->n_parties; i++)
    hc_guard_forgive (self->guard, &result->parties[i]);
}

/* For as long as the registration lasts. */
void
hc_rendezvous_vouch (HcRendezvous   *self,
                     const HcOrigin *origin)
{
  if (self->counts_together)
    return;
  hc_guard_vouch (self->guard, origin,
                  origin->time + HC_REGISTRY_V2_SECONDS * G_TIME_SPAN_SECOND);
}

void
hc_rendezvous_note_refusal (HcRendezvous   *self,
                            const HcOrigin *origin)
{
  hc_guard_block (self->guard, origin, origin->time + REFUSAL);
}

static HcPacket *
parse_request (const char    *data,
               gsize          length,
               const HcRule   rules[HC_N_PACKET_TYPES],
               GError       **error)
{
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_RENDEZVOUS, error);

  if (packet == NULL || rules[hc_packet_get_packet_type (packet)] != NULL)
    return g_steal_pointer (&packet);

  g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_UNKNOWN_TYPE,
               "%s is no request", hc_packet_get_type_name (packet));
  return NULL;
}

/* Takes the packet, which is NULL if it couldn't be read. */
static HcRequest *
create_request (HcRendezvous *self,
                const Sender *sender,
                HcPacket     *packet,
                const char   *name,
                gsize         length)
{
  HcRequest *request = hc_request_new (self, &sender->origin, packet, name, length);

  request->charge = sender->charge;
  request->callback = sender->callback;
  request->held = sender->held;
  request->user_data = sender->user_data;
  return request;
}

static HcRequest *
create_good_request (HcRendezvous *self,
                     const Sender *sender,
                     HcPacket     *packet,
                     gsize         length)
{
  HcRequest *request = create_request (self, sender, packet, hc_packet_get_type_name (packet), length);

  request->type = hc_packet_get_packet_type (packet);
  return request;
}

/* What a request wanted to be, well-formed or not. */
static HcPacketType
guess_type (const char *data,
            gsize       length)
{
  HcPacketType type;

  if (hc_packet_peek_type (data, length, &type) && hc_rules_v1[type] != NULL)
    return type;
  return HC_PACKET_ERROR;
}

static void
reply (HcRendezvous *self,
       const Sender *sender,
       HcPacketType  type,
       HcOutcome     outcome,
       const char   *what,
       HcPacket     *packet)
{
  HcRequest *request = create_request (self, sender, NULL, what, 0);

  request->type = type;
  request->outcome = outcome;
  hc_request_reply (request, packet != NULL ? g_object_ref (packet) : NULL);
}

static void
refuse (HcRendezvous *self,
        const Sender *sender,
        HcPacketType  type)
{
  reply (self, sender, type, HC_OUTCOME_REFUSED, "One request too many", NULL);
}

static char *
get_reason (const GError *error)
{
  return g_strdup_printf ("%s %s", hc_protocol_error_to_code (error->code), error->message);
}

/* Silence and ERROR both end a v1 program, so what it may have meant as
 * REGISTER or BRIDGE gets a refusal that it understands. Over UDP, what is no
 * request gets nothing: its source may be forged. */
static HcPacket *
create_refusal_v1 (const HcOrigin *origin,
                   HcPacketType    type,
                   const GError   *error)
{
  g_autofree char *reason = get_reason (error);

  if (type == HC_PACKET_REGISTER)
    return hc_packet_new_regnack (reason);
  if (type == HC_PACKET_BRIDGE)
    return hc_packet_new_bridgeack_empty (reason);
  if (type == HC_PACKET_CHAT || type == HC_PACKET_QUIT)
    return NULL;
  return origin->transport == G_SOCKET_TYPE_STREAM ? hc_packet_new_error (reason) : NULL;
}

/* Where several servers count together, that is done with what the request
 * asks the registry for. */
static gboolean
admit (HcRendezvous     *self,
       Sender           *sender,
       HcRegistryCharge  charge)
{
  if (!self->counts_together)
    return charge != HC_REGISTRY_CHARGE_ALL || hc_guard_admit (self->guard, &sender->origin);
  if (hc_guard_get_limits (self->guard).max_requests == 0)
    return TRUE;
  if (charge == HC_REGISTRY_CHARGE_ALL && hc_guard_is_exhausted (self->guard, &sender->origin))
    return FALSE;
  sender->charge = charge;
  return TRUE;
}

static void
handle_v1 (HcRendezvous *self,
           Sender       *sender,
           const char   *data,
           gsize         length)
{
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (HcPacket) refusal = NULL;
  g_autoptr (GError) error = NULL;
  HcPacketType type;

  if (!admit (self, sender, HC_REGISTRY_CHARGE_ALL))
    {
      refuse (self, sender, guess_type (data, length));
      return;
    }

  packet = parse_request (data, length, hc_rules_v1, &error);
  if (packet != NULL)
    {
      HcRule rule = hc_rules_v1[hc_packet_get_packet_type (packet)];

      rule (create_good_request (self, sender, g_steal_pointer (&packet), length));
      return;
    }

  type = guess_type (data, length);
  refusal = create_refusal_v1 (&sender->origin, type, error);
  reply (self, sender, type, HC_OUTCOME_MALFORMED, hc_protocol_error_to_code (error->code),
         refusal);
}

/* Whoever can't prove where it is gets no more than it has sent. */
static void
refuse_v2 (HcRendezvous *self,
           const Sender *sender,
           HcPacketType  type,
           gsize         length,
           const GError *error)
{
  const char *code = hc_protocol_error_to_code (error->code);
  g_autofree char *reason = get_reason (error);
  g_autoptr (HcPacket) whole = hc_packet_new_error (reason);
  g_autoptr (HcPacket) brief = hc_packet_new_error (code);
  HcPacket *refusal = NULL;

  if (hc_origin_is_proven (&sender->origin) || hc_packet_write (whole, NULL, 0) <= length)
    refusal = whole;
  else if (hc_packet_write (brief, NULL, 0) <= length)
    refusal = brief;
  reply (self, sender, type, HC_OUTCOME_MALFORMED, code, refusal);
}

/* Requests that show a token are counted when it turns out to be none. Those
 * whose source may be forged aren't counted: they change nothing, cost little,
 * and otherwise somebody else could use up an address's requests. */
static gboolean
admit_v2 (HcRendezvous *self,
          Sender       *sender,
          HcPacket     *packet)
{
  if (!hc_origin_is_proven (&sender->origin))
    return TRUE;
  if (packet != NULL && hc_packet_get_header (packet, HC_HEADER_TOKEN) != NULL &&
      hc_packet_get_packet_type (packet) != HC_PACKET_REGISTER &&
      hc_packet_get_packet_type (packet) != HC_PACKET_PROBE)
    return admit (self, sender, HC_REGISTRY_CHARGE_STRANGERS);
  return admit (self, sender, HC_REGISTRY_CHARGE_ALL);
}

static void
dispatch_v2 (HcRequest *request)
{
  HcPacketType type = hc_packet_get_packet_type (request->packet);

  if (type == HC_PACKET_PROBE || hc_origin_is_proven (&request->origin))
    hc_rules_v2[type] (request);
  else
    {
      request->outcome = HC_OUTCOME_BAD_COOKIE;
      hc_request_reply_error (request, HC_REASON_BAD_COOKIE);
    }
}

static gboolean
has_cookie (HcRendezvous   *self,
            const HcOrigin *origin,
            HcPacket       *packet)
{
  const char *cookie = hc_packet_get_header (packet, HC_HEADER_COOKIE);

  return cookie != NULL && hc_rendezvous_check_cookie (self, origin, cookie);
}

static void
handle_v2 (HcRendezvous *self,
           Sender       *sender,
           const char   *data,
           gsize         length)
{
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  HcRequest *request;

  packet = parse_request (data, length, hc_rules_v2, &error);
  if (packet != NULL && sender->origin.transport == G_SOCKET_TYPE_DATAGRAM)
    sender->origin.has_cookie = has_cookie (self, &sender->origin, packet);

  if (!admit_v2 (self, sender, packet))
    {
      refuse (self, sender, guess_type (data, length));
      return;
    }
  if (packet == NULL)
    {
      refuse_v2 (self, sender, guess_type (data, length), length, error);
      return;
    }

  request = create_good_request (self, sender, g_steal_pointer (&packet), length);
  request->version = 2;
  dispatch_v2 (request);
}

/* Another server has handed out somebody who may be waiting here. */
static void
on_matched (HcRegistry             *registry,
            const HcRegistryResult *result,
            HcRendezvous           *self)
{
  hc_rendezvous_tell_callee (self, result);
}

static void
hc_rendezvous_finalize (GObject *object)
{
  HcRendezvous *self = HC_RENDEZVOUS (object);

  g_clear_object (&self->registry);
  g_clear_pointer (&self->guard, hc_guard_free);
  g_clear_pointer (&self->metrics, hc_metrics_free);
  g_clear_pointer (&self->holds, g_hash_table_unref);
  g_clear_object (&self->probeack);
  g_clear_object (&self->nobody);

  G_OBJECT_CLASS (hc_rendezvous_parent_class)->finalize (object);
}

static void
hc_rendezvous_class_init (HcRendezvousClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_rendezvous_finalize;
}

static void
hc_rendezvous_init (HcRendezvous *self)
{
  self->metrics = hc_metrics_new ();
  self->probeack = hc_packet_new_probeack ();
  self->nobody = hc_packet_new_bridgeack_empty (NULL);
  self->is_verbose = !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN);
  self->clock_offset = g_get_real_time () - g_get_monotonic_time ();
  self->holds = g_hash_table_new (hc_hash_string, g_str_equal);
  self->max_held = HC_RENDEZVOUS_MAX_HELD;
  hc_random_fill (self->secret.bytes, sizeof self->secret.bytes);
}

/**
 * hc_rendezvous_new:
 * @registry: who is registered
 * @guard: (transfer full): who may ask
 *
 * Creates the rules of the protocol's server. They are logged with their
 * addresses if debug messages are, when this is called.
 *
 * Returns: (transfer full): a rendezvous
 */
HcRendezvous *
hc_rendezvous_new (HcRegistry *registry,
                   HcGuard    *guard)
{
  HcRendezvous *self;

  g_return_val_if_fail (HC_IS_REGISTRY (registry), NULL);
  g_return_val_if_fail (guard != NULL, NULL);

  self = g_object_new (HC_TYPE_RENDEZVOUS, NULL);
  self->registry = g_object_ref (registry);
  self->guard = guard;
  self->counts_together = hc_registry_is_charging (registry);
  g_signal_connect_object (registry, "matched", G_CALLBACK (on_matched), self, 0);
  return self;
}

/**
 * hc_rendezvous_set_cookie_secret:
 * @self: a rendezvous
 * @secret: what to make cookies with
 * @time: now, in monotonic microseconds
 *
 * Makes the cookies of all servers with the same secret good for each other.
 * Without this, each has a random one of its own. Cookies that were made with
 * the last one are good as long as they would have been.
 */
void
hc_rendezvous_set_cookie_secret (HcRendezvous         *self,
                                 const HcCookieSecret *secret,
                                 gint64                time)
{
  g_return_if_fail (HC_IS_RENDEZVOUS (self));
  g_return_if_fail (secret != NULL);

  if (hc_secret_equal (self->secret.bytes, secret->bytes, sizeof secret->bytes))
    return;
  self->last_secret = self->secret;
  self->last_secret_until = time + 2 * HC_COOKIE_SECONDS * G_TIME_SPAN_SECOND;
  self->secret = *secret;
}

/**
 * hc_rendezvous_set_udp:
 * @self: a rendezvous
 * @port: the server's UDP port, or 0 if it has none
 * @is_for_v2_only: whether to ignore v1 requests over UDP, as a server in TCP
 *   mode does, so that v1 clients can tell its mode
 * @notify: (nullable) (scope forever): tells clients over UDP that they were
 *   matched
 * @user_data: data for @notify
 *
 * Tells the rules what there is of UDP.
 */
void
hc_rendezvous_set_udp (HcRendezvous           *self,
                       guint16                 port,
                       gboolean                is_for_v2_only,
                       HcRendezvousNoticeFunc  notify,
                       gpointer                user_data)
{
  g_return_if_fail (HC_IS_RENDEZVOUS (self));

  self->udp_port = port;
  self->is_udp_for_v2_only = is_for_v2_only;
  self->notify = notify;
  self->notify_data = user_data;
}

/**
 * hc_rendezvous_set_max_held:
 * @self: a rendezvous
 * @max_held: how many requests may be held at once
 *
 * Bounds how many connections wait for somebody. Beyond them a BRIDGE is
 * answered at once, whatever it asks for.
 */
void
hc_rendezvous_set_max_held (HcRendezvous *self,
                            guint         max_held)
{
  g_return_if_fail (HC_IS_RENDEZVOUS (self));

  self->max_held = max_held;
}

/**
 * hc_rendezvous_get_metrics:
 * @self: a rendezvous
 *
 * Gets what the rules count.
 *
 * Returns: (transfer none): the metrics, which live as long as the rendezvous
 */
HcMetrics *
hc_rendezvous_get_metrics (HcRendezvous *self)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS (self), NULL);

  return self->metrics;
}

/**
 * hc_rendezvous_count:
 * @self: a rendezvous
 * @time: now, in monotonic microseconds
 * @counts: (out caller-allocates): where to put the numbers
 *
 * Counts the clients; see hc_registry_count().
 *
 * Returns: whether the registry knows
 */
gboolean
hc_rendezvous_count (HcRendezvous     *self,
                     gint64            time,
                     HcRegistryCounts *counts)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS (self), FALSE);

  return hc_registry_count (self->registry, time, counts);
}

/**
 * hc_rendezvous_is_blocked:
 * @self: a rendezvous
 * @origin: where a connection comes from
 *
 * Tells whether a connection need not be listened to. Nothing is held against
 * it for asking.
 *
 * Returns: %TRUE if it can be closed at once
 */
gboolean
hc_rendezvous_is_blocked (HcRendezvous   *self,
                          const HcOrigin *origin)
{
  gboolean is_blocked;

  g_return_val_if_fail (HC_IS_RENDEZVOUS (self), TRUE);

  /* Where several servers count together, somebody with a token may come to any
   * of them, so all are listened to. */
  is_blocked = !self->counts_together && hc_guard_is_blocked (self->guard, origin);
  self->metrics->n_refused_connections += is_blocked;
  return is_blocked;
}

/**
 * hc_rendezvous_handle:
 * @self: a rendezvous
 * @origin: where a request came from
 * @data: (array length=length): a complete request, well-formed or not
 * @length: how many bytes
 * @callback: (scope async): takes the reply
 * @held: (nullable) (scope async): learns that the reply may take long; without
 *   it, no reply does
 * @user_data: data for both
 *
 * Does what a request asks for, if the guard admits it. A request that can't
 * be understood is refused in the way its sender can understand, if there is
 * one. @origin and @data are valid during the call only.
 */
void
hc_rendezvous_handle (HcRendezvous         *self,
                      const HcOrigin       *origin,
                      const char           *data,
                      gsize                 length,
                      HcRendezvousFunc      callback,
                      HcRendezvousHeldFunc  held,
                      gpointer              user_data)
{
  Sender sender;

  g_return_if_fail (HC_IS_RENDEZVOUS (self));
  g_return_if_fail (origin != NULL && callback != NULL);

  sender = (Sender) {
    .origin = *origin,
    .callback = callback,
    .held = held,
    .user_data = user_data,
  };
  if (hc_packet_peek_version (data, length) > 1)
    handle_v2 (self, &sender, data, length);
  else if (origin->transport == G_SOCKET_TYPE_DATAGRAM && self->is_udp_for_v2_only)
    reply (self, &sender, guess_type (data, length), HC_OUTCOME_IGNORED, "v1 over UDP", NULL);
  else
    handle_v1 (self, &sender, data, length);
}
