/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bad-server.h"

#include <string.h>

struct _BadServer
{
  GSocketService *service;
  guint16 port;
  const char *answer;
  gboolean closes;
  GPtrArray *connections;
};

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  BadServer *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);

  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_socket_send (socket, self->answer, strlen (self->answer), NULL, NULL);
  if (self->closes)
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

BadServer *
bad_server_new (const char *answer,
                gboolean    closes)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;
  BadServer *self = g_new0 (BadServer, 1);

  self->answer = answer;
  self->closes = closes;
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

void
bad_server_free (BadServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_ptr_array_unref (self->connections);
  g_free (self);
}

guint16
bad_server_get_port (BadServer *self)
{
  return self->port;
}

/* How many connections it has had. */
guint
bad_server_count (BadServer *self)
{
  return self->connections->len;
}

struct _LossyProxy
{
  GSocket *front;
  GSocket *back;
  GSource *front_source;
  GSource *back_source;
  GSocketAddress *client;
  guint drop;
  guint count;
};

static gboolean
on_request (GSocket      *socket,
            GIOCondition  condition,
            gpointer      user_data)
{
  LossyProxy *self = user_data;
  char datagram[2048];
  gssize n;

  g_clear_object (&self->client);
  n = g_socket_receive_from (socket, &self->client, datagram, sizeof datagram, NULL, NULL);
  self->count++;
  if (self->drop > 0)
    self->drop--;
  else if (n > 0)
    g_socket_send (self->back, datagram, n, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reply (GSocket      *socket,
          GIOCondition  condition,
          gpointer      user_data)
{
  LossyProxy *self = user_data;
  char datagram[2048];
  gssize n = g_socket_receive (socket, datagram, sizeof datagram, NULL, NULL);

  if (n > 0)
    g_socket_send_to (self->front, self->client, datagram, n, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static GSocket *
open_socket (void)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  return socket;
}

static GSource *
watch (LossyProxy        *self,
       GSocket           *socket,
       GSocketSourceFunc  func)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, NULL);
  return source;
}

LossyProxy *
lossy_proxy_new (guint16 server_port)
{
  g_autoptr (GSocketAddress) server = g_inet_socket_address_new_from_string ("127.0.0.1", server_port);
  LossyProxy *self = g_new0 (LossyProxy, 1);

  self->front = open_socket ();
  self->back = open_socket ();
  g_assert_true (g_socket_connect (self->back, server, NULL, NULL));
  self->front_source = watch (self, self->front, on_request);
  self->back_source = watch (self, self->back, on_reply);
  return self;
}

void
lossy_proxy_free (LossyProxy *self)
{
  g_source_destroy (self->front_source);
  g_source_destroy (self->back_source);
  g_source_unref (self->front_source);
  g_source_unref (self->back_source);
  g_object_unref (self->front);
  g_object_unref (self->back);
  g_clear_object (&self->client);
  g_free (self);
}

guint16
lossy_proxy_get_port (LossyProxy *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->front, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

/* Loses the next @n datagrams of the client's. */
void
lossy_proxy_drop (LossyProxy *self,
                  guint       n)
{
  self->drop = n;
}

/* How many datagrams the client has sent. */
guint
lossy_proxy_count (LossyProxy *self)
{
  return self->count;
}
