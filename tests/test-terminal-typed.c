/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-terminal with somebody who types: standard input is a terminal. */

#include "terminal-util.h"

#include <signal.h>
#include <string.h>

static void
test_typed (Hub           *hub,
            gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, TRUE, &bob);

  session_send (bob, "Hi alice");
  program_await_output (alice, "bob: Hi alice\n");
  program_type (alice, "Hi bob\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi bob");
  session_send (bob, "Bye");
  program_await_output (alice, "bob: Bye\n");
  hc_session_leave (bob);
  program_await_notice (alice, "bob has left");

  /* What was typed is on the screen as it is, and nothing ends by itself. */
  g_assert_cmpstr (program_get_output (alice), ==, "bob: Hi alice\nbob: Bye\n");
  program_type (alice, "/register\n");
  WAIT_UNTIL (strstr (strstr (program_get_notices (alice), "bob has left"), "registered") != NULL);
  program_type (alice, "\x04");
  program_await_exit (alice, 0);

  session_finish (bob);
}

static const struct { const char *line; const char *reason; } failure_cases[] = {
  { "Hi\n", "/register" },
  { "/bridge\n", "/register" },
  { "/chat\n", "/register" },
  { "/cancel\n", "nothing to cancel" },
  { "/dance\n", "“/dance”" },
  { "Hi \xff\n", "UTF-8" },
};

static void
test_typed_failures (Hub           *hub,
                     gconstpointer  data)
{
  g_autoptr (Program) alice = terminal_run_on (hub->name, "alice", TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (failure_cases); i++)
    {
      program_type (alice, failure_cases[i].line);
      program_await_notice (alice, failure_cases[i].reason);
    }
  program_type (alice, "/register\n");
  program_await_notice (alice, "registered as alice");
  program_type (alice, "/quit\n");
  program_await_exit (alice, 0);
}

/* They overtake what waits. */
static void
test_typed_at_once (Hub           *hub,
                    gconstpointer  data)
{
  g_autoptr (Program) alice = terminal_run_on (hub->name, "alice", TRUE);
  HcSession *bob;

  program_type (alice, "/register\n/bridge\n/chat\nto the next one\n");
  program_await_notice (alice, "Nobody is ready");
  program_type (alice, "/help\n");
  program_await_notice (alice, "/help lists");
  program_type (alice, "/cancel\n");
  program_await_notice (alice, "Cancelled");

  bob = hub_wait (hub, "bob");
  program_type (alice, "/bridge\n");
  program_await_notice (alice, "bob is ready");
  program_type (alice, "/chat\nHi\nnot yet\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi");
  program_await_notice (alice, "bob's turn");
  program_type (alice, "/quit\n");
  session_await (bob, HC_SESSION_ENDED);
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 1);
  program_await_exit (alice, 0);

  session_finish (bob);
}

static void
test_typed_interrupt (Hub           *hub,
                      gconstpointer  data)
{
  g_autoptr (Program) alice = terminal_run_on (hub->name, "alice", TRUE);
  HcSession *other;

  program_type (alice, "/register\n/bridge\n/chat\n");
  program_await_notice (alice, "Nobody is ready");
  program_signal (alice, SIGINT);
  program_await_exit (alice, 0);
  other = hub_register (hub, "alice");
  session_finish (other);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  terminal_init (argv[1]);

  hub_add_test ("terminal-typed", "/talk", test_typed);
  hub_add_test ("terminal-typed", "/failures", test_typed_failures);
  hub_add_test ("terminal-typed", "/at-once", test_typed_at_once);
  hub_add_test ("terminal-typed", "/interrupt", test_typed_interrupt);

  return terminal_test_run ();
}
