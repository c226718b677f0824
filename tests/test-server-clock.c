/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody sets the clock of the server's host, or a time server does. The
 * server keeps time by another one, which nobody sets. */

#include "server-util.h"
#include "v2-client.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define YEAR (365 * 24 * 3600)
#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n"

/* How far the clock on the wall has been set. */
static gint64 jump;
static guint n_looks;

/* A program's functions go before those of the libraries that it loads. GLib
 * looks at the wall with one of these two. */
int
clock_gettime (clockid_t        clock,
               struct timespec *time)
{
  int result = syscall (SYS_clock_gettime, clock, time);

  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
      time->tv_sec += jump;
      n_looks++;
    }
  return result;
}

int
gettimeofday (struct timeval *restrict time,
              void *restrict           zone)
{
  struct timespec now;

  if (clock_gettime (CLOCK_REALTIME, &now) < 0)
    return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

static char *
ask (Site     *site,
     V2Client *client,
     char     *request)
{
  char *reply = site_ask (site, client->source, request);

  g_free (request);
  if (*reply != '\0')
    v2_client_take (client, reply);
  return reply;
}

static void
enrol (Site     *site,
       V2Client *client)
{
  g_free (ask (site, client, v2_client_probe (client)));
  g_free (ask (site, client, v2_client_register (client)));
  g_assert_nonnull (client->token);
}

/* That GLib's wall is ours, or nothing here shows anything. */
static void
set_clock (gint64 seconds)
{
  gint64 before = g_get_real_time ();
  guint n = n_looks;

  jump += seconds;
  g_assert_cmpuint (n_looks, ==, n);
  if (seconds > 0)
    g_assert_cmpint (g_get_real_time () - before, >=, seconds * G_TIME_SPAN_SECOND);
  else
    g_assert_cmpint (g_get_real_time () - before, <=, seconds / 2 * G_TIME_SPAN_SECOND);
}

/* What was registered is, and what was a cookie is one. */
static void
check_jump (Site   *site,
            gint64  seconds)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *nobody = NULL;
  g_autofree char *somebody = NULL;
  g_autofree char *probeack = NULL;
  g_autofree char *regack = NULL;

  enrol (site, alice);
  probeack = ask (site, bob, v2_client_probe (bob));
  nobody = ask (site, alice, v2_client_ask (alice, "BRIDGE", ""));
  g_assert_cmpstr (nobody, ==, NOBODY);
  site_register (site, HERE, "carol", 6002);

  set_clock (seconds);
  regack = ask (site, bob, v2_client_register (bob));
  g_assert_true (g_str_has_prefix (regack, "REGACK\r\n"));
  somebody = ask (site, bob, v2_client_ask (bob, "BRIDGE", ""));
  g_assert_true (g_str_has_prefix (somebody, "BRIDGEACK\r\nclientID: alice\r\n"));
  site_assert_reply (site, ELSEWHERE, "REGISTER\r\nclientID: carol\r\nIP: 127.0.1.1\r\nPort: 1\r\n\r\n",
                     "REGNACK\r\n\r\n");

  g_free (ask (site, alice, v2_client_ask (alice, "QUIT", "")));
  g_free (ask (site, bob, v2_client_ask (bob, "QUIT", "")));
  g_free (site_ask (site, HERE, "QUIT\r\nclientID: carol\r\n\r\n"));
}

static void
test_jumps (Site          *site,
            gconstpointer  data)
{
  site_start (site);
  check_jump (site, 10 * YEAR);
  check_jump (site, -20 * YEAR);
  check_jump (site, 10 * YEAR);
}

/* Without a word, be it by a reset. */
static void
assert_blocked (Site *site)
{
  g_autofree char *reply = site_ask (site, HERE, "PROBE\r\n\r\n");

  g_assert_true (reply == NULL || *reply == '\0');
}

/* A block and a deadline end when they were to, neither now nor in ten years. */
static void
test_block (Site          *site,
            gconstpointer  data)
{
  gint64 start;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 1,
                                         "block-seconds", 2, NULL));
  site_assert_alive (site);
  start = g_get_monotonic_time ();
  assert_blocked (site);
  set_clock (10 * YEAR);
  assert_blocked (site);
  set_clock (-10 * YEAR);
  WAIT_UNTIL (g_get_monotonic_time () > start + 3 * G_TIME_SPAN_SECOND);
  site_assert_alive (site);
}

static void
test_deadline (Site          *site,
               gconstpointer  data)
{
  gint64 start;
  int fd;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "request-timeout", 1, NULL));
  start = g_get_monotonic_time ();
  fd = site_connect (site, HERE);
  raw_send (fd, "PRO", 3);
  wait_settle ();
  set_clock (10 * YEAR);
  g_assert_true (raw_is_silent (fd));
  set_clock (-20 * YEAR);
  g_free (raw_read (fd));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, G_TIME_SPAN_SECOND);
  raw_close (fd);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  site_add_test ("clock/jumps", test_jumps);
  site_add_tcp_test ("clock/block", test_block);
  site_add_tcp_test ("clock/deadline", test_deadline);

  return g_test_run ();
}
