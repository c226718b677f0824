/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcServerOptions:
 * @port: see #HcServer:port
 * @max_requests: see #HcServer:max-requests
 * @block_seconds: see #HcServer:block-seconds
 * @max_connections: see #HcServer:max-connections
 * @request_timeout: see #HcServer:request-timeout
 * @config: (nullable): a file with more options; see hc_server_config_load()
 * @registry: (nullable): see hc_server_registry_create(); %NULL for memory
 * @addresses: (nullable): see #HcServer:addresses
 * @cookie_secret_file: (nullable): where #HcServer:cookie-secret is
 * @metrics: (nullable): see #HcServer:metrics
 * @is_udp: see #HcServer:udp
 * @is_verbose: whether to log every request, with its address
 * @is_version_asked: whether only the version was asked for
 *
 * The options of hybridchat-server, from its command line and its file.
 */
typedef struct
{
  int port;
  int max_requests;
  int block_seconds;
  int max_connections;
  int request_timeout;
  char *config;
  char *registry;
  char **addresses;
  char *cookie_secret_file;
  char *metrics;
  gboolean is_udp;
  gboolean is_verbose;
  gboolean is_version_asked;
} HcServerOptions;

gboolean hc_server_options_parse          (HcServerOptions        *self,
                                           int                     argc,
                                           char                  **argv,
                                           GError                **error);
GInetSocketAddress *
         hc_server_options_get_metrics    (const HcServerOptions  *self);
gboolean hc_server_options_same_addresses (const HcServerOptions  *self,
                                           const HcServerOptions  *other);
void     hc_server_options_clear          (HcServerOptions        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HcServerOptions, hc_server_options_clear)

G_END_DECLS
