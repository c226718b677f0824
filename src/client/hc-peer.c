/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-peer-private.h"

typedef struct
{
  char *own_id;
  char *id;

  gboolean my_turn;
  gboolean confirmed;
  gboolean interrupted;
  gboolean typing;
  gboolean closed;

  gboolean leaving;
  gboolean ended;
} HcPeerPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HcPeer, hc_peer, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MY_TURN,
  PROP_CONFIRMED,
  PROP_INTERRUPTED,
  PROP_TYPING,
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

static HcPeerPrivate *
get_private (HcPeer *self)
{
  return hc_peer_get_instance_private (self);
}

static void
hc_peer_finalize (GObject *object)
{
  HcPeerPrivate *priv = get_private (HC_PEER (object));

  g_free (priv->own_id);
  g_free (priv->id);

  G_OBJECT_CLASS (hc_peer_parent_class)->finalize (object);
}

static void
hc_peer_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  HcPeerPrivate *priv = get_private (HC_PEER (object));

  switch (prop_id)
    {
    case PROP_MY_TURN:
      g_value_set_boolean (value, priv->my_turn);
      break;
    case PROP_CONFIRMED:
      g_value_set_boolean (value, priv->confirmed);
      break;
    case PROP_INTERRUPTED:
      g_value_set_boolean (value, priv->interrupted);
      break;
    case PROP_TYPING:
      g_value_set_boolean (value, priv->typing);
      break;
    case PROP_CLOSED:
      g_value_set_boolean (value, priv->closed);
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

  object_class->finalize = hc_peer_finalize;
  object_class->get_property = hc_peer_get_property;

  properties[PROP_MY_TURN] = flag_spec ("my-turn");
  properties[PROP_CONFIRMED] = flag_spec ("confirmed");
  properties[PROP_INTERRUPTED] = flag_spec ("interrupted");
  properties[PROP_TYPING] = flag_spec ("typing");
  properties[PROP_CLOSED] = flag_spec ("closed");
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HcPeer::said:
   * @self: the peer
   * @text: what it said
   *
   * Emitted for each message from the peer. When the emission is over, a v2
   * peer is told that it has arrived: keep it before.
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

/* --- For the versions ----------------------------------------------------- */

void
hc_peer_set_ids (HcPeer     *self,
                 const char *own_id,
                 const char *id)
{
  HcPeerPrivate *priv = get_private (self);

  priv->own_id = g_strdup (own_id);
  priv->id = g_strdup (id);
}

const char *
hc_peer_get_own_id (HcPeer *self)
{
  return get_private (self)->own_id;
}

const char *
hc_peer_get_id (HcPeer *self)
{
  return get_private (self)->id;
}

/* Whether one of the two has left, or the peer was lost. */
gboolean
hc_peer_is_over (HcPeer *self)
{
  HcPeerPrivate *priv = get_private (self);

  return priv->leaving || priv->ended;
}

void
hc_peer_set_my_turn (HcPeer   *self,
                     gboolean  my_turn)
{
  set_flag (self, &get_private (self)->my_turn, my_turn, PROP_MY_TURN);
}

void
hc_peer_set_confirmed (HcPeer *self)
{
  set_flag (self, &get_private (self)->confirmed, TRUE, PROP_CONFIRMED);
}

void
hc_peer_set_interrupted (HcPeer   *self,
                         gboolean  interrupted)
{
  set_flag (self, &get_private (self)->interrupted, interrupted, PROP_INTERRUPTED);
}

void
hc_peer_set_typing (HcPeer   *self,
                    gboolean  typing)
{
  set_flag (self, &get_private (self)->typing, typing, PROP_TYPING);
}

void
hc_peer_set_closed (HcPeer *self)
{
  set_flag (self, &get_private (self)->closed, TRUE, PROP_CLOSED);
}

void
hc_peer_emit_said (HcPeer     *self,
                   const char *text)
{
  g_signal_emit (self, signals[SAID], 0, text);
}

/* Takes over the words. */
void
hc_peer_take_notice (HcPeer *self,
                     char   *words)
{
  g_signal_emit (self, signals[NOTICE], 0, words);
  g_free (words);
}

/* The peer has ended it, or was lost. */
void
hc_peer_end (HcPeer       *self,
             const GError *error)
{
  HcPeerPrivate *priv = get_private (self);

  g_return_if_fail (!priv->leaving && !priv->ended);

  priv->ended = TRUE;
  hc_peer_set_typing (self, FALSE);
  g_signal_emit (self, signals[ENDED], 0, error);
}

/* --- For the session ------------------------------------------------------ */

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

  return get_private (self)->my_turn;
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

  return get_private (self)->confirmed;
}

/**
 * hc_peer_get_interrupted:
 * @self: a peer
 *
 * Tells whether there is no way to the peer just now. What is written meanwhile
 * is sent when there is one again.
 *
 * Returns: %TRUE if the peer can't be reached
 */
gboolean
hc_peer_get_interrupted (HcPeer *self)
{
  g_return_val_if_fail (HC_IS_PEER (self), FALSE);

  return get_private (self)->interrupted;
}

/**
 * hc_peer_get_typing:
 * @self: a peer
 *
 * Tells whether the peer is writing something.
 *
 * Returns: %TRUE if it said so a few seconds ago
 */
gboolean
hc_peer_get_typing (HcPeer *self)
{
  g_return_val_if_fail (HC_IS_PEER (self), FALSE);

  return get_private (self)->typing;
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

  return get_private (self)->closed;
}

/**
 * hc_peer_send:
 * @self: a peer
 * @message: an outgoing message that the peer's version can carry
 *
 * Sends a message as soon as that can be. The message's status tells what
 * becomes of it.
 */
void
hc_peer_send (HcPeer    *self,
              HcMessage *message)
{
  g_return_if_fail (HC_IS_PEER (self));
  g_return_if_fail (HC_IS_MESSAGE (message));
  g_return_if_fail (!hc_peer_is_over (self));

  HC_PEER_GET_CLASS (self)->send (self, message);
}

/**
 * hc_peer_withdraw:
 * @self: a peer
 * @message: an outgoing message that waits
 *
 * Takes a message back, unless the peer may already have some of it.
 *
 * Returns: %TRUE if the message won't be sent; it has no status then
 */
gboolean
hc_peer_withdraw (HcPeer    *self,
                  HcMessage *message)
{
  g_return_val_if_fail (HC_IS_PEER (self), FALSE);
  g_return_val_if_fail (HC_IS_MESSAGE (message), FALSE);

  return HC_PEER_GET_CLASS (self)->withdraw != NULL &&
         HC_PEER_GET_CLASS (self)->withdraw (self, message);
}

/**
 * hc_peer_announce_typing:
 * @self: a peer
 *
 * Tells the peer that the user is writing, if it wants to know that. Call it as
 * often as a key is pressed.
 */
void
hc_peer_announce_typing (HcPeer *self)
{
  g_return_if_fail (HC_IS_PEER (self));

  if (!hc_peer_is_over (self) && HC_PEER_GET_CLASS (self)->announce_typing != NULL)
    HC_PEER_GET_CLASS (self)->announce_typing (self);
}

/**
 * hc_peer_leave:
 * @self: a peer
 *
 * Takes leave and closes the link behind that; #HcPeer:closed tells when it is
 * done, possibly before this returns. What can still be sent goes first.
 */
void
hc_peer_leave (HcPeer *self)
{
  HcPeerPrivate *priv;

  g_return_if_fail (HC_IS_PEER (self));

  if (hc_peer_is_over (self))
    return;

  priv = get_private (self);
  priv->leaving = TRUE;
  hc_peer_set_typing (self, FALSE);
  HC_PEER_GET_CLASS (self)->leave (self);
}
