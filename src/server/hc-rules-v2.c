/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"
#include "hc-base64url.h"
#include "hc-proof.h"
#include "hc-random.h"

/*
 * What v2 adds. Source: protocol, section 4. Over UDP everything but PROBE
 * shows the cookie; over TCP only REGISTER does, whose proof signs it.
 *
 *     client                                        server
 *       | PROBE Pad                                    |
 *       |--------------------------------------------->|
 *       |                          PROBEACK Udp Cookie |
 *       |<---------------------------------------------|
 *       | REGISTER ... Cookie Key Proof Path...        |
 *       |--------------------------------------------->|
 *       |               REGACK ... Token Seen Expires  |
 *       |<---------------------------------------------|
 *       | BRIDGE clientID Token With Wait              |
 *       |--------------------------------------------->|
 *       |            BRIDGEACK ... Role Key Session ...|
 *       |<---------------------------------------------|
 *       | CHAT clientID1 clientID2 Token               |
 *       |--------------------------------------------->|   no answer
 *       | QUIT clientID Token                          |
 *       |--------------------------------------------->|
 *       |                  QUITACK clientID, over UDP  |
 *       |<---------------------------------------------|
 *       |                                 ERROR Reason |
 *       |<---------------------------------------------|   instead of any of these
 */

static void
reply_to_probe (HcRequest *request)
{
  HcRendezvous *rendezvous = request->rendezvous;
  g_autoptr (HcPacket) v1 = hc_packet_new_probeack ();
  HcField fields[3] = { { HC_HEADER_VERSION, "2" } };
  guint n_fields = 1;
  char port[6];
  char cookie[HC_COOKIE_SIZE];

  g_snprintf (port, sizeof port, "%u", rendezvous->udp_port);
  if (rendezvous->udp_port != 0)
    fields[n_fields++] = (HcField) { HC_HEADER_UDP, port };
  hc_rendezvous_make_cookie (rendezvous, &request->origin, cookie);
  fields[n_fields++] = (HcField) { HC_HEADER_COOKIE, cookie };
  hc_request_reply (request, hc_packet_extend (v1, fields, n_fields));
}

static HcPacket *
create_regack (HcRequest              *request,
               const HcRegistryResult *result)
{
  g_autoptr (HcPacket) v1 =
    hc_packet_new_regack (hc_request_get (request, HC_HEADER_CLIENT_ID),
                          hc_request_get (request, HC_HEADER_IP),
                          hc_packet_get_port (request->packet));
  g_autofree char *token = hc_base64url_encode (result->token, HC_TOKEN_LENGTH);
  char seen[HC_ORIGIN_STRING_SIZE];
  const HcField fields[] = {
    { HC_HEADER_VERSION, "2" },
    { HC_HEADER_TOKEN, token },
    { HC_HEADER_SEEN, seen },
    { HC_HEADER_EXPIRES, G_STRINGIFY (HC_REGISTRY_V2_SECONDS) },
  };

  hc_origin_to_string (&request->origin, seen);
  return hc_packet_extend (v1, fields, G_N_ELEMENTS (fields));
}

static void
on_registered (const HcRegistryResult *result,
               gpointer                user_data)
{
  HcRequest *request = user_data;
  HcRendezvous *rendezvous = request->rendezvous;

  hc_request_note (request, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      hc_hold_end (rendezvous, hc_request_get (request, HC_HEADER_CLIENT_ID));
      hc_rendezvous_vouch (rendezvous, &request->origin);
      hc_request_reply (request, create_regack (request, result));
      break;
    case HC_REGISTRY_TAKEN:
      hc_request_reply (request, hc_packet_new_regnack (NULL));
      break;
    case HC_REGISTRY_FULL:
      hc_request_reply_error (request, HC_REASON_FULL);
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_NOBODY:
    case HC_REGISTRY_UNKNOWN:
    case HC_REGISTRY_BAD_TOKEN:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply_error (request, HC_REASON_UNAVAILABLE);
      break;
    }
}

/* What can't be used or is too much is left out: the client has other paths. */
static guint
collect_paths (HcRequest *request,
               HcPath     paths[HC_MAX_PATHS])
{
  const HcIp *source = &request->origin.address;
  const char *text;
  guint n = 0;

  for (guint i = 0; n < HC_MAX_PATHS &&
                    (text = hc_packet_get_path (request->packet, i)) != NULL; i++)
    if (hc_path_init_from_string (&paths[n], text) &&
        hc_path_is_usable (&paths[n], source, source))
      n++;
  return n;
}

static void
reply_to_register (HcRequest *request)
{
  HcRendezvous *rendezvous = request->rendezvous;
  const char *cookie = hc_request_get (request, HC_HEADER_COOKIE);
  g_autoptr (GError) error = NULL;
  HcRegistryRequest asked;
  HcPath paths[HC_MAX_PATHS];
  guint8 key[HC_KEY_LENGTH];
  guint8 token[HC_TOKEN_LENGTH];

  if (cookie == NULL || !hc_rendezvous_check_cookie (rendezvous, &request->origin, cookie))
    {
      request->outcome = HC_OUTCOME_BAD_COOKIE;
      hc_request_reply_error (request, HC_REASON_BAD_COOKIE);
      return;
    }
  if (!hc_proof_check (request->packet, &error))
    {
      g_autofree char *reason = g_strconcat ("bad-proof ", error->message, NULL);

      request->outcome = HC_OUTCOME_BAD_PROOF;
      hc_request_reply_error (request, reason);
      return;
    }

  hc_base64url_decode (hc_request_get (request, HC_HEADER_KEY), key, sizeof key);
  hc_random_fill (token, sizeof token);
  hc_request_ask (request, &asked);
  hc_ip_init_from_string (&asked.declared, hc_request_get (request, HC_HEADER_IP));
  asked.key = key;
  asked.token = token;
  asked.n_paths = collect_paths (request, paths);
  asked.paths = paths;
  hc_registry_register (rendezvous->registry, &asked, on_registered, request);
}

/* Only a good token is free. One that is none has cost a request after all,
 * and so has one that takes other people out of the ready. Where several servers
 * count together, that has been done. */
static gboolean
count (HcRequest *request)
{
  return hc_request_get (request, HC_HEADER_TOKEN) == NULL ||
         request->rendezvous->counts_together ||
         hc_guard_admit (request->rendezvous->guard, &request->origin);
}

static void
refuse_owner (HcRequest        *request,
              HcRegistryStatus  status)
{
  if (!count (request))
    {
      request->outcome = HC_OUTCOME_REFUSED;
      hc_request_reply (request, NULL);
    }
  else if (status == HC_REGISTRY_BAD_TOKEN)
    hc_request_reply_error (request, HC_REASON_BAD_TOKEN);
  else
    hc_request_reply_error (request, HC_REASON_UNKNOWN_ID);
}

static void
on_bridged (const HcRegistryResult *result,
            gpointer                user_data)
{
  HcRequest *request = user_data;
  HcRendezvous *rendezvous = request->rendezvous;

  hc_request_note (request, result);
  hc_rendezvous_tell_callee (rendezvous, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      if (result->is_new)
        count (request);
      hc_rendezvous_vouch (rendezvous, &request->origin);
      hc_hold_end (rendezvous, hc_request_get (request, HC_HEADER_CLIENT_ID));
      hc_request_reply (request, hc_record_new (result));
      break;
    case HC_REGISTRY_NOBODY:
      hc_rendezvous_vouch (rendezvous, &request->origin);
      if (!hc_hold_begin (request))
        hc_request_reply (request, hc_record_new_nobody ());
      break;
    case HC_REGISTRY_UNKNOWN:
    case HC_REGISTRY_BAD_TOKEN:
      refuse_owner (request, result->status);
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_TAKEN:
    case HC_REGISTRY_FULL:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply_error (request, HC_REASON_UNAVAILABLE);
      break;
    }
}

static void
reply_to_bridge (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_random_fill (asked.session, sizeof asked.session);

  /* Each match tells another client, who hasn't asked. Who has had too many can
   * be called, and calls nobody. */
  asked.is_only_renewal = !request->rendezvous->counts_together &&
                          hc_guard_is_exhausted (request->rendezvous->guard, &request->origin);
  hc_registry_bridge (request->rendezvous->registry, &asked, on_bridged, request);
}

static void
on_chat_noted (const HcRegistryResult *result,
               gpointer                user_data)
{
  HcRequest *request = user_data;
  HcRendezvous *rendezvous = request->rendezvous;

  hc_request_note (request, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      hc_hold_end (rendezvous, hc_request_get (request, HC_HEADER_CLIENT_ID1));
      hc_hold_end (rendezvous, hc_request_get (request, HC_HEADER_CLIENT_ID2));
      hc_rendezvous_forgive (rendezvous, result);
      hc_request_reply (request, NULL);
      break;
    case HC_REGISTRY_UNKNOWN:
      /* Perhaps a retransmission. Nobody waits for a reply. */
      count (request);
      hc_request_reply (request, NULL);
      break;
    case HC_REGISTRY_BAD_TOKEN:
      refuse_owner (request, result->status);
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_NOBODY:
    case HC_REGISTRY_TAKEN:
    case HC_REGISTRY_FULL:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply_error (request, HC_REASON_UNAVAILABLE);
      break;
    }
}

static void
reply_to_chat (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_registry_chat (request->rendezvous->registry, &asked, on_chat_noted, request);
}

/* What is no more has ended: a retransmission finds its end. */
static void
say_farewell (HcRequest *request)
{
  const char *id = hc_request_get (request, HC_HEADER_CLIENT_ID);

  hc_hold_end (request->rendezvous, id);
  hc_request_reply (request, request->origin.transport == G_SOCKET_TYPE_DATAGRAM
                               ? hc_packet_new_quitack (id) : NULL);
}

static void
on_quit (const HcRegistryResult *result,
         gpointer                user_data)
{
  HcRequest *request = user_data;

  hc_request_note (request, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
    case HC_REGISTRY_UNKNOWN:
      say_farewell (request);
      break;
    case HC_REGISTRY_BAD_TOKEN:
      refuse_owner (request, result->status);
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_NOBODY:
    case HC_REGISTRY_TAKEN:
    case HC_REGISTRY_FULL:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply_error (request, HC_REASON_UNAVAILABLE);
      break;
    }
}

static void
reply_to_quit (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_registry_quit (request->rendezvous->registry, &asked, on_quit, request);
}

const HcRule hc_rules_v2[HC_N_PACKET_TYPES] = {
  [HC_PACKET_PROBE] = reply_to_probe,
  [HC_PACKET_REGISTER] = reply_to_register,
  [HC_PACKET_BRIDGE] = reply_to_bridge,
  [HC_PACKET_CHAT] = reply_to_chat,
  [HC_PACKET_QUIT] = reply_to_quit,
};
