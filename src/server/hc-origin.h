/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-ip.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HC_ORIGIN_STRING_SIZE:
 *
 * How many bytes hc_origin_to_string() may write, with the closing NUL.
 */
#define HC_ORIGIN_STRING_SIZE (HC_IP_STRING_SIZE + 6)

/**
 * HcOrigin:
 * @time: when it came, in monotonic microseconds
 * @address: where from
 * @local: over UDP, at which of the server's addresses, or `::` if that isn't known
 * @port: from which port
 * @transport: how: over UDP a request may come twice, and its source may be forged
 * @has_cookie: whether it shows a cookie that only its source can know
 *
 * When, where from and how a request came. Whoever keeps time does so by
 * @time: nothing behind the sockets looks at a clock of its own.
 */
typedef struct
{
  gint64 time;
  HcIp address;
  HcIp local;
  guint16 port;
  GSocketType transport;
  gboolean has_cookie;
} HcOrigin;

void     hc_origin_init      (HcOrigin         *self,
                              GSocketType       transport,
                              const HcSockaddr *source,
                              gint64            time);
gboolean hc_origin_is_proven (const HcOrigin   *self);
void     hc_origin_to_string (const HcOrigin   *self,
                              char             *buffer);

G_END_DECLS
