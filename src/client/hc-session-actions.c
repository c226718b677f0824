/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-session-private.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

#define CLOSE_TIMEOUT_MS 2000

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
    hc_session_take_failure (self, g_strdup_printf (_("Choose an ID of 1 to %d bytes, without blanks at its "
                                           "ends."), HC_CLIENT_ID_MAX_LENGTH));
  else if (self->transport == HC_TRANSPORT_UNKNOWN)
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
 * hc_session_announce_typing:
 * @self: a session
 *
 * Tells the peer that the user is writing, if there is one who wants to know.
 * Call it as often as a key is pressed.
 */
void
hc_session_announce_typing (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (hc_session_can_send (self))
    hc_peer_announce_typing (self->peer);
}

/**
 * hc_session_take_back:
 * @self: a session
 * @message: an outgoing message of its conversation
 *
 * Takes back a message that waits: it goes from the conversation.
 *
 * Returns: %FALSE if that can't be done any more, since the peer may have some
 *   of it
 */
gboolean
hc_session_take_back (HcSession *self,
                      HcMessage *message)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (HC_IS_MESSAGE (message), FALSE);

  if (!hc_session_can_send (self) || !hc_peer_withdraw (self->peer, message))
    return FALSE;

  hc_conversation_remove (self->conversation, message);
  return TRUE;
}

/**
 * hc_session_send_again:
 * @self: a session
 * @message: an outgoing message of its conversation that has failed
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Sends the same text as a new message, in place of the one that has failed.
 * Who has it already, though nobody could say so, has it twice then.
 *
 * Returns: %TRUE if the message was taken
 */
gboolean
hc_session_send_again (HcSession  *self,
                       HcMessage  *message,
                       GError    **error)
{
  g_autoptr (HcMessage) kept = NULL;

  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (HC_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (hc_message_get_status (message) == HC_MESSAGE_STATUS_FAILED, FALSE);

  kept = g_object_ref (message);
  if (!hc_session_send (self, hc_message_get_text (message), error))
    return FALSE;

  hc_conversation_remove (self->conversation, message);
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

  hc_session_begin (self, self->transport != HC_TRANSPORT_UNKNOWN ? HC_SESSION_READY
                                                                  : HC_SESSION_OFFLINE);
  hc_session_set_peer (self, NULL, FALSE);
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

/* Something is on its way for which nobody but hc_session_close_async() waits. */
void
hc_session_begin_errand (HcSession *self)
{
  self->n_errands++;
}

void
hc_session_end_errand (HcSession *self)
{
  self->n_errands--;
  hc_session_check_close (self);
}

static void
on_quit (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_rendezvous_client_quit_finish (HC_RENDEZVOUS_CLIENT (source), result, &error))
    g_debug ("The server has not heard that we leave: %s", error->message);
  hc_session_end_errand (self);
}

void
hc_session_quit_server (HcSession *self)
{
  hc_session_begin_errand (self);
  hc_rendezvous_client_quit_async (self->rendezvous, NULL, on_quit, g_object_ref (self));
}

static void
on_met (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_rendezvous_client_chat_finish (HC_RENDEZVOUS_CLIENT (source), result, &error))
    g_debug ("The server has not heard that we have met: %s", error->message);
  hc_session_end_errand (self);
}

/* Tells the server that a conversation has begun. */
void
hc_session_say_met (HcSession *self)
{
  const char *caller_id = self->incoming ? self->peer_id : self->id;
  const char *callee_id = self->incoming ? self->id : self->peer_id;

  hc_session_begin_errand (self);
  hc_rendezvous_client_chat_async (self->rendezvous, caller_id, callee_id, NULL,
                                   on_met, g_object_ref (self));
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
  if (self->close_task != NULL && self->n_errands == 0 &&
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
