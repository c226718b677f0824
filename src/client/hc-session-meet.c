/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-base64url.h"
#include "hc-client-error.h"
#include "hc-peer-v2.h"
#include "hc-session-private.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* So many callers may have made an offer before one of them has shown its key. */
#define MAX_ACCEPTORS 4
#define MAX_PENDING 8

/* How long to wait between two rounds of looking for a lost peer: the first
 * begins at once. A callee looks after the caller has had time to. */
#define RETRY_MS 2000
#define MAX_RETRY_MS 30000
#define CALLEE_RETRY_MS 3000

/*
 *   alice                 server                  bob
 *     |    bob's record      |    alice's record    |
 *     |<---------------------|--------------------->|
 *     | probes over UDP, both at once               |
 *     |<------------------------------------------->|
 *     | she calls: TCP, or UDP where they get through
 *     |============================================>|
 *     | HELLO                                       |
 *     |<------------------------------------------->|
 *     |   CHAT alice, bob    |                      |
 *     |--------------------->|                      |
 */

/* An encrypted link on which the peer has not said HELLO yet. */
typedef struct
{
  HcSession *session;
  HcMeeting *meeting;
  HcAcceptor *acceptor;
  HcPeer *peer;
  guint8 key[HC_KEY_LENGTH];
} Pending;

/* Who has not been confirmed is left. */
static void
pending_free (gpointer data)
{
  Pending *pending = data;

  if (pending->peer != NULL)
    {
      g_signal_handlers_disconnect_by_data (pending->peer, pending);
      hc_peer_leave (pending->peer);
    }
  g_clear_object (&pending->peer);
  g_clear_object (&pending->acceptor);
  hc_meeting_unref (pending->meeting);
  g_free (pending);
}

/* Takes what is needed of one, and gives up all. */
static HcPeer *
choose (HcSession *self,
        Pending   *pending)
{
  HcPeer *peer = g_steal_pointer (&pending->peer);

  g_signal_handlers_disconnect_by_data (peer, pending);
  g_ptr_array_set_size (self->pending, 0);
  return peer;
}

/* --- The meeting ---------------------------------------------------------- */

void
hc_session_init_meeting (HcSession *self)
{
  self->clock = hc_system_clock_new ();
  self->acceptors = g_ptr_array_new_with_free_func (g_object_unref);
  self->pending = g_ptr_array_new_with_free_func (pending_free);
}

void
hc_session_clear_meeting (HcSession *self)
{
  hc_source_clear (&self->retry);
  self->n_retries = 0;
  g_ptr_array_set_size (self->pending, 0);
  g_ptr_array_set_size (self->acceptors, 0);
  if (self->connector != NULL)
    hc_connector_stop (self->connector);
  g_clear_object (&self->connector);
  g_clear_object (&self->prober);
  g_clear_pointer (&self->meeting, hc_meeting_unref);
}

static HcMeeting *
create_meeting (HcSession    *self,
                const char   *peer_id,
                const guint8 *session)
{
  HcMeeting *meeting = hc_meeting_new (self->clock, self->log, self->identity);

  g_set_object (&meeting->socket, self->socket);
  meeting->local_address = g_strdup (self->address);
  meeting->peer_id = g_strdup (peer_id);
  meeting->uses_streams = self->transport == HC_TRANSPORT_TCP;
  memcpy (meeting->session, session, HC_SESSION_LENGTH);
  return meeting;
}

static void
fill_from_match (HcMeeting *meeting,
                 HcMatch   *match,
                 guint16    port)
{
  g_autoptr (GPtrArray) addresses = hc_match_list_addresses (match);

  hc_meeting_set_addresses (meeting, addresses, port);
  meeting->is_vouched = hc_match_get_key (match) != NULL;
  meeting->has_key = hc_match_get_key (match) != NULL;
  if (meeting->has_key)
    memcpy (meeting->key, hc_match_get_key (match), HC_KEY_LENGTH);
  meeting->has_ticket = hc_match_get_ticket (match) != NULL;
  if (meeting->has_ticket)
    memcpy (meeting->ticket, hc_match_get_ticket (match), HC_TICKET_LENGTH);
}

/* --- Links ---------------------------------------------------------------- */

/* What the caller must show, if the server is one that gives its word. */
static const guint8 *
get_expected_ticket (HcSession    *self,
                     HcMeeting    *meeting,
                     const guint8  key[HC_KEY_LENGTH],
                     guint8        ticket[HC_TICKET_LENGTH])
{
  guint8 token[HC_TOKEN_LENGTH];

  if (self->rendezvous == NULL || !hc_rendezvous_client_get_token (self->rendezvous, token))
    return NULL;

  hc_ticket_compute (token, meeting->peer_id, key, meeting->session, ticket);
  return ticket;
}

static void begin_recovery (HcSession *self);
static void look_again (HcSession *self);
static void use_connector (HcSession *self);
static HcAcceptor *add_acceptor (HcSession *self,
                                 HcMeeting *meeting);

static void
on_interrupted (HcSession  *self,
                GParamSpec *pspec,
                HcPeer     *peer)
{
  if (peer != self->peer || self->state != HC_SESSION_CHATTING)
    return;

  if (hc_peer_get_interrupted (peer))
    begin_recovery (self);
  else
    {
      hc_source_clear (&self->retry);
      self->n_retries = 0;
      hc_connector_stop (self->connector);
    }
}

/* From now on there is one meeting, to which both come back. The caller keeps
 * what it gives. */
static void
settle (HcSession    *self,
        HcMeeting    *meeting,
        HcAcceptor   *acceptor,
        const guint8  key[HC_KEY_LENGTH])
{
  memcpy (meeting->key, key, HC_KEY_LENGTH);
  meeting->has_key = TRUE;
  meeting->is_vouched = TRUE;
  if (meeting != self->meeting)
    {
      hc_session_clear_meeting (self);
      self->meeting = hc_meeting_ref (meeting);
    }
  use_connector (self);
  hc_connector_stop (self->connector);
  g_ptr_array_set_size (self->acceptors, 0);
  if (acceptor != NULL)
    g_ptr_array_add (self->acceptors, g_object_ref (acceptor));
  else
    add_acceptor (self, meeting);
}

/* The other side has accepted us: the conversation begins. */
static void
on_confirmed (HcPeer     *peer,
              GParamSpec *pspec,
              Pending    *pending)
{
  g_autoptr (HcSession) self = g_object_ref (pending->session);
  g_autoptr (HcMeeting) meeting = hc_meeting_ref (pending->meeting);
  g_autoptr (HcAcceptor) acceptor = g_steal_pointer (&pending->acceptor);
  g_autoptr (HcPeer) kept = NULL;
  gboolean incoming = acceptor != NULL;
  guint8 key[HC_KEY_LENGTH];

  memcpy (key, pending->key, HC_KEY_LENGTH);
  kept = choose (self, pending);
  if (self->state != HC_SESSION_CONNECTING)
    hc_session_begin (self, HC_SESSION_CONNECTING);
  hc_session_set_peer (self, meeting->peer_id, incoming);
  settle (self, meeting, acceptor, key);
  hc_session_remember_key (self, key);
  hc_session_begin_conversation (self, kept);
  g_signal_connect_object (kept, "notify::interrupted", G_CALLBACK (on_interrupted),
                           self, G_CONNECT_SWAPPED);
  if (!incoming)
    hc_session_say_met (self);
}

static void
on_refused (HcPeer       *peer,
            const GError *error,
            Pending      *pending)
{
  g_autoptr (HcSession) self = g_object_ref (pending->session);
  gboolean incoming = pending->acceptor != NULL;
  g_autofree char *words = error != NULL
    ? hc_client_error_describe (error, pending->meeting->peer_id)
    /* Translators: %s is a person's ID */
    : g_strdup_printf (_("%s did not take the call."), pending->meeting->peer_id);

  g_ptr_array_remove (self->pending, pending);
  if (!incoming && self->state == HC_SESSION_CONNECTING)
    hc_session_fail (self, HC_SESSION_MATCHED, g_steal_pointer (&words));
  else
    hc_session_take_failure (self, g_steal_pointer (&words));
}

static void
add_pending (HcSession    *self,
             HcMeeting    *meeting,
             HcAcceptor   *acceptor,
             HcLink       *link,
             const guint8 *plain,
             const guint8 *key)
{
  const HcPeerIdentity own = { self->id, hc_identity_get_key (self->identity) };
  const HcPeerIdentity other = { meeting->peer_id, key };
  Pending *pending = g_new0 (Pending, 1);
  guint8 ticket[HC_TICKET_LENGTH];

  pending->session = self;
  pending->meeting = hc_meeting_ref (meeting);
  g_set_object (&pending->acceptor, acceptor);
  pending->peer = hc_peer_v2_new (self->clock, &own, &other, meeting->session, acceptor == NULL);
  memcpy (pending->key, key, HC_KEY_LENGTH);
  g_signal_connect (pending->peer, "notify::confirmed", G_CALLBACK (on_confirmed), pending);
  g_signal_connect (pending->peer, "ended", G_CALLBACK (on_refused), pending);
  g_ptr_array_add (self->pending, pending);
  hc_peer_v2_set_link (HC_PEER_V2 (pending->peer), link, plain,
                       acceptor == NULL ? hc_meeting_get_ticket (meeting)
                                        : get_expected_ticket (self, meeting, key, ticket));
}

/* The link goes on where an earlier one was lost. A handshake that began when
 * nobody knew whose key to expect may end only now. */
static void
resume (HcSession    *self,
        HcLink       *link,
        const guint8 *plain,
        const guint8 *key)
{
  guint8 ticket[HC_TICKET_LENGTH];
  const guint8 *shown = self->incoming ? get_expected_ticket (self, self->meeting, key, ticket)
                                       : hc_meeting_get_ticket (self->meeting);

  if (memcmp (key, self->peer_key, HC_KEY_LENGTH) != 0)
    {
      hc_link_close (link);
      return;
    }
  hc_peer_v2_set_link (HC_PEER_V2 (self->peer), link, plain, shown);

  /* It may be lost before anything has come on it. */
  if (hc_session_get_interrupted (self))
    look_again (self);
}

static void
take_link (HcSession  *self,
           HcMeeting  *meeting,
           HcAcceptor *acceptor,
           HcLink     *link,
           GBytes     *plain,
           GBytes     *key)
{
  const guint8 *key_data = g_bytes_get_data (key, NULL);
  const guint8 *plain_data = g_bytes_get_data (plain, NULL);
  g_autofree char *words = NULL;

  if (self->state == HC_SESSION_CHATTING && meeting == self->meeting)
    resume (self, link, plain_data, key_data);
  else if (self->pending->len >= MAX_PENDING ||
           !hc_session_is_in (self, HC_IN (BRIDGING) | HC_IN (WAITING) | HC_IN (CONNECTING)))
    hc_link_close (link);
  else if (hc_session_is_expected_key (self, meeting->peer_id, key_data, &words))
    add_pending (self, meeting, acceptor, link, plain_data, key_data);
  else
    {
      hc_link_close (link);
      if (acceptor == NULL)
        hc_session_fail (self, HC_SESSION_MATCHED, g_steal_pointer (&words));
      else
        hc_session_take_failure (self, g_steal_pointer (&words));
    }
}

/* --- Being called --------------------------------------------------------- */

static void
on_accepted (HcSession  *self,
             HcLink     *link,
             GBytes     *plain,
             GBytes     *key,
             HcAcceptor *acceptor)
{
  g_autoptr (HcAcceptor) kept G_GNUC_UNUSED = g_object_ref (acceptor);

  take_link (self, hc_acceptor_get_meeting (acceptor), acceptor, link, plain, key);
}

static void
on_not_accepted (HcSession    *self,
                 const GError *error,
                 HcAcceptor   *acceptor)
{
  HcMeeting *meeting = hc_acceptor_get_meeting (acceptor);

  g_debug ("A call from %s has failed: %s", meeting->peer_id, error->message);
  if (g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY) &&
      hc_session_is_in (self, HC_IN (WAITING) | HC_IN (BRIDGING)))
    /* Translators: %s is a person's ID */
    hc_session_take_failure (self, g_strdup_printf (_("Somebody called as %s, with another key "
                                                      "than the server's. The call was refused."),
                                                    meeting->peer_id));
}

static HcAcceptor *
add_acceptor (HcSession *self,
              HcMeeting *meeting)
{
  gboolean is_callee = self->state != HC_SESSION_CONNECTING || self->incoming;
  HcAcceptor *acceptor = hc_acceptor_new (meeting, is_callee);

  g_signal_connect_object (acceptor, "connected", G_CALLBACK (on_accepted),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acceptor, "failed", G_CALLBACK (on_not_accepted),
                           self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->acceptors, acceptor);
  return acceptor;
}

static HcAcceptor *
find_acceptor (HcSession    *self,
               const guint8 *session)
{
  for (guint i = 0; i < self->acceptors->len; i++)
    {
      HcAcceptor *acceptor = g_ptr_array_index (self->acceptors, i);

      if (memcmp (hc_acceptor_get_meeting (acceptor)->session, session, HC_SESSION_LENGTH) == 0)
        return acceptor;
    }
  return NULL;
}

static void
drop_oldest_stranger (HcSession *self)
{
  for (guint i = 0; i < self->acceptors->len; i++)
    if (hc_acceptor_get_meeting (g_ptr_array_index (self->acceptors, i)) != self->meeting)
      {
        g_ptr_array_remove_index (self->acceptors, i);
        return;
      }
}

/* A caller whom the server has not announced, or not yet. Those who have only
 * made an offer don't keep others out. */
static HcAcceptor *
add_stranger (HcSession    *self,
              const char   *caller_id,
              const guint8 *session)
{
  g_autoptr (HcMeeting) meeting = NULL;

  if (!hc_session_is_in (self, HC_IN (WAITING) | HC_IN (BRIDGING)))
    return NULL;
  if (self->acceptors->len >= MAX_ACCEPTORS)
    drop_oldest_stranger (self);

  meeting = create_meeting (self, caller_id, session);
  return add_acceptor (self, meeting);
}

/* Over UDP nobody makes an offer whom the server has announced: it would only
 * spoil what the two agree to have said in plain view. */
static gboolean
is_wanted_offer (HcAcceptor *acceptor,
                 HcLink     *link,
                 const char *caller_id)
{
  HcMeeting *meeting = hc_acceptor_get_meeting (acceptor);

  return g_strcmp0 (meeting->peer_id, caller_id) == 0 &&
         (!meeting->is_vouched || hc_link_get_transport (link) == HC_TRANSPORT_TCP);
}

/* Whether the offer was taken care of: if not, the caller may be spoken to in
 * v1, if anybody may. */
gboolean
hc_session_take_offer (HcSession *self,
                       HcLink    *link,
                       HcPacket  *hello,
                       HcPacket  *offer)
{
  const char *caller_id = hc_packet_get_header (hello, HC_HEADER_CLIENT_ID);
  guint8 session[HC_SESSION_LENGTH];
  HcAcceptor *acceptor;

  if (self->identity == NULL ||
      !hc_base64url_decode (hc_packet_get_header (offer, HC_HEADER_SESSION), session,
                            sizeof session))
    return FALSE;

  acceptor = find_acceptor (self, session);
  if (acceptor == NULL)
    acceptor = add_stranger (self, caller_id, session);
  if (acceptor != NULL && is_wanted_offer (acceptor, link, caller_id))
    hc_acceptor_take_offer (acceptor, link, hello, offer);
  else
    hc_link_close (link);
  return TRUE;
}

/* Somebody has been sent to us, or we to somebody: both begin to look for a way
 * at once. In v1 the hello will come, or be said, and that is all. */
void
hc_session_prepare_meeting (HcSession *self,
                            HcMatch   *match)
{
  const guint8 *session = hc_match_get_session (match);

  hc_session_clear_meeting (self);
  if (self->identity == NULL || session == NULL || hc_match_get_key (match) == NULL)
    return;

  self->meeting = create_meeting (self, hc_match_get_peer_id (match), session);
  fill_from_match (self->meeting, match, hc_session_get_bound_port (self));
  if (self->socket != NULL)
    {
      self->prober = hc_prober_new (self->clock, self->socket, session, self->meeting->addresses);
      hc_prober_start (self->prober);
    }
  if (!hc_match_is_caller (match))
    add_acceptor (self, self->meeting);
}

/* --- Calling -------------------------------------------------------------- */

static void
on_connected (HcSession *self,
              HcLink    *link,
              GBytes    *plain,
              GBytes    *key)
{
  take_link (self, self->meeting, NULL, link, plain, key);
}

static void
on_not_connected (HcSession    *self,
                  const GError *error)
{
  if (self->state == HC_SESSION_CHATTING)
    look_again (self);
  else
    hc_session_fail_call (self, error);
}

static void
use_connector (HcSession *self)
{
  if (self->connector != NULL)
    return;

  self->connector = hc_connector_new (self->meeting, self->prober, !self->incoming);
  g_signal_connect_object (self->connector, "connected", G_CALLBACK (on_connected),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connector, "plain", G_CALLBACK (hc_session_go_on_plain),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connector, "failed", G_CALLBACK (on_not_connected),
                           self, G_CONNECT_SWAPPED);
}

/* Where the server knows of no session, the caller makes one up: another for each
 * call, since somebody in between may have spoilt the last one. */
static void
create_own_meeting (HcSession *self)
{
  guint8 nonce[HC_NONCE_LENGTH];

  hc_session_clear_meeting (self);
  hc_safety_make_nonce (nonce);
  self->meeting = create_meeting (self, self->peer_id, nonce);
  fill_from_match (self->meeting, self->match, hc_session_get_bound_port (self));
}

void
hc_session_call_v2 (HcSession *self)
{
  const guint8 *key = hc_match_get_key (self->match);
  char *words = NULL;

  if (key != NULL && !hc_session_is_expected_key (self, self->peer_id, key, &words))
    {
      hc_session_fail (self, HC_SESSION_MATCHED, words);
      return;
    }

  if (self->meeting == NULL || !self->meeting->is_vouched)
    create_own_meeting (self);
  use_connector (self);
  hc_connector_start (self->connector);
}

/* The call was given up, or has failed. The way may be of use for another. */
void
hc_session_stop_calling (HcSession *self)
{
  g_ptr_array_set_size (self->pending, 0);
  if (self->connector != NULL)
    hc_connector_stop (self->connector);
}

/* --- A lost link ---------------------------------------------------------- */

static gboolean
on_retry (gpointer user_data)
{
  HcSession *self = user_data;

  hc_source_clear (&self->retry);
  if (self->prober != NULL)
    hc_prober_start (self->prober);
  if (self->meeting->addresses->len > 0 && (!self->incoming || self->meeting->uses_streams))
    hc_connector_start (self->connector);
  return G_SOURCE_REMOVE;
}

static void
look_again (HcSession *self)
{
  guint wait = MIN (RETRY_MS << MIN (self->n_retries, 8), MAX_RETRY_MS);

  self->n_retries++;
  hc_source_clear (&self->retry);
  self->retry = hc_source_timer (wait, on_retry, self);
}

/* The caller calls again, by every way there is; the callee is there for it, and
 * calls back over TCP if it doesn't come. */
static void
begin_recovery (HcSession *self)
{
  hc_source_clear (&self->retry);
  self->n_retries = 0;
  self->retry = hc_source_timer (self->incoming ? CALLEE_RETRY_MS : 0, on_retry, self);
}
