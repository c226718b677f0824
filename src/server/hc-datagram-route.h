/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

#include <sys/socket.h>

G_BEGIN_DECLS

/**
 * HcDatagramRoute:
 * @remote: where a datagram came from
 * @remote_length: how many bytes of @remote are used
 * @local: the address it went to
 * @has_local: whether @local is known
 *
 * The way back of a datagram. A socket that is bound to every address would
 * otherwise reply from the one the kernel prefers, which on a host with
 * several may not be the one that was asked.
 */
typedef struct
{
  HcSockaddr remote;
  socklen_t remote_length;
  HcIp local;
  gboolean has_local;
} HcDatagramRoute;

/**
 * HcDatagramControl:
 *
 * Room for what the kernel tells, and is told, beside a datagram's bytes.
 */
typedef union
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
} HcDatagramControl;

G_STATIC_ASSERT (sizeof (struct in6_pktinfo) >= sizeof (struct in_pktinfo));

void hc_datagram_route_enable (int                    fd);
void hc_datagram_route_init   (HcDatagramRoute       *self,
                               int                    fd,
                               const HcOrigin        *target);
void hc_datagram_route_read   (HcDatagramRoute       *self,
                               struct msghdr         *message);
void hc_datagram_route_write  (const HcDatagramRoute *self,
                               struct msghdr         *message);

G_END_DECLS
