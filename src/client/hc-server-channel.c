/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-server-channel.h"
#include "hc-datagram-request.h"
#include "hc-stream-request.h"

#include <string.h>

#define MAX_ADDRESSES 8

/* A server takes its cookie for two minutes at least, and a REGISTER with one
 * of this length fits in a packet. Source: protocol, section 4. */
#define COOKIE_LIFETIME (100 * G_TIME_SPAN_SECOND)
#define MAX_COOKIE_LENGTH 64

struct _HcServerChannel
{
  GObject parent_instance;

  GSocketConnectable *server;
  char *local_address;
  HcPacketLog *log;
  HcClock *clock;

  /* Over UDP. */
  HcDatagramSocket *socket;
  GPtrArray *addresses;

  /* The one address of the server's that has answered. */
  GSocketAddress *remote;

  char *cookie;
  gint64 cookie_time;
};

G_DEFINE_FINAL_TYPE (HcServerChannel, hc_server_channel, G_TYPE_OBJECT)

static void
hc_server_channel_dispose (GObject *object)
{
  HcServerChannel *self = HC_SERVER_CHANNEL (object);

  g_clear_object (&self->server);
  g_clear_object (&self->log);
  g_clear_object (&self->clock);
  g_clear_object (&self->socket);
  g_clear_object (&self->remote);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);

  G_OBJECT_CLASS (hc_server_channel_parent_class)->dispose (object);
}

static void
hc_server_channel_finalize (GObject *object)
{
  HcServerChannel *self = HC_SERVER_CHANNEL (object);

  g_free (self->local_address);
  g_free (self->cookie);

  G_OBJECT_CLASS (hc_server_channel_parent_class)->finalize (object);
}

static void
hc_server_channel_class_init (HcServerChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_server_channel_dispose;
  object_class->finalize = hc_server_channel_finalize;
}

static void
hc_server_channel_init (HcServerChannel *self)
{
}

static HcServerChannel *
channel_new (GSocketConnectable *server,
             HcPacketLog        *log,
             HcClock            *clock)
{
  HcServerChannel *self = g_object_new (HC_TYPE_SERVER_CHANNEL, NULL);

  self->server = g_object_ref (server);
  self->log = g_object_ref (log);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * hc_server_channel_new_stream:
 * @server: where the server is
 * @local_address: (nullable): a literal address of this host to ask from
 * @log: where to note the packets
 * @clock: by which cookies age
 *
 * Creates a channel that asks over TCP.
 *
 * Returns: (transfer full): a channel
 */
HcServerChannel *
hc_server_channel_new_stream (GSocketConnectable *server,
                              const char         *local_address,
                              HcPacketLog        *log,
                              HcClock            *clock)
{
  HcServerChannel *self;

  g_return_val_if_fail (G_IS_SOCKET_CONNECTABLE (server), NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);
  g_return_val_if_fail (HC_IS_CLOCK (clock), NULL);

  self = channel_new (server, log, clock);
  self->local_address = g_strdup (local_address);
  return self;
}

/**
 * hc_server_channel_new_datagram:
 * @server: where the server is
 * @socket: our socket
 * @clock: by which cookies age
 *
 * Creates a channel that asks over UDP.
 *
 * Returns: (transfer full): a channel
 */
HcServerChannel *
hc_server_channel_new_datagram (GSocketConnectable *server,
                                HcDatagramSocket   *socket,
                                HcClock            *clock)
{
  HcServerChannel *self;

  g_return_val_if_fail (G_IS_SOCKET_CONNECTABLE (server), NULL);
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);
  g_return_val_if_fail (HC_IS_CLOCK (clock), NULL);

  self = channel_new (server, hc_datagram_socket_get_log (socket), clock);
  self->socket = g_object_ref (socket);
  if (G_IS_SOCKET_ADDRESS (server))
    self->remote = G_SOCKET_ADDRESS (g_object_ref (server));
  return self;
}

/**
 * hc_server_channel_get_transport:
 * @self: a channel
 *
 * Gets what carries the requests.
 *
 * Returns: TCP or UDP
 */
HcTransport
hc_server_channel_get_transport (HcServerChannel *self)
{
  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), HC_TRANSPORT_UNKNOWN);

  return self->socket != NULL ? HC_TRANSPORT_UDP : HC_TRANSPORT_TCP;
}

/**
 * hc_server_channel_get_remote:
 * @self: a channel
 *
 * Gets where the server is.
 *
 * Returns: (transfer none) (nullable): the address that has answered, not in
 *   its mapped form, or %NULL if none has yet
 */
GSocketAddress *
hc_server_channel_get_remote (HcServerChannel *self)
{
  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), NULL);

  return self->remote;
}

/**
 * hc_server_channel_get_socket:
 * @self: a channel
 *
 * Gets our socket.
 *
 * Returns: (transfer none) (nullable): the socket, or %NULL over TCP
 */
HcDatagramSocket *
hc_server_channel_get_socket (HcServerChannel *self)
{
  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), NULL);

  return self->socket;
}

/**
 * hc_server_channel_get_cookie:
 * @self: a channel
 *
 * Gets what shows the server that we are where we are.
 *
 * Returns: (transfer none) (nullable): the cookie, or %NULL if there is none
 *   that the server still takes for certain
 */
const char *
hc_server_channel_get_cookie (HcServerChannel *self)
{
  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), NULL);

  if (hc_clock_get_time (self->clock) - self->cookie_time >= COOKIE_LIFETIME)
    return NULL;
  return self->cookie;
}

/**
 * hc_server_channel_take_cookie:
 * @self: a channel
 * @packet: what the server has sent
 *
 * Forgets the last cookie, and keeps that of the packet instead.
 *
 * Returns: %TRUE if there is one, and of a length that makes sense
 */
gboolean
hc_server_channel_take_cookie (HcServerChannel *self,
                               HcPacket        *packet)
{
  const char *cookie;

  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), FALSE);
  g_return_val_if_fail (HC_IS_PACKET (packet), FALSE);

  cookie = hc_packet_get_header (packet, HC_HEADER_COOKIE);
  g_clear_pointer (&self->cookie, g_free);
  if (cookie == NULL || *cookie == '\0' || strlen (cookie) > MAX_COOKIE_LENGTH)
    return FALSE;

  self->cookie = g_strdup (cookie);
  self->cookie_time = hc_clock_get_time (self->clock);
  return TRUE;
}

/**
 * hc_server_channel_send:
 * @self: a channel over UDP whose remote address is known
 * @request: what to send
 *
 * Sends a request once, and waits for nothing.
 */
void
hc_server_channel_send (HcServerChannel *self,
                        HcPacket        *request)
{
  g_return_if_fail (HC_IS_SERVER_CHANNEL (self));
  g_return_if_fail (HC_IS_PACKET (request));
  g_return_if_fail (self->socket != NULL && self->remote != NULL);

  hc_datagram_socket_send (self->socket, self->remote, request, NULL);
}

/* --- A request ------------------------------------------------------------ */

typedef struct
{
  HcPacket *request;
  guint timeout_seconds;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->request);
  g_free (question);
}

static void
take_result (GTask          *task,
             HcPacket       *reply,
             GSocketAddress *remote)
{
  HcServerChannel *self = g_task_get_source_object (task);

  if (remote != NULL)
    g_set_object (&self->remote, remote);
  g_task_return_pointer (task, reply != NULL ? g_object_ref (reply) : NULL, g_object_unref);
}

static void
on_stream_answer (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  GError *error = NULL;

  if (hc_stream_request_finish (result, &reply, &remote, &error))
    take_result (task, reply, remote);
  else
    g_task_return_error (task, error);
}

static void
on_datagram_answer (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  GError *error = NULL;

  if (hc_datagram_request_finish (result, &reply, &remote, &error))
    take_result (task, reply, remote);
  else
    g_task_return_error (task, error);
}

static void
ask_stream (GTask *task)
{
  HcServerChannel *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  GSocketConnectable *server =
    self->remote != NULL ? G_SOCKET_CONNECTABLE (self->remote) : self->server;

  hc_stream_request_async (server, self->local_address, question->request,
                           question->timeout_seconds, self->log, g_task_get_cancellable (task),
                           on_stream_answer, task);
}

static void
ask_datagram (GTask *task)
{
  HcServerChannel *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  g_autoptr (GPtrArray) servers = NULL;

  if (self->remote != NULL)
    {
      servers = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (servers, g_object_ref (self->remote));
    }
  else
    servers = g_ptr_array_ref (self->addresses);

  hc_datagram_request_async (self->socket, servers, question->request,
                             question->timeout_seconds * 1000, g_task_get_cancellable (task),
                             on_datagram_answer, task);
}

static void
on_address (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GSocketAddressEnumerator *enumerator = G_SOCKET_ADDRESS_ENUMERATOR (source);
  g_autoptr (GTask) task = user_data;
  HcServerChannel *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  GSocketAddress *address =
    g_socket_address_enumerator_next_finish (enumerator, result, &error);

  if (address != NULL)
    g_ptr_array_add (self->addresses, address);

  if (address != NULL && self->addresses->len < MAX_ADDRESSES)
    {
      GCancellable *cancellable = g_task_get_cancellable (task);

      g_socket_address_enumerator_next_async (enumerator, cancellable, on_address,
                                              g_steal_pointer (&task));
    }
  else if (error == NULL && self->addresses->len > 0)
    ask_datagram (g_steal_pointer (&task));
  else if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                             "The name has no address");
}

static void
resolve (GTask *task)
{
  HcServerChannel *self = g_task_get_source_object (task);
  g_autoptr (GSocketAddressEnumerator) enumerator =
    g_socket_connectable_enumerate (self->server);

  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_socket_address_enumerator_next_async (enumerator, g_task_get_cancellable (task),
                                          on_address, task);
}

/**
 * hc_server_channel_ask_async:
 * @self: a channel
 * @request: what to ask
 * @timeout_seconds: how long to wait for an answer
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Asks the server. Over UDP the same request is sent again until there is an
 * answer.
 */
void
hc_server_channel_ask_async (HcServerChannel     *self,
                             HcPacket            *request,
                             guint                timeout_seconds,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Question *question;
  GTask *task;

  g_return_if_fail (HC_IS_SERVER_CHANNEL (self));
  g_return_if_fail (HC_IS_PACKET (request));

  question = g_new (Question, 1);
  *question = (Question) { g_object_ref (request), timeout_seconds };
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_server_channel_ask_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);

  if (self->socket == NULL)
    ask_stream (task);
  else if (self->remote == NULL)
    resolve (task);
  else
    ask_datagram (task);
}

/**
 * hc_server_channel_ask_finish:
 * @self: a channel
 * @result: what the callback was given
 * @reply: (out) (nullable): the server's reply, which may be an ERROR; %NULL
 *   for a request that has none
 * @error: return location for a #GError in %G_IO_ERROR, %G_RESOLVER_ERROR or
 *   %HC_PROTOCOL_ERROR
 *
 * Ends hc_server_channel_ask_async().
 *
 * Returns: %TRUE if the server has answered, or the request has no answer
 */
gboolean
hc_server_channel_ask_finish (HcServerChannel  *self,
                              GAsyncResult     *result,
                              HcPacket        **reply,
                              GError          **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (HC_IS_SERVER_CHANNEL (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *reply = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
