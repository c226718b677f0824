/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-bind.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

static void
set_option (int fd,
            int level,
            int name,
            int value)
{
  setsockopt (fd, level, name, &value, sizeof value);
}

/* Returns the descriptor, or -1 with errno set. */
static int
open_socket (const HcSockaddr *sockaddr,
             socklen_t         length,
             GSocketType       transport,
             gboolean          is_ipv6_only)
{
  int type = transport == G_SOCKET_TYPE_STREAM ? SOCK_STREAM : SOCK_DGRAM;
  int fd = socket (sockaddr->sa.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;

  if (sockaddr->sa.sa_family == AF_INET6)
    set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, is_ipv6_only);

  /* A server that is started again doesn't wait for the connections of the
   * last one to be forgotten. Over UDP the option would let two servers share
   * a port. */
  if (transport == G_SOCKET_TYPE_STREAM)
    set_option (fd, SOL_SOCKET, SO_REUSEADDR, TRUE);

  if (bind (fd, &sockaddr->sa, length) < 0)
    {
      int code = errno;

      close (fd);
      errno = code;
      return -1;
    }
  return fd;
}

/* IPv6 may be missing, or be there without a single address. */
static int
open_wildcard (guint16     port,
               GSocketType transport)
{
  HcSockaddr every = { .in6 = { .sin6_family = AF_INET6, .sin6_port = g_htons (port) } };
  int fd = open_socket (&every, sizeof every.in6, transport, FALSE);

  if (fd >= 0 || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
    return fd;

  every = (HcSockaddr) { .in = { .sin_family = AF_INET, .sin_port = g_htons (port) } };
  return open_socket (&every, sizeof every.in, transport, FALSE);
}

static void
set_error (GError     **error,
           int          code,
           const HcIp  *address,
           guint16      port)
{
  char text[HC_IP_STRING_SIZE] = "*";

  if (address != NULL)
    hc_ip_to_string (address, text);

  if (code == EADDRINUSE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 _("Port %u is in use by another program; stop it or choose another port"), port);
  else if (code == EACCES)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("Port %u is for the system administrator; choose one from 1024 on"), port);
  else if (code == EADDRNOTAVAIL || code == EAFNOSUPPORT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("%s is no address of this host; choose one that it has"), text);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                 _("Can’t listen on address %s, port %u: %s"), text, port, g_strerror (code));
}

/**
 * hc_bind:
 * @address: (nullable): one of this host's addresses, or %NULL for all of them
 * @port: a port, or 0 for any that is free
 * @transport: what kind of socket
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Opens a non-blocking socket. For all addresses that is one socket for IPv6
 * and IPv4, or for IPv4 alone where there is no IPv6. An address that is given
 * means what it says: `::` is every address of IPv6 only.
 *
 * Returns: (transfer full): a bound socket, or -1 with @error set to what is
 *   wrong and what to do about it
 */
int
hc_bind (const HcIp   *address,
         guint16       port,
         GSocketType   transport,
         GError      **error)
{
  HcSockaddr sockaddr = { 0 };
  int fd;

  if (address == NULL)
    fd = open_wildcard (port, transport);
  else
    fd = open_socket (&sockaddr, hc_ip_to_sockaddr (address, port, &sockaddr),
                      transport, TRUE);

  if (fd < 0)
    set_error (error, errno, address, port);
  return fd;
}

/**
 * hc_bind_get_port:
 * @fd: a bound socket
 *
 * Gets the port that a socket is bound to.
 *
 * Returns: 1 to 65535
 */
guint16
hc_bind_get_port (int fd)
{
  HcSockaddr sockaddr = { 0 };
  socklen_t length = sizeof sockaddr;

  getsockname (fd, &sockaddr.sa, &length);
  return hc_sockaddr_get_port (&sockaddr);
}

/**
 * hc_bind_get_address:
 * @fd: a bound socket
 * @address: (out caller-allocates): the address that it is bound to
 *
 * Gets the address that a socket is bound to, `::` or `0.0.0.0` for every one.
 */
void
hc_bind_get_address (int   fd,
                     HcIp *address)
{
  HcSockaddr sockaddr = { 0 };
  socklen_t length = sizeof sockaddr;

  getsockname (fd, &sockaddr.sa, &length);
  hc_ip_init_from_sockaddr (address, &sockaddr);
}
