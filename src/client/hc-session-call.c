/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-datagram-link.h"
#include "hc-dial.h"
#include "hc-peer-v1.h"
#include "hc-session-private.h"
#include "hc-stream-link.h"

#include <glib/gi18n-lib.h>

/*
 *   alice                 server                  bob
 *     | hello, in v1; the beginning of v2 is in hc-session-meet.c
 *     |-------------------------------------------->|
 *     |   CHAT alice, bob    |                      |
 *     |--------------------->|                      |
 */

/* --- In plain view -------------------------------------------------------- */

static HcPeer *
begin_plain_conversation (HcSession *self,
                          HcLink    *link)
{
  g_autoptr (HcPeer) peer = hc_peer_v1_new (link, self->id, self->peer_id);

  hc_session_close_port (self);
  hc_session_clear_meeting (self);
  hc_session_set_trust (self, HC_TRUST_NONE);
  hc_session_begin_conversation (self, peer);
  return self->peer;
}

/* --- Being called --------------------------------------------------------- */

static void
take_plain_call (HcSession *self,
                 HcLink    *link,
                 HcPacket  *packet)
{
  HcPeer *peer;

  hc_session_begin (self, HC_SESSION_CONNECTING);
  hc_session_set_peer (self, hc_packet_get_header (packet, HC_HEADER_CLIENT_ID), TRUE);
  peer = begin_plain_conversation (self, link);
  hc_peer_v1_take (HC_PEER_V1 (peer), packet);
}

/* A call may overtake the server's word that nobody was ready. One in our own
 * name is none: what it says would read as ours. */
void
hc_session_take_call (HcSession *self,
                      HcLink    *link,
                      HcPacket  *packet,
                      HcPacket  *offer)
{
  const char *caller_id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);
  char *words = NULL;

  if (g_strcmp0 (caller_id, self->id) == 0)
    return;
  if (offer != NULL && hc_session_take_offer (self, link, packet, offer))
    return;
  if (!hc_session_is_in (self, HC_IN (WAITING) | HC_IN (BRIDGING)))
    return;

  if (hc_session_allows_plain (self, caller_id, &words))
    take_plain_call (self, link, packet);
  else
    {
      hc_session_take_failure (self, words);
      hc_link_close (link);
    }
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

/* The call has failed, but may be tried again. */
void
hc_session_fail_call (HcSession    *self,
                      const GError *error)
{
  hc_session_fail (self, HC_SESSION_MATCHED,
                   error->domain == G_IO_ERROR ? describe_call (self, error)
                                               : g_strdup (error->message));
}

static void
greet (HcSession *self,
       HcLink    *link)
{
  HcPeer *peer = begin_plain_conversation (self, link);

  hc_peer_v1_greet (HC_PEER_V1 (peer));
  hc_session_say_met (self);
}

/* Goes on in v1 where hello was said and nobody has answered its offer. */
void
hc_session_go_on_plain (HcSession *self,
                        HcLink    *link)
{
  char *words = NULL;
  HcPeer *peer;

  if (!hc_session_allows_plain (self, self->peer_id, &words))
    {
      hc_link_close (link);
      hc_session_fail (self, HC_SESSION_MATCHED, words);
      return;
    }

  peer = begin_plain_conversation (self, link);
  hc_peer_v1_go_on (HC_PEER_V1 (peer));
  hc_session_say_met (self);
}

static void
on_dialled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (HcLink) link = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = hc_dial_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      self->state != HC_SESSION_CONNECTING)
    return;
  if (connection == NULL)
    {
      hc_session_fail_call (self, error);
      return;
    }

  link = hc_stream_link_new (connection, self->log);
  greet (self, link);
}

static void
call_plain (HcSession *self)
{
  GSocketAddress *address = hc_match_get_address (self->match);

  if (self->transport == HC_TRANSPORT_TCP)
    {
      g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);

      g_ptr_array_add (addresses, g_object_ref (address));
      hc_dial_async (addresses, self->address, self->cancellable, on_dialled, g_object_ref (self));
    }
  else
    {
      g_autoptr (HcLink) link = hc_datagram_link_new_caller (self->socket, address, self->peer_id);

      greet (self, link);
    }
}

void
hc_session_call_peer (HcSession *self)
{
  char *words = NULL;

  hc_session_begin (self, HC_SESSION_CONNECTING);
  hc_session_take_key_change (self, NULL);
  if (hc_session_speaks_v2 (self, self->match))
    hc_session_call_v2 (self);
  else if (hc_session_allows_plain (self, self->peer_id, &words))
    call_plain (self);
  else
    hc_session_fail (self, HC_SESSION_MATCHED, words);
}
