/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "stream-load.h"
#include "workload.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE 2048
#define BATCH 64

struct _BenchConnections
{
  GArray *workload;
  int *fds;
};

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = g_htons (port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    g_error ("Can't connect: %s", g_strerror (errno));
  return fd;
}

/* The server closes first, and its side of the connection would stay in
 * TIME-WAIT: a reset clears it away, so that no round inherits the last one's. */
static void
forget (int fd)
{
  const struct linger now = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close (fd);
}

static void
send_request (int                  fd,
              const BenchExchange *exchange)
{
  gsize n = exchange->request_length;

  if (send (fd, exchange->request, n, MSG_NOSIGNAL) != (gssize) n)
    g_error ("Can't send: %s", g_strerror (errno));
  if (memcmp (exchange->request + n - 4, "\r\n\r\n", 4) != 0)
    shutdown (fd, SHUT_WR);
}

/**
 * bench_connections_new:
 * @port: the port of a server
 * @workload: (element-type BenchExchange): requests; must outlive this
 *
 * Makes a connection for each request, in this order, and sends it.
 *
 * Returns: (transfer full): the connections
 */
BenchConnections *
bench_connections_new (guint16  port,
                       GArray  *workload)
{
  BenchConnections *self = g_new (BenchConnections, 1);

  self->workload = workload;
  self->fds = g_new (int, workload->len);
  for (guint i = 0; i < workload->len; i++)
    {
      self->fds[i] = connect_to (port);
      send_request (self->fds[i], &g_array_index (workload, BenchExchange, i));
    }
  return self;
}

/**
 * bench_connections_are_done:
 * @self: connections
 *
 * Returns: whether the server has closed all of them
 */
gboolean
bench_connections_are_done (BenchConnections *self)
{
  for (guint i = 0; i < self->workload->len; i++)
    {
      struct pollfd connection = { .fd = self->fds[i], .events = POLLRDHUP };

      if (poll (&connection, 1, 0) != 1)
        return FALSE;
    }
  return TRUE;
}

/* Returns only when the server has closed. */
static void
check_reply (int                  fd,
             const BenchExchange *exchange)
{
  char buffer[BUFFER_SIZE];
  gsize length = 0;
  gssize n;

  while ((n = recv (fd, buffer + length, sizeof buffer - length, 0)) > 0)
    length += n;
  if (n < 0)
    g_error ("No reply to %s: %s", exchange->request, g_strerror (errno));
  if (length != exchange->reply_length || memcmp (buffer, exchange->reply, length) != 0)
    g_error ("Wrong reply to %s\n%.*s", exchange->request, (int) length, buffer);
}

/**
 * bench_connections_wait:
 * @self: connections
 *
 * Waits until all requests are answered, and checks each byte of the replies.
 *
 * The last one is waited for first: a server that works through its queue
 * then wakes this process up once, not with every reply, which would be part
 * of the server's own time.
 */
void
bench_connections_wait (BenchConnections *self)
{
  for (guint i = self->workload->len; i > 0; i--)
    check_reply (self->fds[i - 1], &g_array_index (self->workload, BenchExchange, i - 1));
}

/**
 * bench_connections_free:
 * @self: connections
 *
 * Closes them.
 */
void
bench_connections_free (BenchConnections *self)
{
  for (guint i = 0; i < self->workload->len; i++)
    forget (self->fds[i]);
  g_free (self->fds);
  g_free (self);
}

/**
 * bench_hold_silent:
 * @port: the port of a server
 * @n: how many
 *
 * Makes connections that say nothing.
 *
 * Returns: (transfer full) (array length=n): their descriptors
 */
int *
bench_hold_silent (guint16 port,
                   guint   n)
{
  int *fds = g_new (int, n);

  for (guint i = 0; i < n; i++)
    fds[i] = connect_to (port);
  return fds;
}

/**
 * bench_release_silent:
 * @fds: (transfer full) (array length=n): what bench_hold_silent() returned
 * @n: how many
 *
 * Closes the connections, if the server has held them until now.
 */
void
bench_release_silent (int   *fds,
                      guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      char byte;

      if (recv (fds[i], &byte, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN)
        g_error ("The server has closed a silent connection");
      forget (fds[i]);
    }
  g_free (fds);
}

typedef struct
{
  BenchExchange steps[BENCH_N_STEPS];
  guint n_done;
  int fd;
} Slot;

typedef struct
{
  guint16 port;
  int epoll;
  guint n_pending;
} Loop;

static const BenchExchange *
get_exchange (const Slot *slot)
{
  return &slot->steps[slot->n_done % BENCH_N_STEPS];
}

static void
start_request (Loop *loop,
               Slot *slot)
{
  struct epoll_event event = { .events = EPOLLRDHUP, .data.ptr = slot };

  loop->n_pending++;
  slot->fd = connect_to (loop->port);
  send_request (slot->fd, get_exchange (slot));
  if (epoll_ctl (loop->epoll, EPOLL_CTL_ADD, slot->fd, &event) < 0)
    g_error ("Can't watch a connection: %s", g_strerror (errno));
}

/* The server has closed, so everything is here. */
static void
end_request (Loop *loop,
             Slot *slot)
{
  const BenchExchange *exchange = get_exchange (slot);
  char buffer[BUFFER_SIZE];
  gssize n = recv (slot->fd, buffer, sizeof buffer, 0);

  if (n < (gssize) exchange->reply_length ||
      memcmp (buffer, exchange->reply, exchange->reply_length) != 0)
    g_error ("Wrong reply to %s\n%.*s", exchange->request, (int) MAX (n, 0), buffer);
  forget (slot->fd);
  loop->n_pending--;
  slot->n_done++;
}

static void
run_loop (Loop *loop,
          guint n_each)
{
  while (loop->n_pending > 0)
    {
      struct epoll_event events[BATCH];
      int n = epoll_wait (loop->epoll, events, BATCH, -1);

      for (int i = 0; i < n; i++)
        {
          Slot *slot = events[i].data.ptr;

          end_request (loop, slot);
          if (slot->n_done < n_each)
            start_request (loop, slot);
        }
    }
}

/**
 * bench_run_closed_loop:
 * @port: the port of a server
 * @n_connections: how many requests are under way at any time
 * @n_each: how many follow each other; a multiple of %BENCH_N_STEPS, so that
 *   nobody stays registered
 *
 * Asks a server as fast as it answers: each reply sets off the next request,
 * on a connection of its own.
 */
void
bench_run_closed_loop (guint16 port,
                       guint   n_connections,
                       guint   n_each)
{
  g_autofree Slot *slots = g_new0 (Slot, n_connections);
  Loop loop = { .port = port, .epoll = epoll_create1 (EPOLL_CLOEXEC) };

  for (guint i = 0; i < n_connections; i++)
    for (guint step = 0; step < BENCH_N_STEPS; step++)
      bench_exchange_init_step (&slots[i].steps[step], i, step);
  for (guint i = 0; i < n_connections; i++)
    start_request (&loop, &slots[i]);
  run_loop (&loop, n_each);
  close (loop.epoll);
}
