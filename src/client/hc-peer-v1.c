/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-peer-v1.h"
#include "hc-peer-private.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

/* A v1 peer takes what one recv() brings for one packet: two that share a
 * segment are one, and the second is lost. Source: protocol, section 3. */
#define SPACING_US (250 * G_TIME_SPAN_MILLISECOND)

/* After this long a v1 peer over UDP gives up. Source: protocol, section 3. */
#define SILENCE_MS (60 * 1000)

/*
 *   caller                               callee
 *     | CHAT, without text: hello           |
 *     |------------------------------------>|
 *     |  250 ms                             |
 *     | CHAT, text                          |
 *     |------------------------------------>|
 *     |                          CHAT, text |
 *     |<------------------------------------|
 *     |                ...                  |
 *     | QUIT, in or out of turn             |
 *     |<----------------------------------->|
 */
struct _HcPeerV1
{
  HcPeer parent_instance;

  HcLink *link;
  gboolean warned_of_id;

  gboolean leaving;
  GQueue waiting;
  HcMessage *in_flight;
  gint64 last_sent;
  GSource *spacing;
  GSource *silence;
};

G_DEFINE_FINAL_TYPE (HcPeerV1, hc_peer_v1, HC_TYPE_PEER)

static void
hc_peer_v1_dispose (GObject *object)
{
  HcPeerV1 *self = HC_PEER_V1 (object);

  hc_source_clear (&self->spacing);
  hc_source_clear (&self->silence);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_clear_object (&self->in_flight);
  g_clear_object (&self->link);

  G_OBJECT_CLASS (hc_peer_v1_parent_class)->dispose (object);
}

static void
hc_peer_v1_init (HcPeerV1 *self)
{
  g_queue_init (&self->waiting);
}

/* --- Silence -------------------------------------------------------------- */

static gboolean
on_silence (gpointer user_data)
{
  HcPeerV1 *self = user_data;
  HcPeer *peer = HC_PEER (self);

  hc_source_clear (&self->silence);
  if (hc_peer_get_my_turn (peer))
    hc_peer_take_notice (peer,
                         g_strdup (_("An older program gives up when it hears nothing for a minute. "
                                     "Say something to see who is still there.")));
  else
    hc_peer_take_notice (peer,
                         /* Translators: %s is a person's ID */
                         g_strdup_printf (_("Nothing has come from %s for a minute. Over UDP nobody can "
                                            "tell whether your words arrive."),
                                          hc_peer_get_id (peer)));
  return G_SOURCE_REMOVE;
}

static void
watch_silence (HcPeerV1 *self)
{
  hc_source_clear (&self->silence);
  if (hc_link_get_transport (self->link) == HC_TRANSPORT_UDP &&
      !hc_peer_is_over (HC_PEER (self)))
    self->silence = hc_source_timer (SILENCE_MS, on_silence, self);
}

/* --- Speaking ------------------------------------------------------------- */

static void
fail_all (HcPeerV1 *self,
          char   *reason)
{
  HcMessage *message;

  while ((message = g_queue_pop_head (&self->waiting)) != NULL)
    {
      hc_message_fail (message, reason);
      g_object_unref (message);
    }
  g_free (reason);
}

/* A datagram is a packet of its own whenever it is sent. */
static guint
get_wait_ms (HcPeerV1 *self)
{
  gint64 wait = self->last_sent + SPACING_US - g_get_monotonic_time ();

  if (hc_link_get_transport (self->link) != HC_TRANSPORT_TCP || self->last_sent == 0 || wait <= 0)
    return 0;
  return wait / G_TIME_SPAN_MILLISECOND + 1;
}

static void
send_packet (HcPeerV1 *self,
             HcPacket *packet)
{
  self->last_sent = g_get_monotonic_time ();
  watch_silence (self);
  hc_link_send (self->link, packet);
}

static void
send_message (HcPeerV1  *self,
              HcMessage *message)
{
  g_autoptr (HcPacket) packet = hc_packet_new_message (hc_peer_get_own_id (HC_PEER (self)),
                                                       hc_message_get_text (message));

  self->in_flight = message;
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENDING);
  hc_peer_set_my_turn (HC_PEER (self), FALSE);
  send_packet (self, packet);
}

static void
send_leave (HcPeerV1 *self)
{
  g_autoptr (HcPacket) packet = hc_packet_new_leave ();

  send_packet (self, packet);
  hc_link_close (self->link);
}

static gboolean flush (gpointer user_data);

static gboolean
flush_later (HcPeerV1 *self)
{
  guint wait_ms = get_wait_ms (self);

  if (wait_ms > 0 && self->spacing == NULL)
    self->spacing = hc_source_timer (wait_ms, flush, self);
  return wait_ms > 0;
}

static gboolean
flush (gpointer user_data)
{
  g_autoptr (HcPeerV1) self = g_object_ref (user_data);

  hc_source_clear (&self->spacing);
  if (hc_peer_get_closed (HC_PEER (self)) || flush_later (self))
    return G_SOURCE_REMOVE;
  if (hc_peer_get_my_turn (HC_PEER (self)) && !g_queue_is_empty (&self->waiting))
    send_message (self, g_queue_pop_head (&self->waiting));
  if (self->leaving && !flush_later (self))
    send_leave (self);
  return G_SOURCE_REMOVE;
}

static void
on_sent (HcPeerV1 *self,
         HcPacket *packet)
{
  g_autoptr (HcMessage) message = NULL;

  if (self->in_flight == NULL || hc_packet_is_hello (packet) ||
      hc_packet_get_packet_type (packet) != HC_PACKET_CHAT)
    return;

  message = g_steal_pointer (&self->in_flight);
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENT);
}

/* --- Listening ------------------------------------------------------------ */

static void
fail_unsent (HcPeerV1 *self)
{
  /* Translators: %s is a person's ID */
  fail_all (self, g_strdup_printf (_("%s was gone before this could be sent"),
                                   hc_peer_get_id (HC_PEER (self))));
}

static void
end (HcPeerV1     *self,
     const GError *error)
{
  if (hc_peer_is_over (HC_PEER (self)))
    return;

  hc_source_clear (&self->silence);
  fail_unsent (self);
  hc_peer_end (HC_PEER (self), error);
}

/* The server named one, and somebody else may sit at that address now. */
static void
check_id (HcPeerV1 *self,
          HcPacket *packet)
{
  HcPeer *peer = HC_PEER (self);
  const char *id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);

  if (self->warned_of_id || g_strcmp0 (id, hc_peer_get_id (peer)) == 0)
    return;

  self->warned_of_id = TRUE;
  /* Translators: both are IDs of persons */
  hc_peer_take_notice (peer, g_strdup_printf (_("Whoever answers is called %s, not %s."),
                                              id, hc_peer_get_id (peer)));
}

static void
take_text (HcPeerV1 *self,
           HcPacket *packet)
{
  g_autofree char *text = hc_packet_dup_text (packet);

  check_id (self, packet);
  if (text == NULL)
    return;

  hc_peer_emit_said (HC_PEER (self), text);
  hc_peer_set_my_turn (HC_PEER (self), TRUE);
  flush (self);
}

/* What else there is in plain view belongs to the beginning of a v2 link, and
 * is nobody's message. */
static gboolean
speaks_v1 (HcPacket *packet)
{
  return hc_packet_get_packet_type (packet) == HC_PACKET_CHAT ||
         hc_packet_get_packet_type (packet) == HC_PACKET_QUIT;
}

/**
 * hc_peer_v1_take:
 * @self: a peer
 * @packet: a packet from it
 *
 * Takes a packet that came before the peer had an object here, as a caller's
 * first one does. Later ones are taken from the link.
 */
void
hc_peer_v1_take (HcPeerV1 *self,
                 HcPacket *packet)
{
  g_autoptr (HcPeerV1) kept = NULL;

  g_return_if_fail (HC_IS_PEER_V1 (self));
  g_return_if_fail (HC_IS_PACKET (packet));

  if (hc_peer_is_over (HC_PEER (self)) || !speaks_v1 (packet))
    return;

  kept = g_object_ref (self);
  watch_silence (self);
  hc_peer_set_confirmed (HC_PEER (self));
  if (hc_packet_get_packet_type (packet) == HC_PACKET_CHAT)
    take_text (self, packet);
  else
    {
      end (self, NULL);
      hc_link_close (self->link);
    }
}

static void
on_malformed (HcPeerV1     *self,
              const GError *fault)
{
  HcPeer *peer = HC_PEER (self);

  if (hc_peer_is_over (peer))
    return;

  /* Translators: %s is a person's ID, the second is a fault, in English */
  hc_peer_take_notice (peer, g_strdup_printf (_("%s sent something that can't be read: %s."),
                                              hc_peer_get_id (peer), fault->message));
}

static void
on_closed (HcPeerV1     *self,
           const GError *error)
{
  g_autoptr (GError) end_of_stream = NULL;

  if (error == NULL)
    end_of_stream = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                         "The connection ended without a farewell");
  if (self->in_flight != NULL)
    g_queue_push_head (&self->waiting, g_steal_pointer (&self->in_flight));

  fail_unsent (self);
  end (self, error != NULL ? error : end_of_stream);
  hc_source_clear (&self->spacing);
  hc_peer_set_closed (HC_PEER (self));
}

/* --- The peer ------------------------------------------------------------- */

static void
hc_peer_v1_send (HcPeer    *peer,
                 HcMessage *message)
{
  HcPeerV1 *self = HC_PEER_V1 (peer);

  g_queue_push_tail (&self->waiting, g_object_ref (message));
  flush (self);
}

static gboolean
hc_peer_v1_withdraw (HcPeer    *peer,
                     HcMessage *message)
{
  HcPeerV1 *self = HC_PEER_V1 (peer);

  if (!g_queue_remove (&self->waiting, message))
    return FALSE;

  g_object_unref (message);
  return TRUE;
}

/* A message that it is our turn to send goes first; what waited for a later
 * turn is not sent. */
static void
hc_peer_v1_leave (HcPeer *peer)
{
  HcPeerV1 *self = HC_PEER_V1 (peer);
  HcMessage *last;

  self->leaving = TRUE;
  hc_source_clear (&self->silence);
  last = hc_peer_get_my_turn (peer) ? g_queue_pop_head (&self->waiting) : NULL;
  fail_all (self, g_strdup (_("You left before this could be sent")));
  if (last != NULL)
    g_queue_push_head (&self->waiting, last);
  flush (self);
}

static void
hc_peer_v1_class_init (HcPeerV1Class *klass)
{
  HcPeerClass *peer_class = HC_PEER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hc_peer_v1_dispose;
  peer_class->send = hc_peer_v1_send;
  peer_class->withdraw = hc_peer_v1_withdraw;
  peer_class->leave = hc_peer_v1_leave;
}

/**
 * hc_peer_v1_new:
 * @link: a link to the peer
 * @own_id: our client ID
 * @peer_id: the peer's
 *
 * Begins to listen to a peer. It is the peer's turn, until hc_peer_v1_greet()
 * or hc_peer_v1_go_on() makes us the caller.
 *
 * Returns: (transfer full): a peer
 */
HcPeer *
hc_peer_v1_new (HcLink     *link,
                const char *own_id,
                const char *peer_id)
{
  HcPeerV1 *self;

  g_return_val_if_fail (HC_IS_LINK (link), NULL);
  g_return_val_if_fail (hc_client_id_validate (own_id, NULL), NULL);
  g_return_val_if_fail (peer_id != NULL, NULL);

  self = g_object_new (HC_TYPE_PEER_V1, NULL);
  self->link = g_object_ref (link);
  hc_peer_set_ids (HC_PEER (self), own_id, peer_id);
  g_signal_connect_object (link, "received", G_CALLBACK (hc_peer_v1_take), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "malformed", G_CALLBACK (on_malformed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "sent", G_CALLBACK (on_sent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  return HC_PEER (self);
}

/**
 * hc_peer_v1_greet:
 * @self: a peer that we call
 *
 * Says hello. The caller speaks first, so it is our turn.
 */
void
hc_peer_v1_greet (HcPeerV1 *self)
{
  g_autoptr (HcPacket) hello = NULL;
  const char *own_id;

  g_return_if_fail (HC_IS_PEER_V1 (self));

  own_id = hc_peer_get_own_id (HC_PEER (self));
  hello = hc_link_get_transport (self->link) == HC_TRANSPORT_UDP
            ? hc_packet_new_datagram_hello (own_id)
            : hc_packet_new_stream_hello (own_id);
  send_packet (self, hello);
  hc_peer_v1_go_on (self);
}

/**
 * hc_peer_v1_go_on:
 * @self: a peer that we have called
 *
 * Goes on behind a hello that was said without this object: it is our turn.
 */
void
hc_peer_v1_go_on (HcPeerV1 *self)
{
  g_return_if_fail (HC_IS_PEER_V1 (self));

  hc_peer_set_my_turn (HC_PEER (self), TRUE);
  flush (self);
}

/**
 * hc_peer_v1_get_link:
 * @self: a peer
 *
 * Gets the link to the peer, which may be closed.
 *
 * Returns: (transfer none): the link
 */
HcLink *
hc_peer_v1_get_link (HcPeerV1 *self)
{
  g_return_val_if_fail (HC_IS_PEER_V1 (self), NULL);

  return self->link;
}
