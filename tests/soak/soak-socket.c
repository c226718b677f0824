/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "soak-socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in
make_address (guint32 address,
              guint16 port)
{
  return (struct sockaddr_in) {
    .sin_family = AF_INET,
    .sin_port = g_htons (port),
    .sin_addr.s_addr = g_htonl (address),
  };
}

/* A non-blocking socket, or -1 if there is no descriptor or port for it. */
int
soak_socket_open (GSocketType type,
                  guint32     source)
{
  struct sockaddr_in address = make_address (source, 0);
  int kind = type == G_SOCKET_TYPE_STREAM ? SOCK_STREAM : SOCK_DGRAM;
  int fd = socket (AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;

  if (fd < 0)
    return -1;

  /* The kernel chooses a port when it knows where to, so there are enough. */
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

/* One that is connected, or about to be. */
int
soak_socket_connect (GSocketType type,
                     guint32     source,
                     guint16     port)
{
  struct sockaddr_in address = make_address (INADDR_LOOPBACK, port);
  int fd = soak_socket_open (type, source);

  if (fd < 0)
    return -1;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0 || errno == EINPROGRESS)
    return fd;
  close (fd);
  return -1;
}
