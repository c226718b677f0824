/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-address.h"
#include "hc-base64url.h"
#include "hc-client-error.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Registered, and not ready:
 *
 *   client                               server
 *     :  three quarters of its lifetime       |
 *     | REGISTER, as before                   |
 *     |-------------------------------------->|
 *
 * Ready, over UDP:
 *
 *     | BRIDGE, every 2 s; without an answer  |
 *     | again after 0.25 s and 0.75 s         |
 *     |-------------------------------------->|
 *     |                  BRIDGEACK, of nobody |
 *     |<--------------------------------------|
 *     |  BRIDGEACK of our caller, unasked and |
 *     |  again as each reply, told here once  |
 *     |<--------------------------------------|
 *     | BRIDGE, as soon as our caller probes  |
 *     | us whom we have not been told of      |
 *     |-------------------------------------->|
 *
 * Ready, over TCP alone:
 *
 *     | BRIDGE Wait, again and again          |
 *     |-------------------------------------->|
 *     |        BRIDGEACK, after 25 s at most  |
 *     |<--------------------------------------|
 *
 * If the server has forgotten us, it is told anew; if it is silent, it may be
 * coming back.
 */
#define REPEAT_MS 2000
#define MAX_DELAY_MS 16000
#define PATIENCE (120 * G_TIME_SPAN_SECOND)

/* After each datagram that has had no answer. The record that was sent to us may
 * be what is lost, and our caller is looking for us already. */
static const guint pauses_ms[] = { 250, 500, REPEAT_MS - 750 };

/* So many datagrams without an answer, and TCP is tried if there is TCP. */
#define MAX_UNANSWERED 12

/* Whoever forges probes doesn't make us ask the server more often. */
#define MIN_PAUSE (250 * G_TIME_SPAN_MILLISECOND)

/* So often within so long we take our ID back. */
#define MAX_EVICTIONS 2
#define CONTEST (60 * G_TIME_SPAN_SECOND)

/* A restarted server objects to our cookie, and then to our token. */
#define MAX_OBJECTIONS 2

/* A registration of v1 lasts an hour unless a BRIDGE renews it.
 * Source: protocol, section 2. */
#define V1_RENEWAL_MS (45 * 60 * 1000)

static void act (HcRendezvousClient *self);

static gboolean
on_timer (gpointer user_data)
{
  HcRendezvousClient *self = user_data;

  hc_source_clear (&self->upkeep.timer);
  act (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (HcRendezvousClient *self,
          guint               delay_ms)
{
  hc_source_clear (&self->upkeep.timer);
  self->upkeep.timer = hc_clock_set_timer (self->clock, delay_ms, on_timer, self);
}

static void
note_answer (HcRendezvousClient *self)
{
  self->upkeep.answered_at = hc_clock_get_time (self->clock);
  self->upkeep.delay_ms = REPEAT_MS;
  self->upkeep.n_unanswered = 0;
}

static void
lose (HcRendezvousClient *self,
      const GError       *error)
{
  g_object_ref (self);
  hc_rendezvous_client_end_upkeep (self);
  hc_rendezvous_client_emit_lost (self, error);
  g_object_unref (self);
}

static gboolean
is_out_of_patience (HcRendezvousClient *self)
{
  return hc_clock_get_time (self->clock) - self->upkeep.answered_at > PATIENCE;
}

static void
try_again (HcRendezvousClient *self,
           const GError       *error)
{
  if (is_out_of_patience (self))
    {
      lose (self, error);
      return;
    }
  schedule (self, self->upkeep.delay_ms);
  self->upkeep.delay_ms = MIN (self->upkeep.delay_ms * 2, MAX_DELAY_MS);
}

/* --- REGISTER ------------------------------------------------------------- */

/* What was cancelled may concern an earlier upkeep. */
static void
on_claimed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  g_autoptr (GError) error = NULL;
  gboolean is_ours = hc_rendezvous_client_claim_finish (self, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->upkeep.is_registering = FALSE;
  if (is_ours)
    {
      note_answer (self);
      schedule (self, self->upkeep.is_ready ? 0 : self->expires * 750);
    }
  else if (g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN))
    lose (self, error);
  else
    try_again (self, error);
}

static void
claim (HcRendezvousClient *self)
{
  hc_source_clear (&self->upkeep.timer);
  self->upkeep.is_registering = TRUE;
  hc_rendezvous_client_claim_async (self, self->upkeep.cancellable, on_claimed, NULL);
}

/* --- BRIDGE --------------------------------------------------------------- */

/* Whoever calls isn't ready any more. */
static void
take_match (HcRendezvousClient *self,
            HcMatch            *match)
{
  if (self->upkeep.match != NULL && hc_match_equal (self->upkeep.match, match))
    return;

  g_set_object (&self->upkeep.match, match);
  if (hc_match_is_caller (match))
    hc_rendezvous_client_end_upkeep (self);
  hc_rendezvous_client_emit_matched (self, match);
}

/* Somebody with our key has registered anew. If it wasn't us, it is another
 * program of ours, and two that take the ID from each other would never end. */
static gboolean
is_contested (HcRendezvousClient *self)
{
  gint64 now = hc_clock_get_time (self->clock);

  if (now - self->upkeep.evicted_at > CONTEST)
    self->upkeep.n_evictions = 0;
  self->upkeep.evicted_at = now;
  return ++self->upkeep.n_evictions > MAX_EVICTIONS;
}

static void
lose_to_ourselves (HcRendezvousClient *self)
{
  g_autoptr (GError) error =
    g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN,
                 /* Translators: %s is the user's own ID */
                 _("You have registered as %s somewhere else, too. Leave there, "
                   "or choose another ID."), self->id);

  lose (self, error);
}

/* Returns whether it makes sense. */
static gboolean
take_reply (HcRendezvousClient  *self,
            HcServerChannel     *channel,
            HcPacket            *reply,
            GError             **error)
{
  g_autoptr (HcMatch) match = NULL;
  g_autoptr (GError) fault = NULL;

  if (hc_rendezvous_client_speaks_v2 (self) && hc_rendezvous_client_is_forgotten (reply))
    {
      if (hc_rendezvous_client_has_code (reply, "bad-token") && is_contested (self))
        lose_to_ourselves (self);
      else
        claim (self);
      return TRUE;
    }

  match = hc_rendezvous_client_read_match (self, channel, reply, &fault);
  if (g_error_matches (fault, HC_CLIENT_ERROR, HC_CLIENT_ERROR_FORGOTTEN))
    {
      lose (self, fault);
      return TRUE;
    }
  if (fault != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }

  note_answer (self);
  if (match != NULL)
    take_match (self, match);
  return TRUE;
}

/* An answer that comes early is no reason to ask without a pause. */
static guint
get_pause (HcRendezvousClient *self)
{
  gint64 elapsed = hc_clock_get_time (self->clock) - self->upkeep.asked_at;

  if (!hc_rendezvous_client_speaks_v2 (self))
    return V1_RENEWAL_MS;
  return MAX (0, REPEAT_MS - elapsed / G_TIME_SPAN_MILLISECOND);
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error) &&
      take_reply (self, hc_rendezvous_client_get_main (self), reply, &error))
    {
      if (self->upkeep.is_active && !self->upkeep.is_registering)
        schedule (self, get_pause (self));
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    try_again (self, error);
}

static void
ask (HcRendezvousClient *self)
{
  g_autoptr (HcPacket) bridge = hc_packet_new_bridge (self->id);
  guint wait = hc_rendezvous_client_speaks_v2 (self) ? HC_MAX_WAIT_SECONDS : 0;

  self->upkeep.asked_at = hc_clock_get_time (self->clock);
  hc_rendezvous_client_try_datagrams (self);
  hc_rendezvous_client_ask_async (self, hc_rendezvous_client_get_main (self), bridge, wait,
                                  self->upkeep.cancellable, on_asked, NULL);
}

/* --- BRIDGE over UDP ------------------------------------------------------ */

static gboolean
bridges_by_datagram (HcRendezvousClient *self)
{
  return hc_rendezvous_client_speaks_v2 (self) &&
         hc_server_channel_get_transport (hc_rendezvous_client_get_bridge_channel (self)) ==
           HC_TRANSPORT_UDP;
}

/* Without a cookie that is good, a PROBE brings one, and is followed by the
 * BRIDGE at once. */
static void
transmit (HcRendezvousClient *self)
{
  gboolean has_cookie = hc_server_channel_get_cookie (self->datagram) != NULL;
  g_autoptr (HcPacket) v1 = has_cookie ? hc_packet_new_bridge (self->id) : hc_packet_new_probe ();
  g_autoptr (HcPacket) request = hc_rendezvous_client_dress (self, self->datagram, v1, 0, NULL);

  hc_server_channel_send (self->datagram, request);
}

static void
transmit_again (HcRendezvousClient *self,
                HcPacket           *reply)
{
  if (hc_server_channel_take_cookie (self->datagram, reply))
    transmit (self);
}

static void
repeat (HcRendezvousClient *self)
{
  if (is_out_of_patience (self))
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                      "The server does not answer");

      lose (self, error);
      return;
    }
  if (self->upkeep.n_unanswered++ == MAX_UNANSWERED && self->transport == HC_TRANSPORT_TCP)
    {
      self->datagram_state = HC_DATAGRAM_SILENT;
      ask (self);
      return;
    }

  self->upkeep.n_objections = MAX_OBJECTIONS;
  self->upkeep.asked_at = hc_clock_get_time (self->clock);
  transmit (self);
  schedule (self, pauses_ms[(self->upkeep.n_unanswered - 1) % G_N_ELEMENTS (pauses_ms)]);
}

/* Whoever forges a server's objections makes us say no more than this. */
static gboolean
may_object (HcRendezvousClient *self)
{
  if (self->upkeep.n_objections == 0)
    return FALSE;
  self->upkeep.n_objections--;
  return TRUE;
}

/* A notice is a BRIDGEACK like any other. While we register anew, what comes
 * concerns the registration that is no more. */
static void
take_datagram (HcRendezvousClient *self,
               HcPacket           *packet)
{
  HcPacketType type = hc_packet_get_packet_type (packet);
  g_autoptr (GError) error = NULL;

  if (self->upkeep.is_registering)
    return;
  if (type == HC_PACKET_BRIDGEACK)
    {
      if (!take_reply (self, self->datagram, packet, &error))
        g_debug ("A record that is none: %s", error->message);
      else if (self->upkeep.is_active && !self->upkeep.is_registering && bridges_by_datagram (self))
        schedule (self, REPEAT_MS);
    }
  else if (!may_object (self))
    return;
  else if (type == HC_PACKET_PROBEACK || hc_rendezvous_client_has_code (packet, "bad-cookie"))
    transmit_again (self, packet);
  else if (hc_rendezvous_client_is_forgotten (packet))
    take_reply (self, self->datagram, packet, NULL);
}

/* Somebody knows of a match, and we don't. */
static gboolean
is_strange_probe (HcRendezvousClient *self,
                  const char         *data,
                  gsize               length)
{
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_PEER, NULL);
  const guint8 *known = self->upkeep.match != NULL ? hc_match_get_session (self->upkeep.match)
                                                   : NULL;
  guint8 session[HC_SESSION_LENGTH];

  return packet != NULL && hc_packet_get_packet_type (packet) == HC_PACKET_PROBE &&
         hc_base64url_decode (hc_packet_get_header (packet, HC_HEADER_SESSION), session,
                              sizeof session) &&
         (known == NULL || memcmp (session, known, sizeof session) != 0);
}

static void
take_hint (HcRendezvousClient *self)
{
  if (bridges_by_datagram (self) && !self->upkeep.is_registering &&
      hc_clock_get_time (self->clock) - self->upkeep.asked_at >= MIN_PAUSE)
    repeat (self);
}

static gboolean
on_datagram (GSocketAddress *from,
             const char     *data,
             gsize           length,
             gpointer        user_data)
{
  g_autoptr (HcRendezvousClient) self = g_object_ref (user_data);
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  if (!hc_address_equal (from, hc_server_channel_get_remote (self->datagram)))
    {
      if (is_strange_probe (self, data, length))
        take_hint (self);
      return FALSE;
    }

  packet = hc_packet_parse (data, length, HC_DIALECT_RENDEZVOUS, &error);
  if (packet == NULL)
    {
      hc_packet_log_add_fault (self->log, HC_TRANSPORT_UDP, from, length, error);
      return TRUE;
    }
  hc_packet_log_add (self->log, FALSE, HC_TRANSPORT_UDP, from, packet);
  take_datagram (self, packet);
  return TRUE;
}

/* --- Both ----------------------------------------------------------------- */

static void
act (HcRendezvousClient *self)
{
  if (!self->upkeep.is_ready)
    claim (self);
  else if (bridges_by_datagram (self))
    repeat (self);
  else
    ask (self);
}

static gboolean
on_until (GCancellable *cancellable,
          gpointer      user_data)
{
  hc_rendezvous_client_end_upkeep (user_data);
  return G_SOURCE_REMOVE;
}

static guint
get_first_delay (HcRendezvousClient *self,
                 gboolean            is_ready)
{
  if (!is_ready)
    return self->expires * 750;
  if (!hc_rendezvous_client_speaks_v2 (self))
    return V1_RENEWAL_MS;
  if (self->transport == HC_TRANSPORT_UDP || self->datagram_state == HC_DATAGRAM_ANSWERS)
    return REPEAT_MS;
  return 0;
}

/* Keeps the registration until something else is asked for, or @until is
 * cancelled. @match is what has been told already. */
void
hc_rendezvous_client_begin_upkeep (HcRendezvousClient *self,
                                   gboolean            is_ready,
                                   HcMatch            *match,
                                   GCancellable       *until)
{
  HcUpkeep *upkeep = &self->upkeep;

  hc_rendezvous_client_end_upkeep (self);
  if (g_cancellable_is_cancelled (until))
    return;

  upkeep->is_active = TRUE;
  upkeep->is_ready = is_ready;
  upkeep->n_evictions = 0;
  upkeep->cancellable = g_cancellable_new ();
  if (until != NULL)
    upkeep->until = hc_source_attach (g_cancellable_source_new (until),
                                      G_SOURCE_FUNC (on_until), self);
  g_set_object (&upkeep->match, match);
  if (is_ready && self->datagram != NULL && hc_rendezvous_client_speaks_v2 (self))
    upkeep->route = hc_datagram_socket_add_route (hc_server_channel_get_socket (self->datagram),
                                                  on_datagram, self);
  note_answer (self);
  schedule (self, get_first_delay (self, is_ready));
}

void
hc_rendezvous_client_end_upkeep (HcRendezvousClient *self)
{
  HcUpkeep *upkeep = &self->upkeep;

  if (!upkeep->is_active)
    return;

  upkeep->is_active = FALSE;
  upkeep->is_registering = FALSE;
  g_cancellable_cancel (upkeep->cancellable);
  g_clear_object (&upkeep->cancellable);
  hc_source_clear (&upkeep->timer);
  hc_source_clear (&upkeep->until);
  if (upkeep->route != 0)
    hc_datagram_socket_remove_route (hc_server_channel_get_socket (self->datagram),
                                     upkeep->route);
  upkeep->route = 0;
  g_clear_object (&upkeep->match);
}
