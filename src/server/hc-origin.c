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
  *self = (HcOrigin) {
    .time = time,
    .port = hc_sockaddr_get_port (source),
    .transport = transport,
  };
  hc_ip_init_from_sockaddr (&self->address, source);
}

/**
 * hc_origin_is_proven:
 * @self: an origin
 *
 * Tells whether a request came from where it says: over TCP there was a
 * handshake, over UDP there may be a cookie.
 *
 * Returns: %TRUE if its source is no forgery
 */
gboolean
hc_origin_is_proven (const HcOrigin *self)
{
  return self->transport == G_SOCKET_TYPE_STREAM || self->has_cookie;
}

/**
 * hc_origin_to_string:
 * @self: an origin
 * @buffer: room for %HC_ORIGIN_STRING_SIZE bytes
 *
 * Writes address and port, the way they stand in a `Seen` header.
 */
void
hc_origin_to_string (const HcOrigin *self,
                     char           *buffer)
{
  char address[HC_IP_STRING_SIZE];

  hc_ip_to_string (&self->address, address);
  g_snprintf (buffer, HC_ORIGIN_STRING_SIZE, "%s %u", address, self->port);
}
