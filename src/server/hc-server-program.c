/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-program.h"
#include "hc-secret-file.h"
#include "hc-server-options.h"
#include "hc-server-registry.h"
#include "hc-server.h"
#include "hc-service.h"

#include <glib-unix.h>
#include <sys/resource.h>
#include <unistd.h>

enum
{
  EXIT_OK = 0,
  EXIT_CANT_LISTEN = 1,
  EXIT_BAD_OPTION = 2,
};

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
log_event (GLogLevelFlags  level,
           const char     *event,
           const char     *message)
{
  g_log_structured (G_LOG_DOMAIN, level, "HYBRIDCHAT_EVENT", event, "MESSAGE", "%s", message);
}

/* What is only told, and asks for nothing, has its place in the journal; on a
 * terminal it would be in the way. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  if (level == G_LOG_LEVEL_INFO && g_log_writer_is_journald (STDERR_FILENO))
    return g_log_writer_journald (level, fields, n_fields, user_data);
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* Everything that outlives the start. */
typedef struct
{
  int argc;
  char **argv;
  HcServerOptions options;
  GBytes *cookie_secret;
  HcServer *server;
  GMainLoop *loop;
} Program;

static gboolean
on_end (gpointer user_data)
{
  Program *self = user_data;

  hc_service_stopping ();
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static HcServer *
create_server (const HcServerOptions *options,
               HcRegistry            *registry,
               GBytes                *cookie_secret)
{
  g_autoptr (GInetSocketAddress) metrics = hc_server_options_get_metrics (options);

  return g_object_new (HC_TYPE_SERVER,
                       "port", (guint) options->port,
                       "addresses", options->addresses,
                       "udp", options->is_udp,
                       "max-requests", (guint) options->max_requests,
                       "block-seconds", (guint) options->block_seconds,
                       "max-connections", (guint) options->max_connections,
                       "request-timeout", (guint) options->request_timeout,
                       "registry", registry,
                       "cookie-secret", cookie_secret,
                       "metrics", metrics,
                       NULL);
}

static void
report_ready (Program *self)
{
  g_autofree char *status = g_strdup_printf ("Listening on port %u (%s)",
                                             hc_server_get_port (self->server),
                                             self->options.is_udp ? "UDP" : "TCP");

  hc_service_ready (status);
}

/* Returns whether there is none to be read, or it is right. */
static gboolean
load_cookie_secret (const HcServerOptions  *options,
                    GBytes                **secret,
                    GError                **error)
{
  if (options->cookie_secret_file == NULL)
    return TRUE;
  *secret = hc_secret_file_load (options->cookie_secret_file, error);
  g_prefix_error (error, "--cookie-secret-file: ");
  return *secret != NULL;
}

static gboolean
has_more_changed (const HcServerOptions *options,
                  const HcServerOptions *other)
{
  return options->port != other->port || options->is_udp != other->is_udp ||
         options->is_verbose != other->is_verbose ||
         g_strcmp0 (options->registry, other->registry) != 0 ||
         g_strcmp0 (options->metrics, other->metrics) != 0 ||
         !hc_server_options_same_addresses (options, other);
}

/* The limits and the secret hold at once. The rest is about what is open already. */
static void
apply_options (Program         *self,
               HcServerOptions *options,
               GBytes          *cookie_secret)
{
  if (has_more_changed (options, &self->options))
    log_event (G_LOG_LEVEL_MESSAGE, "unchanged",
               "Only limits and the secret change now, all else when the server is started again");

  g_object_set (self->server,
                "max-requests", (guint) options->max_requests,
                "block-seconds", (guint) options->block_seconds,
                "max-connections", (guint) options->max_connections,
                "request-timeout", (guint) options->request_timeout,
                "cookie-secret", cookie_secret,
                NULL);
}

static gboolean
on_reload (gpointer user_data)
{
  Program *self = user_data;
  g_auto (HcServerOptions) options = { 0 };
  g_autoptr (GBytes) cookie_secret = NULL;
  g_autoptr (GError) error = NULL;

  hc_service_reloading ();
  if (hc_server_options_parse (&options, self->argc, self->argv, &error) &&
      load_cookie_secret (&options, &cookie_secret, &error))
    {
      apply_options (self, &options, cookie_secret);
      log_event (G_LOG_LEVEL_INFO, "reloaded", "The options were read again");
    }
  else
    {
      g_autofree char *message = g_strconcat ("The options stay as they were: ", error->message, NULL);

      log_event (G_LOG_LEVEL_MESSAGE, "reload-failed", message);
    }
  report_ready (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
take_sockets (HcServer  *server,
              GError   **error)
{
  g_autoptr (GArray) sockets = hc_service_take_sockets ();
  gboolean good = TRUE;

  for (guint i = 0; i < sockets->len && good; i++)
    good = hc_server_take_socket (server, g_array_index (sockets, int, i), error);
  return good;
}

static void
watch (Program *self)
{
  g_autoptr (GSource) watchdog = hc_service_watchdog_new ();

  g_unix_signal_add (SIGTERM, on_end, self);
  g_unix_signal_add (SIGINT, on_end, self);
  g_unix_signal_add (SIGHUP, on_reload, self);
  if (watchdog != NULL)
    g_source_attach (watchdog, NULL);
}

/* The options have been checked. */
static HcRegistry *
create_registry (const HcServerOptions *options)
{
  HcRegistry *registry = NULL;

  if (options->registry != NULL)
    hc_server_registry_create (options->registry, &registry, NULL);
  return registry;
}

static int
serve (Program *self)
{
  g_autoptr (HcRegistry) registry = create_registry (&self->options);
  g_autoptr (HcServer) server = create_server (&self->options, registry, self->cookie_secret);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  self->server = server;
  self->loop = loop;
  watch (self);
  if (!take_sockets (server, &error) || !hc_server_start (server, &error))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      return EXIT_CANT_LISTEN;
    }

  /* Scripts read the port from this line, so it isn't translated. */
  g_print ("Listening on port %u (%s)\n", hc_server_get_port (server),
           self->options.is_udp ? "UDP" : "TCP");
  report_ready (self);
  g_main_loop_run (loop);
  return EXIT_OK;
}

static int
run (Program *self)
{
  g_autoptr (GError) error = NULL;

  if (!hc_server_options_parse (&self->options, self->argc, self->argv, &error) ||
      !load_cookie_secret (&self->options, &self->cookie_secret, &error))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      return EXIT_BAD_OPTION;
    }
  if (self->options.is_version_asked)
    {
      g_print ("hybridchat-server %s\n", VERSION);
      return EXIT_OK;
    }

  /* Standard output is for the one line. */
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_log_set_debug_enabled (self->options.is_verbose);
  raise_descriptor_limit ();
  return serve (self);
}

/**
 * hc_server_program_run:
 * @argc: how many arguments
 * @argv: (array length=argc): the arguments
 *
 * Runs hybridchat-server until it is told to end: SIGTERM and SIGINT end it,
 * SIGHUP has it read its options again.
 *
 * Returns: 0, or 1 if it can't listen, or 2 for a bad option
 */
int
hc_server_program_run (int    argc,
                       char **argv)
{
  Program self = { .argc = argc, .argv = argv };
  int status = run (&self);

  hc_server_options_clear (&self.options);
  g_clear_pointer (&self.cookie_secret, g_bytes_unref);
  return status;
}
