/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-link.h"
#include "hc-packet-log.h"

G_BEGIN_DECLS

/**
 * HcReliableLink:
 *
 * A link over datagrams that loses nothing: packets come in order and once,
 * however the network treats the datagrams. It does not give up by itself; who
 * has heard nothing for too long closes it. Source: protocol, section 4.
 */
#define HC_TYPE_RELIABLE_LINK (hc_reliable_link_get_type ())
G_DECLARE_FINAL_TYPE (HcReliableLink, hc_reliable_link, HC, RELIABLE_LINK, GObject)

HcLink *hc_reliable_link_new        (GDatagramBased *datagrams,
                                     HcDialect       dialect,
                                     HcClock        *clock,
                                     HcPacketLog    *log);
void    hc_reliable_link_set_remote (HcReliableLink *self,
                                     GSocketAddress *remote);

G_END_DECLS
