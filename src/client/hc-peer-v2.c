/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-peer-v2.h"
#include "hc-client-error.h"
#include "hc-inbox.h"
#include "hc-liveness.h"
#include "hc-outbox.h"
#include "hc-peer-private.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

/* How long the last words may take to be confirmed. */
#define LEAVE_MS 2000

/* How often to say that one is writing, and how long to believe it. */
#define TYPING_MS 3000
#define TYPING_FADE_MS 6000

/* While a long message comes in, its sender hears at least so often. */
#define PROGRESS_MS 1000

/* No more parts are handed to a link before it has taken these. */
#define MAX_QUEUED 64

/*
 *   caller, on each link                  callee
 *     | HELLO Resume: a                     |
 *     |------------------------------------>|
 *     |                    HELLO Resume: b  |  both at once
 *     |<------------------------------------|
 *     | REVEAL                              |
 *     |------------------------------------>|
 *     |                              REVEAL |
 *     |<------------------------------------|
 *     | CHAT Seq: b + 1 ...                 |
 *     |------------------------------------>|  all of a message has come, and is
 *     |                                 ACK |  in the conversation
 *     |<------------------------------------|
 *     | QUIT, by either                     |
 *     |<----------------------------------->|
 */
struct _HcPeerV2
{
  HcPeer parent_instance;

  HcClock *clock;
  HcGreeting *greeting;
  HcSafetyCode *safety_code;
  HcOutbox *outbox;
  HcInbox *inbox;

  /* The link, and whether the peer has said HELLO on it. */
  HcLink *link;
  gboolean greeted;
  guint n_queued;

  /* When, in milliseconds; 0 is never. */
  gint64 acknowledged;
  gint64 announced;

  HcLiveness *liveness;
  GSource *typing_timer;
  GSource *leave_timer;
};

G_DEFINE_FINAL_TYPE (HcPeerV2, hc_peer_v2, HC_TYPE_PEER)

enum
{
  PROP_0,
  PROP_SAFETY_CODE,
  PROP_LINK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void drop_link (HcPeerV2 *self);
static void lose_link (HcPeerV2 *self, const GError *error);
static void go_on (HcPeerV2 *self);

static void
hc_peer_v2_dispose (GObject *object)
{
  HcPeerV2 *self = HC_PEER_V2 (object);

  hc_source_clear (&self->leave_timer);
  hc_source_clear (&self->typing_timer);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (hc_peer_v2_parent_class)->dispose (object);
}

static void
hc_peer_v2_finalize (GObject *object)
{
  HcPeerV2 *self = HC_PEER_V2 (object);

  hc_outbox_free (self->outbox);
  hc_inbox_free (self->inbox);
  g_clear_pointer (&self->greeting, hc_greeting_free);
  g_clear_pointer (&self->liveness, hc_liveness_free);
  g_clear_object (&self->safety_code);

  G_OBJECT_CLASS (hc_peer_v2_parent_class)->finalize (object);
}

static void
hc_peer_v2_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  HcPeerV2 *self = HC_PEER_V2 (object);

  switch (prop_id)
    {
    case PROP_SAFETY_CODE:
      g_value_set_object (value, self->safety_code);
      break;
    case PROP_LINK:
      g_value_set_object (value, self->link);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* --- Speaking ------------------------------------------------------------- */

static gint64
now (HcPeerV2 *self)
{
  return hc_clock_get_time (self->clock) / G_TIME_SPAN_MILLISECOND;
}

/* Takes over the packet. A link may be lost as soon as something is said on it, so
 * that there is none any more for what comes next. */
static void
say (HcPeerV2 *self,
     HcPacket *packet)
{
  g_autoptr (HcPacket) owned G_GNUC_UNUSED = packet;

  if (self->link != NULL)
    hc_link_send (self->link, packet);
}

/* Something that the peer is to answer. */
static void
ask (HcPeerV2 *self,
     HcPacket *packet)
{
  hc_liveness_ask (self->liveness);
  say (self, packet);
}

static void
acknowledge (HcPeerV2 *self)
{
  self->acknowledged = now (self);
  say (self, hc_packet_new_ack (hc_inbox_get_complete (self->inbox)));
}

static void
flush (HcPeerV2 *self)
{
  HcPacket *part;

  while (self->greeted && self->n_queued < MAX_QUEUED &&
         (part = hc_outbox_next (self->outbox)) != NULL)
    {
      self->n_queued++;
      ask (self, part);
    }
}

static void
on_sent (HcPeerV2 *self,
         HcPacket *packet)
{
  if (hc_packet_get_packet_type (packet) != HC_PACKET_CHAT || self->n_queued == 0)
    return;

  self->n_queued--;
  flush (self);
}

/* --- The end -------------------------------------------------------------- */

static void
fail_outbox (HcPeerV2 *self)
{
  const char *id = hc_peer_get_id (HC_PEER (self));
  /* Translators: %s is a person's ID */
  g_autofree char *unsent = g_strdup_printf (_("%s was gone before this could be sent"), id);
  /* Translators: %s is a person's ID */
  g_autofree char *unconfirmed = g_strdup_printf (_("%s has not confirmed this. It may not have "
                                                    "arrived."), id);

  hc_outbox_fail (self->outbox, unsent, unconfirmed);
}

/* The link says when it is closed, which may be at once. */
static void
close_link (HcPeerV2 *self)
{
  self->greeted = FALSE;
  if (self->link != NULL)
    hc_link_close (self->link);
  else
    hc_peer_set_closed (HC_PEER (self));
}

static void
end (HcPeerV2     *self,
     const GError *error)
{
  g_autoptr (HcPeerV2) kept G_GNUC_UNUSED = g_object_ref (self);

  hc_source_clear (&self->leave_timer);
  hc_liveness_stop (self->liveness);
  fail_outbox (self);
  if (!hc_peer_is_over (HC_PEER (self)))
    hc_peer_end (HC_PEER (self), error);
  close_link (self);
}

static void
end_with (HcPeerV2   *self,
          int         code,
          const char *words)
{
  g_autoptr (GError) error = g_error_new_literal (HC_CLIENT_ERROR, code, words);

  end (self, error);
}

static void
take_fault (HcPeerV2     *self,
            const GError *fault)
{
  g_autofree char *words = g_strdup_printf (_("%s sent something that can't be read: %s."),
                                            hc_peer_get_id (HC_PEER (self)), fault->message);

  end_with (self, HC_CLIENT_ERROR_UNEXPECTED, words);
}

static void
refuse (HcPeerV2   *self,
        const char *fault)
{
  g_autoptr (GError) error = g_error_new_literal (HC_PROTOCOL_ERROR,
                                                  HC_PROTOCOL_ERROR_INVALID_VALUE, fault);

  take_fault (self, error);
}

/* --- HELLO and REVEAL ----------------------------------------------------- */

/* The last confirmation may have been lost with the link. */
static void
confirm_again (HcPeerV2 *self)
{
  if (self->greeted && hc_inbox_get_complete (self->inbox) > 0)
    acknowledge (self);
}

/* Where both call each other, a HELLO may have been said long ago, on a link that
 * its sender has left for another since: on that it has confirmed more. Whoever had
 * forgotten the conversation would have another commitment. */
static void
lose_stale_link (HcPeerV2 *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                                  "The link is older than the last one");

  lose_link (self, error);
}

static void
take_hello (HcPeerV2 *self,
            HcPacket *hello)
{
  const char *fault = hc_greeting_take_hello (self->greeting, hello);
  guint32 resume = hc_packet_get_number (hello, HC_HEADER_RESUME);

  if (fault != NULL)
    {
      refuse (self, fault);
      return;
    }
  if (hc_outbox_is_ahead (self->outbox, resume))
    {
      lose_stale_link (self);
      return;
    }
  if (!hc_outbox_rewind (self->outbox, resume))
    {
      refuse (self, "it has got what nobody said");
      return;
    }

  self->greeted = TRUE;
  hc_liveness_greet (self->liveness);
  hc_peer_set_my_turn (HC_PEER (self), TRUE);
  hc_peer_set_confirmed (HC_PEER (self));
  hc_peer_set_interrupted (HC_PEER (self), FALSE);
  say (self, hc_greeting_make_reveal (self->greeting));
  confirm_again (self);
}

static void
take_reveal (HcPeerV2 *self,
             HcPacket *reveal)
{
  g_autoptr (HcSafetyCode) code = NULL;
  const char *fault = hc_greeting_take_reveal (self->greeting, reveal, &code);

  if (fault != NULL)
    refuse (self, fault);
  else if (self->safety_code == NULL)
    {
      self->safety_code = g_steal_pointer (&code);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAFETY_CODE]);
    }
}

/* --- Listening ------------------------------------------------------------ */

static gboolean
on_typing_faded (gpointer user_data)
{
  HcPeerV2 *self = user_data;

  hc_source_clear (&self->typing_timer);
  hc_peer_set_typing (HC_PEER (self), FALSE);
  return G_SOURCE_REMOVE;
}

static void
take_typing (HcPeerV2 *self)
{
  hc_source_clear (&self->typing_timer);
  self->typing_timer = hc_clock_set_timer (self->clock, TYPING_FADE_MS, on_typing_faded, self);
  hc_peer_set_typing (HC_PEER (self), TRUE);
}

/* Acknowledged means in the conversation, so first the one and then the other. */
static void
take_part (HcPeerV2 *self,
           HcPacket *part)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean again = hc_packet_get_number (part, HC_HEADER_SEQ) <= hc_inbox_get_received (self->inbox);

  if (!hc_inbox_take (self->inbox, part, &text, &error))
    {
      take_fault (self, error);
      return;
    }
  if (text != NULL)
    {
      on_typing_faded (self);
      hc_peer_emit_said (HC_PEER (self), text);
    }
  if (self->greeted && (text != NULL || again || now (self) - self->acknowledged >= PROGRESS_MS))
    acknowledge (self);
}

static void
take_ack (HcPeerV2 *self,
          HcPacket *packet)
{
  if (!hc_outbox_acknowledge (self->outbox, hc_packet_get_number (packet, HC_HEADER_SEQ)))
    refuse (self, "it has confirmed what nobody said");
}

static void
take_greeted (HcPeerV2 *self,
              HcPacket *packet)
{
  switch ((int) hc_packet_get_packet_type (packet))
    {
    case HC_PACKET_REVEAL:
      take_reveal (self, packet);
      break;
    case HC_PACKET_CHAT:
      if (self->leave_timer == NULL)
        take_part (self, packet);
      break;
    case HC_PACKET_ACK:
      take_ack (self, packet);
      break;
    case HC_PACKET_TYPING:
      take_typing (self);
      break;
    case HC_PACKET_PING:
      acknowledge (self);
      break;
    case HC_PACKET_QUIT:
      end (self, NULL);
      break;
    default:
      refuse (self, "it has said HELLO twice");
    }
}

static void
on_received (HcPeerV2 *self,
             HcPacket *packet)
{
  g_autoptr (HcPeerV2) kept G_GNUC_UNUSED = g_object_ref (self);

  if (hc_peer_is_over (HC_PEER (self)) && self->leave_timer == NULL)
    return;

  if (self->greeted)
    take_greeted (self, packet);
  else if (hc_packet_get_packet_type (packet) == HC_PACKET_HELLO)
    take_hello (self, packet);
  else
    refuse (self, "it has not said HELLO first");

  if (self->greeted)
    {
      hc_peer_set_interrupted (HC_PEER (self), FALSE);
      hc_liveness_hear (self->liveness, !hc_outbox_is_empty (self->outbox));
    }
  go_on (self);
}

/* --- The link ------------------------------------------------------------- */

static void
drop_link (HcPeerV2 *self)
{
  g_autoptr (HcLink) link = g_steal_pointer (&self->link);

  self->greeted = FALSE;
  self->n_queued = 0;
  hc_liveness_stop (self->liveness);
  if (link == NULL)
    return;

  g_signal_handlers_disconnect_by_data (link, self);
  hc_link_close (link);
}

/* A conversation that has begun survives its link. */
static void
lose_link (HcPeerV2     *self,
           const GError *error)
{
  g_autoptr (HcPeerV2) kept G_GNUC_UNUSED = g_object_ref (self);

  drop_link (self);
  hc_source_clear (&self->leave_timer);
  if (hc_peer_is_over (HC_PEER (self)))
    {
      fail_outbox (self);
      hc_peer_set_closed (HC_PEER (self));
    }
  else if (!hc_peer_get_confirmed (HC_PEER (self)))
    end (self, error);
  else
    {
      hc_peer_set_typing (HC_PEER (self), FALSE);
      hc_peer_set_interrupted (HC_PEER (self), TRUE);
    }
}

static void
on_closed (HcPeerV2     *self,
           const GError *error)
{
  g_autoptr (GError) end_of_stream = NULL;

  if (error == NULL)
    end_of_stream = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                         "The connection ended without a farewell");
  lose_link (self, error != NULL ? error : end_of_stream);
}

static void
give_link_up (HcPeerV2 *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                  "Nothing has come for too long");

  lose_link (self, error);
}

/* --- Time ----------------------------------------------------------------- */

static void
on_silence (HcLivenessEvent event,
            gpointer        user_data)
{
  HcPeerV2 *self = user_data;

  switch (event)
    {
    case HC_LIVENESS_QUIET:
      ask (self, hc_packet_new_ping ());
      break;
    case HC_LIVENESS_STALLED:
      hc_peer_set_interrupted (HC_PEER (self), TRUE);
      break;
    case HC_LIVENESS_LOST:
    default:
      give_link_up (self);
    }
}

static gboolean
on_leave_timeout (gpointer user_data)
{
  g_autoptr (HcPeerV2) self = g_object_ref (user_data);

  hc_source_clear (&self->leave_timer);
  fail_outbox (self);
  say (self, hc_packet_new_end ());
  close_link (self);
  return G_SOURCE_REMOVE;
}

/* Says what there is to say, and leaves when all of it is confirmed. */
static void
go_on (HcPeerV2 *self)
{
  flush (self);
  if (self->leave_timer != NULL && hc_outbox_is_empty (self->outbox))
    on_leave_timeout (self);
}

/* --- The peer ------------------------------------------------------------- */

static void
hc_peer_v2_send (HcPeer    *peer,
                 HcMessage *message)
{
  HcPeerV2 *self = HC_PEER_V2 (peer);

  hc_outbox_push (self->outbox, message);
  go_on (self);
}

static gboolean
hc_peer_v2_withdraw (HcPeer    *peer,
                     HcMessage *message)
{
  return hc_outbox_withdraw (HC_PEER_V2 (peer)->outbox, message);
}

static void
hc_peer_v2_announce_typing (HcPeer *peer)
{
  HcPeerV2 *self = HC_PEER_V2 (peer);

  if (!self->greeted || (self->announced != 0 && now (self) - self->announced < TYPING_MS))
    return;

  self->announced = now (self);
  say (self, hc_packet_new_typing ());
}

/* What is on its way may still be confirmed. */
static void
hc_peer_v2_leave (HcPeer *peer)
{
  HcPeerV2 *self = HC_PEER_V2 (peer);

  hc_liveness_stop (self->liveness);
  if (!self->greeted)
    {
      fail_outbox (self);
      close_link (self);
      return;
    }

  self->leave_timer = hc_clock_set_timer (self->clock, LEAVE_MS, on_leave_timeout, self);
  go_on (self);
}

static void
hc_peer_v2_class_init (HcPeerV2Class *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  HcPeerClass *peer_class = HC_PEER_CLASS (klass);

  object_class->dispose = hc_peer_v2_dispose;
  object_class->finalize = hc_peer_v2_finalize;
  object_class->get_property = hc_peer_v2_get_property;
  peer_class->send = hc_peer_v2_send;
  peer_class->withdraw = hc_peer_v2_withdraw;
  peer_class->announce_typing = hc_peer_v2_announce_typing;
  peer_class->leave = hc_peer_v2_leave;

  properties[PROP_SAFETY_CODE] =
    g_param_spec_object ("safety-code", NULL, NULL, HC_TYPE_SAFETY_CODE, flags);
  properties[PROP_LINK] =
    g_param_spec_object ("link", NULL, NULL, HC_TYPE_LINK, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_peer_v2_init (HcPeerV2 *self)
{
  self->outbox = hc_outbox_new ();
  self->inbox = hc_inbox_new ();
}

/**
 * hc_peer_v2_new:
 * @clock: where it has the time from
 * @own: who we are
 * @peer: who the peer is
 * @session: the name of the match
 * @is_caller: whether we have called
 *
 * Creates a peer to whom there is no link yet.
 *
 * Returns: (transfer full): a peer
 */
HcPeer *
hc_peer_v2_new (HcClock              *clock,
                const HcPeerIdentity *own,
                const HcPeerIdentity *peer,
                const guint8          session[HC_SESSION_LENGTH],
                gboolean              is_caller)
{
  HcPeerV2 *self;

  g_return_val_if_fail (HC_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (hc_client_id_validate (own->id, NULL), NULL);
  g_return_val_if_fail (hc_client_id_validate (peer->id, NULL), NULL);

  self = g_object_new (HC_TYPE_PEER_V2, NULL);
  self->clock = g_object_ref (clock);
  self->greeting = hc_greeting_new (own, peer, session, is_caller);
  self->liveness = hc_liveness_new (clock, on_silence, self);
  hc_peer_set_ids (HC_PEER (self), own->id, peer->id);
  return HC_PEER (self);
}

/**
 * hc_peer_v2_set_link:
 * @self: a peer
 * @link: an encrypted link to whoever holds the peer's key
 * @plain: SHA-256 of what was said on it in plain view
 * @ticket: (nullable) (array fixed-size=16): the server's word for the caller, which
 *   the caller shows and the callee expects; %NULL if there is none
 *
 * Goes on over this link, and closes an earlier one. The conversation begins
 * when #HcPeer:confirmed becomes %TRUE: only then has the other side accepted
 * us, too. Until the first time #HcPeer::ended tells if it doesn't.
 */
void
hc_peer_v2_set_link (HcPeerV2     *self,
                     HcLink       *link,
                     const guint8  plain[HC_DIGEST_LENGTH],
                     const guint8 *ticket)
{
  g_return_if_fail (HC_IS_PEER_V2 (self));
  g_return_if_fail (HC_IS_LINK (link));

  if (hc_peer_is_over (HC_PEER (self)))
    {
      hc_link_close (link);
      return;
    }

  drop_link (self);
  self->link = g_object_ref (link);
  hc_greeting_set_link (self->greeting, plain, ticket);
  g_signal_connect_object (link, "received", G_CALLBACK (on_received), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "malformed", G_CALLBACK (take_fault), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "sent", G_CALLBACK (on_sent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  hc_liveness_start (self->liveness);
  say (self, hc_greeting_make_hello (self->greeting, hc_inbox_get_received (self->inbox)));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK]);
}

/**
 * hc_peer_v2_get_link:
 * @self: a peer
 *
 * Gets the link on which the two speak now.
 *
 * Returns: (transfer none) (nullable): the link, or %NULL if there is none
 */
HcLink *
hc_peer_v2_get_link (HcPeerV2 *self)
{
  g_return_val_if_fail (HC_IS_PEER_V2 (self), NULL);

  return self->link;
}

/**
 * hc_peer_v2_get_safety_code:
 * @self: a peer
 *
 * Gets what both can compare to be sure that nobody is between them.
 *
 * Returns: (transfer none) (nullable): the code, or %NULL before both have
 *   revealed their part of it
 */
HcSafetyCode *
hc_peer_v2_get_safety_code (HcPeerV2 *self)
{
  g_return_val_if_fail (HC_IS_PEER_V2 (self), NULL);

  return self->safety_code;
}
