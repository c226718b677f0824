/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-greeting.h"
#include "hc-link.h"
#include "hc-peer.h"

G_BEGIN_DECLS

/**
 * HcPeerV2:
 *
 * A peer who speaks v2: encrypted, both at once, everything confirmed. It
 * outlives its links: what one has lost, the next one says again. Source:
 * protocol, section 4.
 */
#define HC_TYPE_PEER_V2 (hc_peer_v2_get_type ())
G_DECLARE_FINAL_TYPE (HcPeerV2, hc_peer_v2, HC, PEER_V2, HcPeer)

HcPeer       *hc_peer_v2_new             (HcClock              *clock,
                                          const HcPeerIdentity *own,
                                          const HcPeerIdentity *peer,
                                          const guint8          session[HC_SESSION_LENGTH],
                                          gboolean              is_caller);
void          hc_peer_v2_set_link        (HcPeerV2             *self,
                                          HcLink               *link,
                                          const guint8          plain[HC_DIGEST_LENGTH],
                                          const guint8         *ticket);
HcLink       *hc_peer_v2_get_link        (HcPeerV2             *self);
HcSafetyCode *hc_peer_v2_get_safety_code (HcPeerV2             *self);

G_END_DECLS
