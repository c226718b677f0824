/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"
#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * HcOutcome:
 * @HC_OUTCOME_DONE: it is so; a BRIDGE has brought somebody
 * @HC_OUTCOME_WAITING: nobody is ready, so the caller waits
 * @HC_OUTCOME_TAKEN: the ID belongs to somebody else
 * @HC_OUTCOME_FULL: there is no room for another client
 * @HC_OUTCOME_UNKNOWN: the ID isn't registered, or not the sender's
 * @HC_OUTCOME_BAD_TOKEN: the ID is registered with another token
 * @HC_OUTCOME_REFUSED: the guard didn't admit it
 * @HC_OUTCOME_UNAVAILABLE: the registry couldn't be asked
 * @HC_OUTCOME_BAD_COOKIE: there was no good cookie
 * @HC_OUTCOME_BAD_PROOF: the key wasn't proven
 * @HC_OUTCOME_MALFORMED: it couldn't be understood
 * @HC_OUTCOME_IGNORED: it was of v1, over a UDP port that is for v2
 *
 * What became of a request. The first ones are a registry's own.
 */
typedef enum
{
  HC_OUTCOME_DONE = HC_REGISTRY_DONE,
  HC_OUTCOME_WAITING = HC_REGISTRY_NOBODY,
  HC_OUTCOME_TAKEN = HC_REGISTRY_TAKEN,
  HC_OUTCOME_FULL = HC_REGISTRY_FULL,
  HC_OUTCOME_UNKNOWN = HC_REGISTRY_UNKNOWN,
  HC_OUTCOME_BAD_TOKEN = HC_REGISTRY_BAD_TOKEN,
  HC_OUTCOME_REFUSED = HC_REGISTRY_REFUSED,
  HC_OUTCOME_UNAVAILABLE = HC_REGISTRY_UNAVAILABLE,
  HC_OUTCOME_BAD_COOKIE,
  HC_OUTCOME_BAD_PROOF,
  HC_OUTCOME_MALFORMED,
  HC_OUTCOME_IGNORED,
} HcOutcome;

#define HC_N_OUTCOMES (HC_OUTCOME_IGNORED + 1)

/**
 * HC_METRICS_N_BUCKETS:
 *
 * Into how many classes latencies are sorted, without the one for all longer ones.
 */
#define HC_METRICS_N_BUCKETS 12

/**
 * HcMetrics:
 * @requests: requests that are answered, by their type, of which
 *   %HC_PACKET_ERROR stands for all that is no request, and by their outcome
 * @n_pairs: how often somebody was handed to somebody
 * @n_refused_connections: connections that were closed before they were heard
 * @buckets: latencies up to hc_metrics_bounds, each in its class, and the rest
 * @latency_sum: all latencies together, in microseconds
 *
 * What a server has done since it started: numbers, never who.
 */
typedef struct
{
  guint64 requests[HC_N_PACKET_TYPES][HC_N_OUTCOMES];
  guint64 n_pairs;
  guint64 n_refused_connections;
  guint64 buckets[HC_METRICS_N_BUCKETS + 1];
  guint64 latency_sum;

  /*< private >*/
  GArray *started;
  GSource *source;
} HcMetrics;

/**
 * HcMetricsState:
 * @is_udp: in which mode the server is
 * @has_registry: whether the next two are known
 * @n_registered: how many clients are registered
 * @n_ready: how many of them wait to be handed out
 * @n_connections: how many TCP connections are open
 * @n_held: how many of them wait for somebody
 * @n_blocks: how often the guard has blocked an address
 * @n_addresses: how many addresses the guard remembers
 *
 * What else there is to tell about a server.
 */
typedef struct
{
  gboolean is_udp;
  gboolean has_registry;
  guint n_registered;
  guint n_ready;
  guint n_connections;
  guint n_held;
  guint64 n_blocks;
  guint n_addresses;
} HcMetricsState;

extern const gint64 hc_metrics_bounds[HC_METRICS_N_BUCKETS];

HcMetrics *hc_metrics_new            (void);
void       hc_metrics_free           (HcMetrics            *self);
void       hc_metrics_time           (HcMetrics            *self,
                                      GMainContext         *context);
void       hc_metrics_count          (HcMetrics            *self,
                                      HcPacketType          type,
                                      HcOutcome             outcome,
                                      gint64                start);
guint64    hc_metrics_get_n_requests (const HcMetrics      *self);
guint64    hc_metrics_get_n_refused  (const HcMetrics      *self);
char      *hc_metrics_print          (const HcMetrics      *self,
                                      const HcMetricsState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcMetrics, hc_metrics_free)

G_END_DECLS
