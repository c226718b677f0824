/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-record.h"

G_BEGIN_DECLS

/**
 * HcPacketLog:
 *
 * The newest packets of a session, oldest first: a #GListModel of
 * #HcPacketRecord. It is kept in memory only, and bounded.
 */
#define HC_TYPE_PACKET_LOG (hc_packet_log_get_type ())
G_DECLARE_FINAL_TYPE (HcPacketLog, hc_packet_log, HC, PACKET_LOG, GObject)

HcPacketLog *hc_packet_log_new       (void);
void         hc_packet_log_add       (HcPacketLog    *self,
                                      gboolean        outgoing,
                                      HcTransport     transport,
                                      GSocketAddress *remote,
                                      HcPacket       *packet);
void         hc_packet_log_add_fault (HcPacketLog    *self,
                                      HcTransport     transport,
                                      GSocketAddress *remote,
                                      gsize           length,
                                      const GError   *fault);
void         hc_packet_log_clear     (HcPacketLog    *self);

G_END_DECLS
