/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-datagram-link.h"
#include "hc-peer-v1.h"
#include "hc-session-private.h"
#include "hc-source.h"
#include "hc-stream-link.h"

#include <glib/gi18n-lib.h>

#define CALL_TIMEOUT_SECONDS 10

/* A v1 registration lasts an hour unless a BRIDGE renews it.
 * Source: protocol, section 2. */
#define RENEWAL_MS (45 * 60 * 1000)

/*
 *   alice                 server                  bob
 *     |                      |        BRIDGE        |
 *     |                      |<---------------------|
 *     |                      |   nobody: bob waits  |
 *     |        BRIDGE        |--------------------->|
 *     |--------------------->|                      |
 *     |     bob's record     |                      |
 *     |<---------------------|                      |
 *     | hello                                       |
 *     |-------------------------------------------->|
 *     |   CHAT alice, bob    |                      |
 *     |--------------------->|                      |
 */

/* --- BRIDGE --------------------------------------------------------------- */

static gboolean
on_renewal (gpointer user_data)
{
  HcSession *self = user_data;

  hc_source_clear (&self->renewal);
  hc_session_ask_for_peer (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_call (HcSession *self)
{
  hc_session_enter (self, HC_SESSION_WAITING);
  self->renewal = hc_source_timer (RENEWAL_MS, on_renewal, self);
}

static void
lose_registration (HcSession  *self,
                   const char *reason)
{
  hc_session_close_port (self);
  if (g_str_has_prefix (reason, "unknown-id"))
    hc_session_fail (self, HC_SESSION_READY,
                     g_strdup (_("The server does not know you any more. Register again.")));
  else
    hc_session_fail (self, HC_SESSION_READY,
                     /* Translators: %s is a server's reason, in English */
                     g_strdup_printf (_("The server refused: %s"), reason));
}

/* The original can hand a caller its own record. That is nobody. */
static void
take_bridgeack (HcSession *self,
                HcPacket  *reply)
{
  const char *id = hc_packet_get_header (reply, HC_HEADER_CLIENT_ID);
  const char *reason = hc_packet_get_header (reply, HC_HEADER_REASON);

  g_clear_object (&self->callee);
  self->callee = hc_packet_dup_endpoint (reply);
  if (self->callee != NULL && g_strcmp0 (id, self->id) != 0)
    {
      hc_session_set_peer (self, id, FALSE);
      hc_session_enter (self, HC_SESSION_MATCHED);
    }
  else if (reason != NULL)
    lose_registration (self, reason);
  else
    wait_for_call (self);
}

static void
on_bridged (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (!hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, &reply, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        hc_session_fail (self, HC_SESSION_REGISTERED, hc_session_describe_failure (self, error));
    }
  else if (hc_packet_get_packet_type (reply) == HC_PACKET_BRIDGEACK)
    take_bridgeack (self, reply);
  else
    hc_session_fail (self, HC_SESSION_REGISTERED,
                     g_strdup (_("The server gave an answer that makes no sense.")));
}

void
hc_session_ask_for_peer (HcSession *self)
{
  g_autoptr (HcPacket) bridge = hc_packet_new_bridge (self->id);
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_BRIDGING);

  hc_session_set_peer (self, NULL, FALSE);
  hc_rendezvous_client_request_async (self->rendezvous, bridge, cancellable,
                                      on_bridged, g_object_ref (self));
}

/* --- The conversation ----------------------------------------------------- */

static void
add_notice (HcSession  *self,
            const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_NOTICE, NULL, text);

  hc_conversation_append (self->conversation, message);
}

static void
on_said (HcSession  *self,
         const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_INCOMING, self->peer_id, text);

  hc_conversation_append (self->conversation, message);
}

static void
on_ended (HcSession    *self,
          const GError *error)
{
  g_autofree char *words = NULL;

  if (error != NULL)
    words = hc_client_error_describe (error, self->peer_id);
  else
    /* Translators: %s is a person's ID */
    words = g_strdup_printf (_("%s has left."), self->peer_id);

  add_notice (self, words);
  if (error != NULL)
    hc_session_fail (self, HC_SESSION_ENDED, g_steal_pointer (&words));
  else
    hc_session_enter (self, HC_SESSION_ENDED);
}

static void
begin_conversation (HcSession *self,
                    HcLink    *link)
{
  hc_session_close_port (self);
  hc_conversation_clear (self->conversation);
  g_clear_object (&self->peer);
  self->peer = hc_peer_v1_new (link, self->id, self->peer_id);
  g_signal_connect_object (self->peer, "said", G_CALLBACK (on_said), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->peer, "notice", G_CALLBACK (add_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->peer, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->peer, "notify", G_CALLBACK (hc_session_notify_peer),
                           self, G_CONNECT_SWAPPED);
  hc_session_notify_peer (self);
  hc_session_enter (self, HC_SESSION_CHATTING);
}

void
hc_session_leave_peer (HcSession *self)
{
  add_notice (self, _("You have left."));
  hc_session_enter (self, HC_SESSION_ENDED);
  hc_peer_leave (self->peer);
}

/* --- Being called --------------------------------------------------------- */

/* A call may overtake the server's word that nobody was ready. One in our own
 * name is none: what it says would read as ours. */
void
hc_session_take_call (HcSession *self,
                      HcLink    *link,
                      HcPacket  *packet)
{
  const char *caller_id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);

  if ((self->state != HC_SESSION_WAITING && self->state != HC_SESSION_BRIDGING) ||
      g_strcmp0 (caller_id, self->id) == 0)
    return;

  hc_session_begin (self, HC_SESSION_CONNECTING);
  hc_session_set_peer (self, caller_id, TRUE);
  begin_conversation (self, link);
  hc_peer_v1_take (HC_PEER_V1 (self->peer), packet);
}

/* --- Calling -------------------------------------------------------------- */

static char *
describe_call (HcSession    *self,
               const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    /* Translators: %s is a person's ID */
    return g_strdup_printf (_("%s isn't there any more. Bridge again to find somebody else."),
                            self->peer_id);
  /* Translators: %s is a person's ID */
  return g_strdup_printf (_("%s can't be reached from here. A firewall or a router may be in "
                            "between. Bridge again to find somebody else."), self->peer_id);
}

static void
greet (HcSession *self,
       HcLink    *link)
{
  g_autoptr (HcPacket) chat = hc_packet_new_chat (self->id, self->peer_id);

  begin_conversation (self, link);
  hc_peer_v1_greet (HC_PEER_V1 (self->peer));
  hc_session_say_farewell (self, chat);
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (HcLink) link = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        hc_session_fail (self, HC_SESSION_MATCHED, describe_call (self, error));
      return;
    }
  if (self->state != HC_SESSION_CONNECTING)
    return;

  link = hc_stream_link_new (connection, self->log);
  greet (self, link);
}

static void
call_stream (HcSession    *self,
             GCancellable *cancellable)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) local = NULL;

  if (self->address != NULL)
    local = g_inet_socket_address_new_from_string (self->address, 0);
  g_socket_client_set_local_address (client, local);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CALL_TIMEOUT_SECONDS);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (self->callee), cancellable,
                                 on_connected, g_object_ref (self));
}

void
hc_session_call_peer (HcSession *self)
{
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_CONNECTING);

  if (self->transport == HC_TRANSPORT_TCP)
    call_stream (self, cancellable);
  else
    {
      g_autoptr (HcLink) link =
        hc_datagram_link_new_caller (self->socket, self->callee, self->peer_id);

      greet (self, link);
    }
}
