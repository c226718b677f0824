/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-datagram-request.h"
#include "hc-address.h"
#include "hc-source.h"

/* An original server counts every request, and stops listening to who has asked
 * too often. */
#define FIRST_INTERVAL_MS 500

/* One of v2 doesn't: where a fifth of all packets is lost each way, three PROBEs
 * in 2 s are all in vain once in 20 times. */
#define FIRST_INTERVAL_V2_MS 250
#define MAX_INTERVAL_V2_MS 500

/* A little longer than three transmissions take. */
#define CHAT_TIMEOUT_MS 1600

/*
 *   client                               server
 *     | request                             |
 *     |----------------------------->  lost |
 *     |  v1: 0.5 s, then 1 s, 2 s, 4 s ...  |
 *     |  v2: 0.25 s, then always 0.5 s      |
 *     | the same bytes again                |
 *     |------------------------------------>|
 *     |                               reply |
 *     |<------------------------------------|
 *
 * A server treats the same request from the same place as the one that it has
 * answered already, so that a lost reply is simply given again. A refusal is a
 * reply too, to a request of v2. A CHAT has none but that: in v2 it is sent
 * three times.
 */
typedef struct
{
  HcDatagramSocket *socket;
  GPtrArray *servers;
  HcPacket *request;
  HcPacket *reply;
  GSocketAddress *remote;

  guint route;
  GSource *retransmission;
  GSource *timeout;
  GSource *cancellation;
  guint interval_ms;
} Exchange;

/* The sources and the route point at the task without holding it: they go
 * before it does. */
static void
exchange_stop (Exchange *exchange)
{
  if (exchange->route != 0)
    hc_datagram_socket_remove_route (exchange->socket, exchange->route);
  exchange->route = 0;
  hc_source_clear (&exchange->retransmission);
  hc_source_clear (&exchange->timeout);
  hc_source_clear (&exchange->cancellation);
}

static void
exchange_free (Exchange *exchange)
{
  exchange_stop (exchange);
  g_clear_object (&exchange->socket);
  g_clear_pointer (&exchange->servers, g_ptr_array_unref);
  g_clear_object (&exchange->request);
  g_clear_object (&exchange->reply);
  g_clear_object (&exchange->remote);
  g_free (exchange);
}

/* Whoever ends the exchange takes over the reference that it was begun with. */
static GTask *
steal_task (gpointer user_data)
{
  exchange_stop (g_task_get_task_data (user_data));
  return user_data;
}

static gboolean
is_v2 (HcPacket *request)
{
  return hc_packet_get_header (request, HC_HEADER_VERSION) != NULL;
}

static gboolean
is_chat (HcPacket *request)
{
  return hc_packet_get_packet_type (request) == HC_PACKET_CHAT;
}

static gboolean
is_urgent (HcPacket *request)
{
  return is_v2 (request) && !is_chat (request);
}

static gboolean
is_reply_to (HcPacket *reply,
             HcPacket *request)
{
  HcPacketType type = hc_packet_get_packet_type (reply);

  if (type == HC_PACKET_ERROR)
    return is_v2 (request);

  switch ((int) hc_packet_get_packet_type (request))
    {
    case HC_PACKET_PROBE:
      return type == HC_PACKET_PROBEACK;
    case HC_PACKET_REGISTER:
      return type == HC_PACKET_REGACK || type == HC_PACKET_REGNACK;
    case HC_PACKET_BRIDGE:
      return type == HC_PACKET_BRIDGEACK;
    case HC_PACKET_QUIT:
      return type == HC_PACKET_QUITACK;
    default:
      return FALSE;
    }
}

static gboolean
is_from_server (Exchange       *exchange,
                GSocketAddress *from)
{
  for (guint i = 0; i < exchange->servers->len; i++)
    if (hc_address_equal (from, g_ptr_array_index (exchange->servers, i)))
      return TRUE;
  return FALSE;
}

static gboolean
on_datagram (GSocketAddress *from,
             const char     *data,
             gsize           length,
             gpointer        user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);
  HcPacketLog *log = hc_datagram_socket_get_log (exchange->socket);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) reply = NULL;

  if (!is_from_server (exchange, from))
    return FALSE;

  reply = hc_packet_parse (data, length, HC_DIALECT_RENDEZVOUS, &error);
  if (reply == NULL)
    {
      hc_packet_log_add_fault (log, HC_TRANSPORT_UDP, from, length, error);
      return TRUE;
    }

  hc_packet_log_add (log, FALSE, HC_TRANSPORT_UDP, from, reply);
  if (is_reply_to (reply, exchange->request))
    {
      g_autoptr (GTask) task = steal_task (user_data);

      exchange->reply = g_steal_pointer (&reply);
      exchange->remote = g_object_ref (from);
      g_task_return_boolean (task, TRUE);
    }
  return TRUE;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_autoptr (GTask) task = steal_task (user_data);
  Exchange *exchange = g_task_get_task_data (task);

  if (is_chat (exchange->request))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The server does not answer");
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  g_autoptr (GTask) task = steal_task (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* Of several addresses that a server's name has, one that can't be reached is
 * no failure as long as another can. */
static gboolean
transmit (Exchange  *exchange,
          GError   **error)
{
  g_autoptr (GError) first_error = NULL;
  gboolean sent = FALSE;

  for (guint i = 0; i < exchange->servers->len; i++)
    if (hc_datagram_socket_send (exchange->socket, g_ptr_array_index (exchange->servers, i),
                                 exchange->request, first_error == NULL ? &first_error : NULL))
      sent = TRUE;

  if (!sent)
    g_propagate_error (error, g_steal_pointer (&first_error));
  return sent;
}

static gboolean
on_retransmission (gpointer user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);

  transmit (exchange, NULL);
  hc_source_clear (&exchange->retransmission);
  exchange->interval_ms *= 2;
  if (is_urgent (exchange->request))
    exchange->interval_ms = MIN (exchange->interval_ms, MAX_INTERVAL_V2_MS);
  exchange->retransmission = hc_source_timer (exchange->interval_ms, on_retransmission, user_data);
  return G_SOURCE_REMOVE;
}

static void
wait_for_reply (GTask *task,
                guint  timeout_ms)
{
  Exchange *exchange = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  exchange->interval_ms = is_urgent (exchange->request) ? FIRST_INTERVAL_V2_MS : FIRST_INTERVAL_MS;
  exchange->route = hc_datagram_socket_add_route (exchange->socket, on_datagram, task);
  exchange->timeout = hc_source_timer (timeout_ms, on_timeout, task);
  exchange->retransmission = hc_source_timer (exchange->interval_ms, on_retransmission, task);
  if (cancellable != NULL)
    exchange->cancellation = hc_source_attach (g_cancellable_source_new (cancellable),
                                               G_SOURCE_FUNC (on_cancelled), task);
}

/**
 * hc_datagram_request_async:
 * @socket: our socket
 * @servers: (element-type GSocketAddress): the server's addresses; the first
 *   one that answers is its address
 * @request: what to ask
 * @timeout_ms: how long to go on asking, in milliseconds
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Asks a server in UDP mode, and asks again until it answers. A CHAT of v1 is
 * sent once: a v1 server may not survive a second one.
 * Source: protocol, sections 2 and 4.
 */
void
hc_datagram_request_async (HcDatagramSocket    *socket,
                           GPtrArray           *servers,
                           HcPacket            *request,
                           guint                timeout_ms,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Exchange *exchange;
  GError *error = NULL;

  g_return_if_fail (HC_IS_DATAGRAM_SOCKET (socket));
  g_return_if_fail (servers != NULL && servers->len > 0);
  g_return_if_fail (HC_IS_PACKET (request));

  exchange = g_new0 (Exchange, 1);
  exchange->socket = g_object_ref (socket);
  exchange->servers = g_ptr_array_ref (servers);
  exchange->request = g_object_ref (request);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_datagram_request_async);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);

  if (!transmit (exchange, &error))
    g_task_return_error (task, error);
  else if (is_chat (request) && !is_v2 (request))
    g_task_return_boolean (task, TRUE);
  else
    wait_for_reply (g_steal_pointer (&task), is_chat (request) ? CHAT_TIMEOUT_MS : timeout_ms);
}

/**
 * hc_datagram_request_finish:
 * @result: what the callback was given
 * @reply: (out) (optional) (nullable): the server's reply; %NULL for a request
 *   that has none
 * @remote: (out) (optional) (nullable): which of the addresses answered
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Ends hc_datagram_request_async().
 *
 * Returns: %TRUE if the server has answered, or the request has no answer
 */
gboolean
hc_datagram_request_finish (GAsyncResult    *result,
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
