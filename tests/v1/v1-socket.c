/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "v1-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct sockaddr_in
v1_socket_address (const char *ip,
                   guint16     port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };

  g_assert_cmpint (inet_pton (AF_INET, ip, &address.sin_addr), ==, 1);
  return address;
}

/* A socket bound to a port of the loopback address, 0 for any. */
int
v1_socket_open (gboolean udp,
                guint16  port)
{
  struct sockaddr_in address = v1_socket_address ("127.0.0.1", port);
  int fd = socket (AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  int yes = 1;

  g_assert_cmpint (fd, >=, 0);
  if (port != 0)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  return fd;
}

guint16
v1_socket_get_port (int fd)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  return ntohs (address.sin_port);
}

gboolean
v1_socket_connect (int                       fd,
                   const struct sockaddr_in *to)
{
  return connect (fd, (const struct sockaddr *) to, sizeof *to) == 0;
}

/* Blocks as the original does, but for the end of the test. */
static int
wait_readable (int fd,
               int stop_fd,
               int timeout_ms)
{
  struct pollfd fds[] = { { fd, POLLIN, 0 }, { stop_fd, POLLIN, 0 } };
  int n;

  do
    n = poll (fds, G_N_ELEMENTS (fds), timeout_ms);
  while (n < 0 && errno == EINTR);

  if (n == 0)
    return V1_TIMED_OUT;
  return fds[1].revents != 0 ? V1_STOPPED : 0;
}

int
v1_socket_accept (int fd,
                  int stop_fd)
{
  int result = wait_readable (fd, stop_fd, -1);

  return result == 0 ? accept4 (fd, NULL, NULL, SOCK_CLOEXEC) : result;
}

/* One recv (1024): how many bytes, 0 for the end, or one of V1_*. */
gssize
v1_socket_recv (int                 fd,
                int                 stop_fd,
                int                 timeout_ms,
                char               *chunk,
                struct sockaddr_in *from)
{
  socklen_t length = sizeof *from;
  int result = wait_readable (fd, stop_fd, timeout_ms);
  gssize n;

  if (result != 0)
    return result;

  n = recvfrom (fd, chunk, V1_CHUNK, 0, (struct sockaddr *) from, from != NULL ? &length : NULL);
  return n >= 0 ? n : V1_BROKEN;
}

/* Whether the other end still listens shows at the next recv(). */
void
v1_socket_send (int                       fd,
                const char               *bytes,
                gsize                     length,
                const struct sockaddr_in *to)
{
  sendto (fd, bytes, length, MSG_NOSIGNAL, (const struct sockaddr *) to, to != NULL ? sizeof *to : 0);
}
