/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-message.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcPeer:
 *
 * The one at the other end of a conversation. How it speaks is up to the
 * version: see #HcPeerV1 and #HcPeerV2.
 */
#define HC_TYPE_PEER (hc_peer_get_type ())
G_DECLARE_DERIVABLE_TYPE (HcPeer, hc_peer, HC, PEER, GObject)

/**
 * HcPeerClass:
 * @parent_class: the parent
 * @send: see hc_peer_send()
 * @leave: see hc_peer_leave()
 * @withdraw: (nullable): see hc_peer_withdraw()
 * @announce_typing: (nullable): see hc_peer_announce_typing()
 *
 * What the versions do each in their way.
 */
struct _HcPeerClass
{
  GObjectClass parent_class;

  void     (*send)            (HcPeer    *self,
                               HcMessage *message);
  void     (*leave)           (HcPeer    *self);
  gboolean (*withdraw)        (HcPeer    *self,
                               HcMessage *message);
  void     (*announce_typing) (HcPeer    *self);
};

gboolean    hc_peer_get_my_turn     (HcPeer    *self);
gboolean    hc_peer_get_confirmed   (HcPeer    *self);
gboolean    hc_peer_get_interrupted (HcPeer    *self);
gboolean    hc_peer_get_typing      (HcPeer    *self);
gboolean    hc_peer_get_closed      (HcPeer    *self);

void        hc_peer_send            (HcPeer    *self,
                                     HcMessage *message);
gboolean    hc_peer_withdraw        (HcPeer    *self,
                                     HcMessage *message);
void        hc_peer_announce_typing (HcPeer    *self);
void        hc_peer_leave           (HcPeer    *self);

G_END_DECLS
