/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-server-private.h"

/*
 * What the journal learns, each as a record of its own with the fields
 *
 *     HYBRIDCHAT_EVENT    what has happened: started, stopped, blocked, ...
 *     HYBRIDCHAT_...      how much of what
 *
 * and never with an ID or an address, which only --verbose brings there.
 */

/* Somebody who floods the server doesn't flood the journal. */
#define REPORT_SECONDS 60

static const char *
get_mode (HcServer *self)
{
  return self->is_udp ? "UDP" : "TCP";
}

static guint64
count_refused (HcServer *self)
{
  HcMetrics *metrics = hc_rendezvous_get_metrics (self->rendezvous);

  return hc_metrics_get_n_refused (metrics) + metrics->n_refused_connections;
}

/* Takes the fields. */
static void
log_event (GVariant *fields)
{
  g_autoptr (GVariant) record = g_variant_ref_sink (fields);

  g_log_variant (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, record);
}

/* Tells how many blocks there were since the last time, if any. Whom they have
 * hit is nobody's business. */
void
hc_server_report (HcServer *self)
{
  guint64 n_blocks = hc_guard_get_n_blocks (self->guard);
  guint64 n_new = n_blocks - self->n_reported_blocks;
  g_autofree char *message = NULL;

  if (n_new == 0)
    return;
  self->n_reported_blocks = n_blocks;
  message = g_strdup_printf ("Addresses blocked for too many requests: %" G_GUINT64_FORMAT, n_new);
  log_event (g_variant_new_parsed ("{'MESSAGE': <%s>, 'HYBRIDCHAT_EVENT': <'blocked'>,"
                                   " 'HYBRIDCHAT_BLOCKS': <%t>}", message, n_new));
}

static gboolean
on_report_due (gpointer user_data)
{
  hc_server_report (user_data);
  return G_SOURCE_CONTINUE;
}

/* Tells that the server listens, and reports from now on. */
void
hc_server_log_start (HcServer *self)
{
  g_autofree char *message = g_strdup_printf ("Listening on port %u (%s)", self->bound_port,
                                              get_mode (self));

  log_event (g_variant_new_parsed ("{'MESSAGE': <%s>, 'HYBRIDCHAT_EVENT': <'started'>,"
                                   " 'HYBRIDCHAT_MODE': <%s>, 'HYBRIDCHAT_PORT': <%u>,"
                                   " 'HYBRIDCHAT_UDP_PORT': <%u>}",
                                   message, get_mode (self), (guint) self->bound_port,
                                   (guint) self->udp_port));
  self->n_reported_blocks = 0;
  self->report = g_timeout_source_new_seconds (REPORT_SECONDS);
  g_source_set_callback (self->report, on_report_due, self, NULL);
  g_source_attach (self->report, g_main_context_get_thread_default ());
}

/* Tells that the server doesn't listen any more, and what it has done. */
void
hc_server_log_stop (HcServer *self)
{
  HcMetrics *metrics;
  g_autofree char *message = NULL;

  if (self->report == NULL)
    return;

  hc_server_report (self);
  g_source_destroy (self->report);
  g_clear_pointer (&self->report, g_source_unref);
  metrics = hc_rendezvous_get_metrics (self->rendezvous);
  message = g_strdup_printf ("Stopped after %" G_GUINT64_FORMAT " requests and %" G_GUINT64_FORMAT " pairs",
                             hc_metrics_get_n_requests (metrics), metrics->n_pairs);
  log_event (g_variant_new_parsed ("{'MESSAGE': <%s>, 'HYBRIDCHAT_EVENT': <'stopped'>,"
                                   " 'HYBRIDCHAT_REQUESTS': <%t>, 'HYBRIDCHAT_PAIRS': <%t>,"
                                   " 'HYBRIDCHAT_REFUSED': <%t>, 'HYBRIDCHAT_BLOCKS': <%t>}",
                                   message, hc_metrics_get_n_requests (metrics), metrics->n_pairs,
                                   count_refused (self), hc_guard_get_n_blocks (self->guard)));
}
