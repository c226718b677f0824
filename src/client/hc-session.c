/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-client-enums.h"
#include "hc-session-private.h"
#include "hc-source.h"

/* Where somebody has been found, or may find us. */
#define HC_MEETING_STATES \
  (HC_IN (BRIDGING) | HC_IN (WAITING) | HC_IN (MATCHED) | HC_IN (CONNECTING) | HC_IN (CHATTING))

G_DEFINE_FINAL_TYPE (HcSession, hc_session, G_TYPE_OBJECT)

static GParamSpec *properties[HC_SESSION_N_PROPS];

static void
hc_session_dispose (GObject *object)
{
  HcSession *self = HC_SESSION (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  hc_source_clear (&self->close_timer);
  hc_session_clear_meeting (self);
  g_clear_object (&self->peer);
  g_clear_object (&self->match);
  g_clear_object (&self->listener);
  g_clear_object (&self->rendezvous);
  g_clear_object (&self->identity);
  g_clear_object (&self->known_peers);
  g_clear_object (&self->clock);
  g_clear_object (&self->socket);
  g_clear_object (&self->conversation);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hc_session_parent_class)->dispose (object);
}

static void
hc_session_finalize (GObject *object)
{
  HcSession *self = HC_SESSION (object);

  g_free (self->id);
  g_free (self->server);
  g_free (self->address);
  g_free (self->failure);
  g_free (self->peer_id);
  g_free (self->data_folder);
  g_ptr_array_unref (self->acceptors);
  g_ptr_array_unref (self->pending);
  g_clear_error (&self->socket_error);
  g_clear_pointer (&self->key_change, hc_key_change_free);

  G_OBJECT_CLASS (hc_session_parent_class)->finalize (object);
}

static void
hc_session_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  HcSession *self = HC_SESSION (object);

  switch (prop_id)
    {
    case HC_SESSION_PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case HC_SESSION_PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case HC_SESSION_PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case HC_SESSION_PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case HC_SESSION_PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case HC_SESSION_PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case HC_SESSION_PROP_TRANSPORT:
      g_value_set_enum (value, self->transport);
      break;
    case HC_SESSION_PROP_BOUND_PORT:
      g_value_set_uint (value, hc_session_get_bound_port (self));
      break;
    case HC_SESSION_PROP_PEER_ID:
      g_value_set_string (value, self->peer_id);
      break;
    case HC_SESSION_PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case HC_SESSION_PROP_CONFIRMED:
      g_value_set_boolean (value, hc_session_get_confirmed (self));
      break;
    case HC_SESSION_PROP_ENCRYPTED:
      g_value_set_boolean (value, hc_session_get_encrypted (self));
      break;
    case HC_SESSION_PROP_MY_TURN:
      g_value_set_boolean (value, hc_session_get_my_turn (self));
      break;
    case HC_SESSION_PROP_INTERRUPTED:
      g_value_set_boolean (value, hc_session_get_interrupted (self));
      break;
    case HC_SESSION_PROP_PEER_TYPING:
      g_value_set_boolean (value, hc_session_get_peer_typing (self));
      break;
    case HC_SESSION_PROP_LINK_TRANSPORT:
      g_value_set_enum (value, hc_session_get_link_transport (self));
      break;
    case HC_SESSION_PROP_TEXT_CAPACITY:
      g_value_set_uint (value, hc_session_get_text_capacity (self));
      break;
    case HC_SESSION_PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case HC_SESSION_PROP_PACKET_LOG:
      g_value_set_object (value, self->log);
      break;
    case HC_SESSION_PROP_ENCRYPTION_REQUIRED:
      g_value_set_boolean (value, self->encryption_required);
      break;
    case HC_SESSION_PROP_SAFETY_CODE:
      g_value_set_object (value, hc_session_get_safety_code (self));
      break;
    case HC_SESSION_PROP_TRUST:
      g_value_set_enum (value, self->trust);
      break;
    case HC_SESSION_PROP_KEY_CHANGED:
      g_value_set_boolean (value, self->key_change != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_session_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  HcSession *self = HC_SESSION (object);

  switch (prop_id)
    {
    case HC_SESSION_PROP_ID:
      hc_session_set_id (self, g_value_get_string (value));
      break;
    case HC_SESSION_PROP_SERVER:
      hc_session_set_server (self, g_value_get_string (value));
      break;
    case HC_SESSION_PROP_PORT:
      hc_session_set_port (self, g_value_get_uint (value));
      break;
    case HC_SESSION_PROP_ADDRESS:
      hc_session_set_address (self, g_value_get_string (value));
      break;
    case HC_SESSION_PROP_ENCRYPTION_REQUIRED:
      hc_session_set_encryption_required (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_session_class_init (HcSessionClass *klass)
{
  const GParamFlags readable =
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_session_dispose;
  object_class->finalize = hc_session_finalize;
  object_class->get_property = hc_session_get_property;
  object_class->set_property = hc_session_set_property;

  properties[HC_SESSION_PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, writable);
  properties[HC_SESSION_PROP_SERVER] =
    g_param_spec_string ("server", NULL, NULL, NULL, writable);
  properties[HC_SESSION_PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, writable);
  properties[HC_SESSION_PROP_ADDRESS] =
    g_param_spec_string ("address", NULL, NULL, NULL, writable);
  properties[HC_SESSION_PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL,
                       HC_TYPE_SESSION_STATE, HC_SESSION_OFFLINE, readable);
  properties[HC_SESSION_PROP_FAILURE] =
    g_param_spec_string ("failure", NULL, NULL, NULL, readable);
  properties[HC_SESSION_PROP_TRANSPORT] =
    g_param_spec_enum ("transport", NULL, NULL,
                       HC_TYPE_TRANSPORT, HC_TRANSPORT_UNKNOWN, readable);
  properties[HC_SESSION_PROP_BOUND_PORT] =
    g_param_spec_uint ("bound-port", NULL, NULL, 0, G_MAXUINT16, 0, readable);
  properties[HC_SESSION_PROP_PEER_ID] =
    g_param_spec_string ("peer-id", NULL, NULL, NULL, readable);
  properties[HC_SESSION_PROP_INCOMING] =
    g_param_spec_boolean ("incoming", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_CONFIRMED] =
    g_param_spec_boolean ("confirmed", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_ENCRYPTED] =
    g_param_spec_boolean ("encrypted", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_MY_TURN] =
    g_param_spec_boolean ("my-turn", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_INTERRUPTED] =
    g_param_spec_boolean ("interrupted", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_PEER_TYPING] =
    g_param_spec_boolean ("peer-typing", NULL, NULL, FALSE, readable);
  properties[HC_SESSION_PROP_LINK_TRANSPORT] =
    g_param_spec_enum ("link-transport", NULL, NULL,
                       HC_TYPE_TRANSPORT, HC_TRANSPORT_UNKNOWN, readable);
  properties[HC_SESSION_PROP_TEXT_CAPACITY] =
    g_param_spec_uint ("text-capacity", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[HC_SESSION_PROP_CONVERSATION] =
    g_param_spec_object ("conversation", NULL, NULL, HC_TYPE_CONVERSATION, readable);
  properties[HC_SESSION_PROP_PACKET_LOG] =
    g_param_spec_object ("packet-log", NULL, NULL, HC_TYPE_PACKET_LOG, readable);
  properties[HC_SESSION_PROP_ENCRYPTION_REQUIRED] =
    g_param_spec_boolean ("encryption-required", NULL, NULL, FALSE, writable);
  properties[HC_SESSION_PROP_SAFETY_CODE] =
    g_param_spec_object ("safety-code", NULL, NULL, HC_TYPE_SAFETY_CODE, readable);
  properties[HC_SESSION_PROP_TRUST] =
    g_param_spec_enum ("trust", NULL, NULL, HC_TYPE_TRUST, HC_TRUST_NONE, readable);
  properties[HC_SESSION_PROP_KEY_CHANGED] =
    g_param_spec_boolean ("key-changed", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, HC_SESSION_N_PROPS, properties);
}

static void
hc_session_init (HcSession *self)
{
  self->conversation = hc_conversation_new ();
  self->log = hc_packet_log_new ();
  hc_session_init_meeting (self);
}

void
hc_session_notify (HcSession         *self,
                   HcSessionProperty  property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * hc_session_new:
 *
 * Creates a session that is offline and knows neither who nor where it is.
 *
 * Returns: (transfer full): a session
 */
HcSession *
hc_session_new (void)
{
  return g_object_new (HC_TYPE_SESSION, NULL);
}

/* --- For the session's other files ---------------------------------------- */

/* Takes over the words, or forgets the last ones. */
void
hc_session_take_failure (HcSession *self,
                         char      *words)
{
  if (self->failure == NULL && words == NULL)
    return;

  g_free (self->failure);
  self->failure = words;
  hc_session_notify (self, HC_SESSION_PROP_FAILURE);
}

/* Goes to a state; an edge that isn't declared is a mistake in this program. */
void
hc_session_enter (HcSession      *self,
                  HcSessionState  state)
{
  if (self->state == state)
    return;

  g_return_if_fail (hc_session_state_may_follow (self->state, state));

  g_debug ("%s → %s", hc_session_state_to_string (self->state),
           hc_session_state_to_string (state));
  self->state = state;
  if (!hc_session_is_in (self, HC_MEETING_STATES))
    hc_session_clear_meeting (self);
  else if (state == HC_SESSION_MATCHED)
    hc_session_stop_calling (self);
  if (state == HC_SESSION_ENDED)
    hc_session_close_port (self);
  hc_session_notify (self, HC_SESSION_PROP_STATE);
}

/* Goes to a state in which something goes on: what went on before is given up,
 * and its failure forgotten. The returned cancellable belongs to the session. */
GCancellable *
hc_session_begin (HcSession      *self,
                  HcSessionState  state)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hc_session_take_failure (self, NULL);
  hc_session_enter (self, state);
  return self->cancellable;
}

/* Goes back to a state and says why, taking over the words. Whoever hears of
 * the state finds the words there. */
void
hc_session_fail (HcSession      *self,
                 HcSessionState  state,
                 char           *words)
{
  g_debug ("%s failed: %s", hc_session_state_to_string (self->state), words);
  hc_session_take_failure (self, words);
  hc_session_enter (self, state);
}

void
hc_session_set_transport (HcSession   *self,
                          HcTransport  transport)
{
  if (self->transport == transport)
    return;

  self->transport = transport;
  hc_session_notify (self, HC_SESSION_PROP_TRANSPORT);
}

void
hc_session_set_listener (HcSession      *self,
                         HcCallListener *listener)
{
  if (g_set_object (&self->listener, listener))
    hc_session_notify (self, HC_SESSION_PROP_BOUND_PORT);
}

void
hc_session_set_peer (HcSession  *self,
                     const char *peer_id,
                     gboolean    incoming)
{
  if (self->incoming != incoming)
    {
      self->incoming = incoming;
      hc_session_notify (self, HC_SESSION_PROP_INCOMING);
    }
  if (g_strcmp0 (self->peer_id, peer_id) != 0)
    {
      g_free (self->peer_id);
      self->peer_id = g_strdup (peer_id);
      hc_session_notify (self, HC_SESSION_PROP_PEER_ID);
    }
}

void
hc_session_notify_peer (HcSession *self)
{
  hc_session_notify (self, HC_SESSION_PROP_MY_TURN);
  hc_session_notify (self, HC_SESSION_PROP_CONFIRMED);
  hc_session_notify (self, HC_SESSION_PROP_ENCRYPTED);
  hc_session_notify (self, HC_SESSION_PROP_INTERRUPTED);
  hc_session_notify (self, HC_SESSION_PROP_PEER_TYPING);
  hc_session_notify (self, HC_SESSION_PROP_LINK_TRANSPORT);
  hc_session_notify (self, HC_SESSION_PROP_TEXT_CAPACITY);
  hc_session_notify (self, HC_SESSION_PROP_SAFETY_CODE);
  hc_session_check_close (self);
}

gboolean
hc_session_is_in (HcSession *self,
                  guint      states)
{
  return (states & (1u << self->state)) != 0;
}
