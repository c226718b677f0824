/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session can be closed in each of its states; the server is told then, and
 * nothing is left of it. */

#include "bad-server.h"
#include "session-util.h"

static void
assert_free (Hub        *hub,
             const char *id)
{
  HcSession *other = hub_register (hub, id);

  session_finish (other);
}

static void
test_offline (Hub           *hub,
              gconstpointer  data)
{
  session_finish (hub_join (hub, "alice"));
}

static void
test_probing (Hub           *hub,
              gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");

  hc_session_register (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_PROBING);
  session_finish (alice);
  assert_free (hub, "alice");
}

static void
test_ready (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");

  hc_session_leave (alice);
  session_await (alice, HC_SESSION_READY);
  session_finish (alice);
  assert_free (hub, "alice");
}

static void
test_registering (Hub           *hub,
                  gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");

  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERING);
  session_finish (alice);
  assert_free (hub, "alice");
}

static void
test_registered (Hub           *hub,
                 gconstpointer  data)
{
  session_finish (hub_register (hub, "alice"));
  assert_free (hub, "alice");
}

static void
test_bridging (Hub           *hub,
               gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");

  hc_session_bridge (alice);
  session_finish (alice);
  assert_free (hub, "alice");
}

static void
test_waiting (Hub           *hub,
              gconstpointer  data)
{
  session_finish (hub_wait (hub, "alice"));
  assert_free (hub, "alice");
}

static void
test_withdrawing (Hub           *hub,
                  gconstpointer  data)
{
  HcSession *alice = hub_wait (hub, "alice");

  hc_session_cancel (alice);
  session_finish (alice);
  assert_free (hub, "alice");
}

static void
test_matched (Hub           *hub,
              gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  session_finish (alice);
  session_finish (bob);
  assert_free (hub, "alice");
}

static void
test_connecting (Hub           *hub,
                 gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_finish (alice);
  session_finish (bob);
  assert_free (hub, "alice");
}

static void
test_chatting (Hub           *hub,
               gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "Hi");
  session_finish (alice);
  session_await (bob, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (bob));
  session_finish (bob);
  assert_free (hub, "alice");
  assert_free (hub, "bob");
}

static void
test_ended (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  hc_session_leave (alice);
  session_await (bob, HC_SESSION_ENDED);
  session_finish (alice);
  session_finish (bob);
}

/* A session may simply be let go of. What it still had to do goes with it. */
static void
test_dropped (Hub           *hub,
              gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");

  g_assert_finalize_object (bob);
}

static void
test_dropped_while_chatting (Hub           *hub,
                             gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_send (alice, "Hi");
  WAIT_UNTIL (session_count (bob, HC_MESSAGE_INCOMING) == 1);
  session_send (bob, "Hi");
  g_object_unref (bob);
  wait_settle ();

  session_finish (alice);
}

/* A server that has gone silent keeps nobody longer than two seconds. */
static void
test_silent_server (void)
{
  g_autoptr (BadServer) server = bad_server_new ("", FALSE);
  HcSession *alice = session_new ("alice", bad_server_get_port (server));
  gint64 start;

  hc_session_register (alice);
  WAIT_UNTIL (bad_server_count (server) > 0);
  start = g_get_monotonic_time ();
  session_close (alice);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 4 * G_TIME_SPAN_SECOND);

  session_finish (alice);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/close/offline", test_offline);
  hub_add_test ("session", "/close/probing", test_probing);
  hub_add_test ("session", "/close/ready", test_ready);
  hub_add_test ("session", "/close/registering", test_registering);
  hub_add_test ("session", "/close/registered", test_registered);
  hub_add_test ("session", "/close/bridging", test_bridging);
  hub_add_test ("session", "/close/waiting", test_waiting);
  hub_add_test ("session", "/close/withdrawing", test_withdrawing);
  hub_add_test ("session", "/close/matched", test_matched);
  hub_add_test ("session", "/close/connecting", test_connecting);
  hub_add_test ("session", "/close/chatting", test_chatting);
  hub_add_test ("session", "/close/ended", test_ended);
  hub_add_test ("session", "/close/dropped", test_dropped);
  hub_add_test ("session", "/close/dropped-while-chatting", test_dropped_while_chatting);
  g_test_add_func ("/session/close/silent-server", test_silent_server);

  return g_test_run ();
}
