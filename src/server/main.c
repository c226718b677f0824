/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-options.h"
#include "hc-server.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <sys/resource.h>

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

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static HcServer *
create_server (const HcServerOptions *options)
{
  return g_object_new (HC_TYPE_SERVER,
                       "port", (guint) options->port,
                       "addresses", options->addresses,
                       "udp", options->is_udp,
                       "max-requests", (guint) options->max_requests,
                       "block-seconds", (guint) options->block_seconds,
                       "max-connections", (guint) options->max_connections,
                       "request-timeout", (guint) options->request_timeout,
                       NULL);
}

static int
serve (const HcServerOptions *options)
{
  g_autoptr (HcServer) server = create_server (options);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  if (!hc_server_start (server, &error))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      return EXIT_CANT_LISTEN;
    }

  /* Scripts read the port from this line, so it isn't translated. */
  g_print ("Listening on port %u (%s)\n", hc_server_get_port (server),
           options->is_udp ? "UDP" : "TCP");
  g_main_loop_run (loop);
  return EXIT_OK;
}

int
main (int    argc,
      char **argv)
{
  g_auto (HcServerOptions) options = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("hybridchat-server");

  if (!hc_server_options_parse (&options, argc, argv, &error))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      return EXIT_BAD_OPTION;
    }
  if (options.is_version_asked)
    {
      g_print ("hybridchat-server %s\n", VERSION);
      return EXIT_OK;
    }

  /* Standard output is for the one line. */
  g_log_writer_default_set_use_stderr (TRUE);
  if (options.is_verbose)
    g_log_set_debug_enabled (TRUE);
  raise_descriptor_limit ();
  return serve (&options);
}
