/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server must bear: nonsense, slowness, floods, and a host that has
 * nothing left to give. Each time the next honest request is answered. */

#include "server-util.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EMPTY_BRIDGEACK "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n"

#define N_MALFORMED 1000
#define N_SILENT 5000

/* One of each kind of fault in protocol, section 1. What is sent is one of
 * them with a number in it, so that no two requests are the same. */
static const struct { const char *start; const char *end; gsize filler; } faults[] = {
  { "HELLO ", "\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: a", "\r\nIP: 192.0.2.1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: a", "\r\nclientID: b\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: ", "\xff\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: ", "\x01\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: ", "\rb\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: \r\nX: ", "\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: ", "\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", 100 },
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.", ".1\r\nPort: 1\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 99", "99\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: -", "\r\n\r\n", 0 },
  { "REGISTER\r\nno header ", "\r\n\r\n", 0 },
  { "REGISTER\r\nclientID: a", "\r\n\r\n", 1100 },
  { "REGISTER\r\nclientID: a", "", 5000 },
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 1\r\nX: ", "\r\n\r\n", 1100 },
  { "BRIDGE\r\nX: ", "\r\n\r\n", 0 },
  { "BRIDGE\r\nclientID: ", "\xc3\r\n\r\n", 0 },
  { "CHAT\r\nclientID1: a", "\r\n\r\n", 0 },
  { "CHAT\r\nclientID: a\r\nhello ", "\n\r\n\r\n", 0 },
  { "QUIT\r\nX: ", "\r\n\r\n", 0 },
  { "PROBEACK\r\nX: ", "\r\n\r\n", 0 },
  { "ERROR\r\nReason: x", "\r\n\r\n", 0 },
  { "", "", 0 },
  { "", "", 9000 },
};

static GString *
make_malformed (guint number)
{
  guint kind = number % G_N_ELEMENTS (faults);
  GString *text = g_string_new (faults[kind].start);

  g_string_append_printf (text, "%u", number);
  while (text->len < faults[kind].filler)
    g_string_append_c (text, 'x');
  g_string_append (text, faults[kind].end);

  /* A NUL as well, now and then. */
  if (number % 7 == 0)
    g_string_insert_c (text, text->len / 2, '\0');
  return text;
}

/* REGISTER and BRIDGE are refused in words of v1, over UDP as well. */
static void
check_refusal (const char *request,
               const char *reply)
{
  g_assert_nonnull (reply);
  if (g_str_has_prefix (request, "REGISTER\r\n"))
    g_assert_true (g_str_has_prefix (reply, "REGNACK\r\nReason: "));
  else if (g_str_has_prefix (request, "BRIDGE\r\n"))
    g_assert_true (g_str_has_prefix (reply, EMPTY_BRIDGEACK "Reason: "));
  else if (g_str_has_prefix (request, "CHAT\r\n") || g_str_has_prefix (request, "QUIT\r\n"))
    g_assert_cmpstr (reply, ==, "");
  else
    g_assert_true (g_str_has_prefix (reply, "ERROR\r\nReason: "));
}

static void
send_malformed_over_tcp (Site    *site,
                         GString *request)
{
  g_autofree char *reply = NULL;
  int fd = site_connect (site, HERE);

  raw_send (fd, request->str, request->len);
  raw_end (fd);
  reply = raw_read (fd);
  check_refusal (request->str, reply);
  raw_close (fd);
}

/* The reply to a PROBE shows that there is none before it. */
static void
send_malformed_over_udp (Site    *site,
                         GString *request)
{
  g_autofree char *reply = NULL;
  int fd = site_connect (site, HERE);

  raw_send (fd, request->str, request->len);
  raw_send (fd, "PROBE\r\n\r\n", -1);
  reply = raw_read (fd);
  if (g_str_has_prefix (request->str, "REGISTER\r\n") ||
      g_str_has_prefix (request->str, "BRIDGE\r\n"))
    check_refusal (request->str, reply);
  else
    g_assert_cmpstr (reply, ==, "PROBEACK\r\n\r\n");
  raw_close (fd);
}

static void
test_malformed (Site          *site,
                gconstpointer  data)
{
  site_start (site);
  for (guint i = 0; i < N_MALFORMED; i++)
    {
      g_autoptr (GString) request = make_malformed (i);

      if (site->udp)
        send_malformed_over_udp (site, request);
      else
        send_malformed_over_tcp (site, request);
    }
  site_assert_alive (site);
  site_register (site, HERE, "alice", 6000);
}

static HcServer *
create_server (const char *property,
               guint       value)
{
  return g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 0, property, value, NULL);
}

static gboolean
on_drip (gpointer user_data)
{
  raw_send (GPOINTER_TO_INT (user_data), "x", 1);
  return G_SOURCE_CONTINUE;
}

static gint64
measure_end (int    fd,
             gint64 start)
{
  g_free (raw_read (fd));
  return g_get_monotonic_time () - start;
}

/* The deadline is for the whole request, however often something comes, and
 * everybody has one. */
static void
test_slow_sender (Site          *site,
                  gconstpointer  data)
{
  const gint64 pause = 300 * G_TIME_SPAN_MILLISECOND;
  gint64 start;
  int silent_fd;
  int slow_fd;
  guint id;

  site_start_server (site, create_server ("request-timeout", 1));
  start = g_get_monotonic_time ();
  silent_fd = site_connect (site, HERE);
  WAIT_UNTIL (g_get_monotonic_time () >= start + pause);
  slow_fd = site_connect (site, HERE);
  raw_send (slow_fd, "REGISTER\r\nclientID: ", -1);
  id = g_timeout_add (20, on_drip, GINT_TO_POINTER (slow_fd));

  g_assert_cmpint (measure_end (silent_fd, start), >=, G_TIME_SPAN_SECOND);
  g_assert_true (raw_is_silent (slow_fd));
  g_assert_cmpint (measure_end (slow_fd, start), >=, G_TIME_SPAN_SECOND + pause);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 6 * G_TIME_SPAN_SECOND);
  g_source_remove (id);
  raw_close (slow_fd);
  raw_close (silent_fd);
  site_assert_alive (site);
}

/* Whether the other end has not only said its last word, but hung up. */
static gboolean
is_cut_off (int fd)
{
  wait_settle ();
  return send (fd, "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN;
}

/* One who sends without end, and doesn't care for the reply, is cut off long
 * before its time is over. */
static void
test_endless_sender (Site          *site,
                     gconstpointer  data)
{
  g_autofree char *filler = g_strnfill (4096, 'x');
  gsize n_sent = 0;
  int fd;

  site_start_server (site, create_server ("request-timeout", 3600));
  fd = site_connect (site, HERE);
  while (!is_cut_off (fd))
    {
      raw_send (fd, filler, 4096);
      n_sent += 4096;
      g_assert_cmpuint (n_sent, <, 16 * 1024 * 1024);
    }
  g_assert_cmpuint (n_sent, >=, 64 * 1024);
  raw_close (fd);
  site_assert_alive (site);
}

static gboolean
raise_descriptor_limit (rlim_t n_needed)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  if (limit.rlim_max < n_needed)
    return FALSE;
  limit.rlim_cur = MAX (limit.rlim_cur, n_needed);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  return TRUE;
}

static void
test_many_silent (Site          *site,
                  gconstpointer  data)
{
  g_autofree int *fds = g_new (int, N_SILENT);

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 0,
                                         "max-connections", 2 * N_SILENT,
                                         "request-timeout", 60, NULL));

  /* Both ends of each connection are in this process. */
  if (!raise_descriptor_limit (2 * N_SILENT + 100))
    {
      g_test_skip ("The limit of descriptors can't be raised far enough");
      return;
    }
  for (guint i = 0; i < N_SILENT; i++)
    {
      fds[i] = site_connect (site, HERE);
      wait_settle ();
    }

  for (guint i = 0; i < 100; i++)
    site_assert_alive (site);
  for (guint i = 0; i < N_SILENT; i++)
    {
      g_assert_true (raw_is_silent (fds[i]));
      raw_close (fds[i]);
    }
  site_assert_alive (site);
}

/* The next descriptor there would be. */
static rlim_t
find_next_descriptor (void)
{
  int fd = dup (STDERR_FILENO);

  g_assert_cmpint (fd, >=, 0);
  raw_close (fd);
  return fd;
}

static gboolean
on_over (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static guint
count_wake_ups (guint milliseconds)
{
  gboolean is_over = FALSE;
  guint n = 0;

  g_timeout_add (milliseconds, on_over, &is_over);
  while (!is_over)
    {
      g_main_context_iteration (NULL, TRUE);
      n++;
    }
  return n;
}

static guint n_complaints;

static GLogWriterOutput
on_log (GLogLevelFlags   level,
        const GLogField *fields,
        gsize            n_fields,
        gpointer         user_data)
{
  if (level == G_LOG_LEVEL_MESSAGE)
    n_complaints++;
  return G_LOG_WRITER_HANDLED;
}

#define N_WAITING 20

static void
test_no_descriptors (Site          *site,
                     gconstpointer  data)
{
  int fds[N_WAITING];
  struct rlimit limit;
  struct rlimit low;

  site_start (site);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  n_complaints = 0;

  /* The kernel completes the connections before they are accepted. */
  for (guint i = 0; i < N_WAITING; i++)
    {
      fds[i] = site_connect (site, HERE);
      raw_send (fds[i], "PROBE\r\n\r\n", -1);
    }
  low = limit;
  low.rlim_cur = find_next_descriptor ();
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);

  /* It neither spins nor complains again and again. */
  g_assert_cmpuint (count_wake_ups (500), <, 20);
  g_assert_cmpuint (n_complaints, ==, 1);

  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  for (guint i = 0; i < N_WAITING; i++)
    {
      g_autofree char *reply = raw_read (fds[i]);

      g_assert_cmpstr (reply, ==, "PROBEACK\r\n\r\n");
      raw_close (fds[i]);
    }
  site_assert_alive (site);
}

/* A connection that ends makes room for the next at once: that is sooner than
 * the longest pause. */
static void
test_descriptor_comes_free (Site          *site,
                            gconstpointer  data)
{
  int silent_fd;
  int fd;
  struct rlimit limit;
  struct rlimit low;
  gint64 start;

  site_start (site);
  silent_fd = site_connect (site, HERE);
  wait_settle ();
  fd = site_connect (site, HERE);
  raw_send (fd, "PROBE\r\n\r\n", -1);

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  low = limit;
  low.rlim_cur = find_next_descriptor ();
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  count_wake_ups (1400);
  g_assert_true (raw_is_silent (fd));

  start = g_get_monotonic_time ();
  raw_end (silent_fd);
  g_free (raw_read (fd));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 300 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  raw_close (silent_fd);
  raw_close (fd);
}

static void
open_all (Site  *site,
          int   *fds,
          guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      fds[i] = site_connect (site, HERE);
      wait_settle ();
    }
}

static void
close_all (const int *fds,
           guint      n)
{
  for (guint i = 0; i < n; i++)
    raw_close (fds[i]);
}

static void
test_connection_cap (Site          *site,
                     gconstpointer  data)
{
  int fds[4];

  site_start_server (site, create_server ("max-connections", 4));
  open_all (site, fds, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_true (raw_is_silent (fds[i]));

  /* Each that comes takes the place of the one that has said nothing longest. */
  for (guint i = 0; i < 4; i++)
    {
      site_assert_alive (site);
      g_assert_true (i > 0 || !raw_is_silent (fds[0]));
    }
  for (guint i = 1; i < 4; i++)
    g_assert_true (raw_is_silent (fds[i]));
  close_all (fds, 4);
}

static void
test_connection_cap_spares_talkers (Site          *site,
                                    gconstpointer  data)
{
  g_autofree char *reply = NULL;
  int fds[4];

  site_start_server (site, create_server ("max-connections", 4));
  open_all (site, fds, 4);
  raw_send (fds[0], "PRO", 3);
  raw_send (fds[1], "PRO", 3);
  wait_settle ();
  site_assert_alive (site);
  g_assert_true (raw_is_silent (fds[0]));
  g_assert_true (raw_is_silent (fds[1]));
  g_assert_false (raw_is_silent (fds[2]));
  g_assert_true (raw_is_silent (fds[3]));

  /* When all have said something, the oldest goes. */
  raw_send (fds[3], "PRO", 3);
  raw_close (fds[2]);
  fds[2] = site_connect (site, HERE);
  raw_send (fds[2], "PRO", 3);
  wait_settle ();
  site_assert_alive (site);
  g_assert_false (raw_is_silent (fds[0]));
  raw_send (fds[1], "BE\r\n\r\n", -1);
  reply = raw_read (fds[1]);
  g_assert_cmpstr (reply, ==, "PROBEACK\r\n\r\n");
  close_all (fds, 4);
}

/* At every step of a connection its client may be gone. */
static void
test_reset (Site          *site,
            gconstpointer  data)
{
  g_autofree char *filler = g_strnfill (20000, 'x');
  int fd;

  site_start (site);

  raw_reset (site_connect (site, HERE));
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  wait_settle ();
  raw_reset (fd);
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  raw_send (fd, "PROBE\r\n", -1);
  raw_reset (fd);
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  raw_send (fd, "PROBE\r\n", -1);
  wait_settle ();
  raw_reset (fd);
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  raw_send (fd, "PROBE\r\n\r\n", -1);
  raw_reset (fd);
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  raw_send (fd, "PROBE\r\n\r\n", -1);
  wait_settle ();
  raw_reset (fd);
  site_assert_alive (site);

  fd = site_connect (site, HERE);
  raw_send (fd, filler, -1);
  wait_settle ();
  raw_reset (fd);
  site_assert_alive (site);
}

/* A client that is gone is reported to the server by ICMP. */
static void
test_no_receiver (Site          *site,
                  gconstpointer  data)
{
  site_start (site);
  for (guint i = 0; i < 10; i++)
    {
      int fd = site_connect (site, HERE);

      raw_send (fd, "PROBE\r\n\r\n", -1);
      raw_close (fd);
    }
  site_assert_alive (site);
}

static void
test_stop_with_connections (Site          *site,
                            gconstpointer  data)
{
  int fds[4];

  site_start (site);
  open_all (site, fds, 4);
  raw_send (fds[1], "PRO", 3);
  raw_send (fds[2], "PROBE\r\n\r\nmore", -1);
  wait_settle ();
  hc_server_stop (site->server);
  for (guint i = 0; i < 4; i++)
    g_assert_false (raw_is_silent (fds[i]));
  close_all (fds, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_log_set_writer_func (on_log, NULL, NULL);

  site_add_test ("malformed", test_malformed);
  site_add_tcp_test ("slow-sender", test_slow_sender);
  site_add_tcp_test ("endless-sender", test_endless_sender);
  site_add_tcp_test ("many-silent", test_many_silent);
  site_add_tcp_test ("no-descriptors", test_no_descriptors);
  site_add_tcp_test ("no-descriptors/one-comes-free", test_descriptor_comes_free);
  site_add_tcp_test ("connection-cap", test_connection_cap);
  site_add_tcp_test ("connection-cap/spares-talkers", test_connection_cap_spares_talkers);
  site_add_tcp_test ("reset", test_reset);
  site_add_test ("no-receiver", test_no_receiver);
  site_add_tcp_test ("stop-with-connections", test_stop_with_connections);

  return g_test_run ();
}
