/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-socket.h"
#include "hc-link.h"

G_BEGIN_DECLS

/**
 * HcDatagramLink:
 *
 * A link over datagrams as v1 has it: what is lost is lost. Once the peer has
 * spoken, datagrams from any other address are not its own and are ignored.
 * Source: protocol, section 3.
 */
#define HC_TYPE_DATAGRAM_LINK (hc_datagram_link_get_type ())
G_DECLARE_FINAL_TYPE (HcDatagramLink, hc_datagram_link, HC, DATAGRAM_LINK, GObject)

HcLink *hc_datagram_link_new_caller (HcDatagramSocket *socket,
                                     GSocketAddress   *callee,
                                     const char       *callee_id);
HcLink *hc_datagram_link_new_callee (HcDatagramSocket *socket,
                                     GSocketAddress   *caller);

G_END_DECLS
