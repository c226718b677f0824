/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the kernel costs: a server that does nothing but the system calls which
 * the protocol can't do without, and knows only well-meant requests. No other
 * server on this machine can be expected to be faster.
 *
 *     floor       TCP: accept4, recv, send, close, one epoll for all
 *     floor -u    UDP: recvmmsg, sendmmsg
 */

#include "floor-table.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define BATCH 64

/* As much as the server asks for. */
#define RECEIVE_BUFFER_SIZE (1024 * 1024)

typedef struct
{
  int fd;
  size_t length;
  char buffer[FLOOR_MAX_PACKET];
} Connection;

static int epoll;
static int listener;

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static void
watch (int   fd,
       void *data)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = data };

  if (epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    fail ("epoll_ctl");
}

static int
open_socket (int type)
{
  const int off = 0;
  const int size = RECEIVE_BUFFER_SIZE;
  struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    fail ("socket");
  setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (type == SOCK_DGRAM)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind (fd, (struct sockaddr *) &address, length) < 0)
    fail ("bind");
  if (type == SOCK_STREAM && listen (fd, BACKLOG) < 0)
    fail ("listen");
  if (getsockname (fd, (struct sockaddr *) &address, &length) < 0)
    fail ("getsockname");

  printf ("Listening on port %u\n", ntohs (address.sin6_port));
  fflush (stdout);
  return fd;
}

static int
ends_with_blank_line (const char *data,
                      size_t      length)
{
  return length >= 4 && memcmp (data + length - 4, "\r\n\r\n", 4) == 0;
}

static void
answer_and_close (int         fd,
                  const char *request,
                  size_t      length)
{
  char reply[FLOOR_MAX_PACKET];
  size_t n = floor_answer (request, length, 0, reply);

  if (n > 0 && send (fd, reply, n, MSG_NOSIGNAL) < 0)
    perror ("send");
  close (fd);
}

/* Returns whether the connection is over. */
static int
receive (int     fd,
         char   *buffer,
         size_t *length)
{
  ssize_t n;

  do
    {
      n = recv (fd, buffer + *length, FLOOR_MAX_PACKET - *length, 0);
      if (n > 0)
        *length += n;
    }
  while (n > 0 && !ends_with_blank_line (buffer, *length));

  if (n < 0 && errno == EAGAIN)
    return 0;
  answer_and_close (fd, buffer, *length);
  return 1;
}

/* Most requests are there already: those need no place in the epoll set. */
static void
take_connection (int fd)
{
  char buffer[FLOOR_MAX_PACKET];
  size_t length = 0;
  Connection *connection;

  if (receive (fd, buffer, &length))
    return;
  connection = malloc (sizeof *connection);
  connection->fd = fd;
  connection->length = length;
  memcpy (connection->buffer, buffer, length);
  watch (fd, connection);
}

static void
accept_connections (void)
{
  for (int i = 0; i < BATCH; i++)
    {
      struct sockaddr_in6 source;
      socklen_t length = sizeof source;
      int fd = accept4 (listener, (struct sockaddr *) &source, &length,
                        SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd < 0)
        break;
      take_connection (fd);
    }
}

static void
serve_streams (void)
{
  for (;;)
    {
      struct epoll_event events[BATCH];
      int n = epoll_wait (epoll, events, BATCH, -1);

      for (int i = 0; i < n; i++)
        {
          Connection *connection = events[i].data.ptr;

          if (connection == NULL)
            accept_connections ();
          else if (receive (connection->fd, connection->buffer, &connection->length))
            free (connection);
        }
    }
}

typedef struct
{
  struct mmsghdr requests[BATCH];
  struct mmsghdr replies[BATCH];
  struct iovec request_bytes[BATCH];
  struct iovec reply_bytes[BATCH];
  struct sockaddr_in6 sources[BATCH];
  char in[BATCH][FLOOR_MAX_PACKET];
  char out[BATCH][FLOOR_MAX_PACKET];
} Datagrams;

static int
receive_datagrams (Datagrams *self)
{
  for (int i = 0; i < BATCH; i++)
    {
      self->request_bytes[i] = (struct iovec) { self->in[i], sizeof self->in[i] };
      self->requests[i].msg_hdr = (struct msghdr) {
        .msg_name = &self->sources[i],
        .msg_namelen = sizeof self->sources[i],
        .msg_iov = &self->request_bytes[i],
        .msg_iovlen = 1,
      };
    }
  return recvmmsg (listener, self->requests, BATCH, MSG_DONTWAIT, NULL);
}

static int
answer_datagrams (Datagrams *self,
                  int        n_requests)
{
  int n_replies = 0;

  for (int i = 0; i < n_requests; i++)
    {
      char *reply = self->out[n_replies];
      size_t n = floor_answer (self->in[i], self->requests[i].msg_len, 1, reply);

      if (n == 0)
        continue;
      self->reply_bytes[n_replies] = (struct iovec) { reply, n };
      self->replies[n_replies].msg_hdr = self->requests[i].msg_hdr;
      self->replies[n_replies].msg_hdr.msg_iov = &self->reply_bytes[n_replies];
      n_replies++;
    }
  return n_replies;
}

static void
serve_datagrams (void)
{
  static Datagrams datagrams;

  for (;;)
    {
      struct epoll_event event;
      int n_requests = BATCH;

      epoll_wait (epoll, &event, 1, -1);
      while (n_requests == BATCH)
        {
          int n_replies;

          n_requests = receive_datagrams (&datagrams);
          n_replies = answer_datagrams (&datagrams, n_requests);
          for (int n = 0, sent = 0; sent < n_replies; sent += n)
            {
              n = sendmmsg (listener, datagrams.replies + sent, n_replies - sent, MSG_NOSIGNAL);
              if (n < 0)
                fail ("sendmmsg");
            }
        }
    }
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int    argc,
      char **argv)
{
  int is_udp = argc > 1 && strcmp (argv[1], "-u") == 0;

  raise_descriptor_limit ();
  epoll = epoll_create1 (EPOLL_CLOEXEC);
  listener = open_socket (is_udp ? SOCK_DGRAM : SOCK_STREAM);
  watch (listener, NULL);
  if (is_udp)
    serve_datagrams ();
  serve_streams ();
  return 0;
}
