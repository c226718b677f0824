/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

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

void   hc_datagram_route_enable  (int                    fd);
void   hc_datagram_route_init    (HcDatagramRoute       *self,
                                  int                    fd,
                                  const HcOrigin        *target);
gssize hc_datagram_route_receive (HcDatagramRoute       *self,
                                  int                    fd,
                                  char                  *buffer,
                                  gsize                  size);
void   hc_datagram_route_send    (const HcDatagramRoute *self,
                                  int                    fd,
                                  const char            *data,
                                  gsize                  length);

G_END_DECLS
