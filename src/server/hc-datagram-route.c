/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-datagram-route.h"

#include <string.h>

/**
 * hc_datagram_route_enable:
 * @fd: a UDP socket
 *
 * Makes a socket tell which address a datagram went to.
 */
void
hc_datagram_route_enable (int fd)
{
  const int on = 1;

  /* Only one of them fits the socket's family; without either, the kernel
   * chooses the address of the reply. */
  if (setsockopt (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) < 0)
    setsockopt (fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

/* An IPv6 socket wants IPv4 addresses mapped. */
static void
init_remote (HcDatagramRoute *self,
             int              fd,
             const HcOrigin  *target)
{
  HcSockaddr bound = { 0 };
  socklen_t length = sizeof bound;

  getsockname (fd, &bound.sa, &length);
  if (bound.sa.sa_family == AF_INET6)
    {
      self->remote = (HcSockaddr) { .in6 = {
        .sin6_family = AF_INET6,
        .sin6_port = g_htons (target->port),
        .sin6_addr = target->address.in6,
      } };
      self->remote_length = sizeof self->remote.in6;
    }
  else
    self->remote_length = hc_ip_to_sockaddr (&target->address, target->port, &self->remote);
}

/**
 * hc_datagram_route_init:
 * @self: (out caller-allocates): the way back
 * @fd: a UDP socket
 * @target: where a datagram came from, some time ago
 *
 * Finds the way back of a datagram that has been dealt with.
 */
void
hc_datagram_route_init (HcDatagramRoute *self,
                        int              fd,
                        const HcOrigin  *target)
{
  init_remote (self, fd, target);
  self->local = target->local;
  self->has_local = !hc_ip_is_unspecified (&target->local);
}

/**
 * hc_datagram_route_read:
 * @self: a route, whose @remote is the name of @message
 * @message: a datagram that was received, with room for #HcDatagramControl
 *
 * Takes the way back from what the kernel tells about a datagram.
 */
void
hc_datagram_route_read (HcDatagramRoute *self,
                        struct msghdr   *message)
{
  self->remote_length = message->msg_namelen;
  self->has_local = FALSE;
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    {
      struct in6_pktinfo info6;
      struct in_pktinfo info;
      HcSockaddr local = { .in.sin_family = AF_INET };

      if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
        {
          memcpy (&info6, CMSG_DATA (c), sizeof info6);
          self->local.in6 = info6.ipi6_addr;
          self->has_local = TRUE;
        }
      else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
        {
          memcpy (&info, CMSG_DATA (c), sizeof info);
          local.in.sin_addr = info.ipi_spec_dst;
          hc_ip_init_from_sockaddr (&self->local, &local);
          self->has_local = TRUE;
        }
    }
}

/* The interface is left to the routing table. */
static void
put_local (const HcDatagramRoute *self,
           struct msghdr         *message)
{
  struct cmsghdr *c = message->msg_control;

  if (self->remote.sa.sa_family == AF_INET6)
    {
      struct in6_pktinfo info6 = { .ipi6_addr = self->local.in6 };

      c->cmsg_level = IPPROTO_IPV6;
      c->cmsg_type = IPV6_PKTINFO;
      c->cmsg_len = CMSG_LEN (sizeof info6);
      memcpy (CMSG_DATA (c), &info6, sizeof info6);
    }
  else
    {
      HcSockaddr local;
      struct in_pktinfo info = { 0 };

      hc_ip_to_sockaddr (&self->local, 0, &local);
      info.ipi_spec_dst = local.in.sin_addr;
      c->cmsg_level = IPPROTO_IP;
      c->cmsg_type = IP_PKTINFO;
      c->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (c), &info, sizeof info);
    }
  message->msg_controllen = c->cmsg_len;
}

/**
 * hc_datagram_route_write:
 * @self: a route, whose @remote is the name of @message
 * @message: a datagram that is to be sent, with room for #HcDatagramControl
 *
 * Sends a datagram back the way that another one came.
 */
void
hc_datagram_route_write (const HcDatagramRoute *self,
                         struct msghdr         *message)
{
  message->msg_namelen = self->remote_length;
  message->msg_controllen = 0;
  if (self->has_local)
    put_local (self, message);
}
