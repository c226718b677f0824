/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* RFC 4291, section 2.5.5.2: ::ffff:a.b.c.d */
static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static GSocketAddress *
address_new (const guint8  *bytes,
             GSocketFamily  family,
             guint16        port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (bytes, family);

  return g_inet_socket_address_new (address, port);
}

/**
 * hc_address_unmap:
 * @address: an internet address
 *
 * Turns an IPv4 address in its IPv6 form, as a dual-stack socket gives it, into
 * a plain IPv4 address. Others stay as they are.
 *
 * Returns: (transfer full): the address
 */
GSocketAddress *
hc_address_unmap (GSocketAddress *address)
{
  GInetSocketAddress *inet;
  const guint8 *bytes;

  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), NULL);

  inet = G_INET_SOCKET_ADDRESS (address);
  bytes = g_inet_address_to_bytes (g_inet_socket_address_get_address (inet));
  if (g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ||
      memcmp (bytes, mapped_prefix, sizeof mapped_prefix) != 0)
    return g_object_ref (address);

  return address_new (bytes + sizeof mapped_prefix, G_SOCKET_FAMILY_IPV4,
                      g_inet_socket_address_get_port (inet));
}

/**
 * hc_address_map:
 * @address: an internet address
 *
 * Turns an IPv4 address into its IPv6 form, which is what an IPv6 socket can
 * send to. Others stay as they are.
 *
 * Returns: (transfer full): the address
 */
GSocketAddress *
hc_address_map (GSocketAddress *address)
{
  guint8 bytes[16];
  GInetSocketAddress *inet;

  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), NULL);

  if (g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    return g_object_ref (address);

  inet = G_INET_SOCKET_ADDRESS (address);
  memcpy (bytes, mapped_prefix, sizeof mapped_prefix);
  memcpy (bytes + sizeof mapped_prefix,
          g_inet_address_to_bytes (g_inet_socket_address_get_address (inet)), 4);
  return address_new (bytes, G_SOCKET_FAMILY_IPV6, g_inet_socket_address_get_port (inet));
}

/**
 * hc_address_same_host:
 * @a: an internet address, not in its mapped form
 * @b: another
 *
 * Tells whether two addresses are of one host, whatever their ports.
 *
 * Returns: %TRUE if they are
 */
gboolean
hc_address_same_host (GSocketAddress *a,
                      GSocketAddress *b)
{
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (a), FALSE);
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (b), FALSE);

  return g_inet_address_equal (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (a)),
                               g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (b)));
}

/**
 * hc_address_equal:
 * @a: an internet address, not in its mapped form
 * @b: another
 *
 * Tells whether two addresses are the same, ports included.
 *
 * Returns: %TRUE if they are
 */
gboolean
hc_address_equal (GSocketAddress *a,
                  GSocketAddress *b)
{
  return hc_address_same_host (a, b) &&
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (a)) ==
           g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (b));
}

static GInetAddress *
get_host (GSocketAddress *address)
{
  return g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
}

/**
 * hc_address_is_loopback:
 * @address: an internet address, not in its mapped form
 *
 * Tells whether an address is this host's own, and means another host
 * elsewhere.
 *
 * Returns: %TRUE if it is a loopback address
 */
gboolean
hc_address_is_loopback (GSocketAddress *address)
{
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), FALSE);

  return g_inet_address_get_is_loopback (get_host (address));
}

/* Of IPv4, 0.0.0.0/8 is nobody, and from 224 on there are groups, what is
 * reserved, and everybody. An IPv6 link-local address says nothing without the
 * name of an interface. */
static gboolean
is_host (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return bytes[0] != 0 && bytes[0] < 224;
  return !g_inet_address_get_is_any (address) && !g_inet_address_get_is_multicast (address) &&
         !g_inet_address_get_is_link_local (address);
}

/**
 * hc_address_is_callable:
 * @address: an internet address, not in its mapped form
 *
 * Tells whether an address can be that of one other client. Those of groups,
 * of everybody, of nobody, and those that need an interface can't.
 *
 * Returns: %TRUE if it can; loopback addresses are for the caller to judge
 */
gboolean
hc_address_is_callable (GSocketAddress *address)
{
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), FALSE);

  return is_host (get_host (address)) &&
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) != 0;
}

/* Which address the kernel would send from. Connecting a datagram socket sends
 * nothing; it only looks up the route. */
static GInetAddress *
find_source (GSocketAddress *remote)
{
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (remote),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  if (socket == NULL || !g_socket_connect (socket, remote, NULL, NULL))
    return NULL;
  local = g_socket_get_local_address (socket, NULL);
  if (local == NULL)
    return NULL;
  return g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}

static GInetAddress *
get_interface_host (const struct ifaddrs *interface)
{
  const struct sockaddr *native = interface->ifa_addr;

  if (native == NULL || (interface->ifa_flags & IFF_UP) == 0)
    return NULL;
  if (native->sa_family == AF_INET)
    return g_inet_address_new_from_bytes (
      (gconstpointer) &((const struct sockaddr_in *) (gconstpointer) native)->sin_addr,
      G_SOCKET_FAMILY_IPV4);
  if (native->sa_family == AF_INET6)
    return g_inet_address_new_from_bytes (
      (gconstpointer) &((const struct sockaddr_in6 *) (gconstpointer) native)->sin6_addr,
      G_SOCKET_FAMILY_IPV6);
  return NULL;
}

/**
 * hc_address_list_hosts:
 * @with_loopback: whether to list loopback addresses too
 *
 * Lists the addresses of this host that others can be told: those of all
 * interfaces that are up, as they stand now, without IPv6 link-local ones.
 *
 * Returns: (transfer full) (element-type GInetAddress): the addresses
 */
GPtrArray *
hc_address_list_hosts (gboolean with_loopback)
{
  GPtrArray *hosts = g_ptr_array_new_with_free_func (g_object_unref);
  struct ifaddrs *interfaces;

  if (getifaddrs (&interfaces) != 0)
    return hosts;

  for (struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    {
      g_autoptr (GInetAddress) host = get_interface_host (i);

      if (host != NULL && is_host (host) &&
          (with_loopback || !g_inet_address_get_is_loopback (host)))
        g_ptr_array_add (hosts, g_steal_pointer (&host));
    }
  freeifaddrs (interfaces);
  return hosts;
}

/* This host's IPv4 address as others on its network see it. */
static GInetAddress *
find_interface (void)
{
  g_autoptr (GPtrArray) hosts = hc_address_list_hosts (FALSE);

  for (guint i = 0; i < hosts->len; i++)
    {
      GInetAddress *host = g_ptr_array_index (hosts, i);

      if (g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV4)
        return g_object_ref (host);
    }
  return NULL;
}

/**
 * hc_address_find_local:
 * @remote: the server
 *
 * Finds the address of this host to declare in a REGISTER: the one from which
 * the server is reached. If that is a loopback address, the server is on this
 * host too, and others can reach us only by an address of the network, if we
 * are on one.
 *
 * Returns: (transfer full) (nullable): a literal address, or %NULL if there is
 *   no way to @remote
 */
char *
hc_address_find_local (GSocketAddress *remote)
{
  g_autoptr (GInetAddress) source = NULL;
  g_autoptr (GInetAddress) interface = NULL;

  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (remote), NULL);

  source = find_source (remote);
  if (source == NULL)
    return NULL;
  if (g_inet_address_get_is_loopback (source))
    interface = find_interface ();
  return g_inet_address_to_string (interface != NULL ? interface : source);
}
