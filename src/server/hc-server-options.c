/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-options.h"
#include "hc-server-config.h"
#include "hc-server-registry.h"
#include "hc-server.h"
#include "hc-text.h"

#include <glib/gi18n-lib.h>

static GOptionContext *
create_context (HcServerOptions *self)
{
  const GOptionEntry entries[] = {
    { "port", 'p', G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &self->port,
      N_("Listen on this port, 0 for any (default: 5000)"), N_("PORT") },
    { "udp", 'u', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &self->is_udp,
      N_("Speak UDP instead of TCP"), NULL },
    { "address", 'a', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &self->addresses,
      N_("Listen on this address only; may be given several times"), N_("ADDRESS") },
    { "max-requests", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &self->max_requests,
      N_("Requests an address has before a chat, 0 for no limit (default: 10)"), N_("NUMBER") },
    { "block-seconds", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &self->block_seconds,
      N_("How long an address with too many is blocked (default: 60)"), N_("SECONDS") },
    { "max-connections", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &self->max_connections,
      N_("TCP connections at once, 0 for what the system allows"), N_("NUMBER") },
    { "request-timeout", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &self->request_timeout,
      N_("How long a TCP connection may take (default: 5)"), N_("SECONDS") },
    { "registry", 'r', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &self->registry,
      N_("Where clients are kept: memory, or a redis://HOST:PORT/DATABASE that servers share"),
      N_("REGISTRY") },
    { "cookie-secret-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &self->cookie_secret_file,
      N_("Share the secret in this file with the other servers of a group"), N_("FILE") },
    { "metrics", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &self->metrics,
      N_("Let Prometheus read there what the server does"), N_("ADDRESS:PORT") },
    { "config", 'c', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &self->config,
      N_("Read options from this file; those given here come first"), N_("FILE") },
    { "verbose", 'v', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &self->is_verbose,
      N_("Log every request, with its address"), NULL },
    { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &self->is_version_asked,
      N_("Print the version and exit"), NULL },
    { NULL }
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _("Lets people find each other for a chat."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  return context;
}

static gboolean
check_range (const char  *option,
             int          value,
             int          minimum,
             int          maximum,
             GError     **error)
{
  if (value >= minimum && value <= maximum)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--%s is %d; it may be %d to %d"), option, value, minimum, maximum);
  return FALSE;
}

static gboolean
check_addresses (char   **addresses,
                 GError **error)
{
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    if (!hc_text_is_address (addresses[i]))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("--address is “%s”, which is no IPv4 or IPv6 address"), addresses[i]);
        return FALSE;
      }
  return TRUE;
}

/* What is wrong there may be a password. */
static gboolean
check_registry (const char  *registry,
                GError     **error)
{
  g_autoptr (GError) fault = NULL;

  if (registry == NULL || hc_server_registry_check (registry, &fault))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--registry: %s", fault->message);
  return FALSE;
}

static gboolean
check_metrics (HcServerOptions  *self,
               GError          **error)
{
  g_autoptr (GInetSocketAddress) address = hc_server_options_get_metrics (self);

  if (self->metrics == NULL)
    return TRUE;
  if (address == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--metrics is “%s”; it may be an IP address and a port, such as 127.0.0.1:9464"),
                 self->metrics);
  return address != NULL;
}

static gboolean
check_values (HcServerOptions  *self,
              GError          **error)
{
  return check_range ("port", self->port, 0, G_MAXUINT16, error) &&
         check_range ("max-requests", self->max_requests,
                      0, HC_SERVER_MAX_MAX_REQUESTS, error) &&
         check_range ("block-seconds", self->block_seconds,
                      1, HC_SERVER_MAX_BLOCK_SECONDS, error) &&
         check_range ("max-connections", self->max_connections,
                      0, HC_SERVER_MAX_MAX_CONNECTIONS, error) &&
         check_range ("request-timeout", self->request_timeout,
                      1, HC_SERVER_MAX_REQUEST_TIMEOUT, error) &&
         check_registry (self->registry, error) &&
         check_addresses (self->addresses, error) &&
         check_metrics (self, error);
}

static void
set_defaults (HcServerOptions *self)
{
  hc_server_options_clear (self);
  *self = (HcServerOptions) {
    .port = HC_DEFAULT_PORT,
    .max_requests = HC_SERVER_DEFAULT_MAX_REQUESTS,
    .block_seconds = HC_SERVER_DEFAULT_BLOCK_SECONDS,
    .request_timeout = HC_SERVER_DEFAULT_REQUEST_TIMEOUT,
  };
}

/* GOption takes the arguments that it knows out of the array, which is a copy. */
static gboolean
parse_arguments (HcServerOptions  *self,
                 int               argc,
                 char            **argv,
                 GError          **error)
{
  g_autoptr (GOptionContext) context = create_context (self);
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autofree char **rest = g_memdup2 (arguments, (argc + 1) * sizeof *arguments);

  if (!g_option_context_parse (context, &argc, &rest, error))
    return FALSE;
  if (argc <= 1)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("“%s” is no option"), rest[1]);
  return FALSE;
}

/* The file stands between the defaults and the command line, which says where
 * it is: so that one is read twice. */
static gboolean
parse_with_config (HcServerOptions  *self,
                   int               argc,
                   char            **argv,
                   GError          **error)
{
  g_autofree char *config = g_steal_pointer (&self->config);
  g_autofree char *registry = NULL;
  g_auto (GStrv) addresses = NULL;
  g_autofree char *cookie_secret_file = NULL;
  g_autofree char *metrics = NULL;

  set_defaults (self);
  if (!hc_server_config_load (self, config, error))
    return FALSE;
  if (!check_values (self, error))
    {
      g_prefix_error (error, "%s: ", config);
      return FALSE;
    }

  /* GOption would forget the list and the texts in whose place it finds its own. */
  addresses = g_steal_pointer (&self->addresses);
  registry = g_steal_pointer (&self->registry);
  cookie_secret_file = g_steal_pointer (&self->cookie_secret_file);
  metrics = g_steal_pointer (&self->metrics);
  if (!parse_arguments (self, argc, argv, error))
    return FALSE;
  if (self->addresses == NULL)
    self->addresses = g_steal_pointer (&addresses);
  if (self->registry == NULL)
    self->registry = g_steal_pointer (&registry);
  if (self->cookie_secret_file == NULL)
    self->cookie_secret_file = g_steal_pointer (&cookie_secret_file);
  if (self->metrics == NULL)
    self->metrics = g_steal_pointer (&metrics);
  return TRUE;
}

/**
 * hc_server_options_parse:
 * @self: (inout): the options, cleared or all zero
 * @argc: how many arguments
 * @argv: (array length=argc): the arguments, which stay as they are
 * @error: return location for a #GError in %G_OPTION_ERROR, %G_KEY_FILE_ERROR
 *   or %G_FILE_ERROR
 *
 * Reads a command line, and the file that it names. `--help` is answered here,
 * and ends the process.
 *
 * Returns: %TRUE if every option and value is right, else @error says which
 *   isn't. Either way @self is to be cleared with hc_server_options_clear().
 */
gboolean
hc_server_options_parse (HcServerOptions  *self,
                         int               argc,
                         char            **argv,
                         GError          **error)
{
  set_defaults (self);
  if (!parse_arguments (self, argc, argv, error))
    return FALSE;
  if (self->config != NULL && !parse_with_config (self, argc, argv, error))
    return FALSE;
  return check_values (self, error);
}

/**
 * hc_server_options_get_metrics:
 * @self: options
 *
 * Reads where the metrics are to be.
 *
 * Returns: (transfer full) (nullable): the address and the port, or %NULL if
 *   there are none, or no literal ones
 */
GInetSocketAddress *
hc_server_options_get_metrics (const HcServerOptions *self)
{
  const char *colon = self->metrics != NULL ? strrchr (self->metrics, ':') : NULL;
  guint16 port = colon != NULL ? hc_text_parse_port (colon + 1) : 0;
  g_autoptr (GSocketConnectable) parsed = NULL;
  GNetworkAddress *address;

  /* Port 0 is any; a port that is missing is a mistake. */
  if (colon == NULL || (port == 0 && !g_str_equal (colon, ":0")))
    return NULL;
  parsed = g_network_address_parse (self->metrics, 0, NULL);
  if (parsed == NULL)
    return NULL;

  /* Without brackets it would be the end of an IPv6 address. */
  address = G_NETWORK_ADDRESS (parsed);
  if (g_network_address_get_port (address) != port)
    return NULL;
  return (GInetSocketAddress *)
    g_inet_socket_address_new_from_string (g_network_address_get_hostname (address), port);
}

/**
 * hc_server_options_same_addresses:
 * @self: options
 * @other: other options
 *
 * Tells whether both name the same addresses, in the same order.
 *
 * Returns: %TRUE if they do
 */
gboolean
hc_server_options_same_addresses (const HcServerOptions *self,
                                  const HcServerOptions *other)
{
  if (self->addresses == NULL || other->addresses == NULL)
    return self->addresses == other->addresses;
  return g_strv_equal ((const char *const *) self->addresses,
                       (const char *const *) other->addresses);
}

/**
 * hc_server_options_clear:
 * @self: options
 *
 * Frees what the options hold.
 */
void
hc_server_options_clear (HcServerOptions *self)
{
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->registry, g_free);
  g_clear_pointer (&self->addresses, g_strfreev);
  g_clear_pointer (&self->cookie_secret_file, g_free);
  g_clear_pointer (&self->metrics, g_free);
}
