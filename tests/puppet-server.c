/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "puppet-server.h"

#include <string.h>

struct _PuppetServer
{
  GSocketService *service;
  GPtrArray *connections;
  guint16 port;

  GSocket *socket;
  GSource *source;
  GSocketAddress *client;
  gboolean is_mute;

  char *replies[HC_N_PACKET_TYPES];
  char *first_replies[HC_N_PACKET_TYPES];
  char *requests[HC_N_PACKET_TYPES];
  guint counts[HC_N_PACKET_TYPES][2];
};

typedef struct
{
  PuppetServer *server;
  GSocketConnection *connection;
  GSource *source;
  GString *text;
} Connection;

static void
connection_free (Connection *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->connection);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* Returns the reply, or NULL for silence. */
static char *
take_request (PuppetServer *self,
              const char   *text,
              gsize         length,
              gboolean      over_udp)
{
  HcPacketType type;
  char *first;

  if (!hc_packet_peek_type (text, length, &type))
    return NULL;

  self->counts[type][over_udp]++;
  g_free (self->requests[type]);
  self->requests[type] = g_strndup (text, length);
  first = g_steal_pointer (&self->first_replies[type]);
  return first != NULL ? first : g_strdup (self->replies[type]);
}

static void
answer_stream (Connection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection->connection);
  g_autofree char *reply = take_request (connection->server, connection->text->str,
                                         connection->text->len, FALSE);

  if (reply == NULL)
    return;
  g_socket_send (socket, reply, strlen (reply), NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection->connection), NULL, NULL);
  g_ptr_array_remove (connection->server->connections, connection);
}

static gboolean
on_bytes (GSocket      *socket,
          GIOCondition  condition,
          gpointer      user_data)
{
  Connection *self = user_data;
  char bytes[2048];
  gssize n = g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL);

  if (n <= 0)
    {
      g_ptr_array_remove (self->server->connections, self);
      return G_SOURCE_REMOVE;
    }
  g_string_append_len (self->text, bytes, n);
  if (strstr (self->text->str, "\r\n\r\n") != NULL)
    answer_stream (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source_object,
             gpointer           user_data)
{
  PuppetServer *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  Connection *data = g_new0 (Connection, 1);

  data->server = self;
  data->connection = g_object_ref (connection);
  data->text = g_string_new (NULL);
  data->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (data->source, G_SOURCE_FUNC (on_bytes), data, NULL);
  g_source_attach (data->source, NULL);
  g_ptr_array_add (self->connections, data);
  return TRUE;
}

static gboolean
on_datagram (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  PuppetServer *self = user_data;
  g_autofree char *reply = NULL;
  char bytes[2048];
  gssize n;

  g_clear_object (&self->client);
  n = g_socket_receive_from (socket, &self->client, bytes, sizeof bytes, NULL, NULL);
  if (n <= 0 || self->is_mute)
    return G_SOURCE_CONTINUE;

  reply = take_request (self, bytes, n, TRUE);
  if (reply != NULL)
    puppet_server_send (self, reply, -1);
  return G_SOURCE_CONTINUE;
}

static void
open_tcp (PuppetServer *self)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

static void
open_udp (PuppetServer *self)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;

  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                               G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->socket, address, FALSE, &error);
  g_assert_no_error (error);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_datagram), self, NULL);
  g_source_attach (self->source, NULL);
}

PuppetServer *
puppet_server_new (gboolean has_tcp)
{
  PuppetServer *self = g_new0 (PuppetServer, 1);

  self->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  open_udp (self);
  if (has_tcp)
    open_tcp (self);
  else
    self->port = puppet_server_get_udp_port (self);
  return self;
}

void
puppet_server_free (PuppetServer *self)
{
  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_clear_object (&self->service);
  g_ptr_array_unref (self->connections);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_clear_object (&self->client);
  for (guint i = 0; i < HC_N_PACKET_TYPES; i++)
    {
      g_free (self->replies[i]);
      g_free (self->first_replies[i]);
      g_free (self->requests[i]);
    }
  g_free (self);
}

/* The port that a client is told: that of TCP if there is TCP. */
guint16
puppet_server_get_port (PuppetServer *self)
{
  return self->port;
}

guint16
puppet_server_get_udp_port (PuppetServer *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

/* What to say to each request of a type from now on; NULL for nothing. */
void
puppet_server_answer (PuppetServer *self,
                      HcPacketType  type,
                      const char   *reply)
{
  g_free (self->replies[type]);
  self->replies[type] = g_strdup (reply);
}

/* What to say to the next one alone. */
void
puppet_server_answer_once (PuppetServer *self,
                           HcPacketType  type,
                           const char   *reply)
{
  g_free (self->first_replies[type]);
  self->first_replies[type] = g_strdup (reply);
}

/* Whether all is lost that comes over UDP. */
void
puppet_server_mute (PuppetServer *self,
                    gboolean      is_mute)
{
  self->is_mute = is_mute;
}

/* Sends a datagram to where the last one came from. */
void
puppet_server_send (PuppetServer *self,
                    const char   *bytes,
                    gssize        length)
{
  g_assert_nonnull (self->client);
  g_socket_send_to (self->socket, self->client, bytes,
                    length < 0 ? strlen (bytes) : (gsize) length, NULL, NULL);
}

guint
puppet_server_count (PuppetServer *self,
                     HcPacketType  type,
                     gboolean      over_udp)
{
  return self->counts[type][over_udp];
}

/* The last one of a type, or NULL. */
const char *
puppet_server_get_request (PuppetServer *self,
                           HcPacketType  type)
{
  return self->requests[type];
}
