/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-stream-link.h"
#include "hc-address.h"
#include "hc-packet-reader.h"
#include "hc-source.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define CLOSE_TIMEOUT_MS 2000

/* As much as a TLS record holds, so that no read leaves a part of one behind: the
 * socket, which has been emptied of it, would not tell. */
#define CHUNK_SIZE 16384

/*
 *   open ---- hc_link_close() ----> closing ---- peer's end, or 2 s ----> closed
 *     '------ peer's end, error ---------------------------------------------^
 *
 * While closing, what is left goes out and what comes in is read and dropped:
 * to close a socket with unread bytes would destroy the last packet on its way.
 */
struct _HcStreamLink
{
  GObject parent_instance;

  GSocketConnection *connection;
  GIOStream *stream;
  GSocket *socket;
  GSocketAddress *remote;
  HcPacketLog *log;
  HcPacketReader *reader;
  HcDialect dialect;

  /* Of what has been read, how much is still to be looked at. */
  gsize n_left;

  GQueue outgoing;
  GBytes *bytes;
  gsize written;

  GSource *input;
  GSource *output;
  GSource *timeout;
  gboolean closing;
  gboolean closed;
};

static void hc_stream_link_iface_init (HcLinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcStreamLink, hc_stream_link, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_LINK, hc_stream_link_iface_init))

static void
clear_sources (HcStreamLink *self)
{
  hc_source_clear (&self->input);
  hc_source_clear (&self->output);
  hc_source_clear (&self->timeout);
}

static void
hc_stream_link_dispose (GObject *object)
{
  HcStreamLink *self = HC_STREAM_LINK (object);

  clear_sources (self);
  g_queue_clear_full (&self->outgoing, g_object_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  g_clear_object (&self->socket);
  g_clear_object (&self->remote);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hc_stream_link_parent_class)->dispose (object);
}

static void
hc_stream_link_finalize (GObject *object)
{
  HcStreamLink *self = HC_STREAM_LINK (object);

  g_clear_pointer (&self->reader, hc_packet_reader_free);

  G_OBJECT_CLASS (hc_stream_link_parent_class)->finalize (object);
}

static void
hc_stream_link_class_init (HcStreamLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_stream_link_dispose;
  object_class->finalize = hc_stream_link_finalize;
}

static void
hc_stream_link_init (HcStreamLink *self)
{
  g_queue_init (&self->outgoing);
}

static void
end (HcStreamLink *self,
     const GError *error)
{
  if (self->closed)
    return;

  self->closed = TRUE;
  clear_sources (self);
  g_io_stream_close (self->stream, NULL, NULL);
  hc_link_emit_closed (HC_LINK (self), error);
  if (self->closing)
    g_object_unref (self);
}

/* --- Reading ------------------------------------------------------------- */

static void
handle_frame (HcStreamLink *self,
              const char   *frame,
              gsize         length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (frame, length, self->dialect, &error);

  if (packet != NULL)
    {
      hc_packet_log_add (self->log, FALSE, HC_TRANSPORT_TCP, self->remote, packet);
      hc_link_emit_received (HC_LINK (self), packet);
      return;
    }

  hc_packet_log_add_fault (self->log, HC_TRANSPORT_TCP, self->remote, length, error);
  if (g_error_matches (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_TOO_LONG))
    end (self, error);
  else
    hc_link_emit_malformed (HC_LINK (self), error);
}

static void
handle_bytes (HcStreamLink *self,
              const char   *data,
              gsize         length)
{
  while (length > 0 && !self->closing && !self->closed)
    {
      const char *frame;
      gsize frame_length;
      gsize taken = hc_packet_reader_push (self->reader, data, length, &frame, &frame_length);

      data += taken;
      length -= taken;
      self->n_left = length;
      if (frame != NULL)
        handle_frame (self, frame, frame_length);
    }
  self->n_left = 0;
}

static void
handle_end_of_stream (HcStreamLink *self)
{
  const char *frame;
  gsize length;

  if (!self->closing && self->dialect != HC_DIALECT_SECURE &&
      hc_packet_reader_finish (self->reader, &frame, &length))
    handle_frame (self, frame, length);
  end (self, NULL);
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  g_autoptr (HcStreamLink) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  char chunk[CHUNK_SIZE];
  gssize n;

  /* Whoever receives a packet has iterated the context. */
  if (self->n_left > 0)
    return G_SOURCE_CONTINUE;

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), chunk,
                                                sizeof chunk, NULL, &error);
  if (n > 0)
    handle_bytes (self, chunk, n);
  else if (n == 0)
    handle_end_of_stream (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    end (self, error);

  return self->closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* A source that may not recurse is taken out of the poll and put back each time that
 * it is called, and the loop woken each time; the source of a stream has another one
 * in it, and so has that of encryption. This costs more than reading a message. */
static void
watch_input (HcStreamLink *self)
{
  self->input = hc_source_attach (g_socket_create_source (self->socket, G_IO_IN, NULL),
                                  G_SOURCE_FUNC (on_readable), self);
  g_source_set_can_recurse (self->input, TRUE);
}

/* --- Writing ------------------------------------------------------------- */

static void flush (HcStreamLink *self);

static gboolean
on_writable (GObject  *stream,
             gpointer  user_data)
{
  g_autoptr (HcStreamLink) self = g_object_ref (user_data);

  hc_source_clear (&self->output);
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
watch_output (HcStreamLink *self)
{
  GPollableOutputStream *output =
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));

  self->output = hc_source_attach (g_pollable_output_stream_create_source (output, NULL),
                                   G_SOURCE_FUNC (on_writable), self);
}

/* Writes what it can of the packet at the head. */
static gboolean
write_some (HcStreamLink *self)
{
  g_autoptr (GError) error = NULL;
  const char *data;
  gsize length;
  gssize n;

  if (self->bytes == NULL)
    self->bytes = hc_packet_serialise (g_queue_peek_head (&self->outgoing));
  data = g_bytes_get_data (self->bytes, &length);
  n = g_pollable_output_stream_write_nonblocking (
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream)),
    data + self->written, length - self->written, NULL, &error);
  if (n < 0)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        watch_output (self);
      else
        end (self, error);
      return FALSE;
    }

  self->written += n;
  return TRUE;
}

static void
finish_packet (HcStreamLink *self)
{
  g_autoptr (HcPacket) packet = g_queue_pop_head (&self->outgoing);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->written = 0;
  hc_packet_log_add (self->log, TRUE, HC_TRANSPORT_TCP, self->remote, packet);
  hc_link_emit_sent (HC_LINK (self), packet);
}

static void
flush (HcStreamLink *self)
{
  while (!self->closed && self->output == NULL && !g_queue_is_empty (&self->outgoing))
    {
      if (!write_some (self))
        return;
      if (self->written == g_bytes_get_size (self->bytes))
        finish_packet (self);
    }

  if (self->closing && !self->closed && g_queue_is_empty (&self->outgoing))
    g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
}

/* --- The link ------------------------------------------------------------ */

static void
hc_stream_link_send (HcLink   *link,
                     HcPacket *packet)
{
  g_autoptr (HcStreamLink) self = g_object_ref (HC_STREAM_LINK (link));

  if (self->closing || self->closed)
    return;

  g_queue_push_tail (&self->outgoing, g_object_ref (packet));
  flush (self);
}

static gboolean
on_close_timeout (gpointer user_data)
{
  end (user_data, NULL);
  return G_SOURCE_REMOVE;
}

static void
hc_stream_link_close (HcLink *link)
{
  HcStreamLink *self = HC_STREAM_LINK (link);

  if (self->closing || self->closed)
    return;

  self->closing = TRUE;
  g_object_ref (self);
  self->timeout = hc_source_timer (CLOSE_TIMEOUT_MS, on_close_timeout, self);
  flush (self);
}

static HcTransport
hc_stream_link_get_transport (HcLink *link)
{
  return HC_TRANSPORT_TCP;
}

static GSocketAddress *
hc_stream_link_dup_remote (HcLink *link)
{
  GSocketAddress *remote = HC_STREAM_LINK (link)->remote;

  return remote != NULL ? g_object_ref (remote) : NULL;
}

static void
hc_stream_link_iface_init (HcLinkInterface *iface)
{
  iface->send = hc_stream_link_send;
  iface->close = hc_stream_link_close;
  iface->get_transport = hc_stream_link_get_transport;
  iface->dup_remote = hc_stream_link_dup_remote;
}

/* A person may think longer than any timeout of the connection. And nothing waits for
 * the confirmation of what was sent before, which the other end's kernel holds back
 * for 40 ms: a handshake would take twice that, and so would a few words in a row. */
static void
set_options (GSocket *socket)
{
  g_socket_set_timeout (socket, 0);
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
}

static HcLink *
link_new (GSocketConnection *connection,
          GIOStream         *stream,
          HcDialect          dialect,
          HcPacketLog       *log)
{
  g_autoptr (GSocketAddress) remote = NULL;
  HcStreamLink *self = g_object_new (HC_TYPE_STREAM_LINK, NULL);

  self->dialect = dialect;
  self->reader = dialect == HC_DIALECT_SECURE ? hc_packet_reader_new_secure ()
                                              : hc_packet_reader_new ();
  self->connection = g_object_ref (connection);
  self->stream = g_object_ref (stream);
  self->socket = g_object_ref (g_socket_connection_get_socket (connection));
  remote = g_socket_connection_get_remote_address (connection, NULL);
  self->remote = remote != NULL ? hc_address_unmap (remote) : NULL;
  self->log = g_object_ref (log);

  set_options (self->socket);
  watch_input (self);
  return HC_LINK (self);
}

/**
 * hc_stream_link_new:
 * @connection: a connection to a peer
 * @log: where to note the packets
 *
 * Lays a link over a connection, for what is said in plain view, and begins to
 * read from it in the thread's default main context.
 *
 * Returns: (transfer full): the link
 */
HcLink *
hc_stream_link_new (GSocketConnection *connection,
                    HcPacketLog       *log)
{
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  return link_new (connection, G_IO_STREAM (connection), HC_DIALECT_PEER, log);
}

/**
 * hc_stream_link_new_secure:
 * @connection: a connection to a peer
 * @stream: the encryption that has been laid over it
 * @log: where to note the packets
 *
 * As hc_stream_link_new(), for what is said inside encryption.
 *
 * Returns: (transfer full): the link
 */
HcLink *
hc_stream_link_new_secure (GSocketConnection *connection,
                           GIOStream         *stream,
                           HcPacketLog       *log)
{
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (G_IS_IO_STREAM (stream), NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  return link_new (connection, stream, HC_DIALECT_SECURE, log);
}

/**
 * hc_stream_link_steal:
 * @self: a link
 *
 * Takes the connection out of a link, to lay something else over it. The link
 * is closed then, without a word.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL if it is
 *   closed, has something left to send, or has got more than was received
 */
GSocketConnection *
hc_stream_link_steal (HcStreamLink *self)
{
  g_return_val_if_fail (HC_IS_STREAM_LINK (self), NULL);

  if (self->closing || self->closed || self->n_left > 0 ||
      !g_queue_is_empty (&self->outgoing) || !hc_packet_reader_is_empty (self->reader))
    return NULL;

  self->closed = TRUE;
  clear_sources (self);
  return g_object_ref (self->connection);
}
