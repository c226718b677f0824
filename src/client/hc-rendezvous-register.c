/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-address.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* If a server doesn't say how long a registration lasts, or nonsense.
 * Source: protocol, section 4. */
#define EXPIRES_SECONDS 90
#define MIN_EXPIRES_SECONDS 20

/*
 *   client                               server
 *     | REGISTER, in v2 with Key and Proof    |
 *     |-------------------------------------->|
 *     |  REGACK, in v2 with Token; or REGNACK |
 *     |<--------------------------------------|
 *     |                                       :
 *     | QUIT, in v2 with Token                |
 *     |-------------------------------------->|
 *     |                       QUITACK, by UDP |
 *     |<--------------------------------------|
 */

static gboolean
refuse (HcClientError   code,
        char           *words,
        GError        **error)
{
  g_autofree char *message = words;

  g_set_error_literal (error, HC_CLIENT_ERROR, code, message);
  return FALSE;
}

static gboolean
refuse_nonsense (GError **error)
{
  return refuse (HC_CLIENT_ERROR_UNEXPECTED,
                 g_strdup (_("The server gave an answer that makes no sense.")), error);
}

static gboolean
take_regnack (HcRendezvousClient  *self,
              HcPacket            *reply,
              GError             **error)
{
  const char *reason = hc_packet_get_header (reply, HC_HEADER_REASON);

  if (reason == NULL)
    return refuse (HC_CLIENT_ERROR_TAKEN,
                   /* Translators: %s is an ID that somebody wants */
                   g_strdup_printf (_("Somebody else is called %s on this server. "
                                      "Choose another ID."), self->id), error);
  return refuse (HC_CLIENT_ERROR_REFUSED,
                 /* Translators: %s is a server's reason, in English */
                 g_strdup_printf (_("The server did not register you: %s"), reason), error);
}

/* `ip port` */
static GSocketAddress *
read_endpoint (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  if (g_strv_length (words) != 2 || !hc_text_is_address (words[0]))
    return NULL;
  return g_inet_socket_address_new_from_string (words[0], hc_text_parse_port (words[1]));
}

static gboolean
take_token (HcRendezvousClient  *self,
            HcPacket            *reply,
            GError             **error)
{
  const char *token = hc_packet_get_header (reply, HC_HEADER_TOKEN);
  const char *seen = hc_packet_get_header (reply, HC_HEADER_SEEN);
  guint expires = hc_packet_get_number (reply, HC_HEADER_EXPIRES);

  if (token == NULL || hc_packet_get_number (reply, HC_HEADER_VERSION) < 2)
    return refuse_nonsense (error);

  g_free (self->token);
  self->token = g_strdup (token);
  self->expires = expires != 0 ? MAX (expires, MIN_EXPIRES_SECONDS) : EXPIRES_SECONDS;
  g_clear_object (&self->seen);
  if (seen != NULL)
    self->seen = read_endpoint (seen);
  return TRUE;
}

/* Whether the ID is ours. */
static gboolean
take_regack (HcRendezvousClient  *self,
             HcPacket            *reply,
             GError             **error)
{
  switch ((int) hc_packet_get_packet_type (reply))
    {
    case HC_PACKET_REGACK:
      return !hc_rendezvous_client_speaks_v2 (self) || take_token (self, reply, error);
    case HC_PACKET_REGNACK:
      return take_regnack (self, reply, error);
    case HC_PACKET_ERROR:
      return refuse (HC_CLIENT_ERROR_REFUSED,
                     /* Translators: %s is a server's reason, in English */
                     g_strdup_printf (_("The server refused: %s"),
                                      hc_packet_get_header (reply, HC_HEADER_REASON)), error);
    default:
      return refuse_nonsense (error);
    }
}

/* --- REGISTER ------------------------------------------------------------- */

static char *
find_local_ip (HcRendezvousClient *self)
{
  if (self->local_address != NULL)
    return g_strdup (self->local_address);
  return hc_address_find_local (hc_rendezvous_client_get_remote (self));
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  g_autoptr (HcPacket) reply = NULL;
  GError *error = NULL;

  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error) &&
      take_regack (self, reply, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Registers as what we are called. */
void
hc_rendezvous_client_claim_async (HcRendezvousClient  *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *address = find_local_ip (self);
  g_autoptr (HcPacket) packet = NULL;

  g_task_set_source_tag (task, hc_rendezvous_client_claim_async);
  if (address == NULL)
    {
      g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED,
                               _("This computer has no way to the server any more. "
                                 "Check the network connection."));
      return;
    }

  hc_rendezvous_client_try_datagrams (self);
  packet = hc_packet_new_register (self->id, address, self->port);
  hc_rendezvous_client_ask_async (self, hc_rendezvous_client_get_main (self), packet, 0,
                                  cancellable, on_asked, g_steal_pointer (&task));
}

gboolean
hc_rendezvous_client_claim_finish (HcRendezvousClient  *self,
                                   GAsyncResult        *result,
                                   GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A registration of v1 lasts an hour, and isn't kept before we are ready. */
static void
on_claimed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  GError *error = NULL;

  if (hc_rendezvous_client_claim_finish (self, result, &error))
    {
      if (hc_rendezvous_client_speaks_v2 (self))
        hc_rendezvous_client_begin_upkeep (self, FALSE, NULL, g_task_get_cancellable (task));
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
  hc_rendezvous_client_end (task);
}

static void
begin_register (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const HcOperation *operation = g_task_get_task_data (task);

  g_free (self->id);
  self->id = g_strdup (operation->id);
  self->port = operation->port;
  g_clear_pointer (&self->token, g_free);
  hc_rendezvous_client_claim_async (self, g_task_get_cancellable (task), on_claimed, task);
}

/**
 * hc_rendezvous_client_register_async:
 * @self: a client whose server has been probed
 * @id: a valid client ID, that of the identity if there is one
 * @port: where we can be called, in the server's mode
 * @cancellable: (nullable): to give up, and later to keep the registration no
 *   more
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Claims an ID. In v2 the registration is kept from then on.
 */
void
hc_rendezvous_client_register_async (HcRendezvousClient  *self,
                                     const char          *id,
                                     guint16              port,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  HcOperation *operation;

  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (self->transport != HC_TRANSPORT_UNKNOWN);
  g_return_if_fail (hc_client_id_validate (id, NULL));
  g_return_if_fail (port != 0);
  g_return_if_fail (self->identity == NULL ||
                    strcmp (hc_identity_get_id (self->identity), id) == 0);

  operation = hc_operation_new (begin_register, NULL);
  operation->id = g_strdup (id);
  operation->port = port;
  hc_rendezvous_client_push (self, operation, cancellable, callback, user_data);
}

/**
 * hc_rendezvous_client_register_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError: %HC_CLIENT_ERROR_TAKEN if the ID is
 *   somebody else's, %HC_CLIENT_ERROR_REFUSED or %HC_CLIENT_ERROR_UNEXPECTED if
 *   the server said something else, or one in another domain if it said nothing
 *
 * Ends hc_rendezvous_client_register_async().
 *
 * Returns: %TRUE if the ID is ours
 */
gboolean
hc_rendezvous_client_register_finish (HcRendezvousClient  *self,
                                      GAsyncResult        *result,
                                      GError             **error)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- QUIT ----------------------------------------------------------------- */

/* Without a token there is nothing that a QUIT of v2 could end. */
static gboolean
is_registered (HcRendezvousClient *self)
{
  return self->id != NULL && (!hc_rendezvous_client_speaks_v2 (self) || self->token != NULL);
}

static void
send_quit (HcRendezvousClient  *self,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autoptr (HcPacket) quit = hc_packet_new_quit (self->id);

  hc_rendezvous_client_ask_async (self, hc_rendezvous_client_get_main (self), quit, 0,
                                  cancellable, callback, user_data);
}

static void
on_quit (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  GError *error = NULL;

  g_clear_pointer (&self->token, g_free);
  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  hc_rendezvous_client_end (task);
}

static void
begin_quit (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  if (is_registered (self))
    {
      send_quit (self, g_task_get_cancellable (task), on_quit, task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  hc_rendezvous_client_end (task);
}

/**
 * hc_rendezvous_client_quit_async:
 * @self: a client
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Takes leave of the server, if there is anything to take leave of.
 */
void
hc_rendezvous_client_quit_async (HcRendezvousClient  *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  hc_rendezvous_client_push (self, hc_operation_new (begin_quit, NULL), cancellable,
                             callback, user_data);
}

/**
 * hc_rendezvous_client_quit_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Ends hc_rendezvous_client_quit_async().
 *
 * Returns: %TRUE if the server has heard it
 */
gboolean
hc_rendezvous_client_quit_finish (HcRendezvousClient  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Not ready any more --------------------------------------------------- */

/* Whether or not the server has heard it: if it has not, it will say so. */
static void
on_withdrawn (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  hc_rendezvous_client_ask_finish (self, result, &reply, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      hc_rendezvous_client_end (task);
      return;
    }
  hc_rendezvous_client_claim_async (self, g_task_get_cancellable (task), on_claimed, task);
}

static void
begin_withdraw (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  send_quit (self, g_task_get_cancellable (task), on_withdrawn, task);
}

/**
 * hc_rendezvous_client_withdraw_async:
 * @self: a client that has registered
 * @cancellable: (nullable): to give up, and later to keep the registration no
 *   more
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Says that we are not ready any more. Neither version has a word for that:
 * leave, and come back.
 */
void
hc_rendezvous_client_withdraw_async (HcRendezvousClient  *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  hc_rendezvous_client_push (self, hc_operation_new (begin_withdraw, NULL), cancellable,
                             callback, user_data);
}

/**
 * hc_rendezvous_client_withdraw_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError as of
 *   hc_rendezvous_client_register_finish()
 *
 * Ends hc_rendezvous_client_withdraw_async().
 *
 * Returns: %TRUE if the ID is ours still
 */
gboolean
hc_rendezvous_client_withdraw_finish (HcRendezvousClient  *self,
                                      GAsyncResult        *result,
                                      GError             **error)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
