/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-ip.h"

#include <arpa/inet.h>
#include <string.h>

static void
init_from_ipv4 (HcIp           *self,
                struct in_addr  in)
{
  memset (self, 0, sizeof *self);
  self->in6.s6_addr[10] = 0xff;
  self->in6.s6_addr[11] = 0xff;
  memcpy (self->in6.s6_addr + 12, &in, sizeof in);
}

static guint32
get_ipv4 (const HcIp *self)
{
  guint32 in;

  memcpy (&in, self->in6.s6_addr + 12, sizeof in);
  return g_ntohl (in);
}

/**
 * hc_ip_init_from_sockaddr:
 * @self: (out caller-allocates): an address
 * @sockaddr: an IPv4 or IPv6 socket address
 *
 * Takes the address out of a socket's address. An IPv6 scope is lost.
 */
void
hc_ip_init_from_sockaddr (HcIp             *self,
                          const HcSockaddr *sockaddr)
{
  if (sockaddr->sa.sa_family == AF_INET)
    init_from_ipv4 (self, sockaddr->in.sin_addr);
  else
    self->in6 = sockaddr->in6.sin6_addr;
}

/**
 * hc_ip_init_from_string:
 * @self: (out caller-allocates): an address
 * @text: a literal address
 *
 * Reads a literal IPv4 or IPv6 address without a scope.
 *
 * Returns: %TRUE if @text is one, else @self is undefined
 */
gboolean
hc_ip_init_from_string (HcIp       *self,
                        const char *text)
{
  struct in_addr in;

  g_return_val_if_fail (text != NULL, FALSE);

  if (inet_pton (AF_INET, text, &in) == 1)
    {
      init_from_ipv4 (self, in);
      return TRUE;
    }
  return inet_pton (AF_INET6, text, &self->in6) == 1;
}

/**
 * hc_ip_to_sockaddr:
 * @self: an address
 * @port: a port
 * @sockaddr: (out caller-allocates): where to put both
 *
 * Makes a socket address of the address's own family.
 *
 * Returns: how many bytes of @sockaddr it takes
 */
socklen_t
hc_ip_to_sockaddr (const HcIp *self,
                   guint16     port,
                   HcSockaddr *sockaddr)
{
  memset (sockaddr, 0, sizeof *sockaddr);
  if (hc_ip_is_ipv4 (self))
    {
      sockaddr->in.sin_family = AF_INET;
      sockaddr->in.sin_port = g_htons (port);
      sockaddr->in.sin_addr.s_addr = g_htonl (get_ipv4 (self));
      return sizeof sockaddr->in;
    }

  sockaddr->in6.sin6_family = AF_INET6;
  sockaddr->in6.sin6_port = g_htons (port);
  sockaddr->in6.sin6_addr = self->in6;
  return sizeof sockaddr->in6;
}

/**
 * hc_ip_to_string:
 * @self: an address
 * @buffer: (array fixed-size=46): room for %HC_IP_STRING_SIZE bytes
 *
 * Writes the address as a literal, the way it stands in packets.
 */
void
hc_ip_to_string (const HcIp *self,
                 char       *buffer)
{
  if (hc_ip_is_ipv4 (self))
    inet_ntop (AF_INET, self->in6.s6_addr + 12, buffer, HC_IP_STRING_SIZE);
  else
    inet_ntop (AF_INET6, &self->in6, buffer, HC_IP_STRING_SIZE);
}

/**
 * hc_ip_equal:
 * @a: an address
 * @b: another
 *
 * Compares two addresses.
 *
 * Returns: %TRUE if they are the same
 */
gboolean
hc_ip_equal (const HcIp *a,
             const HcIp *b)
{
  return IN6_ARE_ADDR_EQUAL (&a->in6, &b->in6);
}

/**
 * hc_ip_is_ipv4:
 * @self: an address
 *
 * Tells the two families apart.
 *
 * Returns: %TRUE for IPv4, %FALSE for IPv6
 */
gboolean
hc_ip_is_ipv4 (const HcIp *self)
{
  return IN6_IS_ADDR_V4MAPPED (&self->in6);
}

/**
 * hc_ip_is_loopback:
 * @self: an address
 *
 * Tells whether a packet from this address never left its host.
 *
 * Returns: %TRUE for 127.0.0.0/8 and ::1
 */
gboolean
hc_ip_is_loopback (const HcIp *self)
{
  if (hc_ip_is_ipv4 (self))
    return get_ipv4 (self) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK (&self->in6);
}

/**
 * hc_ip_is_unspecified:
 * @self: an address
 *
 * Tells whether this is no address, which for a socket means every one.
 *
 * Returns: %TRUE for 0.0.0.0 and ::
 */
gboolean
hc_ip_is_unspecified (const HcIp *self)
{
  if (hc_ip_is_ipv4 (self))
    return get_ipv4 (self) == 0;
  return IN6_IS_ADDR_UNSPECIFIED (&self->in6);
}

/**
 * hc_ip_is_reachable:
 * @self: an address
 *
 * Tells whether other hosts may be sent to this address: it is unicast, and
 * means the same host to each of them. Not so loopback, multicast, broadcast,
 * the unspecified and reserved ones, and IPv6 link-local, which needs a scope.
 *
 * Returns: %TRUE if it can be handed on
 */
gboolean
hc_ip_is_reachable (const HcIp *self)
{
  if (hc_ip_is_ipv4 (self))
    {
      guint first = get_ipv4 (self) >> 24;

      return first != 0 && first != 127 && first < 224;
    }
  return !IN6_IS_ADDR_LOOPBACK (&self->in6) && !IN6_IS_ADDR_UNSPECIFIED (&self->in6) &&
         !IN6_IS_ADDR_MULTICAST (&self->in6) && !IN6_IS_ADDR_LINKLOCAL (&self->in6);
}

/**
 * hc_ip_get_network:
 * @self: an address
 *
 * Gets what one household or host can't easily change: an IPv4 address as it
 * is, of an IPv6 address its /64. Source: protocol, section 2 ("Guard").
 *
 * Returns: the address with everything else cleared
 */
HcIp
hc_ip_get_network (const HcIp *self)
{
  HcIp network = *self;

  if (!hc_ip_is_ipv4 (self))
    memset (network.in6.s6_addr + 8, 0, 8);
  return network;
}

/**
 * hc_sockaddr_get_port:
 * @sockaddr: an IPv4 or IPv6 socket address
 *
 * Gets the port.
 *
 * Returns: 0 to 65535
 */
guint16
hc_sockaddr_get_port (const HcSockaddr *sockaddr)
{
  return g_ntohs (sockaddr->sa.sa_family == AF_INET ? sockaddr->in.sin_port
                                                    : sockaddr->in6.sin6_port);
}
