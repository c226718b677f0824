/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-peer.h"

G_BEGIN_DECLS

/* For the versions of a peer: who it is, and what its front is told. */
const char *hc_peer_get_own_id      (HcPeer       *self);
const char *hc_peer_get_id          (HcPeer       *self);
gboolean    hc_peer_is_over         (HcPeer       *self);

void        hc_peer_set_ids         (HcPeer       *self,
                                     const char   *own_id,
                                     const char   *id);
void        hc_peer_set_my_turn     (HcPeer       *self,
                                     gboolean      my_turn);
void        hc_peer_set_confirmed   (HcPeer       *self);
void        hc_peer_set_interrupted (HcPeer       *self,
                                     gboolean      interrupted);
void        hc_peer_set_typing      (HcPeer       *self,
                                     gboolean      typing);
void        hc_peer_set_closed      (HcPeer       *self);

void        hc_peer_emit_said       (HcPeer       *self,
                                     const char   *text);
void        hc_peer_take_notice     (HcPeer       *self,
                                     char         *words);
void        hc_peer_end             (HcPeer       *self,
                                     const GError *error);

G_END_DECLS
