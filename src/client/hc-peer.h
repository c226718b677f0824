/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-link.h"
#include "hc-message.h"

G_BEGIN_DECLS

/**
 * HcPeer:
 *
 * The one at the other end of a conversation, who speaks v1: in turns, one
 * packet each. Source: protocol, section 3.
 */
#define HC_TYPE_PEER (hc_peer_get_type ())
G_DECLARE_FINAL_TYPE (HcPeer, hc_peer, HC, PEER, GObject)

HcPeer     *hc_peer_new           (HcLink     *link,
                                   const char *own_id,
                                   const char *peer_id);
void        hc_peer_greet         (HcPeer     *self);
void        hc_peer_take          (HcPeer     *self,
                                   HcPacket   *packet);
gboolean    hc_peer_get_my_turn   (HcPeer     *self);
gboolean    hc_peer_get_confirmed (HcPeer     *self);
gboolean    hc_peer_get_closed    (HcPeer     *self);
void        hc_peer_send          (HcPeer     *self,
                                   HcMessage  *message);
void        hc_peer_leave         (HcPeer     *self);

G_END_DECLS
