/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcPacketRecord:
 *
 * One packet as it passed: when, which way, to or from whom, and what it said.
 */
#define HC_TYPE_PACKET_RECORD (hc_packet_record_get_type ())
G_DECLARE_FINAL_TYPE (HcPacketRecord, hc_packet_record, HC, PACKET_RECORD, GObject)

HcPacketRecord *hc_packet_record_new           (gboolean        outgoing,
                                                HcTransport     transport,
                                                GSocketAddress *remote,
                                                HcPacket       *packet);
HcPacketRecord *hc_packet_record_new_fault     (HcTransport     transport,
                                                GSocketAddress *remote,
                                                gsize           length,
                                                const GError   *fault);
GDateTime      *hc_packet_record_get_time      (HcPacketRecord *self);
gboolean        hc_packet_record_is_outgoing   (HcPacketRecord *self);
HcTransport     hc_packet_record_get_transport (HcPacketRecord *self);
const char     *hc_packet_record_get_remote    (HcPacketRecord *self);
const char     *hc_packet_record_get_type_name (HcPacketRecord *self);
const char     *hc_packet_record_get_headers   (HcPacketRecord *self);
gsize           hc_packet_record_get_length    (HcPacketRecord *self);
const char     *hc_packet_record_get_fault     (HcPacketRecord *self);

G_END_DECLS
