/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-server under random traffic, valid, invalid and hostile, as fast as
 * it can be sent. All the while two honest people find each other at once, and
 * the server takes no more memory and no more descriptors than it has to.
 *
 * HC_SOAK_SECONDS says for how long; see README.md. GLib prints the seed of its
 * random numbers, and --seed repeats it. */

#include "soak-pair.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define DEFAULT_SECONDS 10
#define LONG_SECONDS 600

/* How long a pair may take. A short soak runs where others want the machine,
 * too, so there it is ten times as long. */
#define MAX_MEETING G_TIME_SPAN_SECOND
#define MAX_MEETING_SHORT (10 * G_TIME_SPAN_SECOND)

/* At most so long until the server has seen everything once. */
#define MAX_WARM_UP (120 * G_TIME_SPAN_SECOND)

/* What memory may gain after that: an allocator never has it quite the same. */
#define MAX_GAIN 0.05
#define MAX_GAIN_KIB 1024

/* More than the attacker's: some of its connections are closed for others. */
#define MAX_CONNECTIONS "150"

#if defined (__has_feature)
#if __has_feature (address_sanitizer)
#define KEEPS_WHAT_IS_FREED TRUE
#endif
#elif defined (__SANITIZE_ADDRESS__)
#define KEEPS_WHAT_IS_FREED TRUE
#endif
#ifndef KEEPS_WHAT_IS_FREED
#define KEEPS_WHAT_IS_FREED FALSE
#endif

static const char *server_program;
static const char *attacker_program;

typedef struct
{
  gboolean is_udp;
  GSubprocess *server;
  GSubprocess *attacker;
  guint16 port;
  guint n_pairs;
  gint64 longest_meeting;
  gint64 longest_judged;
  gint64 meetings;
} Soak;

static guint16
read_port (Soak *self)
{
  g_autoptr (GDataInputStream) out =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line_utf8 (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("Listening on port "), NULL, 10);
}

/* A test that fails leaves nobody behind, for whose end others would wait. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
start (GSubprocessFlags   flags,
       const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* With limits that are reached all the time, and soon over. */
static void
set_up (Soak          *self,
        gconstpointer  data)
{
  self->is_udp = GPOINTER_TO_INT (data);
  self->server = start (G_SUBPROCESS_FLAGS_STDOUT_PIPE, (const char *const[]) {
    server_program, "--port=0", "--max-requests=200", "--block-seconds=1", "--request-timeout=2",
    "--max-connections=" MAX_CONNECTIONS, self->is_udp ? "--udp" : NULL, NULL,
  });
  self->port = read_port (self);
}

static void
tear_down (Soak          *self,
           gconstpointer  data)
{
  g_object_unref (self->server);
}

static void
begin_attack (Soak *self)
{
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  g_autofree char *seed = g_strdup_printf ("%u", (guint) g_test_rand_int ());

  self->attacker = start (G_SUBPROCESS_FLAGS_NONE, (const char *const[]) {
    attacker_program, port, self->is_udp ? "udp" : "tcp", seed, NULL,
  });
}

static void
end_attack (Soak *self)
{
  g_subprocess_force_exit (self->attacker);
  g_subprocess_wait (self->attacker, NULL, NULL);
  g_clear_object (&self->attacker);
}

/* In KiB. */
static guint64
get_memory (Soak *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
                                           g_subprocess_get_identifier (self->server));
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "\nVmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("\nVmRSS:"), NULL, 10);
}

static guint
count_descriptors (Soak *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd",
                                           g_subprocess_get_identifier (self->server));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* How long the server has waited for a CPU that others had, in microseconds.
 * Source: Linux, Documentation/scheduler/sched-stats. */
static gint64
get_wait (Soak *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/schedstat",
                                           g_subprocess_get_identifier (self->server));
  g_autofree char *text = NULL;
  gint64 wait = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    sscanf (text, "%*d %" G_GINT64_FORMAT, &wait);
  return wait / 1000;
}

/* The longest is judged in the end, when it is known how it went with the rest,
 * and without the time in which the server wasn't let run: that is the machine's. */
static void
have_pair_meet (Soak   *self,
                gint64  max)
{
  gint64 wait = get_wait (self);
  gint64 meeting = soak_pair_meet (self->port, self->is_udp, self->n_pairs++);

  g_assert_cmpint (meeting, >=, 0);
  wait = get_wait (self) - wait;
  if (meeting > max / 2)
    g_test_message ("pair %u took %.3f s, in which the server waited %.3f s for a CPU", self->n_pairs,
                    (double) meeting / G_TIME_SPAN_SECOND, (double) wait / G_TIME_SPAN_SECOND);
  self->longest_meeting = MAX (self->longest_meeting, meeting);
  self->longest_judged = MAX (self->longest_judged, meeting - wait);
  self->meetings += meeting;
}

static void
report (Soak *self)
{
  g_test_message ("after %u pairs: %" G_GUINT64_FORMAT " KiB, %u descriptors, a pair in %.3f s, "
                  "at most %.3f s", self->n_pairs, get_memory (self), count_descriptors (self),
                  (double) self->meetings / self->n_pairs / G_TIME_SPAN_SECOND,
                  (double) self->longest_meeting / G_TIME_SPAN_SECOND);
}

/* Pairs meet one after the other, and now and then it is said how it goes. */
static void
go_on (Soak   *self,
       gint64  duration,
       gint64  max_meeting)
{
  const guint n_reports = 5;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 1; i <= n_reports; i++)
    {
      do
        {
          have_pair_meet (self, max_meeting);
          g_assert_cmpuint (count_descriptors (self), <, atoi (MAX_CONNECTIONS) + 50);
          g_usleep (50 * G_TIME_SPAN_MILLISECOND);
        }
      while (g_get_monotonic_time () < start + duration * i / n_reports);
      report (self);
    }
}

/* What was open for others is closed when they have gone. */
static void
wait_for_descriptors (Soak  *self,
                      guint  n)
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (count_descriptors (self) > n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (50 * G_TIME_SPAN_MILLISECOND);
    }
  g_assert_cmpuint (count_descriptors (self), ==, n);
}

static void
assert_flat (guint64 warm,
             guint64 end)
{
  if (KEEPS_WHAT_IS_FREED)
    g_test_message ("Memory isn't looked at: the sanitizer keeps what is freed");
  else
    g_assert_cmpuint (end, <=, warm + warm * MAX_GAIN + MAX_GAIN_KIB);
}

static void
test_soak (Soak          *self,
           gconstpointer  data)
{
  const char *text = g_getenv ("HC_SOAK_SECONDS");
  gint64 seconds = text != NULL ? atoi (text) : DEFAULT_SECONDS;
  gint64 duration = seconds * G_TIME_SPAN_SECOND;
  gint64 warm_up = MIN (duration / 2, MAX_WARM_UP);
  gint64 max_meeting = seconds >= LONG_SECONDS ? MAX_MEETING : MAX_MEETING_SHORT;
  g_autoptr (GError) error = NULL;
  guint n_descriptors;
  guint64 warm;

  /* A first pair, so that all that is opened once is open. */
  have_pair_meet (self, MAX_MEETING_SHORT);
  n_descriptors = count_descriptors (self);
  begin_attack (self);
  go_on (self, warm_up, max_meeting);
  warm = get_memory (self);
  go_on (self, duration - warm_up, max_meeting);
  assert_flat (warm, get_memory (self));
  end_attack (self);
  wait_for_descriptors (self, n_descriptors);

  have_pair_meet (self, max_meeting);
  g_assert_cmpint (self->longest_judged, <=, max_meeting);
  g_subprocess_send_signal (self->server, SIGTERM);
  g_subprocess_wait_check (self->server, NULL, &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  server_program = argv[1];
  attacker_program = argv[2];

  g_test_add ("/soak/tcp", Soak, GINT_TO_POINTER (FALSE), set_up, test_soak, tear_down);
  g_test_add ("/soak/udp", Soak, GINT_TO_POINTER (TRUE), set_up, test_soak, tear_down);

  return g_test_run ();
}
