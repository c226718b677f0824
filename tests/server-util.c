/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server-util.h"

#include "hc-ip.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
site_set_up (Site          *site,
             gconstpointer  data)
{
  site->udp = GPOINTER_TO_INT (data);
}

static void
site_tear_down (Site          *site,
                gconstpointer  data)
{
  hc_server_stop (site->server);
  g_assert_finalize_object (site->server);
}

static void
add_test (const char *path,
          gboolean    udp,
          SiteTest    test)
{
  g_autofree char *full_path = g_strdup_printf ("/server/%s/%s", udp ? "udp" : "tcp", path);

  g_test_add (full_path, Site, GINT_TO_POINTER (udp), site_set_up, test, site_tear_down);
}

/* In both modes. */
void
site_add_test (const char *path,
               SiteTest    test)
{
  add_test (path, FALSE, test);
  add_test (path, TRUE, test);
}

void
site_add_tcp_test (const char *path,
                   SiteTest    test)
{
  add_test (path, FALSE, test);
}

void
site_add_udp_test (const char *path,
                   SiteTest    test)
{
  add_test (path, TRUE, test);
}

/* Without a guard, since most clients here share an address. */
void
site_start (Site *site)
{
  site_start_server (site, g_object_new (HC_TYPE_SERVER,
                                         "port", 0,
                                         "udp", site->udp,
                                         "max-requests", 0,
                                         NULL));
}

/* Takes the server. */
void
site_start_server (Site     *site,
                   HcServer *server)
{
  g_autoptr (GError) error = NULL;

  site->server = server;
  hc_server_start (site->server, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hc_server_get_port (site->server), !=, 0);
}

int
site_connect (Site       *site,
              const char *source)
{
  return raw_open (site->udp, source, HERE, hc_server_get_port (site->server));
}

char *
site_ask (Site       *site,
          const char *source,
          const char *request)
{
  int fd = site_connect (site, source);
  char *reply;

  raw_send (fd, request, -1);
  reply = raw_read (fd);
  raw_close (fd);
  return reply;
}

/* Sends a request that gets no reply, as the original does: over TCP it ends
 * with the stream. Over UDP the next request's reply shows that it got none. */
void
site_tell (Site       *site,
           const char *source,
           const char *request)
{
  int fd = site_connect (site, source);
  g_autofree char *reply = NULL;

  raw_send (fd, request, -1);
  if (site->udp)
    raw_send (fd, "PROBE\r\n\r\n", -1);
  else
    raw_end (fd);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, site->udp ? "PROBEACK\r\n\r\n" : "");
  raw_close (fd);
}

void
site_assert_reply (Site       *site,
                   const char *source,
                   const char *request,
                   const char *reply)
{
  g_autofree char *answer = site_ask (site, source, request);

  g_assert_cmpstr (answer, ==, reply);
}

void
site_assert_alive (Site *site)
{
  site_assert_reply (site, HERE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
}

void
site_register (Site       *site,
               const char *source,
               const char *id,
               guint16     port)
{
  g_autofree char *headers =
    g_strdup_printf ("\r\nclientID: %s\r\nIP: 127.0.1.1\r\nPort: %u\r\n\r\n", id, port);
  g_autofree char *request = g_strconcat ("REGISTER", headers, NULL);
  g_autofree char *reply = g_strconcat ("REGACK", headers, NULL);

  site_assert_reply (site, source, request, reply);
}

char *
site_bridge (Site       *site,
             const char *source,
             const char *id)
{
  g_autofree char *request = g_strdup_printf ("BRIDGE\r\nclientID: %s\r\n\r\n", id);

  return site_ask (site, source, request);
}

/* Otherwise the port is chosen before the kernel knows whom it is for. Then none
 * of those will do that the last tests have used, and when thousands are
 * remembered, each search for another takes half a second. */
static void
choose_port_late (int fd)
{
  const int on = 1;

  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
}

/* Opens a non-blocking socket: nothing here may stop the server's main loop. */
int
raw_open (gboolean    udp,
          const char *source,
          const char *target,
          guint16     port)
{
  HcIp ip;
  HcSockaddr address;
  socklen_t length;
  int type = udp ? SOCK_DGRAM : SOCK_STREAM;
  int fd;

  g_assert_true (hc_ip_init_from_string (&ip, source));
  length = hc_ip_to_sockaddr (&ip, 0, &address);
  fd = socket (address.sa.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  choose_port_late (fd);
  g_assert_cmpint (bind (fd, &address.sa, length), ==, 0);

  g_assert_true (hc_ip_init_from_string (&ip, target));
  length = hc_ip_to_sockaddr (&ip, port, &address);
  if (connect (fd, &address.sa, length) < 0)
    g_assert_cmpint (errno, ==, EINPROGRESS);
  return fd;
}

static gboolean
on_ready (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  gboolean *is_ready = user_data;

  *is_ready = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for (int          fd,
          GIOCondition condition)
{
  gboolean is_ready = FALSE;

  g_unix_fd_add (fd, condition, on_ready, &is_ready);
  WAIT_UNTIL (is_ready);
}

/* The server may have closed the connection: what it does then is not sending. */
void
raw_send (int         fd,
          const char *data,
          gssize      length)
{
  gsize left = length < 0 ? strlen (data) : (gsize) length;

  do
    {
      gssize n = send (fd, data, left, MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN)
        return;
      data += MAX (n, 0);
      left -= MAX (n, 0);
      if (left > 0)
        wait_for (fd, G_IO_OUT);
    }
  while (left > 0);
}

void
raw_end (int fd)
{
  shutdown (fd, SHUT_WR);
}

/* Closes a socket as a program that crashes does. */
void
raw_reset (int fd)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), ==, 0);
  close (fd);
}

static gboolean
is_stream (int fd)
{
  int type;
  socklen_t length = sizeof type;

  g_assert_cmpint (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length), ==, 0);
  return type == SOCK_STREAM;
}

/* Reads one datagram, or a stream to its end; NULL if it ended by a reset. */
char *
raw_read (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_over = FALSE;

  while (!is_over)
    {
      char buffer[4096];
      gssize n = recv (fd, buffer, sizeof buffer, 0);

      if (n < 0 && errno != EAGAIN)
        return NULL;
      if (n < 0)
        wait_for (fd, G_IO_IN);
      else
        {
          g_string_append_len (text, buffer, n);
          is_over = n == 0 || !is_stream (fd);
        }
    }
  return g_strdup (text->str);
}

/* Whether there is nothing to read, not even an end. */
gboolean
raw_is_silent (int fd)
{
  char byte;

  wait_settle ();
  return recv (fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

void
raw_close (int fd)
{
  g_assert_cmpint (close (fd), ==, 0);
}
