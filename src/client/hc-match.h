/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"
#include "hc-packet.h"

G_BEGIN_DECLS

/**
 * HcMatch:
 *
 * Who has been matched with us, as the server says it, and where they may be.
 * It doesn't change. Source: protocol, sections 2, 4 and 5.
 */
#define HC_TYPE_MATCH (hc_match_get_type ())
G_DECLARE_FINAL_TYPE (HcMatch, hc_match, HC, MATCH, GObject)

HcMatch        *hc_match_new_from_packet (HcPacket        *packet,
                                          GError         **error);
HcMatch        *hc_match_new_from_server (HcPacket        *packet,
                                          GSocketAddress  *server,
                                          GError         **error);
const char     *hc_match_get_peer_id     (HcMatch         *self);
gboolean        hc_match_is_caller       (HcMatch         *self);
gboolean        hc_match_is_vouched      (HcMatch         *self);
const guint8   *hc_match_get_key         (HcMatch         *self);
const guint8   *hc_match_get_session     (HcMatch         *self);
const guint8   *hc_match_get_ticket      (HcMatch         *self);
GSocketAddress *hc_match_get_address     (HcMatch         *self);
GPtrArray      *hc_match_list_addresses  (HcMatch         *self);
gboolean        hc_match_equal           (HcMatch         *self,
                                          HcMatch         *other);

G_END_DECLS
