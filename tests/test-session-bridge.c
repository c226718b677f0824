/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a registration to somebody to talk to, by calling or being called. */

#include "raw-peer.h"
#include "session-util.h"
#include "v1/v1-peer.h"
#include "v1/v1-server.h"

static void
test_nobody (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice = hub_wait (hub, "alice");

  g_assert_null (hc_session_get_peer_id (alice));
  g_assert_false (hc_session_can_bridge (alice));
  g_assert_false (hc_session_can_chat (alice));
  g_assert_true (hc_session_can_cancel (alice));
  g_assert_cmpuint (hc_session_get_bound_port (alice), >, 0);

  session_finish (alice);
}

static void
test_somebody (Hub           *hub,
               gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (alice), ==, "bob");
  g_assert_false (hc_session_get_incoming (alice));
  g_assert_true (hc_session_can_chat (alice));

  session_finish (alice);
  session_finish (bob);
}

static void
test_call (Hub           *hub,
           gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  g_assert_false (hc_session_get_incoming (alice));
  g_assert_true (hc_session_get_incoming (bob));
  g_assert_true (hc_session_get_my_turn (alice));
  g_assert_false (hc_session_get_my_turn (bob));
  g_assert_false (hc_session_get_confirmed (alice));
  g_assert_true (hc_session_get_confirmed (bob));
  g_assert_false (hc_session_get_encrypted (alice));
  g_assert_cmpuint (hc_session_get_bound_port (alice), ==, 0);
  g_assert_cmpuint (hc_session_get_bound_port (bob), ==, 0);

  session_finish (alice);
  session_finish (bob);
}

/* --- Cancelling ----------------------------------------------------------- */

static void
test_cancel_bridging (Hub           *hub,
                      gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");

  hc_session_bridge (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_BRIDGING);
  hc_session_cancel (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);

  session_finish (alice);
}

/* Whoever waits no more is not handed out. */
static void
test_cancel_waiting (Hub           *hub,
                     gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  hc_session_cancel (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);

  /* Now he is the one who finds. */
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "alice");

  session_finish (alice);
  session_finish (bob);
}

static void
test_cancel_twice (Hub           *hub,
                   gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");

  hc_session_cancel (bob);
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_REGISTERING);
  hc_session_cancel (bob);
  session_await (bob, HC_SESSION_READY);
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);

  session_finish (bob);
}

/* A call to where packets vanish: TEST-NET-1 of RFC 5737 is nobody's, so this
 * either fails at once or takes long, and is given up both times. */
static void
test_cancel_connecting (Hub           *hub,
                        gconstpointer  data)
{
  HcSession *bob, *alice;

  if (hub->udp)
    {
      g_test_skip ("a call over UDP takes no time");
      return;
    }

  bob = hub_wait (hub, "bob");
  alice = hub_register (hub, "alice");
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_CONNECTING);
  hc_session_cancel (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_MATCHED);
  wait_settle ();
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_MATCHED);

  hc_session_chat (alice);
  session_await (alice, HC_SESSION_CHATTING);
  session_await (bob, HC_SESSION_CHATTING);

  session_finish (alice);
  session_finish (bob);
}

/* The one who was found doesn't listen: an old server hands out anybody. */
static void
test_callee_gone (Hub           *hub,
                  gconstpointer  data)
{
  g_autoptr (V1Server) server = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  guint16 port = v1_server_get_port (server);
  g_autoptr (V1Peer) bob = v1_peer_new (&(V1PeerOptions) { .id = "bob", .udp = hub->udp, .server_port = port });
  HcSession *alice;

  if (hub->udp)
    {
      g_test_skip ("over UDP nobody can tell");
      return;
    }

  v1_peer_type (bob, "/register");
  WAIT_UNTIL (v1_peer_get_state (bob) == V1_PEER_REGISTERED);
  alice = session_new ("alice", port);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_failed (alice, HC_SESSION_MATCHED, "bob");

  session_finish (alice);
}

/* --- Being called --------------------------------------------------------- */

static const char *
get_hello (Hub *hub)
{
  return hub->udp ? "CHAT\r\nclientID: carol\r\n\r\n\r\n" : "CHAT\r\nclientID: carol\r\n\r\n";
}

static void
test_called_while_bridging (Hub           *hub,
                            gconstpointer  data)
{
  HcSession *bob = hub_register (hub, "bob");
  g_autoptr (RawPeer) carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));

  raw_peer_send (carol, get_hello (hub));
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_CHATTING);
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "carol");
  g_assert_true (hc_session_get_incoming (bob));

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* Nobody is called who has not said that he is ready. */
static void
test_called_too_early (Hub           *hub,
                       gconstpointer  data)
{
  HcSession *bob = hub_register (hub, "bob");
  g_autoptr (RawPeer) carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));

  raw_peer_send (carol, get_hello (hub));
  raw_peer_expect_end (carol);
  wait_settle ();
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_REGISTERED);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

static void
test_own_id (Hub           *hub,
             gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  g_autoptr (RawPeer) false_bob = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));
  g_autoptr (RawPeer) carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));

  raw_peer_send (false_bob, "CHAT\r\nclientID: bob\r\n\r\n");
  raw_peer_expect_end (false_bob);
  raw_peer_send (carol, get_hello (hub));
  session_await (bob, HC_SESSION_CHATTING);
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "carol");

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

static const char *const junk[] = {
  "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
  "QUIT\r\n\r\n",
  "\xff\xfe\x01\r\n\r\n",
  "CHAT\r\n\r\n",
  "CHAT\r\nclientID: \r\n\r\n",
  "CHAT\r\nclientID: 0123456789012345678901234567890123456789012345678901234567890123x\r\n\r\n",
  "CHAT\r\nclientID: ca\x1brol\r\n\r\n",
  "BRIDGEACK\r\nclientID: mallory\r\nIP: 192.0.2.6\r\nPort: 66\r\n\r\n",
  "PROBE\r\n\r\n",
};

static void
test_junk_first (Hub           *hub,
                 gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  g_autoptr (RawPeer) carol = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (junk); i++)
    {
      g_autoptr (RawPeer) stranger = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));

      raw_peer_send (stranger, junk[i]);
      raw_peer_expect_end (stranger);
      wait_settle ();
      g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_WAITING);
    }

  carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));
  raw_peer_send (carol, get_hello (hub));
  session_await (bob, HC_SESSION_CHATTING);
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "carol");
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 0);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* Silent connections keep nobody from calling, however many they are. */
static void
test_silent_callers (Hub           *hub,
                     gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  g_autoptr (RawPeer) carol = NULL;

  if (hub->udp)
    {
      g_test_skip ("UDP has no connections");
      return;
    }

  bob = hub_wait (hub, "bob");
  for (guint i = 0; i < 100; i++)
    {
      g_ptr_array_add (silent, raw_peer_new_call (FALSE, hc_session_get_bound_port (bob)));
      wait_settle ();
    }
  carol = raw_peer_new_call (FALSE, hc_session_get_bound_port (bob));
  raw_peer_send (carol, get_hello (hub));
  session_await (bob, HC_SESSION_CHATTING);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* A hello may come a byte at a time. */
static void
test_slow_hello (Hub           *hub,
                 gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (RawPeer) carol = NULL;

  if (hub->udp)
    {
      g_test_skip ("a datagram comes whole");
      return;
    }

  bob = hub_wait (hub, "bob");
  carol = raw_peer_new_call (FALSE, hc_session_get_bound_port (bob));
  for (const char *c = get_hello (hub); *c != '\0'; c++)
    {
      g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_WAITING);
      raw_peer_send_bytes (carol, c, 1);
      wait_settle ();
    }
  session_await (bob, HC_SESSION_CHATTING);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* --- The original's server ------------------------------------------------ */

/* Its own record is nobody: to call oneself would be a conversation with
 * nobody there. */
static void
test_own_record (Hub           *hub,
                 gconstpointer  data)
{
  g_autoptr (V1Server) server =
    v1_server_new (&(V1ServerOptions) { .udp = hub->udp, .own_record = TRUE });
  HcSession *alice = session_new ("alice", v1_server_get_port (server));
  HcSession *bob = session_new ("bob", v1_server_get_port (server));

  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);
  g_assert_null (hc_session_get_peer_id (alice));

  /* She can be called all the same. */
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_MATCHED);
  hc_session_chat (bob);
  session_await (alice, HC_SESSION_CHATTING);
  session_say (bob, alice, "Hi alice");

  session_finish (bob);
  session_finish (alice);
  g_assert_false (v1_server_is_dead (server));
}

/* What it hears of us is what it heard of its own clients. */
static void
test_v1_requests (Hub           *hub,
                  gconstpointer  data)
{
  g_autoptr (V1Server) server = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  HcSession *alice = session_new ("alice", v1_server_get_port (server));
  V1Journal *requests = v1_server_get_requests (server);
  g_autofree char *wanted = NULL;

  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  wanted = g_strdup_printf ("REGISTER\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n",
                            hc_session_get_bound_port (alice));
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);
  session_finish (alice);

  WAIT_UNTIL (v1_journal_count (requests) == 4);
  g_assert_true (v1_journal_has (requests, "PROBE\r\n\r\n"));
  g_assert_true (v1_journal_has (requests, wanted));
  g_assert_true (v1_journal_has (requests, "BRIDGE\r\nclientID: alice\r\n\r\n"));
  g_assert_true (v1_journal_has (requests, "QUIT\r\nclientID: alice\r\n\r\n"));
  g_assert_false (v1_server_is_dead (server));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/bridge/nobody", test_nobody);
  hub_add_test ("session", "/bridge/somebody", test_somebody);
  hub_add_test ("session", "/bridge/call", test_call);
  hub_add_test ("session", "/bridge/cancel-bridging", test_cancel_bridging);
  hub_add_test ("session", "/bridge/cancel-waiting", test_cancel_waiting);
  hub_add_test ("session", "/bridge/cancel-twice", test_cancel_twice);
  hub_add_test ("session", "/bridge/cancel-connecting", test_cancel_connecting);
  hub_add_test ("session", "/bridge/callee-gone", test_callee_gone);

  hub_add_test ("session", "/called/while-bridging", test_called_while_bridging);
  hub_add_test ("session", "/called/too-early", test_called_too_early);
  hub_add_test ("session", "/called/own-id", test_own_id);
  hub_add_test ("session", "/called/junk-first", test_junk_first);
  hub_add_test ("session", "/called/silent-callers", test_silent_callers);
  hub_add_test ("session", "/called/slow-hello", test_slow_hello);

  hub_add_test ("session", "/v1-server/own-record", test_own_record);
  hub_add_test ("session", "/v1-server/requests", test_v1_requests);

  return g_test_run ();
}
