/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HcPacketReader HcPacketReader;

HcPacketReader *hc_packet_reader_new        (void);
HcPacketReader *hc_packet_reader_new_secure (void);
void            hc_packet_reader_free       (HcPacketReader  *self);
gsize           hc_packet_reader_push       (HcPacketReader  *self,
                                             const char      *data,
                                             gsize            length,
                                             const char     **frame,
                                             gsize           *frame_length);
gboolean        hc_packet_reader_is_empty   (HcPacketReader  *self);
gboolean        hc_packet_reader_finish     (HcPacketReader  *self,
                                             const char     **frame,
                                             gsize           *frame_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcPacketReader, hc_packet_reader_free)

G_END_DECLS
