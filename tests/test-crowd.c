/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several server processes share one Redis, and a crowd of clients meets there at
 * random, each request at any of them. In the middle one server is killed and
 * started again, and then Redis. Nobody may be handed to two callers, and
 * everybody has to meet somebody again.
 *
 *     test-crowd SERVER [--clients=N] [--seconds=N] [--servers=N]
 */

#include "crowd.h"
#include "redis-server.h"
#include "wait.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* In parts of the whole time. */
#define SERVER_GOES 0.20
#define SERVER_COMES 0.35
#define REDIS_GOES 0.50
#define REDIS_COMES 0.60

static const char *program;
static int n_clients = 200;
static int n_seconds = 5;
static int n_servers = 4;
static gboolean is_long;

typedef struct
{
  GSubprocess *process;
  guint port;
} Server;

static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
read_port (Server *self)
{
  g_autoptr (GDataInputStream) output =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "Listening on port %u", &self->port), ==, 1);
}

/* On the same port, if it was started before. */
static void
server_start (Server      *self,
              RedisServer *redis)
{
  g_autofree char *port = g_strdup_printf ("--port=%u", self->port);
  g_autofree char *registry = g_strdup_printf ("--registry=%s", redis_server_get_url (redis));
  const char *const argv[] = {
    program, "--address=127.0.0.1", "--max-requests=0", port, registry, NULL,
  };
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  read_port (self);
}

static void
server_kill (Server *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

static gboolean
on_time (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
report (Crowd      *crowd,
        const char *what)
{
  const CrowdTally *tally = crowd_get_tally (crowd);

  g_test_message ("%-22s %7u pairs, %8u requests, %u handed to two, %u strangers; %u told while "
                  "they waited, %u back after a lease, %u unavailable, %u forgotten, %u broken, "
                  "%u odd", what, tally->n_pairs, tally->n_requests, tally->n_twice,
                  tally->n_strangers, tally->n_told, tally->n_returned, tally->n_unavailable,
                  tally->n_forgotten, tally->n_broken, tally->n_odd);
}

/* Lets the crowd live for a part of the whole time. */
static void
live (Crowd      *crowd,
      double      from,
      double      to,
      const char *what)
{
  gboolean is_over = FALSE;

  g_timeout_add ((to - from) * n_seconds * 1000, on_time, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  report (crowd, what);
  g_assert_cmpuint (crowd_get_tally (crowd)->n_twice, ==, 0);
  g_assert_cmpuint (crowd_get_tally (crowd)->n_strangers, ==, 0);
  g_assert_cmpuint (crowd_get_tally (crowd)->n_odd, ==, 0);
}

/* Until everybody has met somebody since the mark. */
static void
recover (Crowd      *crowd,
         const char *what)
{
  gint64 start = g_get_monotonic_time ();

  WAIT_UNTIL (crowd_count_met (crowd) == (guint) n_clients);
  g_test_message ("%s: all %d have met somebody after %.1f s", what, n_clients,
                  (g_get_monotonic_time () - start) / (double) G_TIME_SPAN_SECOND);
}

/* Two descriptors a client, all in all: its own, and a server's. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  g_assert_cmpuint (limit.rlim_cur, >, n_clients + 100);
}

static void
test_crowd (void)
{
  g_autoptr (RedisServer) redis = redis_server_new ();
  g_autoptr (Crowd) crowd = crowd_new (n_clients, is_long ? 2000 : 400);
  g_autofree Server *servers = g_new0 (Server, n_servers);

  for (int i = 0; i < n_servers; i++)
    {
      server_start (&servers[i], redis);
      crowd_add_server (crowd, servers[i].port);
    }
  crowd_begin (crowd);
  live (crowd, 0, SERVER_GOES, "All is well");

  server_kill (&servers[0]);
  live (crowd, SERVER_GOES, SERVER_COMES, "A server is gone");
  server_start (&servers[0], redis);
  crowd_mark (crowd);
  live (crowd, SERVER_COMES, REDIS_GOES, "It is back");
  recover (crowd, "After the server");

  redis_server_kill (redis);
  live (crowd, REDIS_GOES, REDIS_COMES, "Redis is gone");
  g_assert_cmpuint (crowd_get_tally (crowd)->n_unavailable, >, 0);
  redis_server_start (redis);
  crowd_mark (crowd);
  recover (crowd, "After Redis");
  live (crowd, REDIS_COMES, 1, "It is back");

  g_assert_cmpuint (crowd_get_tally (crowd)->n_told, >, 0);
  for (int i = 0; i < n_servers; i++)
    server_kill (&servers[i]);
}

static void
skip (void)
{
  g_test_skip (REDIS_IS_MISSING);
}

/* GLib's own options are gone by now. */
static void
parse (int    argc,
       char **argv)
{
  const GOptionEntry entries[] = {
    { "clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "How many clients", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &n_seconds, "For how long", "N" },
    { "servers", 0, 0, G_OPTION_ARG_INT, &n_servers, "How many servers", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("SERVER");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Say where the server is; see --help");
      exit (2);
    }
  program = argv[1];
  is_long = n_seconds >= 30;
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  parse (argc, argv);
  raise_descriptor_limit ();
  g_test_add_func ("/server/crowd", redis_server_is_installed () ? test_crowd : skip);
  return g_test_run ();
}
