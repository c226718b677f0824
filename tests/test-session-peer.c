/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Peers that are strange: that vanish, don't keep to the protocol, or are not
 * whom the conversation is with. */

#include "raw-peer.h"
#include "session-util.h"

/* A session bob, and carol who called him and has said what a test wants. */
static HcSession *
be_called (Hub      *hub,
           RawPeer **carol)
{
  HcSession *bob = hub_wait (hub, "bob");

  *carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));
  raw_peer_send (*carol, hub->udp ? "CHAT\r\nclientID: carol\r\n\r\n\r\n"
                                  : "CHAT\r\nclientID: carol\r\n\r\n");
  session_await (bob, HC_SESSION_CHATTING);
  return bob;
}

static void
test_vanish (Hub           *hub,
             gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  HcSession *bob;

  if (hub->udp)
    {
      g_test_skip ("over UDP nobody can tell");
      return;
    }

  bob = be_called (hub, &carol);
  g_clear_pointer (&carol, raw_peer_free);
  session_await_failed (bob, HC_SESSION_ENDED, "carol");
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_NOTICE), ==, 1);

  session_finish (bob);
}

static void
test_reset (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  g_autoptr (HcMessage) waiting = NULL;
  HcSession *bob;

  if (hub->udp)
    {
      g_test_skip ("UDP has no connections");
      return;
    }

  bob = be_called (hub, &carol);
  session_send (bob, "not yet");
  waiting = session_dup_last (bob, HC_MESSAGE_OUTGOING);
  raw_peer_reset (carol);
  session_await_failed (bob, HC_SESSION_ENDED, "carol");
  g_assert_cmpint (hc_message_get_status (waiting), ==, HC_MESSAGE_STATUS_FAILED);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* Only the caller's own hello may bring its first message along. */
static void
test_glued (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  HcSession *bob;

  if (hub->udp)
    {
      g_test_skip ("a datagram is a packet");
      return;
    }

  bob = hub_wait (hub, "bob");
  carol = raw_peer_new_call (FALSE, hc_session_get_bound_port (bob));
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\n\r\nCHAT\r\nclientID: carol\r\nHi bob\n\r\n\r\n");
  session_await (bob, HC_SESSION_CHATTING);
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi bob");
  session_send (bob, "Hi carol");
  raw_peer_expect (carol, "CHAT\r\nclientID: bob\r\nHi carol\n\r\n\r\n");

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* The hello is lost, or was one with its message to begin with. */
static void
test_message_first (Hub           *hub,
                    gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  g_autoptr (RawPeer) carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (bob));

  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nHi bob\n\r\n\r\n");
  session_await (bob, HC_SESSION_CHATTING);
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi bob");
  g_assert_true (hc_session_get_my_turn (bob));

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

static void
test_second_caller (Hub           *hub,
                    gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  guint port = hc_session_get_bound_port (bob);
  g_autoptr (RawPeer) carol = raw_peer_new_call (hub->udp, port);
  g_autoptr (RawPeer) eve = raw_peer_new_call (hub->udp, port);

  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\n\r\n");
  session_await (bob, HC_SESSION_CHATTING);
  if (!hub->udp)
    raw_peer_expect_end (eve);
  else
    raw_peer_send (eve, "CHAT\r\nclientID: eve\r\n\r\n");
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nHi\n\r\n\r\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi");
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "carol");
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_NOTICE), ==, 0);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
  g_assert_false (hub->udp && raw_peer_has_received (eve));
}

/* The original would talk to whoever wrote last. */
static void
test_stranger (Hub           *hub,
               gconstpointer  data)
{
  HcSession *bob;
  g_autoptr (RawPeer) carol = NULL;
  g_autoptr (RawPeer) eve = NULL;
  guint port;

  if (!hub->udp)
    {
      g_test_skip ("a stranger has no part in a connection");
      return;
    }

  bob = hub_wait (hub, "bob");
  port = hc_session_get_bound_port (bob);
  carol = raw_peer_new_call (TRUE, port);
  eve = raw_peer_new_call (TRUE, port);
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\n\r\n\r\n");
  session_await (bob, HC_SESSION_CHATTING);

  raw_peer_send (eve, "CHAT\r\nclientID: carol\r\nI am carol\n\r\n\r\n");
  raw_peer_send (eve, "QUIT\r\n\r\n");
  raw_peer_send (eve, "\xff\x01");
  raw_peer_send (eve, "");
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nHi\n\r\n\r\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi");
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 1);
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_NOTICE), ==, 0);

  session_send (bob, "Hi carol");
  raw_peer_expect (carol, "CHAT\r\nclientID: bob\r\nHi carol\n\r\n\r\n");
  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
  g_assert_false (raw_peer_has_received (eve));
}

/* A raw bob who is registered and ready, without a session. */
static RawPeer *
make_raw_bob (Hub *hub)
{
  RawPeer *bob = raw_peer_new (TRUE);
  guint16 server = hc_server_get_port (hub->server);
  g_autofree char *headers =
    g_strdup_printf ("\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n", raw_peer_get_port (bob));
  g_autofree char *request = g_strconcat ("REGISTER", headers, NULL);
  g_autofree char *reply = g_strconcat ("REGACK", headers, NULL);

  raw_peer_send_to (bob, server, request);
  raw_peer_expect (bob, reply);
  raw_peer_send_to (bob, server, "BRIDGE\r\nclientID: bob\r\n\r\n");
  raw_peer_expect (bob, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
  return bob;
}

/* Whom we call may answer from another port of its host, once. */
static void
test_answers_elsewhere (Hub           *hub,
                        gconstpointer  data)
{
  g_autoptr (RawPeer) bob = NULL;
  g_autoptr (RawPeer) other = NULL;
  g_autoptr (RawPeer) eve = NULL;
  HcSession *alice;
  guint16 port;

  if (!hub->udp)
    {
      g_test_skip ("TCP answers where it was called");
      return;
    }

  bob = make_raw_bob (hub);
  alice = hub_register (hub, "alice");
  port = hc_session_get_bound_port (alice);
  other = raw_peer_new_call (TRUE, port);
  eve = raw_peer_new_call (TRUE, port);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  raw_peer_expect (bob, "CHAT\r\nclientID: alice\r\n\r\n\r\n");

  raw_peer_send (eve, "CHAT\r\nclientID: eve\r\nI am eve\n\r\n\r\n");
  raw_peer_send (other, "CHAT\r\nclientID: bob\r\nI am bob\n\r\n\r\n");
  raw_peer_send (eve, "CHAT\r\nclientID: bob\r\nI am bob, too\n\r\n\r\n");
  session_await_text (alice, HC_MESSAGE_INCOMING, "I am bob");
  session_send (alice, "Hi bob");
  raw_peer_expect (other, "CHAT\r\nclientID: alice\r\nHi bob\n\r\n\r\n");
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_INCOMING), ==, 1);
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_NOTICE), ==, 0);

  session_finish (alice);
  g_assert_false (raw_peer_has_received (eve));
}

static const char *const malformed[] = {
  "GET / HTTP/1.1\r\n\r\n",
  "CHAT\r\nno header\r\n\r\n",
  "CHAT\r\nclientID: carol\r\n\xff\n\r\n\r\n",
  "BRIDGE\r\nclientID: carol\r\n\r\n",
  "CHAT\r\n\r\n",
};

static void
test_malformed (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  HcSession *bob = be_called (hub, &carol);

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      raw_peer_send (carol, malformed[i]);
      WAIT_UNTIL (session_count (bob, HC_MESSAGE_NOTICE) == i + 1);
    }
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_CHATTING);
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nSorry\n\r\n\r\n");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Sorry");

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* A stream is of no use behind a packet that never ends; a datagram is. */
static void
test_oversized (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  HcSession *bob = be_called (hub, &carol);
  g_autofree char *text = g_strnfill (3000, 'x');
  g_autofree char *packet = g_strdup_printf ("CHAT\r\nclientID: carol\r\n%s\n\r\n\r\n", text);

  raw_peer_send (carol, packet);
  WAIT_UNTIL (session_count (bob, HC_MESSAGE_NOTICE) > 0);
  if (hub->udp)
    {
      raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nSorry\n\r\n\r\n");
      session_await_text (bob, HC_MESSAGE_INCOMING, "Sorry");
    }
  else
    {
      session_await_failed (bob, HC_SESSION_ENDED, "1024");
      g_assert_cmpuint (session_count (bob, HC_MESSAGE_NOTICE), ==, 1);
    }

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

/* Whoever talks without end is listened to, and can be left. */
static void
test_flood (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (RawPeer) carol = NULL;
  HcSession *bob = be_called (hub, &carol);

  for (guint i = 0; i < 200; i++)
    {
      raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nand\n\r\n\r\n");
      wait_settle ();
    }
  WAIT_UNTIL (session_count (bob, HC_MESSAGE_INCOMING) == 200);

  g_clear_pointer (&carol, raw_peer_free);
  session_finish (bob);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/peer/vanish", test_vanish);
  hub_add_test ("session", "/peer/reset", test_reset);
  hub_add_test ("session", "/peer/glued", test_glued);
  hub_add_test ("session", "/peer/message-first", test_message_first);
  hub_add_test ("session", "/peer/second-caller", test_second_caller);
  hub_add_test ("session", "/peer/stranger", test_stranger);
  hub_add_test ("session", "/peer/answers-elsewhere", test_answers_elsewhere);
  hub_add_test ("session", "/peer/malformed", test_malformed);
  hub_add_test ("session", "/peer/oversized", test_oversized);
  hub_add_test ("session", "/peer/flood", test_flood);

  return g_test_run ();
}
