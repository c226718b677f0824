/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-session-private.h"

#include <glib/gi18n-lib.h>

/* --- Our port ------------------------------------------------------------- */

static char *
describe_port (HcSession    *self,
               const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return g_strdup_printf (_("Port %u is in use on this computer. Choose another, "
                              "or have it chosen for you."), self->port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_("Port %u is reserved for the system. Choose one above 1023, "
                              "or have it chosen for you."), self->port);
  /* Translators: %s is a reason from the system */
  return g_strdup_printf (_("This computer can't be called: %s"), error->message);
}

/* Late datagrams of an earlier conversation go to its port: where nobody asked
 * for a certain one, the next conversation has another. */
static void
drop_stale_socket (HcSession *self)
{
  if (self->socket == NULL)
    return;

  if (self->port == 0 ? self->peer != NULL
                      : hc_datagram_socket_get_port (self->socket) != self->port)
    g_clear_object (&self->socket);
}

static gboolean
open_socket (HcSession *self,
             guint16    port)
{
  g_autoptr (HcDatagramSocket) socket = NULL;

  g_clear_error (&self->socket_error);
  socket = hc_datagram_socket_new (self->address, port, self->log, &self->socket_error);
  if (socket == NULL)
    return FALSE;

  g_set_object (&self->socket, socket);
  hc_rendezvous_client_set_socket (self->rendezvous, socket);
  return TRUE;
}

static gboolean
open_datagram_port (HcSession  *self,
                    GError    **error)
{
  g_autoptr (HcCallListener) listener = NULL;

  drop_stale_socket (self);
  if (self->socket == NULL && !open_socket (self, self->port))
    {
      g_propagate_error (error, g_steal_pointer (&self->socket_error));
      return FALSE;
    }

  listener = hc_call_listener_new_datagram (self->socket);
  hc_session_set_listener (self, listener);
  return TRUE;
}

/* Peers of v2 meet by UDP where TCP doesn't lead to them. One number for both
 * is what people open in their routers, but any will do, and none if need be. */
static void
open_socket_beside (HcSession *self)
{
  guint16 port = hc_call_listener_get_port (self->listener);

  if (hc_rendezvous_client_get_version (self->rendezvous) < 2)
    {
      hc_rendezvous_client_set_socket (self->rendezvous, NULL);
      g_clear_object (&self->socket);
    }
  else if ((self->socket == NULL || hc_datagram_socket_get_port (self->socket) != port) &&
           !open_socket (self, port) && self->socket == NULL)
    open_socket (self, 0);
}

static gboolean
open_stream_port (HcSession  *self,
                  GError    **error)
{
  g_autoptr (HcCallListener) listener = NULL;

  drop_stale_socket (self);
  listener = hc_call_listener_new_stream (self->address, self->port, self->log, error);
  if (listener == NULL)
    return FALSE;

  hc_session_set_listener (self, listener);
  open_socket_beside (self);
  return TRUE;
}

static gboolean
open_port (HcSession  *self,
           GError    **error)
{
  if (self->listener != NULL)
    return TRUE;
  if (self->transport == HC_TRANSPORT_TCP ? !open_stream_port (self, error)
                                          : !open_datagram_port (self, error))
    return FALSE;

  hc_call_listener_set_takes_offers (self->listener, self->identity != NULL);
  g_signal_connect_object (self->listener, "called",
                           G_CALLBACK (hc_session_take_call), self, G_CONNECT_SWAPPED);
  g_clear_object (&self->peer);
  return TRUE;
}

void
hc_session_close_port (HcSession *self)
{
  if (self->listener == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->listener, self);
  hc_call_listener_close (self->listener);
  hc_session_set_listener (self, NULL);
}

/* --- The server ----------------------------------------------------------- */

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;
  HcTransport transport =
    hc_rendezvous_client_probe_finish (HC_RENDEZVOUS_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_PORT))
    hc_session_fail (self, HC_SESSION_OFFLINE, describe_port (self, self->socket_error));
  else if (error != NULL)
    hc_session_fail (self, HC_SESSION_OFFLINE, hc_session_describe_failure (self, error));
  else
    {
      hc_session_set_transport (self, transport);
      hc_session_enter (self, HC_SESSION_READY);
      hc_session_claim (self);
    }
}

static void
on_lost (HcSession    *self,
         const GError *error)
{
  if (hc_session_is_in (self, HC_IN (REGISTERED) | HC_IN (WAITING)))
    hc_session_lose_registration (self, error);
}

static gboolean
create_rendezvous (HcSession  *self,
                   GError    **error)
{
  g_clear_object (&self->rendezvous);
  self->rendezvous = hc_rendezvous_client_new (self->server != NULL ? self->server : "",
                                               self->address, self->log, error);
  if (self->rendezvous == NULL)
    return FALSE;

  hc_rendezvous_client_set_max_version (self->rendezvous, self->data_folder != NULL ? 2 : 1);
  g_signal_connect_object (self->rendezvous, "matched",
                           G_CALLBACK (hc_session_take_match), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rendezvous, "lost",
                           G_CALLBACK (on_lost), self, G_CONNECT_SWAPPED);
  return TRUE;
}

/* If the socket can't be opened, that is said only where it is needed. */
void
hc_session_probe (HcSession *self)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_PROBING);

  if (!create_rendezvous (self, &error))
    {
      hc_session_fail (self, HC_SESSION_OFFLINE, g_strdup (error->message));
      return;
    }

  drop_stale_socket (self);
  if (self->socket == NULL)
    open_socket (self, self->port);
  hc_rendezvous_client_set_socket (self->rendezvous, self->socket);
  hc_rendezvous_client_probe_async (self->rendezvous, cancellable, on_probed,
                                    g_object_ref (self));
}

/* --- The ID --------------------------------------------------------------- */

static void
refuse_claim (HcSession *self,
              char      *words)
{
  hc_session_close_port (self);
  hc_session_fail (self, HC_SESSION_READY, words);
}

/* It may have come back in the other mode, so it is asked for it again. */
static void
lose_server (HcSession    *self,
             const GError *error)
{
  hc_session_close_port (self);
  hc_session_set_transport (self, HC_TRANSPORT_UNKNOWN);
  hc_session_fail (self, HC_SESSION_OFFLINE, hc_session_describe_failure (self, error));
}

static void
take_claim (HcSession    *self,
            const GError *error)
{
  if (error == NULL)
    hc_session_enter (self, HC_SESSION_REGISTERED);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else if (error->domain == HC_CLIENT_ERROR)
    refuse_claim (self, g_strdup (error->message));
  else
    lose_server (self, error);
}

static void
on_registered (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  hc_rendezvous_client_register_finish (HC_RENDEZVOUS_CLIENT (source), result, &error);
  take_claim (self, error);
}

static void
claim_id (HcSession *self)
{
  g_autoptr (GError) error = NULL;

  if (!open_port (self, &error))
    {
      refuse_claim (self, describe_port (self, error));
      return;
    }
  hc_rendezvous_client_set_identity (self->rendezvous, self->identity);
  hc_rendezvous_client_register_async (self->rendezvous, self->id,
                                       hc_call_listener_get_port (self->listener),
                                       self->cancellable, on_registered, g_object_ref (self));
}

static void
on_known_peers (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcKnownPeers) known_peers = hc_known_peers_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      refuse_claim (self, g_strdup (error->message));
      return;
    }
  g_set_object (&self->known_peers, known_peers);
  claim_id (self);
}

static void
on_identity (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcIdentity) identity = hc_identity_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      refuse_claim (self, g_strdup (error->message));
      return;
    }
  g_set_object (&self->identity, identity);
  hc_known_peers_load_async (self->data_folder, self->cancellable,
                             on_known_peers, g_object_ref (self));
}

/* Who has a key shows it wherever it can be shown. */
void
hc_session_claim (HcSession *self)
{
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_REGISTERING);
  gboolean has_identity = self->identity != NULL &&
                          self->known_peers != NULL &&
                          g_str_equal (hc_identity_get_id (self->identity), self->id);

  if (!has_identity)
    g_clear_object (&self->identity);
  if (has_identity || self->data_folder == NULL)
    claim_id (self);
  else
    hc_identity_load_async (self->data_folder, self->id, cancellable,
                            on_identity, g_object_ref (self));
}

/* --- Not ready any more --------------------------------------------------- */

static void
on_withdrawn (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  hc_rendezvous_client_withdraw_finish (HC_RENDEZVOUS_CLIENT (source), result, &error);
  take_claim (self, error);
}

void
hc_session_withdraw (HcSession *self)
{
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_REGISTERING);

  hc_rendezvous_client_withdraw_async (self->rendezvous, cancellable,
                                       on_withdrawn, g_object_ref (self));
}
