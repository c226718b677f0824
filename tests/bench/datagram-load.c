/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "datagram-load.h"
#include "workload.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BUFFER_SIZE 2048

struct _BenchDatagrams
{
  GArray *workload;
  int *fds;
  guint n_sources;
};

static int
open_source (guint16 port)
{
  /* What is lost never comes. */
  const struct timeval limit = { .tv_sec = 5 };
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = g_htons (port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    g_error ("Can't connect: %s", g_strerror (errno));
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

/**
 * bench_datagrams_new:
 * @port: the port of a server
 * @n_sources: from how many ports to ask; at least 2
 * @workload: (element-type BenchExchange): requests, the last of which has a
 *   reply; must outlive this
 *
 * Opens the sockets. Each client always asks from the same one.
 *
 * Returns: (transfer full): the sockets
 */
BenchDatagrams *
bench_datagrams_new (guint16  port,
                     guint    n_sources,
                     GArray  *workload)
{
  BenchDatagrams *self = g_new (BenchDatagrams, 1);

  self->workload = workload;
  self->n_sources = n_sources;
  self->fds = g_new (int, n_sources);
  for (guint i = 0; i < n_sources; i++)
    self->fds[i] = open_source (port);
  return self;
}

/**
 * bench_datagrams_free:
 * @self: sockets
 *
 * Closes them.
 */
void
bench_datagrams_free (BenchDatagrams *self)
{
  for (guint i = 0; i < self->n_sources; i++)
    close (self->fds[i]);
  g_free (self->fds);
  g_free (self);
}

/* The last request has a source to itself, so that its reply can be waited for
 * without another waking this process up. */
static int
get_source (BenchDatagrams *self,
            guint           index)
{
  const BenchExchange *exchange = &g_array_index (self->workload, BenchExchange, index);

  if (index == self->workload->len - 1)
    return self->fds[self->n_sources - 1];
  return self->fds[exchange->client % (self->n_sources - 1)];
}

/**
 * bench_datagrams_send:
 * @self: sockets
 *
 * Sends all requests.
 */
void
bench_datagrams_send (BenchDatagrams *self)
{
  for (guint i = 0; i < self->workload->len; i++)
    {
      const BenchExchange *exchange = &g_array_index (self->workload, BenchExchange, i);
      gsize length = exchange->request_length;

      if (send (get_source (self, i), exchange->request, length, 0) != (gssize) length)
        g_error ("Can't send: %s", g_strerror (errno));
    }
}

/**
 * bench_datagrams_are_done:
 * @self: sockets
 *
 * Returns: whether the last request is answered
 */
gboolean
bench_datagrams_are_done (BenchDatagrams *self)
{
  struct pollfd source = { .fd = get_source (self, self->workload->len - 1), .events = POLLIN };

  return poll (&source, 1, 0) == 1;
}

static void
check_reply (int                  fd,
             const BenchExchange *exchange)
{
  char buffer[BUFFER_SIZE];
  gssize n;

  if (exchange->reply_length == 0)
    return;
  n = recv (fd, buffer, sizeof buffer, 0);
  if (n < 0)
    g_error ("No reply to %s: a datagram was lost", exchange->request);
  if (n != (gssize) exchange->reply_length || memcmp (buffer, exchange->reply, n) != 0)
    g_error ("Wrong reply to %s\n%.*s", exchange->request, (int) n, buffer);
}

/**
 * bench_datagrams_wait:
 * @self: sockets
 *
 * Waits until all requests are answered, and checks each byte of the replies.
 * The last one is waited for first: see bench_connections_wait().
 */
void
bench_datagrams_wait (BenchDatagrams *self)
{
  guint last = self->workload->len - 1;

  check_reply (get_source (self, last), &g_array_index (self->workload, BenchExchange, last));
  for (guint i = 0; i < last; i++)
    check_reply (get_source (self, i), &g_array_index (self->workload, BenchExchange, i));
}
