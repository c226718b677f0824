/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-metrics.h"

/* Source: Prometheus, "Exposition formats", text format 0.0.4. No value comes
 * from outside, so none has anything to be escaped. */

#define PREFIX "hybridchat_server_"

static const struct { HcPacketType type; const char *name; } types[] = {
  { HC_PACKET_PROBE, "probe" },
  { HC_PACKET_REGISTER, "register" },
  { HC_PACKET_BRIDGE, "bridge" },
  { HC_PACKET_CHAT, "chat" },
  { HC_PACKET_QUIT, "quit" },
  { HC_PACKET_ERROR, "other" },
};

static const char *const outcomes[HC_N_OUTCOMES] = {
  [HC_OUTCOME_DONE] = "done",
  [HC_OUTCOME_WAITING] = "waiting",
  [HC_OUTCOME_TAKEN] = "taken",
  [HC_OUTCOME_FULL] = "full",
  [HC_OUTCOME_UNKNOWN] = "unknown",
  [HC_OUTCOME_BAD_TOKEN] = "bad-token",
  [HC_OUTCOME_UNAVAILABLE] = "unavailable",
  [HC_OUTCOME_BAD_COOKIE] = "bad-cookie",
  [HC_OUTCOME_BAD_PROOF] = "bad-proof",
  [HC_OUTCOME_MALFORMED] = "malformed",
  [HC_OUTCOME_REFUSED] = "refused",
  [HC_OUTCOME_IGNORED] = "ignored",
};

static void
print_head (GString    *text,
            const char *name,
            const char *type,
            const char *help)
{
  g_string_append_printf (text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n",
                          name, help, name, type);
}

static void
print_one (GString    *text,
           const char *name,
           const char *type,
           const char *help,
           guint64     value)
{
  print_head (text, name, type, help);
  g_string_append_printf (text, PREFIX "%s %" G_GUINT64_FORMAT "\n", name, value);
}

/* In seconds, whatever the locale has for a point. */
static void
print_seconds (GString *text,
               guint64  microseconds)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%06u",
                          microseconds / G_TIME_SPAN_SECOND,
                          (guint) (microseconds % G_TIME_SPAN_SECOND));
}

static void
print_build (GString              *text,
             const HcMetricsState *state)
{
  print_head (text, "build_info", "gauge", "Which program this is.");
  g_string_append_printf (text, PREFIX "build_info{version=\"%s\",mode=\"%s\"} 1\n",
                          VERSION, state->is_udp ? "udp" : "tcp");
}

/* All of them from the start: a counter that isn't there can't be seen to move. */
static void
print_requests (GString         *text,
                const HcMetrics *self)
{
  print_head (text, "requests_total", "counter",
              "Requests that were answered, by what was asked and what came of it.");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint outcome = 0; outcome < HC_N_OUTCOMES; outcome++)
      g_string_append_printf (text, PREFIX "requests_total{type=\"%s\",outcome=\"%s\"} "
                              "%" G_GUINT64_FORMAT "\n", types[i].name, outcomes[outcome],
                              self->requests[types[i].type][outcome]);
}

static void
print_registry (GString              *text,
                const HcMetricsState *state)
{
  if (!state->has_registry)
    return;
  print_one (text, "registered", "gauge", "Clients that are registered.", state->n_registered);
  print_one (text, "ready", "gauge", "Clients that wait to be handed to somebody.", state->n_ready);
}

static void
print_guard (GString              *text,
             const HcMetrics      *self,
             const HcMetricsState *state)
{
  print_head (text, "refused_total", "counter",
              "What the guard has refused: requests, and connections before they were heard.");
  g_string_append_printf (text, PREFIX "refused_total{what=\"request\"} %" G_GUINT64_FORMAT "\n",
                          hc_metrics_get_n_refused (self));
  g_string_append_printf (text, PREFIX "refused_total{what=\"connection\"} %" G_GUINT64_FORMAT "\n",
                          self->n_refused_connections);
  print_one (text, "blocks_total", "counter", "How often the guard has blocked an address.",
             state->n_blocks);
  print_one (text, "guard_addresses", "gauge", "Addresses that the guard remembers.",
             state->n_addresses);
}

static void
print_latency (GString         *text,
               const HcMetrics *self)
{
  guint64 n = 0;

  print_head (text, "latency_seconds", "histogram",
              "From a request that is complete to its reply being with the kernel.");
  for (guint i = 0; i < HC_METRICS_N_BUCKETS; i++)
    {
      n += self->buckets[i];
      g_string_append (text, PREFIX "latency_seconds_bucket{le=\"");
      print_seconds (text, hc_metrics_bounds[i]);
      g_string_append_printf (text, "\"} %" G_GUINT64_FORMAT "\n", n);
    }
  n += self->buckets[HC_METRICS_N_BUCKETS];
  g_string_append_printf (text, PREFIX "latency_seconds_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n"
                          PREFIX "latency_seconds_sum ", n);
  print_seconds (text, self->latency_sum);
  g_string_append_printf (text, "\n" PREFIX "latency_seconds_count %" G_GUINT64_FORMAT "\n", n);
}

/**
 * hc_metrics_print:
 * @self: metrics
 * @state: what else there is to tell
 *
 * Writes all of it the way Prometheus reads it.
 *
 * Returns: (transfer full): the text
 */
char *
hc_metrics_print (const HcMetrics      *self,
                  const HcMetricsState *state)
{
  GString *text = g_string_new (NULL);

  print_build (text, state);
  print_requests (text, self);
  print_one (text, "pairs_total", "counter", "How often somebody was handed to somebody.",
             self->n_pairs);
  print_registry (text, state);
  print_guard (text, self, state);
  print_one (text, "connections", "gauge", "TCP connections that are open.", state->n_connections);
  print_one (text, "connections_held", "gauge", "Those of them that wait for somebody.",
             state->n_held);
  print_latency (text, self);
  return g_string_free (text, FALSE);
}
