/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "impostor.h"
#include "wait.h"

#include <string.h>

/* --- The link ------------------------------------------------------------- */

static void
on_received (Impostor *self,
             HcPacket *packet)
{
  g_ptr_array_add (self->heard, g_object_ref (packet));
}

static void
on_closed (Impostor     *self,
           const GError *error)
{
  self->is_closed = TRUE;
}

static void
let_go (Impostor *self)
{
  if (self->link == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->link, self);
  hc_link_close (self->link);
  g_clear_object (&self->link);
}

/* A second link takes the first one's place, as after a link was lost. */
static void
take_link (Impostor *self,
           HcLink   *link,
           GBytes   *plain,
           GBytes   *key)
{
  HcMeeting *meeting = self->meeting;
  const HcPeerIdentity own = { hc_identity_get_id (meeting->identity),
                               hc_identity_get_key (meeting->identity) };
  const HcPeerIdentity victim = { meeting->peer_id, g_bytes_get_data (key, NULL) };

  let_go (self);
  self->link = g_object_ref (link);
  self->is_closed = FALSE;
  g_signal_connect_swapped (link, "received", G_CALLBACK (on_received), self);
  g_signal_connect_swapped (link, "closed", G_CALLBACK (on_closed), self);
  if (self->greeting == NULL)
    self->greeting = hc_greeting_new (&own, &victim, meeting->session, self->is_caller);
  hc_greeting_set_link (self->greeting, g_bytes_get_data (plain, NULL),
                        hc_meeting_get_ticket (meeting));
}

static void
take_failure (Impostor     *self,
              const GError *error)
{
  g_test_message ("the impostor: %s", error->message);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
}

/* --- Whoever it is -------------------------------------------------------- */

/* Nobody yet: with a key of one's own. */
Impostor *
impostor_new (gboolean    udp,
              HcIdentity *identity)
{
  Impostor *self = g_new0 (Impostor, 1);
  g_autoptr (HcClock) clock = hc_system_clock_new ();
  g_autoptr (GError) error = NULL;
  guint8 nonce[HC_NONCE_LENGTH];

  hc_safety_make_nonce (nonce);
  self->log = hc_packet_log_new ();
  self->heard = g_ptr_array_new_with_free_func (g_object_unref);
  self->meeting = hc_meeting_new (clock, self->log, identity);
  self->meeting->uses_streams = !udp;
  memcpy (self->meeting->session, nonce, HC_SESSION_LENGTH);
  if (udp)
    self->meeting->socket = hc_datagram_socket_new ("127.0.0.1", 0, self->log, &error);
  g_assert_no_error (error);
  return self;
}

void
impostor_free (Impostor *self)
{
  let_go (self);
  if (self->connector != NULL)
    g_signal_handlers_disconnect_by_data (self->connector, self);
  if (self->acceptor != NULL)
    g_signal_handlers_disconnect_by_data (self->acceptor, self);
  if (self->listener != NULL)
    g_signal_handlers_disconnect_by_data (self->listener, self);
  g_clear_object (&self->connector);
  g_clear_object (&self->acceptor);
  g_clear_object (&self->listener);
  g_clear_object (&self->prober);
  g_clear_pointer (&self->greeting, hc_greeting_free);
  g_clear_error (&self->error);
  hc_meeting_unref (self->meeting);
  g_ptr_array_unref (self->heard);
  g_object_unref (self->log);
  g_free (self);
}

/* --- Being called --------------------------------------------------------- */

static void
on_called (Impostor *self,
           HcLink   *link,
           HcPacket *hello,
           HcPacket *offer)
{
  if (offer != NULL)
    hc_acceptor_take_offer (self->acceptor, link, hello, offer);
}

/* Answers probes and offers of its meeting. Returns the port. */
guint16
impostor_listen (Impostor *self)
{
  HcMeeting *meeting = self->meeting;
  g_autoptr (GError) error = NULL;

  if (meeting->socket != NULL)
    {
      self->prober = hc_prober_new (meeting->clock, meeting->socket, meeting->session,
                                    meeting->addresses);
      hc_prober_start (self->prober);
      self->listener = hc_call_listener_new_datagram (meeting->socket);
    }
  else
    self->listener = hc_call_listener_new_stream ("127.0.0.1", 0, self->log, &error);
  g_assert_no_error (error);
  hc_call_listener_set_takes_offers (self->listener, TRUE);
  self->acceptor = hc_acceptor_new (meeting, TRUE);
  g_signal_connect_swapped (self->listener, "called", G_CALLBACK (on_called), self);
  g_signal_connect_swapped (self->acceptor, "connected", G_CALLBACK (take_link), self);
  g_signal_connect_swapped (self->acceptor, "failed", G_CALLBACK (take_failure), self);
  return hc_call_listener_get_port (self->listener);
}

/* --- Calling -------------------------------------------------------------- */

/* Makes an offer, or over UDP begins at once where the meeting is vouched for,
 * and encrypts with whoever answers, whatever its key. */
void
impostor_call (Impostor   *self,
               const char *victim_id,
               guint16     port)
{
  HcMeeting *meeting = self->meeting;

  g_free (meeting->peer_id);
  meeting->peer_id = g_strdup (victim_id);
  g_ptr_array_set_size (meeting->addresses, 0);
  g_ptr_array_add (meeting->addresses, g_inet_socket_address_new_from_string ("127.0.0.1", port));
  self->is_caller = TRUE;
  g_clear_error (&self->error);
  if (meeting->socket != NULL && meeting->is_vouched && self->prober == NULL)
    {
      self->prober = hc_prober_new (meeting->clock, meeting->socket, meeting->session,
                                    meeting->addresses);
      hc_prober_start (self->prober);
    }
  if (self->connector == NULL)
    {
      self->connector = hc_connector_new (meeting, self->prober, TRUE);
      g_signal_connect_swapped (self->connector, "connected", G_CALLBACK (take_link), self);
      g_signal_connect_swapped (self->connector, "failed", G_CALLBACK (take_failure), self);
    }
  hc_connector_start (self->connector);
}

/* Whether there is a link, or none to be had. */
gboolean
impostor_is_done (Impostor *self)
{
  return self->link != NULL || self->error != NULL;
}

/* --- Inside encryption ---------------------------------------------------- */

/* The HELLO that would be right. */
char *
impostor_make_hello (Impostor *self,
                     guint32   received)
{
  g_autoptr (HcPacket) hello = hc_greeting_make_hello (self->greeting, received);
  g_autoptr (GBytes) bytes = hc_packet_serialise (hello);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Says something that is a packet, if not a polite one. */
void
impostor_say (Impostor   *self,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (text, strlen (text), HC_DIALECT_SECURE, &error);

  g_assert_no_error (error);
  hc_link_send (self->link, packet);
}

guint
impostor_count (Impostor     *self,
                HcPacketType  type)
{
  guint count = 0;

  for (guint i = 0; i < self->heard->len; i++)
    count += hc_packet_get_packet_type (g_ptr_array_index (self->heard, i)) == type;
  return count;
}

void
impostor_hear (Impostor     *self,
               HcPacketType  type)
{
  WAIT_UNTIL (impostor_count (self, type) > 0);
}

/* Says HELLO and REVEAL as one should. */
void
impostor_greet (Impostor *self)
{
  g_autofree char *hello = impostor_make_hello (self, 0);
  g_autoptr (HcPacket) reveal = hc_greeting_make_reveal (self->greeting);

  impostor_say (self, hello);
  impostor_hear (self, HC_PACKET_HELLO);
  hc_link_send (self->link, reveal);
}
