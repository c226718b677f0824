/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-metrics.h"

/* How many requests one turn of the main loop answers, mostly at most. */
#define USUAL_BATCH 256

/* From what one wake-up takes to what nobody would wait for. */
const gint64 hc_metrics_bounds[HC_METRICS_N_BUCKETS] = {
  50,
  100,
  250,
  500,
  1 * G_TIME_SPAN_MILLISECOND,
  2500,
  5 * G_TIME_SPAN_MILLISECOND,
  10 * G_TIME_SPAN_MILLISECOND,
  25 * G_TIME_SPAN_MILLISECOND,
  100 * G_TIME_SPAN_MILLISECOND,
  500 * G_TIME_SPAN_MILLISECOND,
  2 * G_TIME_SPAN_SECOND,
};

typedef struct
{
  GSource source;
  HcMetrics *metrics;
} TurnSource;

static void
observe (HcMetrics *self,
         gint64     latency)
{
  guint i = 0;

  while (i < HC_METRICS_N_BUCKETS && latency > hc_metrics_bounds[i])
    i++;
  self->buckets[i]++;
  self->latency_sum += MAX (latency, 0);
}

/* Runs before the loop goes to sleep: by then all replies of this turn are with
 * the kernel, and one look at the clock does for all of them. */
static gboolean
turn_source_prepare (GSource *source,
                     int     *timeout)
{
  HcMetrics *self = ((TurnSource *) source)->metrics;

  *timeout = -1;
  if (self->started->len > 0)
    {
      gint64 now = g_get_monotonic_time ();

      for (guint i = 0; i < self->started->len; i++)
        observe (self, now - g_array_index (self->started, gint64, i));
      g_array_set_size (self->started, 0);
    }
  return FALSE;
}

static GSourceFuncs turn_source_funcs = {
  .prepare = turn_source_prepare,
};

/**
 * hc_metrics_new:
 *
 * Creates metrics that are all 0.
 *
 * Returns: (transfer full): metrics, to be freed with hc_metrics_free()
 */
HcMetrics *
hc_metrics_new (void)
{
  return g_new0 (HcMetrics, 1);
}

/**
 * hc_metrics_free:
 * @self: metrics
 *
 * Frees the metrics.
 */
void
hc_metrics_free (HcMetrics *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      g_array_unref (self->started);
    }
  g_free (self);
}

/**
 * hc_metrics_time:
 * @self: metrics
 * @context: the main context that the server runs on
 *
 * From now on measures latencies, too: from the turn of the loop in which the
 * server had read a request's last byte to the end of the one in which its
 * reply went to the kernel.
 */
void
hc_metrics_time (HcMetrics    *self,
                 GMainContext *context)
{
  g_return_if_fail (self->source == NULL);

  self->started = g_array_sized_new (FALSE, FALSE, sizeof (gint64), USUAL_BATCH);
  self->source = g_source_new (&turn_source_funcs, sizeof (TurnSource));
  ((TurnSource *) self->source)->metrics = self;
  g_source_set_static_name (self->source, "HcMetrics");
  g_source_attach (self->source, context);
}

/**
 * hc_metrics_count:
 * @self: metrics
 * @type: what was asked; %HC_PACKET_ERROR if it was no request
 * @outcome: what became of it
 * @start: when it was complete, in monotonic microseconds, or -1 if it was made
 *   to wait, which is no latency of the server's
 *
 * Counts a request that is about to be answered.
 */
void
hc_metrics_count (HcMetrics    *self,
                  HcPacketType  type,
                  HcOutcome     outcome,
                  gint64        start)
{
  self->requests[type][outcome]++;
  if (start >= 0 && self->source != NULL)
    g_array_append_val (self->started, start);
}

/**
 * hc_metrics_get_n_requests:
 * @self: metrics
 *
 * Gets how many requests were counted.
 *
 * Returns: how many, of every type and with every outcome
 */
guint64
hc_metrics_get_n_requests (const HcMetrics *self)
{
  guint64 n = 0;

  for (guint type = 0; type < HC_N_PACKET_TYPES; type++)
    for (guint outcome = 0; outcome < HC_N_OUTCOMES; outcome++)
      n += self->requests[type][outcome];
  return n;
}

/**
 * hc_metrics_get_n_refused:
 * @self: metrics
 *
 * Gets how many of the requests the guard has refused.
 *
 * Returns: how many, of every type
 */
guint64
hc_metrics_get_n_refused (const HcMetrics *self)
{
  guint64 n = 0;

  for (guint type = 0; type < HC_N_PACKET_TYPES; type++)
    n += self->requests[type][HC_OUTCOME_REFUSED];
  return n;
}
