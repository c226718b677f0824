/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-peer.h"
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
struct _HcPeer
{
  GObject parent_instance;

  HcLink *link;
  char *own_id;
  char *id;

  gboolean my_turn;
  gboolean confirmed;
  gboolean leaving;
  gboolean ended;
  gboolean closed;
  gboolean warned_of_id;

  GQueue waiting;
  HcMessage *in_flight;
  gint64 last_sent;
  GSource *spacing;
  GSource *silence;
};

G_DEFINE_FINAL_TYPE (HcPeer, hc_peer, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MY_TURN,
  PROP_CONFIRMED,
  PROP_CLOSED,
  N_PROPS
};

enum
{
  SAID,
  NOTICE,
  ENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
hc_peer_dispose (GObject *object)
{
  HcPeer *self = HC_PEER (object);

  hc_source_clear (&self->spacing);
  hc_source_clear (&self->silence);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_clear_object (&self->in_flight);
  g_clear_object (&self->link);

  G_OBJECT_CLASS (hc_peer_parent_class)->dispose (object);
}

static void
hc_peer_finalize (GObject *object)
{
  HcPeer *self = HC_PEER (object);

  g_free (self->own_id);
  g_free (self->id);

  G_OBJECT_CLASS (hc_peer_parent_class)->finalize (object);
}

static void
hc_peer_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  HcPeer *self = HC_PEER (object);

  switch (prop_id)
    {
    case PROP_MY_TURN:
      g_value_set_boolean (value, self->my_turn);
      break;
    case PROP_CONFIRMED:
      g_value_set_boolean (value, self->confirmed);
      break;
    case PROP_CLOSED:
      g_value_set_boolean (value, self->closed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static GParamSpec *
flag_spec (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE,
                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static guint
add_signal (const char *name,
            GType       argument)
{
  return g_signal_new (name, HC_TYPE_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, argument);
}

static void
hc_peer_class_init (HcPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_peer_dispose;
  object_class->finalize = hc_peer_finalize;
  object_class->get_property = hc_peer_get_property;

  properties[PROP_MY_TURN] = flag_spec ("my-turn");
  properties[PROP_CONFIRMED] = flag_spec ("confirmed");
  properties[PROP_CLOSED] = flag_spec ("closed");
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HcPeer::said:
   * @self: the peer
   * @text: what it said
   *
   * Emitted for each message from the peer.
   */
  signals[SAID] = add_signal ("said", G_TYPE_STRING);

  /**
   * HcPeer::notice:
   * @self: the peer
   * @text: words for a person
   *
   * Emitted when something happened that a person should know.
   */
  signals[NOTICE] = add_signal ("notice", G_TYPE_STRING);

  /**
   * HcPeer::ended:
   * @self: the peer
   * @error: (type GError) (nullable): %NULL if the peer has taken its leave
   *
   * Emitted once when the peer has ended the conversation or was lost, and not
   * when we have left.
   */
  signals[ENDED] = add_signal ("ended", G_TYPE_ERROR);
}

static void
hc_peer_init (HcPeer *self)
{
  g_queue_init (&self->waiting);
}

static void
set_flag (HcPeer   *self,
          gboolean *flag,
          gboolean  value,
          guint     property)
{
  if (*flag == value)
    return;

  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
notice (HcPeer *self,
        char   *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
  g_free (text);
}

/* --- Silence -------------------------------------------------------------- */

static gboolean
on_silence (gpointer user_data)
{
  HcPeer *self = user_data;

  hc_source_clear (&self->silence);
  if (self->my_turn)
    notice (self, g_strdup (_("An older program gives up when it hears nothing for a minute. "
                              "Say something to see who is still there.")));
  else
    /* Translators: %s is a person's ID */
    notice (self, g_strdup_printf (_("Nothing has come from %s for a minute. Over UDP nobody can "
                                     "tell whether your words arrive."), self->id));
  return G_SOURCE_REMOVE;
}

static void
watch_silence (HcPeer *self)
{
  hc_source_clear (&self->silence);
  if (hc_link_get_transport (self->link) == HC_TRANSPORT_UDP && !self->ended && !self->leaving)
    self->silence = hc_source_timer (SILENCE_MS, on_silence, self);
}

/* --- Speaking ------------------------------------------------------------- */

static void
fail_all (HcPeer *self,
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
get_wait_ms (HcPeer *self)
{
  gint64 wait = self->last_sent + SPACING_US - g_get_monotonic_time ();

  if (hc_link_get_transport (self->link) != HC_TRANSPORT_TCP || self->last_sent == 0 || wait <= 0)
    return 0;
  return wait / G_TIME_SPAN_MILLISECOND + 1;
}

static void
send_packet (HcPeer   *self,
             HcPacket *packet)
{
  self->last_sent = g_get_monotonic_time ();
  watch_silence (self);
  hc_link_send (self->link, packet);
}

static void
send_message (HcPeer    *self,
              HcMessage *message)
{
  g_autoptr (HcPacket) packet = hc_packet_new_message (self->own_id,
                                                       hc_message_get_text (message));

  self->in_flight = message;
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENDING);
  set_flag (self, &self->my_turn, FALSE, PROP_MY_TURN);
  send_packet (self, packet);
}

static void
send_leave (HcPeer *self)
{
  g_autoptr (HcPacket) packet = hc_packet_new_leave ();

  send_packet (self, packet);
  hc_link_close (self->link);
}

static gboolean flush (gpointer user_data);

static gboolean
flush_later (HcPeer *self)
{
  guint wait_ms = get_wait_ms (self);

  if (wait_ms > 0 && self->spacing == NULL)
    self->spacing = hc_source_timer (wait_ms, flush, self);
  return wait_ms > 0;
}

static gboolean
flush (gpointer user_data)
{
  g_autoptr (HcPeer) self = g_object_ref (user_data);

  hc_source_clear (&self->spacing);
  if (self->closed || flush_later (self))
    return G_SOURCE_REMOVE;
  if (self->my_turn && !g_queue_is_empty (&self->waiting))
    send_message (self, g_queue_pop_head (&self->waiting));
  if (self->leaving && !flush_later (self))
    send_leave (self);
  return G_SOURCE_REMOVE;
}

static void
on_sent (HcPeer   *self,
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
fail_unsent (HcPeer *self)
{
  /* Translators: %s is a person's ID */
  fail_all (self, g_strdup_printf (_("%s was gone before this could be sent"), self->id));
}

static void
end (HcPeer       *self,
     const GError *error)
{
  if (self->ended || self->leaving)
    return;

  self->ended = TRUE;
  hc_source_clear (&self->silence);
  fail_unsent (self);
  g_signal_emit (self, signals[ENDED], 0, error);
}

/* The server named one, and somebody else may sit at that address now. */
static void
check_id (HcPeer   *self,
          HcPacket *packet)
{
  const char *id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);

  if (self->warned_of_id || g_strcmp0 (id, self->id) == 0)
    return;

  self->warned_of_id = TRUE;
  /* Translators: both are IDs of persons */
  notice (self, g_strdup_printf (_("Whoever answers is called %s, not %s."), id, self->id));
}

static void
take_text (HcPeer   *self,
           HcPacket *packet)
{
  g_autofree char *text = hc_packet_dup_text (packet);

  check_id (self, packet);
  if (text == NULL)
    return;

  g_signal_emit (self, signals[SAID], 0, text);
  set_flag (self, &self->my_turn, TRUE, PROP_MY_TURN);
  flush (self);
}

/**
 * hc_peer_take:
 * @self: a peer
 * @packet: a packet from it
 *
 * Takes a packet that came before the peer had an object here, as a caller's
 * first one does. Later ones are taken from the link.
 */
void
hc_peer_take (HcPeer   *self,
              HcPacket *packet)
{
  g_autoptr (HcPeer) kept = NULL;

  g_return_if_fail (HC_IS_PEER (self));
  g_return_if_fail (HC_IS_PACKET (packet));

  if (self->ended || self->leaving)
    return;

  kept = g_object_ref (self);
  watch_silence (self);
  set_flag (self, &self->confirmed, TRUE, PROP_CONFIRMED);
  if (hc_packet_get_packet_type (packet) == HC_PACKET_CHAT)
    take_text (self, packet);
  else
    {
      end (self, NULL);
      hc_link_close (self->link);
    }
}

static void
on_malformed (HcPeer       *self,
              const GError *fault)
{
  if (self->ended || self->leaving)
    return;

  /* Translators: %s is a person's ID, the second is a fault, in English */
  notice (self, g_strdup_printf (_("%s sent something that can't be read: %s."),
                                 self->id, fault->message));
}

static void
on_closed (HcPeer       *self,
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
  set_flag (self, &self->closed, TRUE, PROP_CLOSED);
}

/* --- The peer ------------------------------------------------------------- */

/**
 * hc_peer_new:
 * @link: a link to the peer
 * @own_id: our client ID
 * @peer_id: the peer's
 *
 * Begins to listen to a peer. It is the peer's turn, until hc_peer_greet()
 * makes us the caller.
 *
 * Returns: (transfer full): a peer
 */
HcPeer *
hc_peer_new (HcLink     *link,
             const char *own_id,
             const char *peer_id)
{
  HcPeer *self;

  g_return_val_if_fail (HC_IS_LINK (link), NULL);
  g_return_val_if_fail (hc_client_id_validate (own_id, NULL), NULL);
  g_return_val_if_fail (peer_id != NULL, NULL);

  self = g_object_new (HC_TYPE_PEER, NULL);
  self->link = g_object_ref (link);
  self->own_id = g_strdup (own_id);
  self->id = g_strdup (peer_id);
  g_signal_connect_object (link, "received", G_CALLBACK (hc_peer_take), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "malformed", G_CALLBACK (on_malformed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "sent", G_CALLBACK (on_sent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hc_peer_greet:
 * @self: a peer that we call
 *
 * Says hello. The caller speaks first, so it is our turn.
 */
void
hc_peer_greet (HcPeer *self)
{
  g_autoptr (HcPacket) hello = NULL;

  g_return_if_fail (HC_IS_PEER (self));

  hello = hc_link_get_transport (self->link) == HC_TRANSPORT_UDP
            ? hc_packet_new_datagram_hello (self->own_id)
            : hc_packet_new_stream_hello (self->own_id);
  set_flag (self, &self->my_turn, TRUE, PROP_MY_TURN);
  send_packet (self, hello);
  flush (self);
}

/**
 * hc_peer_get_my_turn:
 * @self: a peer
 *
 * Tells whether the peer listens.
 *
 * Returns: %TRUE if a message would be sent at once
 */
gboolean
hc_peer_get_my_turn (HcPeer *self)
{
  g_return_val_if_fail (HC_IS_PEER (self), FALSE);

  return self->my_turn;
}

/**
 * hc_peer_get_confirmed:
 * @self: a peer
 *
 * Tells whether anything has come from the peer. Over UDP a call that nobody
 * hears looks like one that nobody has answered yet.
 *
 * Returns: %TRUE if there is somebody
 */
gboolean
hc_peer_get_confirmed (HcPeer *self)
{
  g_return_val_if_fail (HC_IS_PEER (self), FALSE);

  return self->confirmed;
}

/**
 * hc_peer_get_closed:
 * @self: a peer
 *
 * Tells whether nothing comes and goes any more.
 *
 * Returns: %TRUE if the link is closed
 */
gboolean
hc_peer_get_closed (HcPeer *self)
{
  g_return_val_if_fail (HC_IS_PEER (self), TRUE);

  return self->closed;
}

/**
 * hc_peer_send:
 * @self: a peer
 * @message: an outgoing message that fits in a packet
 *
 * Sends a message when it is our turn, one a turn. The message's status tells
 * what becomes of it.
 */
void
hc_peer_send (HcPeer    *self,
              HcMessage *message)
{
  g_return_if_fail (HC_IS_PEER (self));
  g_return_if_fail (HC_IS_MESSAGE (message));
  g_return_if_fail (!self->ended && !self->leaving);

  g_queue_push_tail (&self->waiting, g_object_ref (message));
  flush (self);
}

/**
 * hc_peer_leave:
 * @self: a peer
 *
 * Takes leave and closes the link behind that; #HcPeer:closed tells when it is
 * done, possibly before this returns. A message that it is our turn to send
 * goes first; what waited for a later turn is not sent.
 */
void
hc_peer_leave (HcPeer *self)
{
  HcMessage *last;

  g_return_if_fail (HC_IS_PEER (self));

  if (self->ended || self->leaving)
    return;

  self->leaving = TRUE;
  hc_source_clear (&self->silence);
  last = self->my_turn ? g_queue_pop_head (&self->waiting) : NULL;
  fail_all (self, g_strdup (_("You left before this could be sent")));
  if (last != NULL)
    g_queue_push_head (&self->waiting, last);
  flush (self);
}
