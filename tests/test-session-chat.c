/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A conversation, from its first word to its end. */

#include "hc-client-error.h"
#include "session-util.h"

#include <string.h>

static void
test_messages (Hub           *hub,
               gconstpointer  data)
{
  const char *const texts[] = {
    "Hi", "note: x", "two\nlines", "\nfirst empty", "last empty\n", "🎈 👩‍👩‍👧 Zoë", " ", "\t",
    "CHAT", "QUIT", "clientID: eve", "\n\n\n", "a:b:c:", "\xe2\x80\xae",
  };
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    session_say (i % 2 == 0 ? alice : bob, i % 2 == 0 ? bob : alice, texts[i]);
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_INCOMING), ==, G_N_ELEMENTS (texts) / 2);
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_OUTGOING), ==, G_N_ELEMENTS (texts) / 2);
  g_assert_true (hc_session_get_confirmed (alice));

  session_finish (alice);
  session_finish (bob);
}

static void
test_line_ends (Hub           *hub,
                gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_send (alice, "one\r\ntwo\rthree\r\n\r\nfour");
  session_await_text (bob, HC_MESSAGE_INCOMING, "one\ntwo\nthree\n\nfour");
  session_await_text (alice, HC_MESSAGE_OUTGOING, "one\ntwo\nthree\n\nfour");

  session_finish (alice);
  session_finish (bob);
}

static void
assert_refused (HcSession  *session,
                const char *text,
                int         code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hc_session_send (session, text, &error));
  g_assert_error (error, HC_CLIENT_ERROR, code);
  g_test_message ("%s", error->message);
}

static void
test_length (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autofree char *longest = NULL;
  g_autofree char *longer = NULL;

  hub_meet (hub, &alice, &bob);
  longest = g_strnfill (hc_session_get_text_capacity (alice), 'x');
  longer = g_strconcat (longest, "x", NULL);
  assert_refused (alice, "", HC_CLIENT_ERROR_EMPTY);
  assert_refused (alice, longer, HC_CLIENT_ERROR_TOO_LONG);
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_OUTGOING), ==, 0);
  g_assert_true (hc_session_get_my_turn (alice));
  session_say (alice, bob, longest);

  session_finish (alice);
  session_finish (bob);
}

/* What is said out of turn waits for it, in order, one a turn. */
static void
test_turns (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autoptr (HcMessage) waiting = NULL;

  hub_meet (hub, &alice, &bob);
  session_send (alice, "a1");
  session_send (alice, "a2");
  session_send (alice, "a3");
  waiting = session_dup_last (alice, HC_MESSAGE_OUTGOING);
  session_await_text (bob, HC_MESSAGE_INCOMING, "a1");
  WAIT_UNTIL (!hc_session_get_my_turn (alice));
  g_assert_true (hc_session_get_my_turn (bob));

  session_send (bob, "b1");
  session_await_text (bob, HC_MESSAGE_INCOMING, "a2");
  g_assert_cmpint (hc_message_get_status (waiting), ==, HC_MESSAGE_STATUS_WAITING);
  session_send (bob, "b2");
  session_await_text (bob, HC_MESSAGE_INCOMING, "a3");
  g_assert_cmpint (hc_message_get_status (waiting), ==, HC_MESSAGE_STATUS_SENT);
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 3);

  session_finish (alice);
  session_finish (bob);
}

static void
send_greeting (HcSession *session)
{
  if (hc_session_get_state (session) == HC_SESSION_CHATTING)
    session_send (session, "at once");
}

/* The first word may be sent by whoever hears of the conversation first. */
static void
test_at_once (Hub           *hub,
              gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  g_signal_connect (alice, "notify::state", G_CALLBACK (send_greeting), NULL);
  g_signal_connect (bob, "notify::state", G_CALLBACK (send_greeting), NULL);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_text (bob, HC_MESSAGE_INCOMING, "at once");
  session_await_text (alice, HC_MESSAGE_INCOMING, "at once");

  session_finish (alice);
  session_finish (bob);
}

/* --- The end -------------------------------------------------------------- */

static void
assert_left (HcSession *left,
             HcSession *stayed)
{
  hc_session_leave (left);
  g_assert_cmpint (hc_session_get_state (left), ==, HC_SESSION_ENDED);
  session_await (stayed, HC_SESSION_ENDED);
  g_assert_null (hc_session_get_failure (stayed));
  g_assert_cmpuint (session_count (stayed, HC_MESSAGE_NOTICE), ==, 1);
  g_assert_cmpuint (session_count (left, HC_MESSAGE_NOTICE), ==, 1);
  assert_refused (left, "too late", HC_CLIENT_ERROR_NO_CONVERSATION);
  assert_refused (stayed, "too late", HC_CLIENT_ERROR_NO_CONVERSATION);
}

static void
test_caller_leaves (Hub           *hub,
                    gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "Hi");
  session_say (bob, alice, "Hi");
  assert_left (alice, bob);

  session_finish (alice);
  session_finish (bob);
}

static void
test_callee_leaves (Hub           *hub,
                    gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "Hi");
  assert_left (bob, alice);

  session_finish (alice);
  session_finish (bob);
}

/* Without a word, in and out of turn. */
static void
test_leave_at_once (Hub           *hub,
                    gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  assert_left (alice, bob);

  session_finish (alice);
  session_finish (bob);
}

static void
test_leave_with_waiting (Hub           *hub,
                         gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autoptr (HcMessage) sent = NULL;
  g_autoptr (HcMessage) waiting = NULL;

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "Hi");
  sent = session_dup_last (alice, HC_MESSAGE_OUTGOING);
  session_send (alice, "not yet");
  waiting = session_dup_last (alice, HC_MESSAGE_OUTGOING);
  assert_left (bob, alice);
  g_assert_cmpint (hc_message_get_status (sent), ==, HC_MESSAGE_STATUS_SENT);
  g_assert_cmpint (hc_message_get_status (waiting), ==, HC_MESSAGE_STATUS_FAILED);
  g_assert_nonnull (hc_message_get_failure (waiting));

  session_finish (alice);
  session_finish (bob);
}

/* After one conversation another, by the same sessions. */
static void
test_again (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice, *bob;

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "first");
  assert_left (bob, alice);

  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_reset (bob);
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_READY);
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_MATCHED);
  hc_session_chat (bob);
  session_await (alice, HC_SESSION_CHATTING);
  session_say (bob, alice, "second");
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_OUTGOING), ==, 0);
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_NOTICE), ==, 0);

  session_finish (alice);
  session_finish (bob);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/chat/messages", test_messages);
  hub_add_test ("session", "/chat/line-ends", test_line_ends);
  hub_add_test ("session", "/chat/length", test_length);
  hub_add_test ("session", "/chat/turns", test_turns);
  hub_add_test ("session", "/chat/at-once", test_at_once);

  hub_add_test ("session", "/end/caller-leaves", test_caller_leaves);
  hub_add_test ("session", "/end/callee-leaves", test_callee_leaves);
  hub_add_test ("session", "/end/leave-at-once", test_leave_at_once);
  hub_add_test ("session", "/end/leave-with-waiting", test_leave_with_waiting);
  hub_add_test ("session", "/end/again", test_again);

  return g_test_run ();
}
