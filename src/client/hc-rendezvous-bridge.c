/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 *   client                               server
 *     | BRIDGE, in v2 with Token              |
 *     |-------------------------------------->|
 *     |   BRIDGEACK: somebody to call, or who |
 *     |   will call, or nobody: we are ready  |
 *     |<--------------------------------------|
 *     |                                       :
 *     | CHAT caller, callee: they have met    |
 *     |-------------------------------------->|  no answer
 */

/* Whether the server knows nothing of our registration any more. */
gboolean
hc_rendezvous_client_is_forgotten (HcPacket *reply)
{
  return hc_rendezvous_client_has_code (reply, "unknown-id") ||
         hc_rendezvous_client_has_code (reply, "bad-token");
}

static void
refuse (GError     **error,
        HcPacket    *reply,
        gboolean     is_over)
{
  const char *reason = hc_packet_get_header (reply, HC_HEADER_REASON);

  if (hc_rendezvous_client_is_forgotten (reply))
    g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_FORGOTTEN,
                         _("The server does not know you any more. Register again."));
  else
    g_set_error (error, HC_CLIENT_ERROR,
                 is_over ? HC_CLIENT_ERROR_FORGOTTEN : HC_CLIENT_ERROR_REFUSED,
                 /* Translators: %s is a server's reason, in English */
                 _("The server refused: %s"), reason);
}

/* The original can hand a caller its own record. That is nobody. */
static HcMatch *
read_bridgeack (HcRendezvousClient  *self,
                HcServerChannel     *channel,
                HcPacket            *reply,
                GError             **error)
{
  const char *id = hc_packet_get_header (reply, HC_HEADER_CLIENT_ID);

  if (*id != '\0' && strcmp (id, self->id) != 0)
    return hc_match_new_from_server (reply, hc_server_channel_get_remote (channel), error);
  if (hc_packet_get_header (reply, HC_HEADER_REASON) != NULL)
    refuse (error, reply, TRUE);
  return NULL;
}

/* Who has been found, or NULL: nobody, unless @error is set. */
HcMatch *
hc_rendezvous_client_read_match (HcRendezvousClient  *self,
                                 HcServerChannel     *channel,
                                 HcPacket            *reply,
                                 GError             **error)
{
  switch ((int) hc_packet_get_packet_type (reply))
    {
    case HC_PACKET_BRIDGEACK:
      return read_bridgeack (self, channel, reply, error);
    case HC_PACKET_ERROR:
      refuse (error, reply, FALSE);
      return NULL;
    default:
      g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                           _("The server gave an answer that makes no sense."));
      return NULL;
    }
}

/* --- BRIDGE --------------------------------------------------------------- */

static void
finish (GTask   *task,
        HcMatch *match)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  if (match == NULL || !hc_match_is_caller (match))
    hc_rendezvous_client_begin_upkeep (self, TRUE, match, g_task_get_cancellable (task));
  g_task_return_pointer (task, match != NULL ? g_object_ref (match) : NULL, g_object_unref);
}

static void
on_claimed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  HcOperation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  if (hc_rendezvous_client_claim_finish (HC_RENDEZVOUS_CLIENT (source), result, &error))
    {
      operation->begin (task);
      return;
    }
  g_task_return_error (task, error);
  hc_rendezvous_client_end (task);
}

/* A registration of v2 may have ended while nobody looked; its key brings it
 * back. Once is enough. */
static gboolean
register_again (GTask    *task,
                HcPacket *reply)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  HcOperation *operation = g_task_get_task_data (task);

  if (!hc_rendezvous_client_speaks_v2 (self) || operation->is_second ||
      !hc_rendezvous_client_is_forgotten (reply))
    return FALSE;

  operation->is_second = TRUE;
  hc_rendezvous_client_claim_async (self, g_task_get_cancellable (task), on_claimed, task);
  return TRUE;
}

static void
take_reply (GTask           *task,
            HcServerChannel *channel,
            HcPacket        *reply)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  g_autoptr (HcMatch) match = NULL;
  GError *error = NULL;

  if (register_again (task, reply))
    return;

  match = hc_rendezvous_client_read_match (self, channel, reply, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    finish (task, match);
  hc_rendezvous_client_end (task);
}

static void
on_bridged (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  HcServerChannel *channel = hc_rendezvous_client_get_bridge_channel (self);
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error))
    take_reply (task, channel, reply);
  else if (channel != hc_rendezvous_client_get_main (self) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      HcOperation *operation = g_task_get_task_data (task);

      self->datagram_state = HC_DATAGRAM_SILENT;
      operation->begin (task);
    }
  else
    {
      g_task_return_error (task, g_steal_pointer (&error));
      hc_rendezvous_client_end (task);
    }
}

/* It matters whether UDP works, so this waits until that is known. */
static void
begin_bridge (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const HcOperation *operation = g_task_get_task_data (task);

  if (self->datagram_state == HC_DATAGRAM_PROBING)
    {
      self->waiting_for_datagram = task;
      return;
    }

  g_free (self->with);
  self->with = g_strdup (operation->id);
  hc_rendezvous_client_ask_async (self, hc_rendezvous_client_get_bridge_channel (self),
                                  operation->packet, 0, g_task_get_cancellable (task),
                                  on_bridged, task);
}

/**
 * hc_rendezvous_client_bridge_async:
 * @self: a client that has registered
 * @with: (nullable): whom alone to be matched with, which v1 doesn't know, or
 *   %NULL for anybody
 * @cancellable: (nullable): to give up, and later to be told of no match and
 *   to keep the registration no more
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Says that we are ready, and asks who else is. If there is nobody, or the one
 * who is there will call, we stay ready until the server has been told
 * otherwise; see #HcRendezvousClient::matched.
 */
void
hc_rendezvous_client_bridge_async (HcRendezvousClient  *self,
                                   const char          *with,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (HcPacket) bridge = NULL;
  HcOperation *operation;

  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (self->id != NULL);
  g_return_if_fail (with == NULL || hc_client_id_validate (with, NULL));

  bridge = hc_packet_new_bridge (self->id);
  operation = hc_operation_new (begin_bridge, bridge);
  operation->id = g_strdup (with);
  hc_rendezvous_client_push (self, operation, cancellable, callback, user_data);
}

/**
 * hc_rendezvous_client_bridge_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError: %HC_CLIENT_ERROR_FORGOTTEN or
 *   %HC_CLIENT_ERROR_TAKEN if we are not registered any more, or another one if
 *   there was no answer, or none that makes sense
 *
 * Ends hc_rendezvous_client_bridge_async().
 *
 * Returns: (transfer full) (nullable): who it is, or %NULL if there is nobody
 *   yet or @error is set
 */
HcMatch *
hc_rendezvous_client_bridge_finish (HcRendezvousClient  *self,
                                    GAsyncResult        *result,
                                    GError             **error)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- CHAT ----------------------------------------------------------------- */

static void
on_told (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  GError *error = NULL;

  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  hc_rendezvous_client_end (task);
}

static void
begin_chat (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const HcOperation *operation = g_task_get_task_data (task);

  hc_rendezvous_client_ask_async (self, hc_rendezvous_client_get_main (self), operation->packet,
                                  0, g_task_get_cancellable (task), on_told, task);
}

/**
 * hc_rendezvous_client_chat_async:
 * @self: a client whose server has been probed
 * @caller_id: who has called
 * @callee_id: who was called
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Tells the server that the two have met, which ends both registrations. It
 * has no answer; over UDP it is said three times in v2.
 */
void
hc_rendezvous_client_chat_async (HcRendezvousClient  *self,
                                 const char          *caller_id,
                                 const char          *callee_id,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (HcPacket) chat = NULL;

  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (self->transport != HC_TRANSPORT_UNKNOWN);

  chat = hc_packet_new_chat (caller_id, callee_id);
  hc_rendezvous_client_push (self, hc_operation_new (begin_chat, chat), cancellable,
                             callback, user_data);
}

/**
 * hc_rendezvous_client_chat_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Ends hc_rendezvous_client_chat_async().
 *
 * Returns: %TRUE if the server has heard it, or may have
 */
gboolean
hc_rendezvous_client_chat_finish (HcRendezvousClient  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
