/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "line-end.h"
#include "hc-peer-v2.h"
#include "hc-reliable-link.h"
#include "hc-secure-datagram.h"
#include "hc-secure-stream.h"
#include "hc-stream-link.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static const guint8 session[HC_SESSION_LENGTH] = { 1 };

/* Made once: it takes longer than a handshake. */
static HcIdentity *
get_identity (gboolean is_caller)
{
  static HcIdentity *identities[2];
  static gsize is_made = 0;

  if (g_once_init_enter (&is_made))
    {
      g_autoptr (GError) error = NULL;

      identities[0] = hc_identity_generate ("bob", &error);
      identities[1] = hc_identity_generate ("alice", &error);
      g_assert_no_error (error);
      g_once_init_leave (&is_made, 1);
    }
  return identities[is_caller];
}

static void
wait (void)
{
  g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

/* --- TCP ----------------------------------------------------------------------- */

static struct sockaddr_in
make_address (guint16 port)
{
  return (struct sockaddr_in) {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
    .sin_port = htons (port),
  };
}

/* Who is accepted has the options of the one who listens. */
static int
open_stream (void)
{
  const int no_delay = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay) != 0)
    g_error ("There is no socket to be had");
  return fd;
}

static guint16
listen_stream (LineEnd *self)
{
  struct sockaddr_in address = make_address (0);
  socklen_t length = sizeof address;

  self->socket = open_stream ();
  if (bind (self->socket, (struct sockaddr *) &address, length) != 0 ||
      listen (self->socket, 1) != 0)
    g_error ("Can't listen");
  getsockname (self->socket, (struct sockaddr *) &address, &length);
  return ntohs (address.sin_port);
}

static void
accept_stream (LineEnd *self)
{
  int listener = self->socket;

  self->socket = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  if (self->socket < 0)
    g_error ("Can't accept");
  close (listener);
}

static void
connect_stream (LineEnd *self,
                guint16  port)
{
  struct sockaddr_in address = make_address (port);

  self->socket = open_stream ();
  if (connect (self->socket, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("Can't connect");
}

static void
on_stream_secure (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GIOStream **stream = user_data;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  *stream = hc_secure_stream_finish (result, key, &error);
  g_assert_no_error (error);
}

static GIOStream *
encrypt_stream (LineEnd   *self,
                GIOStream *base)
{
  GIOStream *stream = NULL;

  hc_secure_stream_async (base, self->is_caller, get_identity (self->is_caller), NULL, NULL,
                          on_stream_secure, &stream);
  while (stream == NULL)
    wait ();
  return stream;
}

/* Packets are the same with encryption and without, so that it alone makes the
 * difference. */

static void
lay_stream_link (LineEnd *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (dup (self->socket), &error);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();

  g_assert_no_error (error);
  connection = g_socket_connection_factory_create_connection (socket);
  if (self->kind == LINE_TLS)
    stream = encrypt_stream (self, G_IO_STREAM (connection));
  else
    stream = g_object_ref (G_IO_STREAM (connection));
  self->link = hc_stream_link_new_secure (connection, stream, log);
}

/* --- UDP ----------------------------------------------------------------------- */

static HcDatagramPath *
open_path (HcPacketLog *log)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcDatagramSocket) socket = hc_datagram_socket_new ("127.0.0.1", 0, log, &error);

  g_assert_no_error (error);
  return hc_datagram_path_new (socket, session);
}

static void
on_datagrams_secure (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  LineEnd *self = user_data;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  self->datagrams = hc_secure_datagram_finish (result, key, &error);
  g_assert_no_error (error);
}

static void
begin_datagrams (LineEnd        *self,
                 HcDatagramPath *path)
{
  hc_secure_datagram_async (path, self->is_caller, get_identity (self->is_caller), NULL, NULL,
                            on_datagrams_secure, self);
}

/* From now on it answers, as soon as its thread looks. */
static guint16
listen_datagrams (LineEnd *self)
{
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (HcDatagramPath) path = open_path (log);

  begin_datagrams (self, path);
  return hc_datagram_socket_get_port (hc_datagram_path_get_socket (path));
}

static void
connect_datagrams (LineEnd *self,
                   guint16  port)
{
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (HcDatagramPath) path = open_path (log);
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string ("127.0.0.1", port);

  hc_datagram_path_set_remote (path, remote);
  begin_datagrams (self, path);
}

static void
lay_reliable_link (LineEnd *self)
{
  g_autoptr (HcClock) clock = hc_system_clock_new ();
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();

  while (self->datagrams == NULL)
    wait ();
  self->link = hc_reliable_link_new (self->datagrams, HC_DIALECT_SECURE, clock, log);
  g_clear_object (&self->datagrams);
}

/* --- Both ---------------------------------------------------------------------- */

static void
on_received (HcLink   *link,
             HcPacket *packet,
             LineEnd  *self)
{
  self->n_received++;
}

static HcPeerIdentity
describe (HcIdentity *identity)
{
  return (HcPeerIdentity) { hc_identity_get_id (identity), hc_identity_get_key (identity) };
}

static void
introduce_peer (LineEnd *self)
{
  const HcPeerIdentity own = describe (get_identity (self->is_caller));
  const HcPeerIdentity other = describe (get_identity (!self->is_caller));
  const guint8 plain[HC_DIGEST_LENGTH] = { 0 };
  g_autoptr (HcClock) clock = hc_system_clock_new ();

  self->peer = hc_peer_v2_new (clock, &own, &other, session, self->is_caller);
  hc_peer_v2_set_link (HC_PEER_V2 (self->peer), self->link, plain, NULL);
  while (!hc_peer_get_confirmed (self->peer))
    wait ();
}

static void
lay_link (LineEnd *self)
{
  if (self->kind == LINE_SOCKETS)
    return;
  if (self->kind == LINE_DTLS)
    lay_reliable_link (self);
  else
    lay_stream_link (self);
  g_signal_connect (self->link, "received", G_CALLBACK (on_received), self);
  if (self->has_peer)
    introduce_peer (self);
}

/**
 * line_end_listen:
 * @self: the end that is called
 *
 * Returns: at which port
 */
guint16
line_end_listen (LineEnd *self)
{
  return self->kind == LINE_DTLS ? listen_datagrams (self) : listen_stream (self);
}

/**
 * line_end_accept:
 * @self: an end that listens
 *
 * Waits until it has been called and the handshake, if there is one, is done.
 */
void
line_end_accept (LineEnd *self)
{
  if (self->kind != LINE_DTLS)
    accept_stream (self);
  lay_link (self);
}

/**
 * line_end_connect:
 * @self: the end that calls
 * @port: where the other one listens
 *
 * Calls, and waits until the handshake, if there is one, is done.
 */
void
line_end_connect (LineEnd *self,
                  guint16  port)
{
  if (self->kind == LINE_DTLS)
    connect_datagrams (self, port);
  else
    connect_stream (self, port);
  lay_link (self);
}

/**
 * line_end_clear:
 * @self: an end
 *
 * Lets go of everything, in its own thread.
 */
void
line_end_clear (LineEnd *self)
{
  g_clear_object (&self->peer);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  if (self->socket >= 0)
    close (self->socket);
}
