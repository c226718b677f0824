/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-metrics-http.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#define PATH "/metrics"
#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Who reads nothing and says nothing for so long is cut off. */
#define IDLE_SECONDS 15

/* For how long not to accept when there are no descriptors to do so with. */
#define PAUSE_SECONDS 1

/* By what a connection is found again: the address, which its messages keep. */
#define REMOTE "hc-remote"

/* How many may read at once. For one more, the oldest makes way. */
#define MAX_CONNECTIONS 8

/* HTTP is libsoup's; who may connect, and how many at once, is decided here. */
struct _HcMetricsHttp
{
  SoupServer *server;
  GSocket *listener;

  /* While it accepts connections, or else what will have it do so again. */
  GSource *source;

  /* Oldest first. They belong to @server. */
  GQueue connections;
  HcMetricsFunc func;
  gpointer user_data;
};

static void
on_connection_gone (gpointer  user_data,
                    GObject  *connection)
{
  HcMetricsHttp *self = user_data;

  g_queue_remove (&self->connections, connection);
}

static void
shut_down (GSocketConnection *connection)
{
  g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE, NULL);
}

static void
make_room (HcMetricsHttp *self)
{
  GSocketConnection *oldest;

  if (self->connections.length < MAX_CONNECTIONS)
    return;

  /* The server sees an end, and closes it when it does. */
  oldest = g_queue_pop_head (&self->connections);
  g_object_weak_unref (G_OBJECT (oldest), on_connection_gone, self);
  shut_down (oldest);
}

static void
take_connection (HcMetricsHttp *self,
                 GSocket           *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GSocketConnection) connection = NULL;

  /* It may be over already. */
  if (local == NULL || remote == NULL)
    return;

  g_socket_set_timeout (socket, IDLE_SECONDS);
  connection = g_socket_connection_factory_create_connection (socket);
  make_room (self);
  g_queue_push_tail (&self->connections, connection);
  g_object_set_data_full (G_OBJECT (connection), REMOTE, g_object_ref (remote), g_object_unref);
  g_object_weak_ref (G_OBJECT (connection), on_connection_gone, self);
  soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local, remote, NULL);
}

static void
set_source (HcMetricsHttp *self,
            GSource       *source,
            GSourceFunc    callback)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  self->source = source;
  if (source == NULL)
    return;
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void accept_connections (HcMetricsHttp *self);

static gboolean
on_pause_over (gpointer user_data)
{
  accept_connections (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocket      *listener,
             GIOCondition  condition,
             gpointer      user_data)
{
  HcMetricsHttp *self = user_data;
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);

  if (socket != NULL)
    {
      take_connection (self, socket);
      return G_SOURCE_CONTINUE;
    }
  set_source (self, g_timeout_source_new_seconds (PAUSE_SECONDS), on_pause_over);
  return G_SOURCE_REMOVE;
}

static void
accept_connections (HcMetricsHttp *self)
{
  set_source (self, g_socket_create_source (self->listener, G_IO_IN, NULL),
              G_SOURCE_FUNC (on_incoming));
}

static void
refuse (SoupServerMessage *message,
        guint              status)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Connection", "close");
  if (status == SOUP_STATUS_METHOD_NOT_ALLOWED)
    soup_message_headers_replace (headers, "Allow", "GET, HEAD");
}

/* A refusal would have to wait for the body, however long that is. */
static void
cut_off (HcMetricsHttp     *self,
         SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  for (GList *link = self->connections.head; link != NULL; link = link->next)
    if (g_object_get_data (link->data, REMOTE) == remote)
      shut_down (link->data);
}

static gboolean
has_body (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
         soup_message_headers_get_content_length (headers) > 0;
}

/* Runs before the body is read. */
static void
on_headers (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  const char *method = soup_server_message_get_method (message);

  if (has_body (message))
    cut_off (user_data, message);
  else if (!g_str_equal (path, PATH))
    refuse (message, SOUP_STATUS_NOT_FOUND);
  else if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD"))
    refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED);
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  HcMetricsHttp *self = user_data;
  char *text = self->func (self->user_data);

  soup_server_message_set_response (message, CONTENT_TYPE, SOUP_MEMORY_TAKE, text, strlen (text));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

/**
 * hc_metrics_http_new:
 * @fd: (transfer full): a bound TCP socket
 * @func: (scope forever): writes the metrics
 * @user_data: data for @func
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Lets metrics be read over HTTP, on the thread-default main context of the
 * caller; see hc_metrics_endpoint_new().
 *
 * Returns: (transfer full): what answers, to be freed with
 *   hc_metrics_http_free(), or %NULL with @error set
 */
HcMetricsHttp *
hc_metrics_http_new (int             fd,
                     HcMetricsFunc   func,
                     gpointer        user_data,
                     GError        **error)
{
  g_autoptr (GSocket) listener = g_socket_new_from_fd (fd, error);
  HcMetricsHttp *self;

  if (listener == NULL)
    {
      g_close (fd, NULL);
      return NULL;
    }
  g_socket_set_blocking (listener, FALSE);
  if (!g_socket_listen (listener, error))
    return NULL;

  self = g_new0 (HcMetricsHttp, 1);
  self->listener = g_steal_pointer (&listener);
  self->func = func;
  self->user_data = user_data;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->server, NULL, on_headers, self, NULL);
  soup_server_add_early_handler (self->server, PATH, on_headers, self, NULL);
  soup_server_add_handler (self->server, PATH, on_request, self, NULL);
  accept_connections (self);
  return self;
}

/**
 * hc_metrics_http_free:
 * @self: what answers
 *
 * Closes its socket and its connections and frees it.
 */
void
hc_metrics_http_free (HcMetricsHttp *self)
{
  set_source (self, NULL, NULL);
  for (GList *link = self->connections.head; link != NULL; link = link->next)
    g_object_weak_unref (link->data, on_connection_gone, self);
  g_queue_clear (&self->connections);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_object_unref (self->listener);
  g_free (self);
}
