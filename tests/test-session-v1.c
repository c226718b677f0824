/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session and a client as the original is one, over our server and over one
 * as the original's is. */

#include "session-util.h"
#include "v1/v1-peer.h"
#include "v1/v1-server.h"

static V1Peer *
make_peer (Hub        *hub,
           const char *id,
           guint16     server_port,
           gboolean    glue)
{
  return v1_peer_new (&(V1PeerOptions) {
    .id = id,
    .udp = hub->udp,
    .server_port = server_port,
    .glue = glue,
  });
}

static void
peer_await (V1Peer      *peer,
            V1PeerState  state)
{
  WAIT_UNTIL (v1_peer_get_state (peer) == state || v1_peer_get_state (peer) == V1_PEER_DEAD);
  if (v1_peer_get_state (peer) == V1_PEER_DEAD && state != V1_PEER_DEAD)
    {
      guint n = v1_journal_count (v1_peer_get_printed (peer));
      g_autoptr (GBytes) last = v1_journal_get (v1_peer_get_printed (peer), n - 1);

      g_error ("the v1 peer has died: %.*s", (int) g_bytes_get_size (last),
               (const char *) g_bytes_get_data (last, NULL));
    }
}

static void
peer_await_printed (V1Peer     *peer,
                    const char *text)
{
  WAIT_UNTIL (v1_journal_has (v1_peer_get_printed (peer), text) ||
              v1_peer_get_state (peer) == V1_PEER_DEAD);
  peer_await (peer, v1_peer_get_state (peer) == V1_PEER_ENDED ? V1_PEER_ENDED : V1_PEER_CHATTING);
}

static V1Peer *
peer_register (Hub        *hub,
               const char *id,
               guint16     server_port,
               gboolean    glue)
{
  V1Peer *peer = make_peer (hub, id, server_port, glue);

  v1_peer_type (peer, "/register");
  peer_await (peer, V1_PEER_REGISTERED);
  return peer;
}

/* Each says something twice, in turns. */
static void
talk_first (V1Peer    *peer,
            HcSession *session)
{
  v1_peer_type (peer, "one: 🎈");
  session_await_text (session, HC_MESSAGE_INCOMING, "one: 🎈");
  session_send (session, "two\n\nlines");
  peer_await_printed (peer, "two\n\nlines");
  v1_peer_type (peer, "three");
  session_await_text (session, HC_MESSAGE_INCOMING, "three");
  session_send (session, "four");
  peer_await_printed (peer, "four");
}

static void
talk_second (V1Peer    *peer,
             HcSession *session)
{
  session_send (session, "one: 🎈");
  session_send (session, "three\n");
  peer_await_printed (peer, "one: 🎈");
  v1_peer_type (peer, "two");
  session_await_text (session, HC_MESSAGE_INCOMING, "two");
  peer_await_printed (peer, "three\n");
  v1_peer_type (peer, "four");
  session_await_text (session, HC_MESSAGE_INCOMING, "four");
}

/* --- It calls ------------------------------------------------------------- */

static void
call_session (Hub      *hub,
              guint16   server_port,
              gboolean  glue)
{
  HcSession *bob = session_new ("bob", server_port);
  g_autoptr (V1Peer) alice = NULL;

  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_WAITING);
  alice = peer_register (hub, "alice", server_port, glue);
  v1_peer_type (alice, "/bridge");
  peer_await (alice, V1_PEER_MATCHED);
  v1_peer_type (alice, "/chat");
  peer_await (alice, V1_PEER_CHATTING);
  talk_first (alice, bob);

  v1_peer_type (alice, "/quit");
  session_await (bob, HC_SESSION_ENDED);
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "alice");
  g_assert_null (hc_session_get_failure (bob));
  session_finish (bob);
  v1_peer_assert_untouched (alice);
}

static void
test_calls (Hub           *hub,
            gconstpointer  data)
{
  call_session (hub, hc_server_get_port (hub->server), FALSE);
}

static void
test_calls_glued (Hub           *hub,
                  gconstpointer  data)
{
  if (hub->udp)
    g_test_skip ("a datagram is a packet");
  else
    call_session (hub, hc_server_get_port (hub->server), TRUE);
}

/* --- It is called --------------------------------------------------------- */

static void
meet_peer (Hub        *hub,
           guint16     server_port,
           V1Peer    **bob,
           HcSession **alice)
{
  *bob = peer_register (hub, "bob", server_port, FALSE);
  v1_peer_type (*bob, "/bridge");
  peer_await (*bob, V1_PEER_WAITING);

  *alice = session_new ("alice", server_port);
  hc_session_register (*alice);
  session_await (*alice, HC_SESSION_REGISTERED);
  hc_session_bridge (*alice);
  session_await (*alice, HC_SESSION_MATCHED);
  hc_session_chat (*alice);
  session_await (*alice, HC_SESSION_CHATTING);
  peer_await (*bob, V1_PEER_CHATTING);
}

static void
call_peer (Hub     *hub,
           guint16  server_port)
{
  g_autoptr (V1Peer) bob = NULL;
  HcSession *alice;

  meet_peer (hub, server_port, &bob, &alice);
  talk_second (bob, alice);

  hc_session_leave (alice);
  v1_peer_type (bob, "are you there?");
  peer_await (bob, V1_PEER_ENDED);
  session_finish (alice);
  v1_peer_assert_untouched (bob);
}

static void
test_is_called (Hub           *hub,
                gconstpointer  data)
{
  call_peer (hub, hc_server_get_port (hub->server));
}

/* The hello, the message and the farewell, each in a segment of its own. */
static void
test_leave_behind_message (Hub           *hub,
                           gconstpointer  data)
{
  g_autoptr (V1Peer) bob = NULL;
  HcSession *alice;

  meet_peer (hub, hc_server_get_port (hub->server), &bob, &alice);
  session_send (alice, "Bye");
  hc_session_leave (alice);
  peer_await_printed (bob, "Bye");
  session_finish (alice);
  v1_peer_assert_untouched (bob);
}

/* The hello, and the first message right behind it. */
static void
test_message_behind_hello (Hub           *hub,
                           gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (V1Peer) bob = NULL;
      HcSession *alice;

      meet_peer (hub, hc_server_get_port (hub->server), &bob, &alice);
      session_send (alice, "at once");
      peer_await_printed (bob, "at once");
      session_finish (alice);
      v1_peer_assert_untouched (bob);
    }
}

static void
test_longest (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (V1Peer) bob = NULL;
  g_autofree char *longest = NULL;
  HcSession *alice;

  meet_peer (hub, hc_server_get_port (hub->server), &bob, &alice);
  longest = g_strnfill (hc_session_get_text_capacity (alice), 'x');
  session_send (alice, longest);
  peer_await_printed (bob, longest);
  session_finish (alice);
  v1_peer_assert_untouched (bob);
}

static void
test_vanishes (Hub           *hub,
               gconstpointer  data)
{
  for (guint reset = 0; reset <= 1; reset++)
    {
      g_autoptr (V1Peer) bob = NULL;
      HcSession *alice;

      if (hub->udp)
        {
          g_test_skip ("over UDP nobody can tell");
          return;
        }

      meet_peer (hub, hc_server_get_port (hub->server), &bob, &alice);
      session_send (alice, "Hi");
      peer_await_printed (bob, "Hi");
      v1_peer_vanish (bob, reset);
      session_await_failed (alice, HC_SESSION_ENDED, "bob");
      session_finish (alice);
    }
}

/* --- While it waits ------------------------------------------------------- */

/* It would take any datagram for its hello. */
static void
test_waits_undisturbed (Hub           *hub,
                        gconstpointer  data)
{
  g_autoptr (V1Peer) bob = peer_register (hub, "bob", hc_server_get_port (hub->server), FALSE);
  HcSession *alice = hub_register (hub, "alice");

  v1_peer_type (bob, "/bridge");
  peer_await (bob, V1_PEER_WAITING);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  session_finish (alice);

  v1_peer_stop (bob);
  g_assert_cmpuint (v1_journal_count (v1_peer_get_received (bob)), ==, 0);
  v1_peer_assert_untouched (bob);
}

static void
test_gives_up (Hub           *hub,
               gconstpointer  data)
{
  g_autoptr (V1Peer) alice = NULL;
  HcSession *bob;

  if (!hub->udp)
    {
      g_test_skip ("only over UDP");
      return;
    }

  bob = hub_wait (hub, "bob");
  alice = v1_peer_new (&(V1PeerOptions) {
    .id = "alice",
    .udp = TRUE,
    .server_port = hc_server_get_port (hub->server),
    .timeout_ms = 500,
  });
  v1_peer_type (alice, "/register");
  v1_peer_type (alice, "/bridge");
  v1_peer_type (alice, "/chat");
  v1_peer_type (alice, "Hi");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hi");
  peer_await (alice, V1_PEER_ENDED);
  g_assert_true (v1_journal_has (v1_peer_get_printed (alice), "gave up"));

  /* Nobody can tell; to leave is as good as ever. */
  session_send (bob, "Hi");
  session_finish (bob);
}

/* --- Over the original's server ------------------------------------------- */

static void
test_old_server (Hub           *hub,
                 gconstpointer  data)
{
  g_autoptr (V1Server) first = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  g_autoptr (V1Server) second = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });

  call_session (hub, v1_server_get_port (first), FALSE);
  call_peer (hub, v1_server_get_port (second));
  g_assert_false (v1_server_is_dead (first));
  g_assert_false (v1_server_is_dead (second));
  WAIT_UNTIL (v1_journal_has (v1_server_get_requests (second),
                              "CHAT\r\nclientID1: alice\r\nclientID2: bob"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/v1-peer/calls", test_calls);
  hub_add_test ("session", "/v1-peer/calls-glued", test_calls_glued);
  hub_add_test ("session", "/v1-peer/is-called", test_is_called);
  hub_add_test ("session", "/v1-peer/leave-behind-message", test_leave_behind_message);
  hub_add_test ("session", "/v1-peer/message-behind-hello", test_message_behind_hello);
  hub_add_test ("session", "/v1-peer/longest", test_longest);
  hub_add_test ("session", "/v1-peer/vanishes", test_vanishes);
  hub_add_test ("session", "/v1-peer/waits-undisturbed", test_waits_undisturbed);
  hub_add_test ("session", "/v1-peer/gives-up", test_gives_up);
  hub_add_test ("session", "/v1-peer/old-server", test_old_server);

  return g_test_run ();
}
