/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-link.h"
#include "hc-packet-log.h"

G_BEGIN_DECLS

/**
 * HcStreamLink:
 *
 * A link over a byte stream: a TCP connection, or what is laid over one.
 */
#define HC_TYPE_STREAM_LINK (hc_stream_link_get_type ())
G_DECLARE_FINAL_TYPE (HcStreamLink, hc_stream_link, HC, STREAM_LINK, GObject)

HcLink            *hc_stream_link_new        (GSocketConnection *connection,
                                              HcPacketLog       *log);
HcLink            *hc_stream_link_new_secure (GSocketConnection *connection,
                                              GIOStream         *stream,
                                              HcPacketLog       *log);
GSocketConnection *hc_stream_link_steal      (HcStreamLink      *self);

G_END_DECLS
