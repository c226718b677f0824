/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-address.h"

G_BEGIN_DECLS

/**
 * HcTransport:
 * @HC_TRANSPORT_STREAM: TCP
 * @HC_TRANSPORT_DATAGRAM: UDP: a request may come twice, and its source may be forged
 *
 * How a request came.
 */
typedef enum
{
  HC_TRANSPORT_STREAM,
  HC_TRANSPORT_DATAGRAM,
} HcTransport;

/**
 * HcOrigin:
 * @time: when it came, in monotonic microseconds
 * @address: where from
 * @port: from which port
 * @transport: how
 *
 * When, where from and how a request came. Whoever keeps time does so by
 * @time: nothing behind the sockets looks at a clock of its own.
 */
typedef struct
{
  gint64 time;
  HcAddress address;
  guint16 port;
  HcTransport transport;
} HcOrigin;

void hc_origin_init (HcOrigin         *self,
                     HcTransport       transport,
                     const HcSockaddr *source,
                     gint64            time);

G_END_DECLS
