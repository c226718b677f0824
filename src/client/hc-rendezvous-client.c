/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client.h"
#include "hc-address.h"
#include "hc-client-error.h"
#include "hc-datagram-request.h"
#include "hc-stream-request.h"

#include <glib/gi18n-lib.h>

#define STREAM_PROBE_TIMEOUT_SECONDS 3
#define STREAM_TIMEOUT_SECONDS 8
#define DATAGRAM_PROBE_TIMEOUT_MS 2000
#define DATAGRAM_TIMEOUT_MS 8000
#define MAX_ADDRESSES 8

struct _HcRendezvousClient
{
  GObject parent_instance;

  GSocketConnectable *server;
  char *local_address;
  HcPacketLog *log;

  /* In UDP mode. */
  HcDatagramSocket *socket;
  GPtrArray *addresses;

  /* The one address of the server's that has answered. */
  GSocketAddress *remote;

  /* Requests go one after another. A QUIT that came to the server behind the
   * REGISTER that follows it, by another connection or because it was sent
   * again, would end the new registration. */
  gboolean busy;
  GQueue waiting;
};

G_DEFINE_FINAL_TYPE (HcRendezvousClient, hc_rendezvous_client, G_TYPE_OBJECT)

static void
hc_rendezvous_client_dispose (GObject *object)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (object);

  g_clear_object (&self->server);
  g_clear_object (&self->log);
  g_clear_object (&self->socket);
  g_clear_object (&self->remote);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);

  G_OBJECT_CLASS (hc_rendezvous_client_parent_class)->dispose (object);
}

static void
hc_rendezvous_client_finalize (GObject *object)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (object);

  g_free (self->local_address);

  G_OBJECT_CLASS (hc_rendezvous_client_parent_class)->finalize (object);
}

static void
hc_rendezvous_client_class_init (HcRendezvousClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_rendezvous_client_dispose;
  object_class->finalize = hc_rendezvous_client_finalize;
}

static void
hc_rendezvous_client_init (HcRendezvousClient *self)
{
  g_queue_init (&self->waiting);
}

static guint16
get_port (GSocketConnectable *server)
{
  if (G_IS_INET_SOCKET_ADDRESS (server))
    return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (server));
  return g_network_address_get_port (G_NETWORK_ADDRESS (server));
}

static GSocketConnectable *
parse_server (const char  *server,
              GError     **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;

  if (*server != '\0' && *server != ':')
    connectable = g_network_address_parse (server, HC_DEFAULT_PORT, NULL);
  if (connectable == NULL || get_port (connectable) == 0)
    {
      g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_INVALID_SERVER,
                   /* Translators: %s is what somebody has typed as the server */
                   _("“%s” is no server. Write its name or address and its port, "
                     "such as chat.example.org:5000."),
                   server);
      return NULL;
    }
  return g_steal_pointer (&connectable);
}

/**
 * hc_rendezvous_client_new:
 * @server: `host:port`, `host`, or an IPv6 address in brackets
 * @local_address: (nullable): a literal address of this host to ask from
 * @log: where to note the packets
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Creates a client that asks over TCP, until it is given a socket.
 *
 * Returns: (transfer full): a client, or %NULL with @error set
 */
HcRendezvousClient *
hc_rendezvous_client_new (const char   *server,
                          const char   *local_address,
                          HcPacketLog  *log,
                          GError      **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  HcRendezvousClient *self;

  g_return_val_if_fail (server != NULL, NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  connectable = parse_server (server, error);
  if (connectable == NULL)
    return NULL;

  self = g_object_new (HC_TYPE_RENDEZVOUS_CLIENT, NULL);
  self->server = g_steal_pointer (&connectable);
  self->local_address = g_strdup (local_address);
  self->log = g_object_ref (log);
  return self;
}

/**
 * hc_rendezvous_client_set_socket:
 * @self: a client
 * @socket: (nullable): our socket, or %NULL to ask over TCP
 *
 * Has the client ask over UDP from now on.
 */
void
hc_rendezvous_client_set_socket (HcRendezvousClient *self,
                                 HcDatagramSocket   *socket)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  g_set_object (&self->socket, socket);
}

/**
 * hc_rendezvous_client_dup_local_ip:
 * @self: a client whose server has answered
 *
 * Gets the address of this host to declare to the server.
 *
 * Returns: (transfer full) (nullable): a literal address, or %NULL if there is
 *   no way to the server any more
 */
char *
hc_rendezvous_client_dup_local_ip (HcRendezvousClient *self)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), NULL);
  g_return_val_if_fail (self->remote != NULL, NULL);

  if (self->local_address != NULL)
    return g_strdup (self->local_address);
  return hc_address_find_local (self->remote);
}

/* --- A request ------------------------------------------------------------ */

static void begin_next (HcRendezvousClient *self);

/* Takes over the task, which has its result. */
static void
end_request (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  self->busy = FALSE;
  begin_next (self);
  g_object_unref (task);
}

static void
take_result (GTask          *task,
             HcPacket       *reply,
             GSocketAddress *remote)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  if (remote != NULL)
    g_set_object (&self->remote, remote);

  if (reply != NULL && hc_packet_get_packet_type (reply) == HC_PACKET_ERROR)
    g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED,
                             /* Translators: %s is a server's reason, in English */
                             _("The server refused: %s"),
                             hc_packet_get_header (reply, HC_HEADER_REASON));
  else
    g_task_return_pointer (task, reply != NULL ? g_object_ref (reply) : NULL, g_object_unref);
}

static void
on_stream_answer (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  GError *error = NULL;

  if (hc_stream_request_finish (result, &reply, &remote, &error))
    take_result (task, reply, remote);
  else
    g_task_return_error (task, error);
  end_request (task);
}

static void
on_datagram_answer (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr (HcPacket) reply = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  GError *error = NULL;

  if (hc_datagram_request_finish (result, &reply, &remote, &error))
    take_result (task, reply, remote);
  else
    g_task_return_error (task, error);
  end_request (task);
}

static gboolean
is_probe (HcPacket *request)
{
  return hc_packet_get_packet_type (request) == HC_PACKET_PROBE;
}

static void
ask_stream (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  HcPacket *request = g_task_get_task_data (task);
  GSocketConnectable *server =
    self->remote != NULL ? G_SOCKET_CONNECTABLE (self->remote) : self->server;

  hc_stream_request_async (server, self->local_address, request,
                           is_probe (request) ? STREAM_PROBE_TIMEOUT_SECONDS
                                              : STREAM_TIMEOUT_SECONDS,
                           self->log, g_task_get_cancellable (task), on_stream_answer, task);
}

static void
ask_datagram (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  HcPacket *request = g_task_get_task_data (task);
  g_autoptr (GPtrArray) servers = NULL;

  if (self->remote != NULL)
    {
      servers = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (servers, g_object_ref (self->remote));
    }
  else
    servers = g_ptr_array_ref (self->addresses);

  hc_datagram_request_async (self->socket, servers, request,
                             is_probe (request) ? DATAGRAM_PROBE_TIMEOUT_MS : DATAGRAM_TIMEOUT_MS,
                             g_task_get_cancellable (task), on_datagram_answer, task);
}

static void
on_address (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GSocketAddressEnumerator *enumerator = G_SOCKET_ADDRESS_ENUMERATOR (source);
  GTask *task = user_data;
  HcRendezvousClient *self = g_task_get_source_object (task);
  GError *error = NULL;
  GSocketAddress *address =
    g_socket_address_enumerator_next_finish (enumerator, result, &error);

  if (address != NULL)
    g_ptr_array_add (self->addresses, address);

  if (address != NULL && self->addresses->len < MAX_ADDRESSES)
    g_socket_address_enumerator_next_async (enumerator, g_task_get_cancellable (task),
                                            on_address, task);
  else if (error == NULL && self->addresses->len > 0)
    ask_datagram (task);
  else
    {
      if (error == NULL)
        error = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                                     "The name has no address");
      g_task_return_error (task, error);
      end_request (task);
    }
}

static void
resolve (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  g_autoptr (GSocketAddressEnumerator) enumerator =
    g_socket_connectable_enumerate (self->server);

  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_socket_address_enumerator_next_async (enumerator, g_task_get_cancellable (task),
                                          on_address, task);
}

static void
begin_request (HcRendezvousClient *self,
               GTask              *task)
{
  self->busy = TRUE;
  if (self->socket == NULL)
    ask_stream (task);
  else if (self->remote == NULL)
    resolve (task);
  else
    ask_datagram (task);
}

static void
begin_next (HcRendezvousClient *self)
{
  while (!self->busy && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      if (!g_task_return_error_if_cancelled (task))
        begin_request (self, g_steal_pointer (&task));
    }
}

/**
 * hc_rendezvous_client_request_async:
 * @self: a client
 * @request: what to ask; a PROBE is given up sooner than others
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Asks the server, once earlier requests have come to their end. Over UDP the
 * same request is sent again until there is an answer.
 */
void
hc_rendezvous_client_request_async (HcRendezvousClient  *self,
                                    HcPacket            *request,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (HC_IS_PACKET (request));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_rendezvous_client_request_async);
  g_task_set_task_data (task, g_object_ref (request), g_object_unref);

  g_queue_push_tail (&self->waiting, task);
  begin_next (self);
}

/**
 * hc_rendezvous_client_request_finish:
 * @self: a client
 * @result: what the callback was given
 * @reply: (out) (optional) (nullable): the server's reply; %NULL for a request
 *   that has none
 * @error: return location for a #GError in %HC_CLIENT_ERROR, %G_IO_ERROR,
 *   %G_RESOLVER_ERROR or %HC_PROTOCOL_ERROR
 *
 * Ends hc_rendezvous_client_request_async().
 *
 * Returns: %TRUE if the server has answered, or the request has no answer
 */
gboolean
hc_rendezvous_client_request_finish (HcRendezvousClient  *self,
                                     GAsyncResult        *result,
                                     HcPacket           **reply,
                                     GError             **error)
{
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  packet = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (reply != NULL)
    *reply = g_steal_pointer (&packet);
  return TRUE;
}
