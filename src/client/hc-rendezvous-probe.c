/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>

/*
 *   client                               server
 *     | PROBE, over TCP                       |
 *     |-------------------------------------->|  refused, silent or rubbish:
 *     | PROBE, over UDP                       |
 *     |-------------------------------------->|
 *     |  PROBEACK, in v2 with Udp and Cookie  |
 *     |<--------------------------------------|
 *
 * In TCP mode, beside the REGISTER, for v2:
 *
 *     | PROBE, over UDP                       |
 *     |-------------------------------------->|
 *     |                       PROBEACK Cookie |
 *     |<--------------------------------------|  so that works too
 */

/* A server of v2 that gives no cookie can't be spoken to in v2. */
static void
take_probeack (HcRendezvousClient *self,
               HcServerChannel    *channel,
               HcPacket           *reply)
{
  gboolean is_v2 = self->max_version > 1 && hc_packet_get_number (reply, HC_HEADER_VERSION) > 1 &&
                   hc_server_channel_take_cookie (channel, reply);

  self->transport = hc_server_channel_get_transport (channel);
  self->version = is_v2 ? 2 : 1;
  self->udp_port = is_v2 ? hc_packet_get_number (reply, HC_HEADER_UDP) : 0;
  if (self->transport == HC_TRANSPORT_TCP)
    hc_rendezvous_client_open_datagram (self);
}

/* What went wrong over TCP says more than the silence over UDP. */
static void
on_datagram_probe (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  HcOperation *operation = g_task_get_task_data (task);
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (hc_rendezvous_client_ask_finish (self, result, &reply, &error))
    {
      take_probeack (self, self->datagram, reply);
      g_task_return_int (task, HC_TRANSPORT_UDP);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_error (task, g_steal_pointer (&operation->error));
  hc_rendezvous_client_end (task);
}

static void
probe_datagram (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  HcOperation *operation = g_task_get_task_data (task);

  if (self->socket == NULL)
    {
      g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_PORT,
                               "There is no socket to ask over UDP");
      hc_rendezvous_client_end (task);
      return;
    }

  g_clear_object (&self->datagram);
  self->datagram = hc_server_channel_new_datagram (self->server, self->socket, self->clock);
  hc_rendezvous_client_ask_async (self, self->datagram, operation->packet, 0,
                                  g_task_get_cancellable (task), on_datagram_probe, task);
}

static gboolean
take_stream_probe (HcRendezvousClient  *self,
                   GAsyncResult        *result,
                   GError             **error)
{
  g_autoptr (HcPacket) reply = NULL;

  if (!hc_rendezvous_client_ask_finish (self, result, &reply, error))
    return FALSE;

  switch ((int) hc_packet_get_packet_type (reply))
    {
    case HC_PACKET_PROBEACK:
      take_probeack (self, self->stream, reply);
      return TRUE;
    case HC_PACKET_ERROR:
      g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED,
                   /* Translators: %s is a server's reason, in English */
                   _("The server refused: %s"), hc_packet_get_header (reply, HC_HEADER_REASON));
      return FALSE;
    default:
      g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                           _("There is something else than a Hybrid Chat server at that address. "
                             "Check the port."));
      return FALSE;
    }
}

static void
on_stream_probe (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (source);
  GTask *task = user_data;
  HcOperation *operation = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (take_stream_probe (self, result, &error))
    g_task_return_int (task, HC_TRANSPORT_TCP);
  else if (error->domain == G_RESOLVER_ERROR ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      operation->error = g_steal_pointer (&error);
      probe_datagram (task);
      return;
    }
  hc_rendezvous_client_end (task);
}

static void
begin_probe (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const HcOperation *operation = g_task_get_task_data (task);

  self->transport = HC_TRANSPORT_UNKNOWN;
  self->version = 1;
  self->udp_port = 0;
  self->datagram_state = HC_DATAGRAM_SILENT;
  g_clear_object (&self->datagram);
  g_clear_object (&self->stream);
  self->stream = hc_server_channel_new_stream (self->server, self->local_address, self->log,
                                               self->clock);
  hc_rendezvous_client_ask_async (self, self->stream, operation->packet, 0,
                                  g_task_get_cancellable (task), on_stream_probe, task);
}

/**
 * hc_rendezvous_client_probe_async:
 * @self: a client
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Asks which mode the server is in, over TCP first and then, if there is a
 * socket, over UDP.
 */
void
hc_rendezvous_client_probe_async (HcRendezvousClient  *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (HcPacket) probe = NULL;

  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  probe = hc_packet_new_probe ();
  hc_rendezvous_client_push (self, hc_operation_new (begin_probe, probe), cancellable,
                             callback, user_data);
}

/**
 * hc_rendezvous_client_probe_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR, %G_IO_ERROR,
 *   %G_RESOLVER_ERROR or %HC_PROTOCOL_ERROR. It says what went wrong over TCP,
 *   or with %HC_CLIENT_ERROR_PORT that the next thing would have been a socket.
 *
 * Ends hc_rendezvous_client_probe_async().
 *
 * Returns: the transport, or %HC_TRANSPORT_UNKNOWN with @error set
 */
HcTransport
hc_rendezvous_client_probe_finish (HcRendezvousClient  *self,
                                   GAsyncResult        *result,
                                   GError             **error)
{
  gssize transport;

  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), HC_TRANSPORT_UNKNOWN);
  g_return_val_if_fail (g_task_is_valid (result, self), HC_TRANSPORT_UNKNOWN);

  transport = g_task_propagate_int (G_TASK (result), error);
  return transport > 0 ? (HcTransport) transport : HC_TRANSPORT_UNKNOWN;
}

/* --- UDP beside TCP ------------------------------------------------------- */

static GSocketConnectable *
create_udp_address (HcRendezvousClient *self)
{
  GSocketAddress *remote = hc_server_channel_get_remote (self->stream);
  GInetAddress *host = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));

  return G_SOCKET_CONNECTABLE (g_inet_socket_address_new (host, self->udp_port));
}

static void
end_try (HcRendezvousClient *self,
         gboolean            has_answered)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting_for_datagram);

  self->datagram_state = has_answered ? HC_DATAGRAM_ANSWERS : HC_DATAGRAM_SILENT;
  if (task != NULL)
    {
      HcOperation *operation = g_task_get_task_data (task);

      operation->begin (g_steal_pointer (&task));
    }
}

/* Makes the channel over UDP for what is known of the server, and our socket. */
void
hc_rendezvous_client_open_datagram (HcRendezvousClient *self)
{
  g_autoptr (GSocketConnectable) server = NULL;

  if (self->transport == HC_TRANSPORT_TCP && self->udp_port != 0)
    server = create_udp_address (self);
  else if (self->transport == HC_TRANSPORT_UDP)
    server = g_object_ref (G_SOCKET_CONNECTABLE (hc_server_channel_get_remote (self->datagram)));

  if (server != NULL && self->socket != NULL)
    {
      g_clear_object (&self->datagram);
      self->datagram = hc_server_channel_new_datagram (server, self->socket, self->clock);
    }
  end_try (self, FALSE);
}

/* Our socket may be another one by now. */
static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  HcServerChannel *channel = HC_SERVER_CHANNEL (source);
  g_autoptr (HcRendezvousClient) self = user_data;
  g_autoptr (HcPacket) reply = NULL;
  gboolean has_answered = hc_server_channel_ask_finish (channel, result, &reply, NULL) &&
                          hc_server_channel_take_cookie (channel, reply);

  if (channel == self->datagram && self->datagram_state == HC_DATAGRAM_PROBING)
    end_try (self, has_answered);
}

/* Finds out whether the server can be asked over UDP too. */
void
hc_rendezvous_client_try_datagrams (HcRendezvousClient *self)
{
  g_autoptr (HcPacket) v1 = NULL;
  g_autoptr (HcPacket) probe = NULL;

  if (self->transport != HC_TRANSPORT_TCP || self->udp_port == 0 || self->datagram == NULL ||
      self->datagram_state != HC_DATAGRAM_SILENT || !hc_rendezvous_client_speaks_v2 (self))
    return;

  self->datagram_state = HC_DATAGRAM_PROBING;
  v1 = hc_packet_new_probe ();
  probe = hc_rendezvous_client_dress (self, self->datagram, v1, 0, NULL);
  hc_server_channel_ask_async (self->datagram, probe, 2, NULL, on_tried, g_object_ref (self));
}
