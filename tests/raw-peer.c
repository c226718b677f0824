/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "raw-peer.h"
#include "wait.h"

#include <string.h>
#include <sys/socket.h>

struct _RawPeer
{
  gboolean udp;
  GSocket *listener;
  GSocket *socket;
  GSocketAddress *remote;
  GString *heard;
  gboolean ended;
};

static GSocketAddress *
make_address (guint16 port)
{
  return g_inet_socket_address_new_from_string ("127.0.0.1", port);
}

/* A peer to be called: a UDP socket, or a TCP socket that listens. */
RawPeer *
raw_peer_new (gboolean udp)
{
  g_autoptr (GSocketAddress) address = make_address (0);
  g_autoptr (GError) error = NULL;
  RawPeer *self = g_new0 (RawPeer, 1);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
                                  udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  self->udp = udp;
  self->heard = g_string_new (NULL);
  if (udp)
    self->socket = socket;
  else
    {
      g_socket_listen (socket, &error);
      g_assert_no_error (error);
      self->listener = socket;
    }
  return self;
}

/* A peer that calls a port. Over UDP it only knows where to send to. */
RawPeer *
raw_peer_new_call (gboolean udp,
                   guint16  port)
{
  RawPeer *self = raw_peer_new (udp);
  g_autoptr (GError) error = NULL;

  self->remote = make_address (port);
  if (udp)
    return self;

  g_clear_object (&self->listener);
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                               G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_connect (self->socket, self->remote, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->socket, FALSE);
  return self;
}

void
raw_peer_free (RawPeer *self)
{
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  if (self->listener != NULL)
    g_socket_close (self->listener, NULL);
  g_clear_object (&self->socket);
  g_clear_object (&self->listener);
  g_clear_object (&self->remote);
  g_string_free (self->heard, TRUE);
  g_free (self);
}

guint16
raw_peer_get_port (RawPeer *self)
{
  GSocket *socket = self->listener != NULL ? self->listener : self->socket;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

/* Waits for a connection. Over UDP the first datagram tells who calls. */
void
raw_peer_accept (RawPeer *self)
{
  if (self->udp)
    return;

  WAIT_UNTIL (g_socket_condition_check (self->listener, G_IO_IN) != 0);
  self->socket = g_socket_accept (self->listener, NULL, NULL);
  g_assert_nonnull (self->socket);
  g_socket_set_blocking (self->socket, FALSE);
}

void
raw_peer_send_bytes (RawPeer    *self,
                     const char *bytes,
                     gsize       length)
{
  g_autoptr (GError) error = NULL;
  gssize n = self->udp ? g_socket_send_to (self->socket, self->remote, bytes, length, NULL, &error)
                       : g_socket_send (self->socket, bytes, length, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, length);
}

void
raw_peer_send (RawPeer    *self,
               const char *text)
{
  raw_peer_send_bytes (self, text, strlen (text));
}

/* Sends a datagram to somebody else. */
void
raw_peer_send_to (RawPeer    *self,
                  guint16     port,
                  const char *text)
{
  g_autoptr (GSocketAddress) to = make_address (port);
  g_autoptr (GError) error = NULL;

  g_socket_send_to (self->socket, to, text, strlen (text), NULL, &error);
  g_assert_no_error (error);
}

static void
hear (RawPeer *self)
{
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GError) error = NULL;
  char chunk[4096];
  gssize n = g_socket_receive_from (self->socket, self->udp ? &from : NULL,
                                    chunk, sizeof chunk, NULL, &error);

  if (n > 0)
    g_string_append_len (self->heard, chunk, n);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->ended = TRUE;
  if (from != NULL)
    g_set_object (&self->remote, from);
}

static gboolean
has_heard (RawPeer *self,
           gsize    length)
{
  hear (self);
  return self->ended || self->heard->len >= length;
}

/* Waits for these bytes to come next, and no others. */
void
raw_peer_expect (RawPeer    *self,
                 const char *text)
{
  gsize length = strlen (text);

  WAIT_UNTIL (has_heard (self, length));
  g_assert_cmpmem (self->heard->str, MIN (self->heard->len, length), text, length);
  g_string_erase (self->heard, 0, length);
}

static gboolean
has_ended (RawPeer *self)
{
  hear (self);
  return self->ended;
}

/* Waits for the connection to end, with nothing said before. */
void
raw_peer_expect_end (RawPeer *self)
{
  if (self->udp)
    return;

  WAIT_UNTIL (has_ended (self));
  g_assert_cmpstr (self->heard->str, ==, "");
}

gboolean
raw_peer_has_received (RawPeer *self)
{
  hear (self);
  return self->heard->len > 0;
}

/* Ends a connection as a crash does, with RST. */
void
raw_peer_reset (RawPeer *self)
{
  struct linger at_once = { 1, 0 };

  g_assert_no_errno (setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER,
                                 &at_once, sizeof at_once));
  g_socket_close (self->socket, NULL);
}
