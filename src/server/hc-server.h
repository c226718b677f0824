/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

G_BEGIN_DECLS

/* What a server does unless it is told otherwise. */
#define HC_SERVER_DEFAULT_MAX_REQUESTS 10
#define HC_SERVER_DEFAULT_BLOCK_SECONDS 60
#define HC_SERVER_DEFAULT_REQUEST_TIMEOUT 5

/* The largest values that make sense. */
#define HC_SERVER_MAX_MAX_REQUESTS 1000000
#define HC_SERVER_MAX_BLOCK_SECONDS 86400
#define HC_SERVER_MAX_REQUEST_TIMEOUT 3600
#define HC_SERVER_MAX_MAX_CONNECTIONS 1000000

#define HC_TYPE_SERVER (hc_server_get_type ())
G_DECLARE_FINAL_TYPE (HcServer, hc_server, HC, SERVER, GObject)

HcServer *hc_server_new              (guint16    port,
                                      gboolean   is_udp);
gboolean  hc_server_take_socket      (HcServer  *self,
                                      int        fd,
                                      GError   **error);
gboolean  hc_server_start            (HcServer  *self,
                                      GError   **error);
void      hc_server_stop             (HcServer  *self);
guint16   hc_server_get_port         (HcServer  *self);
guint16   hc_server_get_udp_port     (HcServer  *self);
guint16   hc_server_get_metrics_port (HcServer  *self);

G_END_DECLS
