/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcCongestion:
 * @window: how many frames may be on their way
 * @threshold: from where on the window grows slowly
 * @grown: how many have arrived since it last grew
 * @recovery: frames sent before this one were sent into the last loss
 *
 * How much the network seems to bear. Frames are counted in the order in which
 * they were sent, each retransmission anew. Source: RFC 5681 and RFC 9002,
 * section 7, both in bytes where this counts frames.
 */
typedef struct
{
  guint window;
  guint threshold;
  guint grown;
  guint64 recovery;
} HcCongestion;

void     hc_congestion_init     (HcCongestion *self);
void     hc_congestion_arrive   (HcCongestion *self,
                                 guint64       order);
gboolean hc_congestion_lose     (HcCongestion *self,
                                 guint64       order,
                                 guint64       next,
                                 gboolean      is_queued);
void     hc_congestion_time_out (HcCongestion *self,
                                 guint64       next,
                                 gboolean      is_queued);

G_END_DECLS
