/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-enums.h"
#include "hc-client-error.h"
#include "hc-session-private.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

#define CLOSE_TIMEOUT_MS 2000

#define IN(state) (1u << HC_SESSION_##state)

G_DEFINE_FINAL_TYPE (HcSession, hc_session, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_SERVER,
  PROP_PORT,
  PROP_ADDRESS,
  PROP_STATE,
  PROP_FAILURE,
  PROP_TRANSPORT,
  PROP_BOUND_PORT,
  PROP_PEER_ID,
  PROP_INCOMING,
  PROP_CONFIRMED,
  PROP_ENCRYPTED,
  PROP_MY_TURN,
  PROP_TEXT_CAPACITY,
  PROP_CONVERSATION,
  PROP_PACKET_LOG,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hc_session_dispose (GObject *object)
{
  HcSession *self = HC_SESSION (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  hc_source_clear (&self->renewal);
  hc_source_clear (&self->close_timer);
  g_clear_object (&self->peer);
  g_clear_object (&self->callee);
  g_clear_object (&self->listener);
  g_clear_object (&self->rendezvous);
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
  g_clear_error (&self->stream_error);

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
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case PROP_TRANSPORT:
      g_value_set_enum (value, self->transport);
      break;
    case PROP_BOUND_PORT:
      g_value_set_uint (value, hc_session_get_bound_port (self));
      break;
    case PROP_PEER_ID:
      g_value_set_string (value, self->peer_id);
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case PROP_CONFIRMED:
      g_value_set_boolean (value, hc_session_get_confirmed (self));
      break;
    case PROP_ENCRYPTED:
      g_value_set_boolean (value, hc_session_get_encrypted (self));
      break;
    case PROP_MY_TURN:
      g_value_set_boolean (value, hc_session_get_my_turn (self));
      break;
    case PROP_TEXT_CAPACITY:
      g_value_set_uint (value, hc_session_get_text_capacity (self));
      break;
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_PACKET_LOG:
      g_value_set_object (value, self->log);
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
    case PROP_ID:
      hc_session_set_id (self, g_value_get_string (value));
      break;
    case PROP_SERVER:
      hc_session_set_server (self, g_value_get_string (value));
      break;
    case PROP_PORT:
      hc_session_set_port (self, g_value_get_uint (value));
      break;
    case PROP_ADDRESS:
      hc_session_set_address (self, g_value_get_string (value));
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

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, writable);
  properties[PROP_SERVER] =
    g_param_spec_string ("server", NULL, NULL, NULL, writable);
  properties[PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, writable);
  properties[PROP_ADDRESS] =
    g_param_spec_string ("address", NULL, NULL, NULL, writable);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL,
                       HC_TYPE_SESSION_STATE, HC_SESSION_OFFLINE, readable);
  properties[PROP_FAILURE] =
    g_param_spec_string ("failure", NULL, NULL, NULL, readable);
  properties[PROP_TRANSPORT] =
    g_param_spec_enum ("transport", NULL, NULL,
                       HC_TYPE_TRANSPORT, HC_TRANSPORT_UNKNOWN, readable);
  properties[PROP_BOUND_PORT] =
    g_param_spec_uint ("bound-port", NULL, NULL, 0, G_MAXUINT16, 0, readable);
  properties[PROP_PEER_ID] =
    g_param_spec_string ("peer-id", NULL, NULL, NULL, readable);
  properties[PROP_INCOMING] =
    g_param_spec_boolean ("incoming", NULL, NULL, FALSE, readable);
  properties[PROP_CONFIRMED] =
    g_param_spec_boolean ("confirmed", NULL, NULL, FALSE, readable);
  properties[PROP_ENCRYPTED] =
    g_param_spec_boolean ("encrypted", NULL, NULL, FALSE, readable);
  properties[PROP_MY_TURN] =
    g_param_spec_boolean ("my-turn", NULL, NULL, FALSE, readable);
  properties[PROP_TEXT_CAPACITY] =
    g_param_spec_uint ("text-capacity", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_CONVERSATION] =
    g_param_spec_object ("conversation", NULL, NULL, HC_TYPE_CONVERSATION, readable);
  properties[PROP_PACKET_LOG] =
    g_param_spec_object ("packet-log", NULL, NULL, HC_TYPE_PACKET_LOG, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_session_init (HcSession *self)
{
  self->conversation = hc_conversation_new ();
  self->log = hc_packet_log_new ();
}

static void
notify (HcSession *self,
        guint      property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* --- For the session's own files ------------------------------------------ */

static void
take_failure (HcSession *self,
              char      *words)
{
  if (self->failure == NULL && words == NULL)
    return;

  g_free (self->failure);
  self->failure = words;
  notify (self, PROP_FAILURE);
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
  hc_source_clear (&self->renewal);
  self->state = state;
  notify (self, PROP_STATE);
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
  take_failure (self, NULL);
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
  take_failure (self, words);
  hc_session_enter (self, state);
}

void
hc_session_set_transport (HcSession   *self,
                          HcTransport  transport)
{
  if (self->transport == transport)
    return;

  self->transport = transport;
  notify (self, PROP_TRANSPORT);
}

void
hc_session_set_listener (HcSession      *self,
                         HcCallListener *listener)
{
  if (g_set_object (&self->listener, listener))
    notify (self, PROP_BOUND_PORT);
}

void
hc_session_set_peer (HcSession  *self,
                     const char *peer_id,
                     gboolean    incoming)
{
  if (self->incoming != incoming)
    {
      self->incoming = incoming;
      notify (self, PROP_INCOMING);
    }
  if (g_strcmp0 (self->peer_id, peer_id) != 0)
    {
      g_free (self->peer_id);
      self->peer_id = g_strdup (peer_id);
      notify (self, PROP_PEER_ID);
    }
}

void
hc_session_notify_peer (HcSession *self)
{
  notify (self, PROP_MY_TURN);
  notify (self, PROP_CONFIRMED);
  hc_session_check_close (self);
}

char *
hc_session_describe_failure (HcSession    *self,
                             const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return g_strdup (_("The server closed the connection without an answer. It may have had too "
                       "many requests from here: wait a minute and try again."));
  return hc_client_error_describe (error, self->server);
}

static void
on_farewell_said (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, NULL, &error))
    g_debug ("The server has not heard it: %s", error->message);
  self->n_farewells--;
  hc_session_check_close (self);
}

/* Tells the server something on whose answer nothing depends. */
void
hc_session_say_farewell (HcSession *self,
                         HcPacket  *packet)
{
  self->n_farewells++;
  hc_rendezvous_client_request_async (self->rendezvous, packet, NULL,
                                      on_farewell_said, g_object_ref (self));
}

/* --- What it is to do ----------------------------------------------------- */

static gboolean
is_in (HcSession *self,
       guint      states)
{
  return (states & (1u << self->state)) != 0;
}

static gboolean
set_text (char       **field,
          const char  *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

/* What was found out of one server doesn't hold for another. */
static void
forget_server (HcSession *self)
{
  if (!is_in (self, IN (OFFLINE) | IN (READY) | IN (ENDED)))
    return;

  g_clear_object (&self->rendezvous);
  hc_session_set_transport (self, HC_TRANSPORT_UNKNOWN);
  if (self->state == HC_SESSION_READY)
    hc_session_enter (self, HC_SESSION_OFFLINE);
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

/**
 * hc_session_get_id:
 * @self: a session
 *
 * Gets who the user is.
 *
 * Returns: (transfer none) (nullable): the client ID
 */
const char *
hc_session_get_id (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->id;
}

/**
 * hc_session_set_id:
 * @self: a session that is not registered
 * @id: (nullable): a client ID; it is checked by hc_session_register()
 *
 * Sets who the user is. Where somebody is registered already it does nothing.
 */
void
hc_session_set_id (HcSession  *self,
                   const char *id)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self) || !set_text (&self->id, id))
    return;

  notify (self, PROP_ID);
  notify (self, PROP_TEXT_CAPACITY);
}

/**
 * hc_session_get_server:
 * @self: a session
 *
 * Gets where the server is.
 *
 * Returns: (transfer none) (nullable): `host:port` as it was written
 */
const char *
hc_session_get_server (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->server;
}

/**
 * hc_session_set_server:
 * @self: a session that is not registered
 * @server: (nullable): `host:port`; it is checked by hc_session_register()
 *
 * Sets where the server is. Where somebody is registered already it does
 * nothing.
 */
void
hc_session_set_server (HcSession  *self,
                       const char *server)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self) || !set_text (&self->server, server))
    return;

  forget_server (self);
  notify (self, PROP_SERVER);
}

/**
 * hc_session_get_port:
 * @self: a session
 *
 * Gets the port on which the user wants to be called.
 *
 * Returns: 1 to 65535, or 0 to have it chosen
 */
guint
hc_session_get_port (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), 0);

  return self->port;
}

/**
 * hc_session_set_port:
 * @self: a session that is not registered
 * @port: 1 to 65535, or 0 to have it chosen
 *
 * Sets the port on which the user wants to be called. Where somebody is
 * registered already it does nothing.
 */
void
hc_session_set_port (HcSession *self,
                     guint      port)
{
  g_return_if_fail (HC_IS_SESSION (self));
  g_return_if_fail (port <= G_MAXUINT16);

  if (!hc_session_can_register (self) || self->port == port)
    return;

  self->port = port;
  notify (self, PROP_PORT);
}

/**
 * hc_session_get_address:
 * @self: a session
 *
 * Gets which of this host's addresses is used.
 *
 * Returns: (transfer none) (nullable): a literal address, or %NULL for the one
 *   that reaches the server
 */
const char *
hc_session_get_address (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->address;
}

/**
 * hc_session_set_address:
 * @self: a session that is not registered
 * @address: (nullable): a literal address of this host, or %NULL for the one
 *   that reaches the server
 *
 * Sets which of this host's addresses to bind to and to declare. Where somebody
 * is registered already it does nothing.
 */
void
hc_session_set_address (HcSession  *self,
                        const char *address)
{
  g_return_if_fail (HC_IS_SESSION (self));
  g_return_if_fail (address == NULL || hc_text_is_address (address));

  if (!hc_session_can_register (self) || !set_text (&self->address, address))
    return;

  g_clear_object (&self->socket);
  forget_server (self);
  notify (self, PROP_ADDRESS);
}

/* --- How it stands -------------------------------------------------------- */

/**
 * hc_session_get_state:
 * @self: a session
 *
 * Gets where the session stands.
 *
 * Returns: the state
 */
HcSessionState
hc_session_get_state (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), HC_SESSION_OFFLINE);

  return self->state;
}

/**
 * hc_session_get_failure:
 * @self: a session
 *
 * Gets why the last action did not succeed. It is forgotten when another one
 * begins.
 *
 * Returns: (transfer none) (nullable): words for a person, with what to do
 *   next, or %NULL if nothing has failed
 */
const char *
hc_session_get_failure (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->failure;
}

/**
 * hc_session_get_transport:
 * @self: a session
 *
 * Gets the server's mode, which is also that of the conversation.
 *
 * Returns: the transport
 */
HcTransport
hc_session_get_transport (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), HC_TRANSPORT_UNKNOWN);

  return self->transport;
}

/**
 * hc_session_get_bound_port:
 * @self: a session
 *
 * Gets the port on which the user can be called.
 *
 * Returns: 1 to 65535, or 0 if there is none now
 */
guint
hc_session_get_bound_port (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), 0);

  return self->listener != NULL ? hc_call_listener_get_port (self->listener) : 0;
}

/**
 * hc_session_get_peer_id:
 * @self: a session
 *
 * Gets who is at the other end, or is ready to be called. It is what they or
 * the server say: nothing proves it in v1.
 *
 * Returns: (transfer none) (nullable): a client ID, or %NULL if there is nobody
 */
const char *
hc_session_get_peer_id (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->peer_id;
}

/**
 * hc_session_get_incoming:
 * @self: a session
 *
 * Tells who called whom.
 *
 * Returns: %TRUE if the peer called us
 */
gboolean
hc_session_get_incoming (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->incoming;
}

/**
 * hc_session_get_confirmed:
 * @self: a session
 *
 * Tells whether anything has come from the peer.
 *
 * Returns: %TRUE if there is certainly somebody
 */
gboolean
hc_session_get_confirmed (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->peer != NULL && hc_peer_get_confirmed (self->peer);
}

/**
 * hc_session_get_encrypted:
 * @self: a session
 *
 * Tells whether only the peer can read the conversation. In v1 it never is so.
 *
 * Returns: %TRUE if it is encrypted
 */
gboolean
hc_session_get_encrypted (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return FALSE;
}

/**
 * hc_session_get_my_turn:
 * @self: a session
 *
 * Tells whether the peer listens. With a v1 peer both speak in turns.
 *
 * Returns: %TRUE if a message would be sent at once
 */
gboolean
hc_session_get_my_turn (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->peer != NULL && hc_peer_get_my_turn (self->peer);
}

/**
 * hc_session_get_text_capacity:
 * @self: a session
 *
 * Gets how long a message may be.
 *
 * Returns: how many bytes of UTF-8, or 0 as long as there is no valid ID
 */
guint
hc_session_get_text_capacity (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), 0);

  return hc_client_id_validate (self->id, NULL) ? hc_message_get_capacity (self->id) : 0;
}

/**
 * hc_session_get_conversation:
 * @self: a session
 *
 * Gets what has been said since the last conversation began.
 *
 * Returns: (transfer none): the same object always
 */
HcConversation *
hc_session_get_conversation (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->conversation;
}

/**
 * hc_session_get_packet_log:
 * @self: a session
 *
 * Gets the packets that have passed.
 *
 * Returns: (transfer none): the same object always
 */
HcPacketLog *
hc_session_get_packet_log (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->log;
}

/* --- What can be done ----------------------------------------------------- */

/**
 * hc_session_can_register:
 * @self: a session
 *
 * Tells whether hc_session_register() would do something.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_register (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return is_in (self, IN (OFFLINE) | IN (READY) | IN (ENDED)) && self->close_task == NULL;
}

/**
 * hc_session_can_bridge:
 * @self: a session
 *
 * Tells whether hc_session_bridge() would do something.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_bridge (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return is_in (self, IN (REGISTERED) | IN (MATCHED));
}

/**
 * hc_session_can_chat:
 * @self: a session
 *
 * Tells whether hc_session_chat() would do something.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_chat (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return is_in (self, IN (MATCHED));
}

/**
 * hc_session_can_send:
 * @self: a session
 *
 * Tells whether hc_session_send() would take a message.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_send (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return is_in (self, IN (CHATTING));
}

/**
 * hc_session_can_leave:
 * @self: a session
 *
 * Tells whether hc_session_leave() would do something.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_leave (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return is_in (self, IN (REGISTERED) | IN (BRIDGING) | IN (WAITING) | IN (MATCHED) |
                        IN (CONNECTING) | IN (CHATTING));
}

/**
 * hc_session_can_cancel:
 * @self: a session
 *
 * Tells whether hc_session_cancel() would do something.
 *
 * Returns: %TRUE if it would
 */
gboolean
hc_session_can_cancel (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return hc_session_state_is_busy (self->state);
}

/* --- Doing it ------------------------------------------------------------- */

/**
 * hc_session_register:
 * @self: a session
 *
 * Asks the server for its mode, if that isn't known yet, and claims the ID.
 * Comes to %HC_SESSION_REGISTERED.
 */
void
hc_session_register (HcSession *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self))
    return;

  if (!hc_client_id_validate (self->id, &error))
    take_failure (self, g_strdup_printf (_("Choose an ID of 1 to %d bytes, without blanks at its "
                                           "ends."), HC_CLIENT_ID_MAX_LENGTH));
  else if (self->rendezvous == NULL)
    hc_session_probe (self);
  else
    {
      hc_session_enter (self, HC_SESSION_READY);
      hc_session_claim (self);
    }
}

/**
 * hc_session_bridge:
 * @self: a session
 *
 * Asks for somebody who is ready. Comes to %HC_SESSION_MATCHED, or to
 * %HC_SESSION_WAITING if nobody is.
 */
void
hc_session_bridge (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (hc_session_can_bridge (self))
    hc_session_ask_for_peer (self);
}

/**
 * hc_session_chat:
 * @self: a session
 *
 * Calls the one who is ready. Comes to %HC_SESSION_CHATTING.
 */
void
hc_session_chat (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (hc_session_can_chat (self))
    hc_session_call_peer (self);
}

static gboolean
check_text (HcSession   *self,
            const char  *text,
            GError     **error)
{
  gsize length = strlen (text);

  if (!hc_session_can_send (self))
    g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NO_CONVERSATION,
                         _("There is nobody to send this to. Register, bridge and chat first."));
  else if (length == 0)
    g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_EMPTY,
                         _("There is nothing in the message."));
  else if (length > hc_session_get_text_capacity (self))
    g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TOO_LONG,
                 /* Translators: how many bytes too long a message is */
                 ngettext ("The message is %u byte too long. Send it in parts.",
                           "The message is %u bytes too long. Send it in parts.",
                           length - hc_session_get_text_capacity (self)),
                 (guint) (length - hc_session_get_text_capacity (self)));
  else
    return TRUE;
  return FALSE;
}

/**
 * hc_session_send:
 * @self: a session
 * @text: UTF-8, at most #HcSession:text-capacity bytes
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Adds a message to the conversation and sends it as soon as it is our turn.
 * What becomes of it is seen in its status.
 *
 * Returns: %TRUE if the message was taken
 */
gboolean
hc_session_send (HcSession   *self,
                 const char  *text,
                 GError     **error)
{
  g_autofree char *normalised = NULL;
  g_autoptr (HcMessage) message = NULL;

  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (text != NULL && g_utf8_validate (text, -1, NULL), FALSE);

  normalised = hc_message_normalise (text);
  if (!check_text (self, normalised, error))
    return FALSE;

  message = hc_message_new (HC_MESSAGE_OUTGOING, self->id, normalised);
  hc_conversation_append (self->conversation, message);
  hc_peer_send (self->peer, message);
  return TRUE;
}

/**
 * hc_session_leave:
 * @self: a session
 *
 * Leaves the conversation (comes to %HC_SESSION_ENDED), or the server (comes to
 * %HC_SESSION_READY).
 */
void
hc_session_leave (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_leave (self))
    return;

  if (self->state == HC_SESSION_CHATTING)
    {
      hc_session_leave_peer (self);
      return;
    }

  hc_session_begin (self, HC_SESSION_READY);
  hc_session_set_peer (self, NULL, FALSE);
  hc_session_quit_server (self);
  hc_session_close_port (self);
}

/**
 * hc_session_cancel:
 * @self: a session
 *
 * Gives up what is going on and goes back to where it began. A client that is
 * ready has to leave the server and come back for that: v1 knows no other way.
 */
void
hc_session_cancel (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  switch ((int) self->state)
    {
    case HC_SESSION_PROBING:
      hc_session_begin (self, HC_SESSION_OFFLINE);
      g_clear_object (&self->rendezvous);
      break;
    case HC_SESSION_REGISTERING:
      hc_session_begin (self, HC_SESSION_READY);
      hc_session_quit_server (self);
      hc_session_close_port (self);
      break;
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
      hc_session_withdraw (self);
      break;
    case HC_SESSION_CONNECTING:
      hc_session_begin (self, HC_SESSION_MATCHED);
      break;
    default:
      break;
    }
}

/**
 * hc_session_reset:
 * @self: a session whose conversation is over
 *
 * Makes ready for another conversation. What was said stays until it begins.
 */
void
hc_session_reset (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (self->state != HC_SESSION_ENDED)
    return;

  hc_session_begin (self, self->rendezvous != NULL ? HC_SESSION_READY : HC_SESSION_OFFLINE);
  hc_session_set_peer (self, NULL, FALSE);
}

/* --- Closing -------------------------------------------------------------- */

static void
finish_close (HcSession *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->close_task);

  hc_source_clear (&self->close_timer);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_close_timeout (gpointer user_data)
{
  finish_close (user_data);
  return G_SOURCE_REMOVE;
}

void
hc_session_check_close (HcSession *self)
{
  if (self->close_task != NULL && self->n_farewells == 0 &&
      (self->peer == NULL || hc_peer_get_closed (self->peer)))
    finish_close (self);
}

/**
 * hc_session_close_async:
 * @self: a session
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Leaves everybody and waits until they have heard it, for two seconds at most.
 */
void
hc_session_close_async (HcSession           *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (HC_IS_SESSION (self));
  g_return_if_fail (self->close_task == NULL);

  if (self->state == HC_SESSION_PROBING || self->state == HC_SESSION_REGISTERING)
    hc_session_cancel (self);
  else
    hc_session_leave (self);

  self->close_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->close_task, hc_session_close_async);
  self->close_timer = hc_source_timer (CLOSE_TIMEOUT_MS, on_close_timeout, self);
  hc_session_check_close (self);
}

/**
 * hc_session_close_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends hc_session_close_async().
 *
 * Returns: %TRUE always
 */
gboolean
hc_session_close_finish (HcSession     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
