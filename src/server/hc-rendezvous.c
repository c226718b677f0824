/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"
#define G_LOG_USE_STRUCTURED

#include "hc-rendezvous.h"

/*
 * What is asked and what is answered. Source: protocol, section 2.
 *
 *     client                                        server
 *       | PROBE                                        |
 *       |--------------------------------------------->|
 *       |                                     PROBEACK |
 *       |<---------------------------------------------|
 *       | REGISTER clientID IP Port                    |
 *       |--------------------------------------------->|
 *       |            REGACK clientID IP Port, or       |
 *       |            REGNACK, or REGNACK Reason        |
 *       |<---------------------------------------------|
 *       | BRIDGE clientID                              |
 *       |--------------------------------------------->|
 *       |            BRIDGEACK clientID IP Port, or    |
 *       |            all three empty, or that + Reason |
 *       |<---------------------------------------------|
 *       | CHAT clientID1 clientID2                     |
 *       |--------------------------------------------->|   no answer
 *       | QUIT clientID                                |
 *       |--------------------------------------------->|
 *       |                  QUITACK clientID, over UDP  |
 *       |<---------------------------------------------|
 */

#define REASON_FULL "server-full There is no room for another client"
#define REASON_UNAVAILABLE "unavailable The registry can't be reached, try again later"
#define REASON_UNKNOWN_ID "unknown-id This ID is not registered from your address"

struct _HcRendezvous
{
  GObject parent_instance;

  HcRegistry *registry;
  HcGuard *guard;
  gboolean is_verbose;

  /* Replies that are the same for everybody. */
  HcPacket *probeack;
  HcPacket *nobody;
};

G_DEFINE_FINAL_TYPE (HcRendezvous, hc_rendezvous, G_TYPE_OBJECT)

typedef struct
{
  HcRendezvous *rendezvous;
  HcOrigin origin;
  HcPacket *packet;
  HcRendezvousFunc callback;
  gpointer user_data;
} Request;

static Request *
request_new (HcRendezvous     *rendezvous,
             const HcOrigin   *origin,
             HcPacket         *packet,
             HcRendezvousFunc  callback,
             gpointer          user_data)
{
  Request *self = g_new (Request, 1);

  *self = (Request) {
    .rendezvous = g_object_ref (rendezvous),
    .origin = *origin,
    .packet = packet,
    .callback = callback,
    .user_data = user_data,
  };
  return self;
}

static void
request_free (Request *self)
{
  g_object_unref (self->packet);
  g_object_unref (self->rendezvous);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static const char *
request_get (Request  *self,
             HcHeader  header)
{
  return hc_packet_get_header (self->packet, header);
}

static void
log_exchange (HcRendezvous   *self,
              const HcOrigin *origin,
              const char     *request,
              HcPacket       *reply)
{
  char address[HC_IP_STRING_SIZE];

  if (!self->is_verbose)
    return;
  hc_ip_to_string (&origin->address, address);
  g_debug ("%s from %s port %u over %s: %s", request, address, origin->port,
           origin->transport == G_SOCKET_TYPE_STREAM ? "TCP" : "UDP",
           reply != NULL ? hc_packet_get_type_name (reply) : "no reply");
}

/* Takes the request and the reply. */
static void
request_reply (Request  *request,
               HcPacket *packet)
{
  g_autoptr (Request) self = request;
  g_autoptr (HcPacket) reply = packet;

  log_exchange (self->rendezvous, &self->origin, hc_packet_get_type_name (self->packet), reply);
  self->callback (reply, self->user_data);
}

static void
reply_to_probe (Request *request)
{
  request_reply (request, g_object_ref (request->rendezvous->probeack));
}

static HcPacket *
create_regack (Request *request)
{
  return hc_packet_new_regack (request_get (request, HC_HEADER_CLIENT_ID),
                               request_get (request, HC_HEADER_IP),
                               hc_packet_get_port (request->packet));
}

static void
on_registered (const HcRegistryResult *result,
               gpointer                user_data)
{
  Request *request = user_data;

  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      request_reply (request, create_regack (request));
      break;
    case HC_REGISTRY_TAKEN:
      request_reply (request, hc_packet_new_regnack (NULL));
      break;
    case HC_REGISTRY_FULL:
      request_reply (request, hc_packet_new_regnack (REASON_FULL));
      break;
    case HC_REGISTRY_NOBODY:
    case HC_REGISTRY_UNKNOWN:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      request_reply (request, hc_packet_new_regnack (REASON_UNAVAILABLE));
      break;
    }
}

static void
reply_to_register (Request *request)
{
  HcIp declared;

  /* hc_packet_parse() has let only literal addresses through. */
  hc_ip_init_from_string (&declared, request_get (request, HC_HEADER_IP));
  hc_registry_register (request->rendezvous->registry, &request->origin,
                        request_get (request, HC_HEADER_CLIENT_ID), &declared,
                        hc_packet_get_port (request->packet), on_registered, request);
}

static HcPacket *
create_bridgeack (const HcRegistryResult *result)
{
  char address[HC_IP_STRING_SIZE];

  hc_ip_to_string (&result->peer_address, address);
  return hc_packet_new_bridgeack (result->peer_id, address, result->peer_port);
}

static void
on_bridged (const HcRegistryResult *result,
            gpointer                user_data)
{
  Request *request = user_data;

  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      request_reply (request, create_bridgeack (result));
      break;
    case HC_REGISTRY_NOBODY:
      request_reply (request, g_object_ref (request->rendezvous->nobody));
      break;
    case HC_REGISTRY_UNKNOWN:
      request_reply (request, hc_packet_new_bridgeack_empty (REASON_UNKNOWN_ID));
      break;
    case HC_REGISTRY_TAKEN:
    case HC_REGISTRY_FULL:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      request_reply (request, hc_packet_new_bridgeack_empty (REASON_UNAVAILABLE));
      break;
    }
}

static void
reply_to_bridge (Request *request)
{
  hc_registry_bridge (request->rendezvous->registry, &request->origin,
                      request_get (request, HC_HEADER_CLIENT_ID), on_bridged, request);
}

static void
on_chat_noted (const HcRegistryResult *result,
               gpointer                user_data)
{
  Request *request = user_data;

  for (guint i = 0; i < result->n_parties; i++)
    hc_guard_forgive (request->rendezvous->guard, &result->parties[i]);
  request_reply (request, NULL);
}

static void
reply_to_chat (Request *request)
{
  hc_registry_chat (request->rendezvous->registry, &request->origin,
                    request_get (request, HC_HEADER_CLIENT_ID1),
                    request_get (request, HC_HEADER_CLIENT_ID2), on_chat_noted, request);
}

/* The same for everybody, so that a retransmission finds an end and a stranger
 * learns nothing about who is registered. */
static void
on_quit (const HcRegistryResult *result,
         gpointer                user_data)
{
  Request *request = user_data;

  if (request->origin.transport == G_SOCKET_TYPE_STREAM)
    request_reply (request, NULL);
  else
    request_reply (request, hc_packet_new_quitack (request_get (request, HC_HEADER_CLIENT_ID)));
}

static void
reply_to_quit (Request *request)
{
  hc_registry_quit (request->rendezvous->registry, &request->origin,
                    request_get (request, HC_HEADER_CLIENT_ID), on_quit, request);
}

static void (*const rules[HC_N_PACKET_TYPES]) (Request *request) = {
  [HC_PACKET_PROBE] = reply_to_probe,
  [HC_PACKET_REGISTER] = reply_to_register,
  [HC_PACKET_BRIDGE] = reply_to_bridge,
  [HC_PACKET_CHAT] = reply_to_chat,
  [HC_PACKET_QUIT] = reply_to_quit,
};

/* Silence and ERROR both end a v1 program, so what it may have meant as
 * REGISTER or BRIDGE gets a refusal that it understands. Over UDP, what is no
 * request gets nothing: its source may be forged. */
static HcPacket *
create_refusal (const HcOrigin *origin,
                const char     *data,
                gsize           length,
                const GError   *error)
{
  g_autofree char *reason = g_strdup_printf ("%s %s", hc_protocol_error_to_code (error->code),
                                             error->message);
  HcPacketType type;

  if (!hc_packet_peek_type (data, length, &type))
    type = HC_PACKET_ERROR;
  if (type == HC_PACKET_REGISTER)
    return hc_packet_new_regnack (reason);
  if (type == HC_PACKET_BRIDGE)
    return hc_packet_new_bridgeack_empty (reason);
  if (type == HC_PACKET_CHAT || type == HC_PACKET_QUIT)
    return NULL;
  return origin->transport == G_SOCKET_TYPE_STREAM ? hc_packet_new_error (reason) : NULL;
}

static HcPacket *
parse_request (const char  *data,
               gsize        length,
               GError     **error)
{
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_RENDEZVOUS, error);

  if (packet == NULL || rules[hc_packet_get_packet_type (packet)] != NULL)
    return g_steal_pointer (&packet);

  g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_UNKNOWN_TYPE,
               "%s is no request", hc_packet_get_type_name (packet));
  return NULL;
}

static void
hc_rendezvous_finalize (GObject *object)
{
  HcRendezvous *self = HC_RENDEZVOUS (object);

  g_clear_object (&self->registry);
  g_clear_pointer (&self->guard, hc_guard_free);
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
  self->probeack = hc_packet_new_probeack ();
  self->nobody = hc_packet_new_bridgeack_empty (NULL);
  self->is_verbose = !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN);
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
  return self;
}

/**
 * hc_rendezvous_is_blocked:
 * @self: a rendezvous
 * @origin: where a connection comes from
 *
 * Tells whether a connection need not be listened to. This counts nothing.
 *
 * Returns: %TRUE if it can be closed at once
 */
gboolean
hc_rendezvous_is_blocked (HcRendezvous   *self,
                          const HcOrigin *origin)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS (self), TRUE);

  return hc_guard_is_blocked (self->guard, &origin->address, origin->time);
}

/**
 * hc_rendezvous_handle:
 * @self: a rendezvous
 * @origin: where a request came from
 * @data: (array length=length): a complete request, well-formed or not
 * @length: how many bytes
 * @callback: (scope async): takes the reply
 * @user_data: data for @callback
 *
 * Does what a request asks for, if the guard admits it. A request that can't
 * be understood is refused in the way its sender can understand, if there is
 * one. @origin and @data are valid during the call only.
 */
void
hc_rendezvous_handle (HcRendezvous     *self,
                      const HcOrigin   *origin,
                      const char       *data,
                      gsize             length,
                      HcRendezvousFunc  callback,
                      gpointer          user_data)
{
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (HcPacket) refusal = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HC_IS_RENDEZVOUS (self));
  g_return_if_fail (origin != NULL && callback != NULL);

  if (!hc_guard_admit (self->guard, origin))
    {
      log_exchange (self, origin, "One request too many", NULL);
      callback (NULL, user_data);
      return;
    }

  packet = parse_request (data, length, &error);
  if (packet != NULL)
    {
      HcPacketType type = hc_packet_get_packet_type (packet);

      rules[type] (request_new (self, origin, g_steal_pointer (&packet), callback, user_data));
      return;
    }

  refusal = create_refusal (origin, data, length, error);
  log_exchange (self, origin, hc_protocol_error_to_code (error->code), refusal);
  callback (refusal, user_data);
}
