/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-credentials.h"
#include "hc-datagram-socket.h"

G_BEGIN_DECLS

/**
 * HcProber:
 *
 * Looks for an address at which a peer can be reached over UDP, while the peer
 * does the same. Source: protocol, section 5.
 */
#define HC_TYPE_PROBER (hc_prober_get_type ())
G_DECLARE_FINAL_TYPE (HcProber, hc_prober, HC, PROBER, GObject)

HcProber       *hc_prober_new         (HcClock          *clock,
                                       HcDatagramSocket *socket,
                                       const guint8      session[HC_SESSION_LENGTH],
                                       GPtrArray        *addresses);
void            hc_prober_start       (HcProber         *self);
GSocketAddress *hc_prober_get_address (HcProber         *self);

G_END_DECLS
