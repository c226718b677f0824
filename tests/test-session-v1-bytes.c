/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody who speaks v1 gets from one who speaks v2, byte for byte: v1's
 * packets in their turns, one offer where nobody knows better, and no record. */

#include "raw-peer.h"
#include "scene.h"

#include <string.h>

/* Each thing that has passed from a caller. */
static void
on_bytes (GString  *bytes,
          gboolean  from_caller,
          gpointer  user_data)
{
  GPtrArray *said = user_data;

  if (from_caller)
    g_ptr_array_add (said, g_strndup (bytes->str, bytes->len));
}

static void
assert_said (GPtrArray  *said,
             guint       index,
             const char *text)
{
  WAIT_UNTIL (said->len > index);
  g_assert_cmpuint (said->len, ==, index + 1);
  g_assert_cmpstr (g_ptr_array_index (said, index), ==, text);
}

/* Alice, who has keys, has found bob; who is there has none, and writes down what
 * she says. */
static RawPeer *
match_with_raw (Scene     *scene,
                GPtrArray *said)
{
  RawPeer *raw = raw_peer_new (scene->hub->udp);

  meddler_set_edit (scene->peers, on_bytes, said);
  meddler_set_target (scene->peers, raw_peer_get_port (raw));
  hc_session_chat (scene->alice);
  raw_peer_accept (raw);
  return raw;
}

/* In turns, from the first word on. */
static void
talk_in_turns (Scene     *scene,
               RawPeer   *raw,
               GPtrArray *said)
{
  session_await (scene->alice, HC_SESSION_CHATTING);
  g_assert_false (hc_session_get_encrypted (scene->alice));
  session_send (scene->alice, "Hi bob");
  assert_said (said, 1, "CHAT\r\nclientID: alice\r\nHi bob\n\r\n\r\n");
  raw_peer_expect (raw, g_ptr_array_index (said, 0));
  raw_peer_expect (raw, g_ptr_array_index (said, 1));
  raw_peer_send (raw, "CHAT\r\nclientID: bob\r\nHi alice\n\r\n\r\n");
  session_await_text (scene->alice, HC_MESSAGE_INCOMING, "Hi alice");
  hc_session_leave (scene->alice);
  assert_said (said, 2, "QUIT\r\n\r\n");
}

/* The server says that bob speaks v1: he hears v1 and nothing else. */
static void
test_is_called (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (RawPeer) raw = NULL;

  scene->bob = session_new ("bob", meddler_get_port (scene->server));
  hc_session_register (scene->bob);
  session_await (scene->bob, HC_SESSION_REGISTERED);
  hc_session_bridge (scene->bob);
  session_await (scene->bob, HC_SESSION_WAITING);
  scene_find (scene);
  raw = match_with_raw (scene, said);
  assert_said (said, 0, hub->udp ? "CHAT\r\nclientID: alice\r\n\r\n\r\n"
                                 : "CHAT\r\nclientID: alice\r\n\r\n");
  talk_in_turns (scene, raw, said);
}

/* Where the server can't say: one offer, in the hello's own segment or datagram,
 * behind its blank line. */
static void
test_is_called_by_offer (Hub           *hub,
                         gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (RawPeer) raw = NULL;
  const char *start = "CHAT\r\nclientID: alice\r\n\r\nVersion: 2\r\nSession: ";
  const char *hello;

  scene->speaks_v1 = TRUE;
  scene_match (scene);
  raw = match_with_raw (scene, said);
  WAIT_UNTIL (said->len > 0);
  hello = g_ptr_array_index (said, 0);
  g_assert_true (g_str_has_prefix (hello, start));
  g_assert_cmpuint (strcspn (hello + strlen (start), "\r"), ==, 11);
  g_assert_true (g_str_has_suffix (hello, "\r\n\r\n"));
  talk_in_turns (scene, raw, said);
}

/* A caller who speaks v1 hears nothing before it is bob's turn, and strangers who
 * send records or offers meanwhile change nothing. */
static void
test_calls (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (RawPeer) carol = NULL;
  g_autoptr (RawPeer) stranger = NULL;
  const char record[] = "\001AAAAAAAA\026\376\375";

  scene_wait (scene);
  carol = raw_peer_new_call (hub->udp, hc_session_get_bound_port (scene->bob));
  stranger = raw_peer_new_call (hub->udp, hc_session_get_bound_port (scene->bob));
  raw_peer_send (carol, hub->udp ? "CHAT\r\nclientID: carol\r\n\r\n\r\n"
                                 : "CHAT\r\nclientID: carol\r\n\r\n");
  session_await (scene->bob, HC_SESSION_CHATTING);
  g_assert_false (hc_session_get_encrypted (scene->bob));
  if (hub->udp)
    {
      raw_peer_send_bytes (stranger, record, sizeof record);
      raw_peer_send (stranger, "CHAT\r\nclientID: dave\r\n\r\nVersion: 2\r\nSession: AAAAAAAAAAA\r\n\r\n");
      raw_peer_send (stranger, "CHAT\r\nclientID: carol\r\nNot me\n\r\n\r\n");
    }
  raw_peer_send (carol, "CHAT\r\nclientID: carol\r\nHi bob\n\r\n\r\n");
  session_await_text (scene->bob, HC_MESSAGE_INCOMING, "Hi bob");
  g_assert_cmpuint (session_count (scene->bob, HC_MESSAGE_INCOMING), ==, 1);
  session_send (scene->bob, "Hi carol");
  raw_peer_expect (carol, "CHAT\r\nclientID: bob\r\nHi carol\n\r\n\r\n");
  g_assert_false (raw_peer_has_received (carol));
  g_assert_false (raw_peer_has_received (stranger));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-v1-bytes", "/is-called", test_is_called);
  hub_add_test ("session-v1-bytes", "/is-called-by-offer", test_is_called_by_offer);
  hub_add_test ("session-v1-bytes", "/calls", test_calls);

  return g_test_run ();
}
