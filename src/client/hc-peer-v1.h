/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-link.h"
#include "hc-peer.h"

G_BEGIN_DECLS

/**
 * HcPeerV1:
 *
 * A peer who speaks v1: in turns, one packet each. Source: protocol, section 3.
 */
#define HC_TYPE_PEER_V1 (hc_peer_v1_get_type ())
G_DECLARE_FINAL_TYPE (HcPeerV1, hc_peer_v1, HC, PEER_V1, HcPeer)

HcPeer *hc_peer_v1_new      (HcLink     *link,
                             const char *own_id,
                             const char *peer_id);
void    hc_peer_v1_greet    (HcPeerV1   *self);
void    hc_peer_v1_go_on    (HcPeerV1   *self);
void    hc_peer_v1_take     (HcPeerV1   *self,
                             HcPacket   *packet);
HcLink *hc_peer_v1_get_link (HcPeerV1   *self);

G_END_DECLS
