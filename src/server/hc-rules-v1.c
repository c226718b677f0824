/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"

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

#define REASON_UNKNOWN_ID "unknown-id This ID is not registered from your address"

static void
reply_to_probe (HcRequest *request)
{
  hc_request_reply (request, g_object_ref (request->rendezvous->probeack));
}

static HcPacket *
create_regack (HcRequest *request)
{
  return hc_packet_new_regack (hc_request_get (request, HC_HEADER_CLIENT_ID),
                               hc_request_get (request, HC_HEADER_IP),
                               hc_packet_get_port (request->packet));
}

static void
on_registered (const HcRegistryResult *result,
               gpointer                user_data)
{
  HcRequest *request = user_data;

  hc_request_note (request, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      hc_request_reply (request, create_regack (request));
      break;
    case HC_REGISTRY_TAKEN:
      hc_request_reply (request, hc_packet_new_regnack (NULL));
      break;
    case HC_REGISTRY_FULL:
      hc_request_reply (request, hc_packet_new_regnack (HC_REASON_FULL));
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_NOBODY:
    case HC_REGISTRY_UNKNOWN:
    case HC_REGISTRY_BAD_TOKEN:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply (request, hc_packet_new_regnack (HC_REASON_UNAVAILABLE));
      break;
    }
}

static void
reply_to_register (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  /* hc_packet_parse() has let only literal addresses through. */
  hc_ip_init_from_string (&asked.declared, hc_request_get (request, HC_HEADER_IP));
  hc_registry_register (request->rendezvous->registry, &asked, on_registered, request);
}

static void
on_bridged (const HcRegistryResult *result,
            gpointer                user_data)
{
  HcRequest *request = user_data;

  hc_request_note (request, result);
  hc_rendezvous_tell_callee (request->rendezvous, result);
  switch (result->status)
    {
    case HC_REGISTRY_DONE:
      hc_request_reply (request, hc_record_new_v1 (&result->peer));
      break;
    case HC_REGISTRY_NOBODY:
      hc_request_reply (request, g_object_ref (request->rendezvous->nobody));
      break;
    case HC_REGISTRY_UNKNOWN:
      hc_request_reply (request, hc_packet_new_bridgeack_empty (REASON_UNKNOWN_ID));
      break;
    case HC_REGISTRY_REFUSED:
      hc_request_refuse (request);
      break;
    case HC_REGISTRY_TAKEN:
    case HC_REGISTRY_FULL:
    case HC_REGISTRY_BAD_TOKEN:
    case HC_REGISTRY_UNAVAILABLE:
    default:
      hc_request_reply (request, hc_packet_new_bridgeack_empty (HC_REASON_UNAVAILABLE));
      break;
    }
}

static void
reply_to_bridge (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_registry_bridge (request->rendezvous->registry, &asked, on_bridged, request);
}

static void
on_chat_noted (const HcRegistryResult *result,
               gpointer                user_data)
{
  HcRequest *request = user_data;

  hc_request_note (request, result);
  hc_rendezvous_forgive (request->rendezvous, result);
  if (result->status == HC_REGISTRY_REFUSED)
    hc_request_refuse (request);
  else
    hc_request_reply (request, NULL);
}

static void
reply_to_chat (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_registry_chat (request->rendezvous->registry, &asked, on_chat_noted, request);
}

/* The same for everybody, so that a retransmission finds an end and a stranger
 * learns nothing about who is registered. */
static void
on_quit (const HcRegistryResult *result,
         gpointer                user_data)
{
  HcRequest *request = user_data;

  hc_request_note (request, result);
  if (result->status == HC_REGISTRY_REFUSED)
    hc_request_refuse (request);
  else if (request->origin.transport == G_SOCKET_TYPE_STREAM)
    hc_request_reply (request, NULL);
  else
    hc_request_reply (request,
                      hc_packet_new_quitack (hc_request_get (request, HC_HEADER_CLIENT_ID)));
}

static void
reply_to_quit (HcRequest *request)
{
  HcRegistryRequest asked;

  hc_request_ask (request, &asked);
  hc_registry_quit (request->rendezvous->registry, &asked, on_quit, request);
}

const HcRule hc_rules_v1[HC_N_PACKET_TYPES] = {
  [HC_PACKET_PROBE] = reply_to_probe,
  [HC_PACKET_REGISTER] = reply_to_register,
  [HC_PACKET_BRIDGE] = reply_to_bridge,
  [HC_PACKET_CHAT] = reply_to_chat,
  [HC_PACKET_QUIT] = reply_to_quit,
};
