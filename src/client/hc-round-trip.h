/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcRoundTrip:
 * @smoothed: how long a frame and its acknowledgement take, in microseconds; 0:
 *   nobody has measured it
 * @variation: how far from that they usually are
 * @minimum: the shortest that was measured
 * @backoff: how often the timeout has doubled
 *
 * How long to wait for an acknowledgement. Source: RFC 6298.
 */
typedef struct
{
  gint64 smoothed;
  gint64 variation;
  gint64 minimum;
  guint backoff;
} HcRoundTrip;

void     hc_round_trip_init         (HcRoundTrip       *self);
void     hc_round_trip_add          (HcRoundTrip       *self,
                                     gint64             measured);
void     hc_round_trip_add_at_least (HcRoundTrip       *self,
                                     gint64             at_least);
void     hc_round_trip_back_off     (HcRoundTrip       *self);
gint64   hc_round_trip_get_timeout  (const HcRoundTrip *self);
gint64   hc_round_trip_get_patience (const HcRoundTrip *self);
gboolean hc_round_trip_is_queued    (const HcRoundTrip *self);

G_END_DECLS
