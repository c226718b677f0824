/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-peer-v1.h"
#include "hc-peer-v2.h"
#include "hc-session-private.h"

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
 * Tells whether only the peer can read the conversation. With a v1 peer it never
 * is so.
 *
 * Returns: %TRUE if it is encrypted
 */
gboolean
hc_session_get_encrypted (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return HC_IS_PEER_V2 (self->peer) && hc_peer_get_confirmed (self->peer);
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
 * hc_session_get_interrupted:
 * @self: a session
 *
 * Tells whether there is no way to the peer just now. The session looks for
 * another one; what is written meanwhile waits, and can be taken back.
 *
 * Returns: %TRUE if the peer can't be reached
 */
gboolean
hc_session_get_interrupted (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->peer != NULL && hc_peer_get_interrupted (self->peer);
}

/**
 * hc_session_get_peer_typing:
 * @self: a session
 *
 * Tells whether the peer is writing something. A v1 peer never says so.
 *
 * Returns: %TRUE if it said so a few seconds ago
 */
gboolean
hc_session_get_peer_typing (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->peer != NULL && hc_peer_get_typing (self->peer);
}

static HcLink *
get_link (HcSession *self)
{
  if (HC_IS_PEER_V2 (self->peer))
    return hc_peer_v2_get_link (HC_PEER_V2 (self->peer));
  return HC_IS_PEER_V1 (self->peer) ? hc_peer_v1_get_link (HC_PEER_V1 (self->peer)) : NULL;
}

/**
 * hc_session_get_link_transport:
 * @self: a session
 *
 * Gets what carries the conversation now, which need not be the server's mode.
 *
 * Returns: the transport, %HC_TRANSPORT_UNKNOWN if there is no link
 */
HcTransport
hc_session_get_link_transport (HcSession *self)
{
  HcLink *link;

  g_return_val_if_fail (HC_IS_SESSION (self), HC_TRANSPORT_UNKNOWN);

  link = get_link (self);
  return link != NULL ? hc_link_get_transport (link) : HC_TRANSPORT_UNKNOWN;
}

/**
 * hc_session_dup_link_address:
 * @self: a session
 *
 * Gets where the peer is, as the link sees it.
 *
 * Returns: (transfer full) (nullable): an address and a port, or %NULL if there
 *   is no link
 */
char *
hc_session_dup_link_address (HcSession *self)
{
  g_autoptr (GSocketAddress) remote = NULL;
  HcLink *link;

  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  link = get_link (self);
  remote = link != NULL ? hc_link_dup_remote (link) : NULL;
  return remote != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (remote)) : NULL;
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

  if (hc_session_get_encrypted (self))
    return HC_MESSAGE_MAX_LENGTH;
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

  return hc_session_is_in (self, HC_IN (OFFLINE) | HC_IN (READY) | HC_IN (ENDED)) && self->close_task == NULL;
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

  return hc_session_is_in (self, HC_IN (REGISTERED) | HC_IN (MATCHED));
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

  return hc_session_is_in (self, HC_IN (MATCHED));
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

  return hc_session_is_in (self, HC_IN (CHATTING));
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

  return hc_session_is_in (self, HC_IN (REGISTERED) | HC_IN (BRIDGING) | HC_IN (WAITING) | HC_IN (MATCHED) |
                        HC_IN (CONNECTING) | HC_IN (CHATTING));
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
