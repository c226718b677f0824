/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-ip.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcOrigin:
 * @time: when it came, in monotonic microseconds
 * @address: where from
 * @port: from which port
 * @transport: how: over UDP a request may come twice, and its source may be forged
 *
 * When, where from and how a request came. Whoever keeps time does so by
 * @time: nothing behind the sockets looks at a clock of its own.
 */
typedef struct
{
  gint64 time;
  HcIp address;
  guint16 port;
  GSocketType transport;
} HcOrigin;

void hc_origin_init (HcOrigin         *self,
                     GSocketType       transport,
                     const HcSockaddr *source,
                     gint64            time);

G_END_DECLS
