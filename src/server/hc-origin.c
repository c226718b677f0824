/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-origin.h"

/**
 * hc_origin_init:
 * @self: (out caller-allocates): an origin
 * @transport: how the request came
 * @source: the socket address it came from
 * @time: when, in monotonic microseconds
 *
 * Notes where a request came from.
 */
void
hc_origin_init (HcOrigin         *self,
                GSocketType       transport,
                const HcSockaddr *source,
                gint64            time)
{
  self->time = time;
  hc_ip_init_from_sockaddr (&self->address, source);
  self->port = hc_sockaddr_get_port (source);
  self->transport = transport;
}
