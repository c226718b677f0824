/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-terminal in a pipe, as scripts use it, from its first line to its
 * exit status. Its peer is a session in this process, or a second program. */

#include "terminal-util.h"
#include "v1/v1-peer.h"
#include "v1/v1-server.h"
#include "v1/v1-socket.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *server_path;

/* --- Two who talk --------------------------------------------------------- */

static void
talk (const char *server)
{
  g_autoptr (Program) bob = terminal_run_on (server, "bob", FALSE);
  g_autoptr (Program) alice = NULL;

  program_type (bob, "/register\n/bridge\n/chat\n");
  program_await_notice (bob, "Nobody is ready");
  alice = terminal_run_on (server, "alice", FALSE);
  program_type (alice, "/register\n/bridge\n/chat\nHi bob: 🎈\n");
  program_await_output (bob, "alice: Hi bob: 🎈\n");
  program_await_notice (alice, "encrypted. You talk to bob for the first time");
  program_type (bob, "Hi alice\nHow are you?\n//me waves\n");
  program_await_output (alice, "bob: /me waves\n");
  program_await_output (bob, "bob: /me waves\n");
  program_type (alice, "one\r\ntwo\nthree\n");
  program_await_output (bob, "alice: three\n");
  program_end_input (alice);

  program_await_exit (alice, 0);
  program_await_exit (bob, 0);
  g_assert_cmpstr (program_get_output (alice), ==, program_get_output (bob));
  g_assert_cmpstr (program_get_output (alice), ==,
                   "alice: Hi bob: 🎈\nbob: Hi alice\nbob: How are you?\nbob: /me waves\n"
                   "alice: one\nalice: two\nalice: three\n");
  program_await_notice (bob, "alice has left");
}

static void
test_talk (Hub           *hub,
           gconstpointer  data)
{
  talk (hub->name);
}

/* What stands behind some words, up to the end of the line. */
static char *
dup_rest_of_notice (Program    *program,
                    const char *words)
{
  const char *start;

  program_await_notice (program, words);
  start = strstr (program_get_notices (program), words) + strlen (words);
  return g_strndup (start, strcspn (start, "\n"));
}

/* Both see the same code; what has been compared is said. */
static void
test_safety (Hub           *hub,
             gconstpointer  data)
{
  g_autoptr (Program) bob = terminal_run (hub, "bob");
  g_autoptr (Program) alice = terminal_run (hub, "alice");
  g_autofree char *his = NULL;
  g_autofree char *hers = NULL;

  program_type (bob, "/register\n/bridge\n/chat\n/safety\n");
  program_await_notice (bob, "Nobody is ready");
  program_type (alice, "/register\n/bridge\n/chat\n/safety\n/verify\n/safety\n");
  his = dup_rest_of_notice (bob, "Safety code: ");
  hers = dup_rest_of_notice (alice, "Safety code: ");
  g_assert_cmpstr (his, ==, hers);
  program_await_notice (bob, "Compare it with alice");
  program_await_notice (alice, "You have compared the safety code with bob.");
  program_await_notice (alice, "You have compared it with bob.");
  program_type (alice, "/accept\n");
  program_await_notice (alice, "Nobody has another key than before.");
  program_await_exit (alice, 1);
  program_await_exit (bob, 0);
}

static void
test_require_encryption (Hub           *hub,
                         gconstpointer  data)
{
  g_autofree char *server = g_strconcat ("--server=", hub->name, NULL);
  const char *argv[] = { "--id=alice", server, "--address=127.0.0.1", "--require-encryption", NULL };
  HcSession *bob = hub_wait (hub, "bob");
  g_autoptr (Program) alice = terminal_run_with (argv);

  program_type (alice, "/register\n/bridge\n/chat\n");
  program_await_notice (alice, "bob can't encrypt");
  program_await_exit (alice, 1);
  session_finish (bob);
}

static Program *
start_server (gboolean   udp,
              char     **name)
{
  const char *argv[] = { server_path, "--port=0", "--address=127.0.0.1", udp ? "--udp" : NULL, NULL };
  Program *server = program_new (argv);
  int port = 0;

  program_await_output (server, "\n");
  g_assert_cmpint (sscanf (program_get_output (server), "%*[^0-9]%d", &port), ==, 1);
  *name = g_strdup_printf ("127.0.0.1:%d", port);
  return server;
}

static void
test_server_program (gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autoptr (Program) server = start_server (GPOINTER_TO_INT (data), &name);

  talk (name);
  program_signal (server, SIGTERM);
  program_await_exit (server, 0);
}

static void
test_id_in_any_locale (Hub           *hub,
                       gconstpointer  data)
{
  g_autoptr (Program) program = terminal_run (hub, "Zoë 🎈");

  program_type (program, "/id\n/register\n/id\n");
  program_end_input (program);
  program_await_exit (program, 0);
  program_await_notice (program, "* You are Zoë 🎈.\n* You are registered as Zoë 🎈");
}

static void
test_change_id (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Program) program = terminal_run (hub, "alice");

  program_type (program, "/id Eve E\n/register\n");
  program_await_notice (program, "registered as Eve E");
  program_type (program, "/id alice\n");
  program_await_exit (program, 1);
}

static void
test_help (Hub           *hub,
           gconstpointer  data)
{
  g_autoptr (Program) program = terminal_run (hub, "alice");

  program_type (program, "/help\n");
  program_end_input (program);
  program_await_exit (program, 0);
  program_await_notice (program, "/register");
  program_await_notice (program, "/quit");
  g_assert_cmpstr (program_get_output (program), ==, "");
}

/* --- The end -------------------------------------------------------------- */

static void
test_nothing (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (Program) program = terminal_run (hub, "alice");

  program_end_input (program);
  program_await_exit (program, 0);
  g_assert_cmpstr (program_get_notices (program), ==, "");
}

/* The last line needs no newline, and empty ones say nothing. */
static void
test_end_of_input (Hub           *hub,
                   gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  program_type (alice, "\n \n\t\none\ntwo");
  program_end_input (alice);
  session_send (bob, "Hi");
  session_await_text (bob, HC_MESSAGE_INCOMING, "one");
  session_send (bob, "go on");
  session_await_text (bob, HC_MESSAGE_INCOMING, "two");
  session_await (bob, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (bob));
  program_await_exit (alice, 0);
  g_assert_cmpstr (program_get_output (alice), ==, "bob: Hi\nalice: one\nbob: go on\nalice: two\n");

  session_finish (bob);
}

static void
test_quit (Hub           *hub,
           gconstpointer  data)
{
  HcSession *bob, *other;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  program_type (alice, "/quit\nnever said\n");
  session_await (bob, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (bob));
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 0);
  program_await_exit (alice, 0);

  session_finish (bob);
  other = hub_register (hub, "alice");
  session_finish (other);
}

static void
test_quit_registered (Hub           *hub,
                      gconstpointer  data)
{
  g_autoptr (Program) program = terminal_run (hub, "alice");
  HcSession *other;

  program_type (program, "/register\n/quit\n");
  program_await_exit (program, 0);
  other = hub_register (hub, "alice");
  session_finish (other);
}

/* Nobody is left to hear the rest. */
static void
peer_leaves (Hub        *hub,
             const char *rest,
             int         status)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  session_send (bob, "Bye");
  program_await_output (alice, "bob: Bye\n");
  program_type (alice, "Bye\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Bye");
  if (status != 0)
    {
      program_type (alice, rest);
      program_await_notice (alice, "bob's turn");
    }
  hc_session_leave (bob);
  program_await_exit (alice, status);
  program_await_notice (alice, "bob has left");

  session_finish (bob);
}

static void
test_peer_leaves (Hub           *hub,
                  gconstpointer  data)
{
  peer_leaves (hub, "", 0);
}

static void
test_peer_leaves_too_early (Hub           *hub,
                            gconstpointer  data)
{
  peer_leaves (hub, "not yet\nand more\n", 1);
}

/* In its last turn, so that the rest is still in the pipe. */
static void
test_rest_unsent (Hub           *hub,
                  gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  program_type (alice, "one\ntwo\n/quit\n");
  program_await_notice (alice, "bob's turn");
  hc_session_leave (bob);
  program_await_exit (alice, 1);
  program_await_notice (alice, "“one”");
  program_await_notice (alice, "“two”");

  session_finish (bob);
}

static void
ends_by_signal (Hub *hub,
                int  number)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  program_signal (alice, number);
  session_await (bob, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (bob));
  program_await_exit (alice, 0);

  session_finish (bob);
}

static void
test_signals (Hub           *hub,
              gconstpointer  data)
{
  ends_by_signal (hub, SIGINT);
  ends_by_signal (hub, SIGTERM);
  ends_by_signal (hub, SIGHUP);
}

/* A script that waits was not done. */
static void
test_signal_while_waiting (Hub           *hub,
                           gconstpointer  data)
{
  g_autoptr (Program) alice = terminal_run (hub, "alice");
  HcSession *other;

  program_type (alice, "/register\n/bridge\n/chat\n");
  program_await_notice (alice, "Nobody is ready");
  program_type (alice, "Hi\n");
  program_signal (alice, SIGTERM);
  program_await_exit (alice, 1);
  other = hub_register (hub, "alice");
  session_finish (other);
}

static void
test_output_gone (Hub           *hub,
                  gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  program_close_output (alice);
  session_await (bob, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (bob));
  program_await_exit (alice, 1);

  session_finish (bob);
}

/* --- What fails ----------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *input;
  const char *reason;
} FailureCase;

static const FailureCase failure_cases[] = {
  { "message", "Hi\n/id\n", "/register" },
  { "message-registered", "/register\nHi\n/id\n", "/bridge" },
  { "bridge", "/bridge\n/id\n", "/register" },
  { "chat", "/chat\n/id\n", "/register" },
  { "chat-registered", "/register\n/chat\n/id\n", "/bridge" },
  { "register-twice", "/register\n/register\n/id\n", "already" },
  { "bridge-twice", "/register\n/bridge\n/bridge\n/id\n", "waiting" },
  { "cancel", "/cancel\n/id\n", "nothing to cancel" },
  { "unknown", "/dance\n/id\n", "“/dance”" },
  { "id", "/id \xc2\x9b\n/id\n", "control character" },
  { "not-text", "/register\nHi \xff\n/id\n", "UTF-8" },
};

static void
test_failure (Hub               *hub,
              const FailureCase *c)
{
  g_autoptr (Program) program = terminal_run (hub, "alice");

  program_type (program, c->input);
  program_await_exit (program, 1);
  program_await_notice (program, c->reason);
  g_assert_null (strstr (program_get_notices (program), "You are alice"));
}

static void
test_failures (Hub           *hub,
               gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (failure_cases); i++)
    {
      g_test_message ("%s", failure_cases[i].name);
      test_failure (hub, &failure_cases[i]);
    }
}

static void
test_no_server (void)
{
  int tcp = v1_socket_open (FALSE, 0);
  int udp = v1_socket_open (TRUE, v1_socket_get_port (tcp));
  g_autofree char *name = g_strdup_printf ("127.0.0.1:%u", v1_socket_get_port (tcp));
  g_autoptr (Program) program = terminal_run_on (name, "alice", FALSE);

  program_type (program, "/register\n/bridge\n");
  program_await_exit (program, 1);
  program_await_notice (program, name);
  close (tcp);
  close (udp);
}

/* Somebody was handed out who is not there. That is told, and nothing else. */
static void
test_nobody_there (Hub           *hub,
                   gconstpointer  data)
{
  g_autoptr (V1Server) server = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  guint16 port = v1_server_get_port (server);
  g_autofree char *name = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (V1Peer) bob = v1_peer_new (&(V1PeerOptions) { .id = "bob", .server_port = port });
  g_autoptr (Program) alice = NULL;

  if (hub->udp)
    {
      g_test_skip ("over UDP nobody can tell");
      return;
    }

  v1_peer_type (bob, "/register");
  WAIT_UNTIL (v1_peer_get_state (bob) == V1_PEER_REGISTERED);
  alice = terminal_run_on (name, "alice", FALSE);
  program_type (alice, "/register\n/bridge\n/chat\nHi\n");
  program_await_exit (alice, 1);
  program_await_notice (alice, "bob isn't there");
  g_assert_true (strstr (program_get_notices (alice), "is ready") ==
                 g_strrstr (program_get_notices (alice), "is ready"));
}

static void
test_too_long (Hub           *hub,
               gconstpointer  data)
{
  const gsize lengths[] = { 1000, 5000, 65536, 70000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *line = g_strnfill (lengths[i], 'x');
      HcSession *bob;
      g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

      session_send (bob, "Hi");
      program_await_output (alice, "bob: Hi");
      program_type (alice, line);
      program_type (alice, "\nHi\n");
      program_await_exit (alice, 1);
      program_await_notice (alice, lengths[i] <= 65536 ? "too long" : "65536");
      session_await (bob, HC_SESSION_ENDED);
      g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 0);
      session_finish (bob);
    }
}

static void
test_peer_vanishes (Hub           *hub,
                    gconstpointer  data)
{
  g_autoptr (Program) alice = NULL;
  HcSession *bob;

  if (hub->udp)
    {
      g_test_skip ("over UDP nobody can tell");
      return;
    }

  alice = terminal_run_called (hub, FALSE, &bob);
  g_object_run_dispose (G_OBJECT (bob));
  g_object_unref (bob);
  program_await_exit (alice, 1);
  program_await_notice (alice, "bob broke off");
}

/* --- What a peer can do --------------------------------------------------- */

static void
test_harmless (Hub           *hub,
               gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (Program) alice = terminal_run_called (hub, FALSE, &bob);

  session_send (bob, "\x1b[2J\x07Hi\nalice: I owe you\n* bob has left.\t\xe2\x80\xaex");
  program_await_output (alice, "x\n");
  g_assert_cmpstr (program_get_output (alice), ==,
                   "bob: \\u001b[2J\\u0007Hi\n  | alice: I owe you\n  | * bob has left.\t\\u202ex\n");

  session_finish (bob);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  terminal_init (argv[1]);
  server_path = argv[2];

  g_test_add_data_func ("/terminal/server-program/tcp", GINT_TO_POINTER (FALSE), test_server_program);
  g_test_add_data_func ("/terminal/server-program/udp", GINT_TO_POINTER (TRUE), test_server_program);
  g_test_add_func ("/terminal/no-server", test_no_server);

  hub_add_test ("terminal", "/talk", test_talk);
  hub_add_test ("terminal", "/safety", test_safety);
  hub_add_test ("terminal", "/require-encryption", test_require_encryption);
  hub_add_test ("terminal", "/id-in-any-locale", test_id_in_any_locale);
  hub_add_test ("terminal", "/change-id", test_change_id);
  hub_add_test ("terminal", "/help", test_help);
  hub_add_test ("terminal", "/nothing", test_nothing);
  hub_add_test ("terminal", "/end-of-input", test_end_of_input);
  hub_add_test ("terminal", "/quit", test_quit);
  hub_add_test ("terminal", "/quit-registered", test_quit_registered);
  hub_add_test ("terminal", "/peer-leaves", test_peer_leaves);
  hub_add_test ("terminal", "/peer-leaves-too-early", test_peer_leaves_too_early);
  hub_add_test ("terminal", "/rest-unsent", test_rest_unsent);
  hub_add_test ("terminal", "/signals", test_signals);
  hub_add_test ("terminal", "/signal-while-waiting", test_signal_while_waiting);
  hub_add_test ("terminal", "/output-gone", test_output_gone);
  hub_add_test ("terminal", "/failures", test_failures);
  hub_add_test ("terminal", "/nobody-there", test_nobody_there);
  hub_add_test ("terminal", "/too-long", test_too_long);
  hub_add_test ("terminal", "/peer-vanishes", test_peer_vanishes);
  hub_add_test ("terminal", "/harmless", test_harmless);

  return terminal_test_run ();
}
