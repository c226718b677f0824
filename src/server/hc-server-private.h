/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-listener.h"
#include "hc-metrics-endpoint.h"
#include "hc-server.h"
#include "hc-stream-listener.h"

G_BEGIN_DECLS

/* How often to look for a port that is free on every address. */
#define HC_SERVER_MAX_ATTEMPTS 16

struct _HcServer
{
  GObject parent_instance;

  guint port;
  char **addresses;
  gboolean is_udp;
  guint max_requests;
  guint block_seconds;
  guint max_connections;
  guint request_timeout;
  HcRegistry *registry;
  GBytes *cookie_secret;
  GInetSocketAddress *metrics_address;

  /* Sockets that somebody else has opened for us. */
  GArray *sockets;

  /* Only while it is started. */
  HcPoller *poller;
  HcGuard *guard;
  HcRendezvous *rendezvous;
  HcStreamListener *stream_listener;
  HcDatagramListener *datagram_listener;
  HcMetricsEndpoint *metrics_endpoint;
  guint16 bound_port;
  guint16 udp_port;

  /* What the journal is told now and then, and was told last. */
  GSource *report;
  guint64 n_reported_blocks;
};

gboolean hc_server_open_ports   (HcServer  *self,
                                 GError   **error);
gboolean hc_server_open_metrics (HcServer  *self,
                                 GError   **error);
void     hc_server_log_start    (HcServer  *self);
void     hc_server_log_stop     (HcServer  *self);
void     hc_server_report       (HcServer  *self);

G_END_DECLS
