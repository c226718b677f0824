/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcPacketRecord:
 *
 * One packet as it passed: when, which way, to or from whom, and its bytes.
 */
#define HC_TYPE_PACKET_RECORD (hc_packet_record_get_type ())
G_DECLARE_FINAL_TYPE (HcPacketRecord, hc_packet_record, HC, PACKET_RECORD, GObject)

GDateTime   *hc_packet_record_get_time      (HcPacketRecord *self);
gboolean     hc_packet_record_is_outgoing   (HcPacketRecord *self);
HcTransport  hc_packet_record_get_transport (HcPacketRecord *self);
const char  *hc_packet_record_get_remote    (HcPacketRecord *self);
const char  *hc_packet_record_get_type_name (HcPacketRecord *self);
const char  *hc_packet_record_get_headers   (HcPacketRecord *self);
gsize        hc_packet_record_get_length    (HcPacketRecord *self);
const char  *hc_packet_record_get_fault     (HcPacketRecord *self);

/**
 * HcPacketLog:
 *
 * The newest packets of a session, oldest first: a #GListModel of
 * #HcPacketRecord. It is kept in memory only, and bounded.
 */
#define HC_TYPE_PACKET_LOG (hc_packet_log_get_type ())
G_DECLARE_FINAL_TYPE (HcPacketLog, hc_packet_log, HC, PACKET_LOG, GObject)

HcPacketLog *hc_packet_log_new              (void);
void         hc_packet_log_add              (HcPacketLog    *self,
                                             gboolean        outgoing,
                                             HcTransport     transport,
                                             GSocketAddress *remote,
                                             HcPacket       *packet);
void         hc_packet_log_add_fault        (HcPacketLog    *self,
                                             HcTransport     transport,
                                             GSocketAddress *remote,
                                             gsize           length,
                                             const GError   *fault);
void         hc_packet_log_clear            (HcPacketLog    *self);

G_END_DECLS
