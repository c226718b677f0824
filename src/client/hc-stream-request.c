/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-stream-request.h"
#include "hc-address.h"
#include "hc-packet-reader.h"
#include "hc-source.h"

/*
 *   client                               server
 *     | connect                             |
 *     |------------------------------------>|
 *     | one request                         |
 *     |------------------------------------>|
 *     |                           one reply |
 *     |<------------------------------------|
 *     |                                 end |
 *     |<------------------------------------|
 *
 * CHAT and QUIT have no reply: there the client ends its side behind the
 * request, and the server's end says that it has read it.
 */
typedef struct
{
  HcPacket *request;
  GBytes *bytes;
  HcPacketLog *log;
  GSocketConnection *connection;
  GSocketAddress *remote;
  HcPacketReader *reader;
  HcPacket *reply;

  /* GSocketClient loses memory where its own timeout ends an attempt. */
  GCancellable *attempt;
  GSource *timer;
  guint timeout_seconds;

  char chunk[HC_PACKET_MAX_LENGTH];
} Exchange;

static void
exchange_free (Exchange *exchange)
{
  g_clear_object (&exchange->request);
  g_clear_pointer (&exchange->bytes, g_bytes_unref);
  g_clear_object (&exchange->log);
  g_clear_object (&exchange->connection);
  g_clear_object (&exchange->remote);
  g_clear_pointer (&exchange->reader, hc_packet_reader_free);
  g_clear_object (&exchange->reply);
  g_clear_object (&exchange->attempt);
  hc_source_clear (&exchange->timer);
  g_free (exchange);
}

static gboolean
has_reply (HcPacket *request)
{
  HcPacketType type = hc_packet_get_packet_type (request);

  return type != HC_PACKET_CHAT && type != HC_PACKET_QUIT;
}

static void
take_frame (GTask      *task,
            const char *frame,
            gsize       length)
{
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  exchange->reply = hc_packet_parse (frame, length, HC_DIALECT_RENDEZVOUS, &error);
  if (exchange->reply != NULL)
    {
      hc_packet_log_add (exchange->log, FALSE, HC_TRANSPORT_TCP,
                         exchange->remote, exchange->reply);
      g_task_return_boolean (task, TRUE);
      return;
    }

  hc_packet_log_add_fault (exchange->log, HC_TRANSPORT_TCP, exchange->remote, length, error);
  g_task_return_error (task, error);
}

static void
take_end (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  const char *frame;
  gsize length;

  if (!has_reply (exchange->request))
    g_task_return_boolean (task, TRUE);
  else if (hc_packet_reader_finish (exchange->reader, &frame, &length))
    take_frame (task, frame, length);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                             "The server closed the connection without an answer");
}

static void read_reply (GTask *task);

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  const char *frame;
  gsize frame_length;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0)
    g_task_return_error (task, error);
  else if (n == 0)
    take_end (task);
  else if (!has_reply (exchange->request))
    read_reply (g_steal_pointer (&task));
  else
    {
      hc_packet_reader_push (exchange->reader, exchange->chunk, n, &frame, &frame_length);
      if (frame != NULL)
        take_frame (task, frame, frame_length);
      else
        read_reply (g_steal_pointer (&task));
    }
}

static void
read_reply (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (exchange->connection)),
                             exchange->chunk, sizeof exchange->chunk, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), on_read, task);
}

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  hc_packet_log_add (exchange->log, TRUE, HC_TRANSPORT_TCP, exchange->remote, exchange->request);
  if (!has_reply (exchange->request))
    g_socket_shutdown (g_socket_connection_get_socket (exchange->connection), FALSE, TRUE, NULL);
  read_reply (g_steal_pointer (&task));
}

/* Takes over the error. The timer is gone if it was the reason. */
static void
fail_attempt (GTask  *task,
              GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);
  gboolean is_late = exchange->timer == NULL;

  hc_source_clear (&exchange->timer);
  if (!is_late)
    {
      g_task_return_error (task, error);
      return;
    }

  g_error_free (error);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The server does not answer");
}

static gboolean
on_late (gpointer user_data)
{
  Exchange *exchange = user_data;

  hc_source_clear (&exchange->timer);
  g_cancellable_cancel (exchange->attempt);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              GCancellable *attempt)
{
  g_cancellable_cancel (attempt);
}

static void
limit_attempt (Exchange     *exchange,
               GCancellable *cancellable,
               guint         timeout_seconds)
{
  exchange->attempt = g_cancellable_new ();
  exchange->timeout_seconds = timeout_seconds;
  exchange->timer = hc_source_timer (timeout_seconds * 1000, on_late, exchange);
  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (exchange->attempt);
  else if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled),
                             exchange->attempt, 0);
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GSocketAddress) remote = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length;
  const char *bytes;

  exchange->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (exchange->connection == NULL)
    {
      fail_attempt (task, error);
      return;
    }

  hc_source_clear (&exchange->timer);
  g_socket_set_timeout (g_socket_connection_get_socket (exchange->connection),
                        exchange->timeout_seconds);
  remote = g_socket_connection_get_remote_address (exchange->connection, NULL);
  exchange->remote = remote != NULL ? hc_address_unmap (remote) : NULL;
  exchange->bytes = hc_packet_serialise (exchange->request);
  bytes = g_bytes_get_data (exchange->bytes, &length);
  g_output_stream_write_all_async (
    g_io_stream_get_output_stream (G_IO_STREAM (exchange->connection)), bytes, length,
    G_PRIORITY_DEFAULT, cancellable, on_written, g_steal_pointer (&task));
}

/**
 * hc_stream_request_async:
 * @server: where the server is
 * @local_address: (nullable): a literal address of this host to connect from
 * @request: what to ask
 * @timeout_seconds: how long to wait at each step
 * @log: where to note the packets
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Asks a server in TCP mode: one connection, one request, one reply.
 * Source: protocol, section 2.
 */
void
hc_stream_request_async (GSocketConnectable  *server,
                         const char          *local_address,
                         HcPacket            *request,
                         guint                timeout_seconds,
                         HcPacketLog         *log,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  Exchange *exchange;
  GTask *task;

  g_return_if_fail (G_IS_SOCKET_CONNECTABLE (server));
  g_return_if_fail (HC_IS_PACKET (request));
  g_return_if_fail (HC_IS_PACKET_LOG (log));

  exchange = g_new0 (Exchange, 1);
  exchange->request = g_object_ref (request);
  exchange->log = g_object_ref (log);
  exchange->reader = hc_packet_reader_new ();
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_stream_request_async);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);

  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  if (local_address != NULL)
    local = g_inet_socket_address_new_from_string (local_address, 0);
  g_socket_client_set_local_address (client, local);
  limit_attempt (exchange, cancellable, timeout_seconds);
  g_socket_client_connect_async (client, server, exchange->attempt, on_connected, task);
}

/**
 * hc_stream_request_finish:
 * @result: what the callback was given
 * @reply: (out) (optional) (nullable): the server's reply; %NULL for a request
 *   that has none
 * @remote: (out) (optional) (nullable): where the server is
 * @error: return location for a #GError in %G_IO_ERROR, %G_RESOLVER_ERROR or
 *   %HC_PROTOCOL_ERROR
 *
 * Ends hc_stream_request_async().
 *
 * Returns: %TRUE if the server has answered, or has read what has no answer
 */
gboolean
hc_stream_request_finish (GAsyncResult    *result,
                          HcPacket       **reply,
                          GSocketAddress **remote,
                          GError         **error)
{
  Exchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  exchange = g_task_get_task_data (G_TASK (result));
  if (reply != NULL)
    *reply = g_steal_pointer (&exchange->reply);
  if (remote != NULL)
    *remote = g_steal_pointer (&exchange->remote);
  return TRUE;
}
