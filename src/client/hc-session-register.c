/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-session-private.h"

#include <glib/gi18n-lib.h>

/*
 *   client                               server
 *     | PROBE, over TCP                     |
 *     |------------------------------------>|  refused, silent or rubbish:
 *     | PROBE, over UDP                     |
 *     |------------------------------------>|
 *     |                            PROBEACK |
 *     |<------------------------------------|
 *     | REGISTER                            |
 *     |------------------------------------>|
 *     |                  REGACK, or REGNACK |
 *     |<------------------------------------|
 */

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
open_socket (HcSession  *self,
             GError    **error)
{
  drop_stale_socket (self);
  if (self->socket == NULL)
    self->socket = hc_datagram_socket_new (self->address, self->port, self->log, error);
  return self->socket != NULL;
}

static gboolean
open_port (HcSession  *self,
           GError    **error)
{
  g_autoptr (HcCallListener) listener = NULL;

  if (self->listener != NULL)
    return TRUE;

  if (self->transport == HC_TRANSPORT_TCP)
    listener = hc_call_listener_new_stream (self->address, self->port, self->log, error);
  else if (open_socket (self, error))
    {
      hc_rendezvous_client_set_socket (self->rendezvous, self->socket);
      listener = hc_call_listener_new_datagram (self->socket);
    }
  if (listener == NULL)
    return FALSE;

  g_signal_connect_object (listener, "called",
                           G_CALLBACK (hc_session_take_call), self, G_CONNECT_SWAPPED);
  g_clear_object (&self->peer);
  hc_session_set_listener (self, listener);
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

/* --- PROBE ---------------------------------------------------------------- */

static void
take_mode (HcSession   *self,
           HcTransport  transport)
{
  hc_session_set_transport (self, transport);
  hc_session_enter (self, HC_SESSION_READY);
  hc_session_claim (self);
}

/* What went wrong over TCP says more than the silence over UDP. */
static void
on_datagram_probe (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, NULL, &error))
    take_mode (self, HC_TRANSPORT_UDP);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hc_session_fail (self, HC_SESSION_OFFLINE,
                     hc_session_describe_failure (self, self->stream_error));
}

static void
probe_datagram (HcSession *self)
{
  g_autoptr (HcPacket) probe = hc_packet_new_probe ();
  g_autoptr (GError) error = NULL;

  if (!open_socket (self, &error))
    {
      hc_session_fail (self, HC_SESSION_OFFLINE, describe_port (self, error));
      return;
    }

  hc_rendezvous_client_set_socket (self->rendezvous, self->socket);
  hc_rendezvous_client_request_async (self->rendezvous, probe, self->cancellable,
                                      on_datagram_probe, g_object_ref (self));
}

static gboolean
take_stream_probe (GObject       *source,
                   GAsyncResult  *result,
                   GError       **error)
{
  g_autoptr (HcPacket) reply = NULL;

  if (!hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, &reply, error))
    return FALSE;
  if (hc_packet_get_packet_type (reply) == HC_PACKET_PROBEACK)
    return TRUE;

  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                       _("There is something else than a Hybrid Chat server at that address. "
                         "Check the port."));
  return FALSE;
}

static void
on_stream_probe (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (take_stream_probe (source, result, &error))
    take_mode (self, HC_TRANSPORT_TCP);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else if (error->domain == G_RESOLVER_ERROR)
    hc_session_fail (self, HC_SESSION_OFFLINE, hc_session_describe_failure (self, error));
  else
    {
      g_clear_error (&self->stream_error);
      self->stream_error = g_steal_pointer (&error);
      probe_datagram (self);
    }
}

void
hc_session_probe (HcSession *self)
{
  g_autoptr (HcPacket) probe = hc_packet_new_probe ();
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_PROBING);

  g_clear_object (&self->rendezvous);
  self->rendezvous = hc_rendezvous_client_new (self->server != NULL ? self->server : "",
                                               self->address, self->log, &error);
  if (self->rendezvous == NULL)
    {
      hc_session_fail (self, HC_SESSION_OFFLINE, g_strdup (error->message));
      return;
    }

  hc_rendezvous_client_request_async (self->rendezvous, probe, cancellable,
                                      on_stream_probe, g_object_ref (self));
}

/* --- REGISTER ------------------------------------------------------------- */

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

static char *
describe_regnack (HcSession *self,
                  HcPacket  *reply)
{
  const char *reason = hc_packet_get_header (reply, HC_HEADER_REASON);

  if (reason == NULL)
    /* Translators: %s is an ID that somebody wants */
    return g_strdup_printf (_("Somebody else is called %s on this server. Choose another ID."),
                            self->id);
  /* Translators: %s is a server's reason, in English */
  return g_strdup_printf (_("The server did not register you: %s"), reason);
}

static void
on_claimed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (!hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, &reply, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lose_server (self, error);
      return;
    }

  if (hc_packet_get_packet_type (reply) == HC_PACKET_REGACK)
    hc_session_enter (self, HC_SESSION_REGISTERED);
  else if (hc_packet_get_packet_type (reply) == HC_PACKET_REGNACK)
    refuse_claim (self, describe_regnack (self, reply));
  else
    refuse_claim (self, g_strdup (_("The server gave an answer that makes no sense.")));
}

static void
send_claim (HcSession    *self,
            GCancellable *cancellable)
{
  g_autofree char *address = hc_rendezvous_client_dup_local_ip (self->rendezvous);
  g_autoptr (HcPacket) packet = NULL;

  if (address == NULL)
    {
      refuse_claim (self, g_strdup (_("This computer has no way to the server any more. "
                                      "Check the network connection.")));
      return;
    }

  packet = hc_packet_new_register (self->id, address, hc_call_listener_get_port (self->listener));
  hc_rendezvous_client_request_async (self->rendezvous, packet, cancellable,
                                      on_claimed, g_object_ref (self));
}

void
hc_session_claim (HcSession *self)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_REGISTERING);

  if (open_port (self, &error))
    send_claim (self, cancellable);
  else
    refuse_claim (self, describe_port (self, error));
}

/* --- QUIT ----------------------------------------------------------------- */

void
hc_session_quit_server (HcSession *self)
{
  g_autoptr (HcPacket) quit = hc_packet_new_quit (self->id);

  hc_session_say_farewell (self, quit);
}

/* Whether or not the server has heard it: if it has not, it will say so. */
static void
on_withdrawn (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  hc_rendezvous_client_request_finish (HC_RENDEZVOUS_CLIENT (source), result, NULL, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    send_claim (self, self->cancellable);
}

/* v1 has no word for "not ready any more": leave, and come back. */
void
hc_session_withdraw (HcSession *self)
{
  g_autoptr (HcPacket) quit = hc_packet_new_quit (self->id);
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_REGISTERING);

  hc_rendezvous_client_request_async (self->rendezvous, quit, cancellable,
                                      on_withdrawn, g_object_ref (self));
}
