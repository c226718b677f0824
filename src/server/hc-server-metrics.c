/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-server-private.h"

static void
init_state (HcServer       *self,
            HcMetricsState *state)
{
  HcRegistryCounts counts;

  *state = (HcMetricsState) {
    .is_udp = self->is_udp,
    .n_blocks = hc_guard_get_n_blocks (self->guard),
    .n_addresses = hc_guard_get_n_addresses (self->guard),
  };
  if (self->stream_listener != NULL)
    state->n_connections = hc_stream_listener_get_n_open (self->stream_listener, &state->n_held);
  state->has_registry = hc_rendezvous_count (self->rendezvous, hc_poller_get_time (self->poller),
                                             &counts);
  if (state->has_registry)
    {
      state->n_registered = counts.n_registered;
      state->n_ready = counts.n_ready;
    }
}

static char *
print (gpointer user_data)
{
  HcServer *self = user_data;
  HcMetricsState state;

  init_state (self, &state);
  return hc_metrics_print (hc_rendezvous_get_metrics (self->rendezvous), &state);
}

/* Lets others read what the server does, if somebody is to. */
gboolean
hc_server_open_metrics (HcServer  *self,
                        GError   **error)
{
  HcSockaddr sockaddr;
  HcIp address;

  if (self->metrics_address == NULL)
    return TRUE;
  if (!g_socket_address_to_native (G_SOCKET_ADDRESS (self->metrics_address),
                                   &sockaddr, sizeof sockaddr, error))
    return FALSE;

  hc_ip_init_from_sockaddr (&address, &sockaddr);
  self->metrics_endpoint =
    hc_metrics_endpoint_new (&address, hc_sockaddr_get_port (&sockaddr), print, self, error);
  if (self->metrics_endpoint == NULL)
    return FALSE;

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "HYBRIDCHAT_EVENT", "metrics",
                    "MESSAGE", "Metrics can be read at port %u",
                    hc_metrics_endpoint_get_port (self->metrics_endpoint));
  hc_metrics_time (hc_rendezvous_get_metrics (self->rendezvous),
                   g_main_context_get_thread_default ());
  return TRUE;
}
