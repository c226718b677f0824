/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The app's pure functions: what the widgets say, without the widgets. */

#include "config.h"

#include "hc-closures.h"
#include "hc-command.h"
#include "hc-markup.h"
#include "hc-message-words.h"
#include "hc-safety-words.h"
#include "hc-steps.h"
#include "hc-words.h"

#include <string.h>

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
assert_link (const char *address,
             const char *text,
             const char *rest)
{
  g_autofree char *expected = g_strdup_printf ("see <a href=\"%s\">%s</a>%s", address, address, rest);
  g_autofree char *before = g_strconcat ("see ", text, NULL);

  assert_text (hc_markup_from_text (before), expected);
}

static void
test_markup_escapes (void)
{
  assert_text (hc_markup_from_text (""), "");
  assert_text (hc_markup_from_text ("a < b & c"), "a &lt; b &amp; c");
  assert_text (hc_markup_from_text ("<b>no</b>"), "&lt;b&gt;no&lt;/b&gt;");
  assert_text (hc_markup_from_text ("<a href=\"https://a.example\">b</a>"),
               "&lt;a href=&quot;<a href=\"https://a.example\">https://a.example</a>&quot;&gt;b&lt;/a&gt;");
}

static void
test_markup_links (void)
{
  assert_link ("https://example.org", "https://example.org", "");
  assert_link ("HTTP://EXAMPLE.ORG/", "HTTP://EXAMPLE.ORG/", "");
  assert_link ("http://[::1]:80/", "http://[::1]:80/", "");
  assert_link ("https://example.org/a?b=1&amp;c=2", "https://example.org/a?b=1&c=2", "");
  assert_link ("https://example.org/ü", "https://example.org/ü", "");
  assert_link ("https://example.org/a", "https://example.org/a\nnext", "\nnext");
  assert_text (hc_markup_from_text ("http://a http://b"),
               "<a href=\"http://a\">http://a</a> <a href=\"http://b\">http://b</a>");
}

static void
test_markup_ends (void)
{
  assert_link ("https://example.org", "https://example.org.", ".");
  assert_link ("https://example.org", "https://example.org!?", "!?");
  assert_link ("https://example.org/a_(b)", "https://example.org/a_(b)", "");
  assert_link ("https://example.org/a", "https://example.org/a)", ")");
  assert_link ("https://example.org", "https://example.org»", "»");
  assert_link ("https://example.org", "https://example.org\"x", "&quot;x");
}

static void
test_markup_no_link (void)
{
  assert_text (hc_markup_from_text ("https://"), "https://");
  assert_text (hc_markup_from_text ("https:// x"), "https:// x");
  assert_text (hc_markup_from_text ("http://..."), "http://...");
  assert_text (hc_markup_from_text ("xhttps://a.example"), "xhttps://a.example");
  assert_text (hc_markup_from_text ("javascript:alert(1)"), "javascript:alert(1)");
  assert_text (hc_markup_from_text ("file:///etc/passwd"), "file:///etc/passwd");
}

/* What looks like another address must not be part of a link. */
static void
test_markup_bidi (void)
{
  assert_text (hc_markup_from_text ("https://a.example/\u202egpj"),
               "<a href=\"https://a.example/\">https://a.example/</a>\u202egpj");
}

static void
test_commands (void)
{
  static const struct
  {
    const char *text;
    HcCommand command;
  } cases[] = {
    { "", HC_COMMAND_NONE },
    { "hello", HC_COMMAND_NONE },
    { "a /quit", HC_COMMAND_NONE },
    { "/id", HC_COMMAND_ID },
    { "/register", HC_COMMAND_REGISTER },
    { "/bridge", HC_COMMAND_BRIDGE },
    { "/chat", HC_COMMAND_CHAT },
    { "/quit", HC_COMMAND_QUIT },
    { "/QUIT \n", HC_COMMAND_QUIT },
    { "/help", HC_COMMAND_HELP },
    { "/", HC_COMMAND_UNKNOWN },
    { "/quitter", HC_COMMAND_UNKNOWN },
    { "/quit now", HC_COMMAND_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (hc_command_parse (cases[i].text, NULL), ==, cases[i].command);
}

static void
test_commands_slash (void)
{
  const char *message;

  g_assert_cmpint (hc_command_parse ("//quit", &message), ==, HC_COMMAND_NONE);
  g_assert_cmpstr (message, ==, "/quit");
  g_assert_cmpint (hc_command_parse ("///", &message), ==, HC_COMMAND_NONE);
  g_assert_cmpstr (message, ==, "//");
  g_assert_cmpint (hc_command_parse (" /quit", &message), ==, HC_COMMAND_NONE);
  g_assert_cmpstr (message, ==, " /quit");
}

static void
test_words_id (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');
  const char *advice = NULL;

  g_assert_cmpint (hc_check_id (NULL, &advice), ==, HC_PROBLEM_EMPTY);
  g_assert_cmpint (hc_check_id ("", &advice), ==, HC_PROBLEM_EMPTY);
  g_assert_cmpint (hc_check_id ("alice", &advice), ==, HC_PROBLEM_NONE);
  g_assert_cmpint (hc_check_id ("Ünal der Große", &advice), ==, HC_PROBLEM_NONE);
  g_assert_cmpint (hc_check_id (longest, &advice), ==, HC_PROBLEM_NONE);
  g_assert_null (advice);
  g_assert_cmpint (hc_check_id (too_long, &advice), ==, HC_PROBLEM_WRONG);
  g_assert_nonnull (strstr (advice, "too long"));
  g_assert_cmpint (hc_check_id ("alice ", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_nonnull (strstr (advice, "space"));
  g_assert_cmpint (hc_check_id ("a\tb", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_cmpint (hc_check_id ("alice ", NULL), ==, HC_PROBLEM_WRONG);
}

static void
test_words_server (void)
{
  static const char *const good[] = { "localhost", "localhost:5000", "chat.example.org:1",
                                      "192.0.2.7:65535", "[2001:db8::1]:5000", "[2001:db8::1]" };
  static const char *const bad[] = { "localhost:0", "localhost:65536", "localhost:x", "a b", ":5000",
                                     "http://localhost", "localhost:", "[2001:db8::1" };

  g_assert_cmpint (hc_check_server ("", NULL), ==, HC_PROBLEM_EMPTY);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    if (hc_check_server (good[i], NULL) != HC_PROBLEM_NONE)
      g_error ("\"%s\" is a server", good[i]);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (hc_check_server (bad[i], NULL) != HC_PROBLEM_WRONG)
      g_error ("\"%s\" is no server", bad[i]);
}

static void
test_words_port (void)
{
  const char *advice = NULL;

  g_assert_cmpint (hc_check_port ("", &advice), ==, HC_PROBLEM_EMPTY);
  g_assert_cmpint (hc_check_port ("1", &advice), ==, HC_PROBLEM_NONE);
  g_assert_cmpint (hc_check_port ("65535", &advice), ==, HC_PROBLEM_NONE);
  g_assert_null (advice);
  g_assert_cmpint (hc_check_port ("0", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_cmpint (hc_check_port ("65536", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_cmpint (hc_check_port ("-1", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_cmpint (hc_check_port ("80 ", &advice), ==, HC_PROBLEM_WRONG);
  g_assert_nonnull (strstr (advice, "65535"));
}

/* Bytes are what counts, characters are what people see. */
static void
test_words_room (void)
{
  g_autofree char *letters = g_strnfill (950, 'a');

  g_assert_cmpuint (hc_count_excess ("abc", 3), ==, 0);
  g_assert_cmpuint (hc_count_excess ("abcd", 3), ==, 1);
  g_assert_cmpuint (hc_count_excess ("äöü", 6), ==, 0);
  g_assert_cmpuint (hc_count_excess ("äöü", 5), ==, 1);
  g_assert_cmpuint (hc_count_excess ("a😀😀", 4), ==, 2);
  g_assert_cmpuint (hc_count_excess ("a\r\nb", 3), ==, 0);
  g_assert_cmpuint (hc_count_excess ("", 0), ==, 0);

  assert_text (hc_describe_room ("abc", 1000), "");
  assert_text (hc_describe_room (letters, 1000), "Room for 50 more letters");
  assert_text (hc_describe_room (letters, 951), "Room for 1 more letter");
  assert_text (hc_describe_room (letters, 950), "Room for 0 more letters");
  assert_text (hc_describe_room (letters, 949), "Too long: remove 1 character, or send it in parts");
  assert_text (hc_describe_room (letters, 900), "Too long: remove 50 characters, or send it in parts");
}

static void
test_words_isolate (void)
{
  assert_text (hc_isolate ("bob"), "\u2068bob\u2069");
  assert_text (hc_isolate (NULL), "\u2068\u2069");
}

static void
assert_progress (HcSessionState state,
                 HcStep         failed,
                 HcStepProgress first,
                 HcStepProgress second,
                 HcStepProgress third)
{
  g_assert_cmpint (hc_step_progress (NULL, HC_STEP_REGISTER, state, failed), ==, first);
  g_assert_cmpint (hc_step_progress (NULL, HC_STEP_BRIDGE, state, failed), ==, second);
  g_assert_cmpint (hc_step_progress (NULL, HC_STEP_CHAT, state, failed), ==, third);
}

static void
test_steps_progress (void)
{
  assert_progress (HC_SESSION_OFFLINE, 0, HC_STEP_NEXT, HC_STEP_LOCKED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_PROBING, 0, HC_STEP_BUSY, HC_STEP_LOCKED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_READY, 0, HC_STEP_NEXT, HC_STEP_LOCKED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_REGISTERING, 0, HC_STEP_BUSY, HC_STEP_LOCKED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_REGISTERED, 0, HC_STEP_DONE, HC_STEP_NEXT, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_BRIDGING, 0, HC_STEP_DONE, HC_STEP_BUSY, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_WAITING, 0, HC_STEP_DONE, HC_STEP_BUSY, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_MATCHED, 0, HC_STEP_DONE, HC_STEP_DONE, HC_STEP_NEXT);
  assert_progress (HC_SESSION_CONNECTING, 0, HC_STEP_DONE, HC_STEP_DONE, HC_STEP_BUSY);
  assert_progress (HC_SESSION_CHATTING, 0, HC_STEP_DONE, HC_STEP_DONE, HC_STEP_DONE);
  assert_progress (HC_SESSION_ENDED, 0, HC_STEP_DONE, HC_STEP_DONE, HC_STEP_DONE);
}

static void
test_steps_failed (void)
{
  assert_progress (HC_SESSION_OFFLINE, HC_STEP_REGISTER,
                   HC_STEP_FAILED, HC_STEP_LOCKED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_READY, HC_STEP_BRIDGE, HC_STEP_NEXT, HC_STEP_FAILED, HC_STEP_LOCKED);
  assert_progress (HC_SESSION_MATCHED, HC_STEP_CHAT, HC_STEP_DONE, HC_STEP_DONE, HC_STEP_FAILED);
  assert_progress (HC_SESSION_READY, HC_STEP_CHAT, HC_STEP_NEXT, HC_STEP_LOCKED, HC_STEP_FAILED);
}

static void
assert_step (HcStep          step,
             HcSessionState  state,
             const char     *expected)
{
  assert_text (hc_step_text (NULL, step, state, HC_STEP_NONE, NULL, "alice", HC_TRANSPORT_UDP,
                             state >= HC_SESSION_MATCHED ? "bob" : NULL, FALSE),
               expected);
}

static void
test_steps_text (void)
{
  assert_step (HC_STEP_REGISTER, HC_SESSION_OFFLINE, "Claim your ID on the server");
  assert_step (HC_STEP_REGISTER, HC_SESSION_PROBING, "Looking for the server…");
  assert_step (HC_STEP_REGISTER, HC_SESSION_REGISTERING, "Claiming \u2068alice\u2069…");
  assert_step (HC_STEP_REGISTER, HC_SESSION_REGISTERED, "Registered as \u2068alice\u2069 over UDP");
  assert_step (HC_STEP_BRIDGE, HC_SESSION_REGISTERED, "Find someone who is ready");
  assert_step (HC_STEP_BRIDGE, HC_SESSION_BRIDGING, "Asking who is ready…");
  assert_step (HC_STEP_BRIDGE, HC_SESSION_WAITING, "Nobody is ready yet. You will be called.");
  assert_step (HC_STEP_BRIDGE, HC_SESSION_MATCHED, "\u2068bob\u2069 is ready");
  assert_step (HC_STEP_CHAT, HC_SESSION_WAITING, "Talk to them, directly");
  assert_step (HC_STEP_CHAT, HC_SESSION_MATCHED, "Talk to \u2068bob\u2069, directly");
  assert_step (HC_STEP_CHAT, HC_SESSION_CONNECTING, "Calling \u2068bob\u2069…");
  assert_text (hc_step_text (NULL, HC_STEP_CHAT, HC_SESSION_CONNECTING, HC_STEP_NONE, NULL, "alice",
                             HC_TRANSPORT_TCP, "bob", TRUE),
               "\u2068bob\u2069 is calling…");
  assert_text (hc_step_text (NULL, HC_STEP_REGISTER, HC_SESSION_OFFLINE, HC_STEP_REGISTER,
                             "No server there", "alice", HC_TRANSPORT_UNKNOWN, NULL, FALSE),
               "No server there");
}

static void
test_steps_buttons (void)
{
  assert_text (hc_step_button_label (NULL, HC_STEP_REGISTER, HC_STEP_NEXT), "Register");
  assert_text (hc_step_button_label (NULL, HC_STEP_REGISTER, HC_STEP_DONE), "Leave");
  assert_text (hc_step_button_label (NULL, HC_STEP_BRIDGE, HC_STEP_BUSY), "Cancel");
  assert_text (hc_step_button_label (NULL, HC_STEP_BRIDGE, HC_STEP_DONE), "Bridge");
  assert_text (hc_step_button_label (NULL, HC_STEP_CHAT, HC_STEP_FAILED), "Chat");
  assert_text (hc_step_action_name (NULL, HC_STEP_REGISTER, HC_STEP_FAILED), "win.register");
  assert_text (hc_step_action_name (NULL, HC_STEP_REGISTER, HC_STEP_DONE), "win.leave");
  assert_text (hc_step_action_name (NULL, HC_STEP_BRIDGE, HC_STEP_NEXT), "win.bridge");
  assert_text (hc_step_action_name (NULL, HC_STEP_CHAT, HC_STEP_BUSY), "win.cancel");
  assert_text (hc_step_action_name (NULL, HC_STEP_CHAT, HC_STEP_NEXT), "win.chat");
  assert_text (hc_step_mark (NULL, HC_STEP_DONE), "done");
  assert_text (hc_step_accessible_name (2, "Bridge", HC_STEP_DONE, "bob is ready"),
               "Step 2, Bridge, done: bob is ready");
}

static void
test_steps_reason (void)
{
  assert_text (hc_step_reason (NULL, HC_STEP_REGISTER, HC_SESSION_OFFLINE, "Choose an ID first"),
               "Choose an ID first");
  assert_text (hc_step_reason (NULL, HC_STEP_REGISTER, HC_SESSION_REGISTERED, "Choose an ID first"),
               NULL);
  assert_text (hc_step_reason (NULL, HC_STEP_REGISTER, HC_SESSION_OFFLINE, NULL), NULL);
  assert_text (hc_step_reason (NULL, HC_STEP_BRIDGE, HC_SESSION_READY, NULL), "Register first");
  assert_text (hc_step_reason (NULL, HC_STEP_BRIDGE, HC_SESSION_REGISTERED, NULL), NULL);
  assert_text (hc_step_reason (NULL, HC_STEP_CHAT, HC_SESSION_REGISTERED, NULL),
               "Bridge first, to find someone");
  assert_text (hc_step_reason (NULL, HC_STEP_CHAT, HC_SESSION_WAITING, NULL),
               "You will be called: there is nobody to call yet");
  assert_text (hc_step_reason (NULL, HC_STEP_CHAT, HC_SESSION_MATCHED, NULL), NULL);
}

static void
assert_day (const char *day,
            const char *expected)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (day, utc);
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2024-03-10T00:30:00", utc);

  assert_text (hc_format_day (when, now), expected);
}

static void
test_messages_day (void)
{
  assert_day ("2024-03-10T00:00:00", "Today");
  assert_day ("2024-03-09T23:59:59", "Yesterday");
  assert_day ("2024-03-08T12:00:00", "Friday");
  assert_day ("2024-03-04T12:00:00", "Monday");
  assert_day ("2024-03-03T12:00:00", "3 March 2024");
  assert_day ("2024-03-11T00:00:00", "11 March 2024");
}

static void
test_messages_groups (void)
{
  g_autoptr (HcMessage) hello = hc_message_new (HC_MESSAGE_INCOMING, "bob", "Hello");
  g_autoptr (HcMessage) again = hc_message_new (HC_MESSAGE_INCOMING, "bob", "again");
  g_autoptr (HcMessage) mine = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Hi");
  g_autoptr (HcMessage) notice = hc_message_new (HC_MESSAGE_NOTICE, NULL, "bob left");

  if (g_date_time_get_minute (hc_message_get_time (hello)) !=
      g_date_time_get_minute (hc_message_get_time (notice)))
    return g_test_skip ("the minute has just changed");

  g_assert_true (hc_message_begins_day (hello, NULL));
  g_assert_false (hc_message_begins_day (again, hello));
  g_assert_true (hc_message_begins_group (hello, NULL));
  g_assert_false (hc_message_begins_group (again, hello));
  g_assert_true (hc_message_begins_group (mine, again));
  g_assert_true (hc_message_begins_group (notice, notice));
  g_assert_false (hc_message_ends_group (hello, again));
  g_assert_true (hc_message_ends_group (again, mine));
  g_assert_true (hc_message_ends_group (again, NULL));
}

static void
test_messages_status_ends_group (void)
{
  g_autoptr (HcMessage) first = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "one");
  g_autoptr (HcMessage) second = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "two");

  hc_message_set_status (first, HC_MESSAGE_STATUS_SENT);
  g_assert_true (hc_message_ends_group (first, second));
  hc_message_fail (first, "gone");
  hc_message_fail (second, "gone");
  g_assert_true (hc_message_ends_group (first, second));
}

static void
assert_footer (HcMessage  *message,
               const char *expected)
{
  g_autofree char *footer = hc_message_dup_footer (message, TRUE);
  g_autofree char *spoken = hc_message_dup_spoken (message, TRUE);

  g_assert_nonnull (strstr (footer, expected));
  g_assert_null (strstr (footer, "elivered"));
  g_assert_nonnull (strstr (spoken, hc_message_get_text (message)));
}

static void
test_messages_footer (void)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Hi");
  g_autoptr (HcMessage) incoming = hc_message_new (HC_MESSAGE_INCOMING, "bob", "Hello");
  g_autofree char *time = hc_message_dup_time_text (incoming);
  g_autofree char *spoken = g_strdup_printf ("bob, %s: Hello", time);

  assert_footer (message, "Waiting for your turn");
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENDING);
  assert_footer (message, "Sending…");
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENT);
  assert_footer (message, "Sent");
  hc_message_fail (message, "bob has left");
  assert_footer (message, "Failed: bob has left");
  assert_text (hc_message_dup_footer (incoming, TRUE), time);
  assert_text (hc_message_dup_spoken (incoming, TRUE), spoken);
}

static void
test_messages_transcript (void)
{
  g_autoptr (GListStore) chosen = g_list_store_new (HC_TYPE_MESSAGE);
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_INCOMING, "bob", "Hello");
  g_autofree char *text = NULL;

  assert_text (hc_dup_transcript (G_LIST_MODEL (chosen)), "");
  g_list_store_append (chosen, message);
  text = hc_dup_transcript (G_LIST_MODEL (chosen));
  g_assert_true (g_str_has_suffix (text, "bob: Hello"));
}

static void
test_messages_waiting (void)
{
  g_autoptr (HcMessage) first = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "one");
  g_autoptr (HcMessage) second = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "two");
  g_autofree char *footer = hc_message_dup_footer (first, FALSE);
  g_autofree char *spoken = hc_message_dup_spoken (first, FALSE);

  g_assert_true (g_str_has_suffix (footer, "· Waiting"));
  g_assert_true (g_str_has_suffix (spoken, ": one (Waiting)"));
  g_assert_true (hc_message_ends_group (first, second));
}

/* Only the newest of those that are delivered says so. */
static void
test_messages_delivered (void)
{
  g_autoptr (HcMessage) first = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "one");
  g_autoptr (HcMessage) second = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "two");
  g_autofree char *footer = NULL;

  assert_text (hc_message_dup_explanation (first, "bob"), NULL);
  hc_message_set_status (first, HC_MESSAGE_STATUS_DELIVERED);
  g_assert_true (hc_message_ends_group (first, second));
  hc_message_set_status (second, HC_MESSAGE_STATUS_DELIVERED);
  footer = hc_message_dup_footer (second, FALSE);
  g_assert_true (g_str_has_suffix (footer, "· Delivered"));
  assert_text (hc_message_dup_explanation (second, "bob"),
               "The program of \u2068bob\u2069 has confirmed it");
  if (hc_message_ends_group (first, second))
    g_test_skip ("the minute has just changed");
}

static void
assert_link_words (HcTransport  transport,
                   gboolean     confirmed,
                   gboolean     encrypted,
                   gboolean     interrupted,
                   const char  *expected)
{
  assert_text (hc_closure_link (NULL, HC_SESSION_CHATTING, transport, FALSE, confirmed, encrypted,
                                interrupted), expected);
  assert_text (hc_closure_link (NULL, HC_SESSION_ENDED, transport, FALSE, confirmed, encrypted,
                                interrupted), "This conversation is over");
}

static void
test_closures_link (void)
{
  assert_link_words (HC_TRANSPORT_TCP, FALSE, FALSE, FALSE, "Not encrypted · direct over TCP");
  assert_link_words (HC_TRANSPORT_UDP, FALSE, FALSE, FALSE, "Calling over UDP: no answer yet");
  assert_link_words (HC_TRANSPORT_UDP, TRUE, TRUE, FALSE, "Encrypted · direct over UDP");
  assert_link_words (HC_TRANSPORT_TCP, TRUE, TRUE, TRUE, "No connection. Trying again…");
  assert_link_words (HC_TRANSPORT_UNKNOWN, TRUE, TRUE, FALSE, "No connection. Trying again…");
  assert_text (hc_closure_link (NULL, HC_SESSION_CHATTING, HC_TRANSPORT_UDP, TRUE, FALSE, FALSE, FALSE),
               "Not encrypted · direct over UDP");
}

static void
test_safety_lock (void)
{
  assert_text (hc_closure_lock_icon (NULL, FALSE, HC_TRUST_NONE), "hc-unlocked-symbolic");
  assert_text (hc_closure_lock_icon (NULL, TRUE, HC_TRUST_NEW), "hc-locked-symbolic");
  assert_text (hc_closure_lock_icon (NULL, TRUE, HC_TRUST_KNOWN), "hc-locked-symbolic");
  assert_text (hc_closure_lock_icon (NULL, TRUE, HC_TRUST_VERIFIED), "hc-verified-symbolic");
  assert_text (hc_closure_lock_label (NULL, FALSE, HC_TRUST_NONE), "Not Encrypted");
  assert_text (hc_closure_lock_label (NULL, TRUE, HC_TRUST_KNOWN),
               "Encrypted, Safety Code Not Compared");
  assert_text (hc_closure_lock_label (NULL, TRUE, HC_TRUST_VERIFIED),
               "Encrypted, Safety Code Compared");
}

static HcSafetyCode *
make_code (void)
{
  const guint8 key[HC_KEY_LENGTH] = { 0 };
  const guint8 nonce[HC_NONCE_LENGTH] = { 0 };
  const guint8 session[HC_SESSION_LENGTH] = { 0 };

  return hc_safety_code_new (key, nonce, key, nonce, session);
}

static void
test_safety_code (void)
{
  g_autoptr (HcSafetyCode) code = make_code ();
  g_autofree char *text = hc_safety_code_to_lines (code);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      g_assert_true (g_str_has_prefix (lines[i], hc_safety_code_get_emoji (code, i)));
      g_assert_true (g_str_has_suffix (lines[i], hc_safety_code_get_name (code, i)));
    }
  assert_text (hc_closure_safety_page (NULL, FALSE, NULL), "plain");
  assert_text (hc_closure_safety_page (NULL, TRUE, NULL), "wait");
  assert_text (hc_closure_safety_page (NULL, TRUE, code), "code");
  assert_text (hc_closure_safety_title (NULL, "bob", HC_TRUST_NEW), "Does \u2068bob\u2069 See the Same?");
  assert_text (hc_closure_safety_title (NULL, "bob", HC_TRUST_VERIFIED), "Compared");
  g_assert_true (hc_closure_may_differ (NULL, HC_SESSION_CHATTING, HC_TRUST_NEW));
  g_assert_false (hc_closure_may_differ (NULL, HC_SESSION_CHATTING, HC_TRUST_VERIFIED));
  g_assert_false (hc_closure_may_differ (NULL, HC_SESSION_ENDED, HC_TRUST_NEW));
}

static void
test_safety_presence (void)
{
  assert_text (hc_closure_typing (NULL, "bob", FALSE), "");
  assert_text (hc_closure_typing (NULL, "bob", TRUE), "\u2068bob\u2069 is writing…");
  assert_text (hc_closure_interruption (NULL, "bob", FALSE), "");
  assert_text (hc_closure_interruption (NULL, "bob", TRUE),
               "No connection to \u2068bob\u2069. What you write is sent when it is back.");
  g_assert_true (hc_closure_is_interrupted (NULL, HC_SESSION_CHATTING, TRUE));
  g_assert_false (hc_closure_is_interrupted (NULL, HC_SESSION_ENDED, TRUE));
}

static void
assert_key_change (gboolean    was_verified,
                   const char *new_key,
                   const char *heading,
                   const char *words,
                   const char *advice)
{
  HcKeyChange *change = hc_key_change_new ("bob", was_verified, g_strdup ("0a1b"), g_strdup (new_key));
  g_autofree char *body = hc_key_change_dup_body (change);

  assert_text (hc_key_change_dup_heading (change), heading);
  g_assert_nonnull (strstr (body, words));
  g_assert_nonnull (strstr (body, advice));
  hc_key_change_free (change);
}

static void
test_safety_key_change (void)
{
  assert_key_change (FALSE, "2c3d", "Is This Really \u2068bob\u2069?", "another key", "If you are not sure");
  assert_key_change (TRUE, "2c3d", "Is This Really \u2068bob\u2069?", "another key", "Be careful");
  assert_key_change (FALSE, NULL, "\u2068bob\u2069 No Longer Encrypts", "older program",
                     "If you are not sure");
}

static void
test_closures_page (void)
{
  for (int state = HC_SESSION_OFFLINE; state <= HC_SESSION_CONNECTING; state++)
    assert_text (hc_closure_page (NULL, state), "connect");
  assert_text (hc_closure_title (NULL, HC_SESSION_MATCHED, "bob"), "Hybrid Chat");
  assert_text (hc_closure_title (NULL, HC_SESSION_CHATTING, "bob"), "bob");
  assert_text (hc_closure_page (NULL, HC_SESSION_CHATTING), "conversation");
  assert_text (hc_closure_page (NULL, HC_SESSION_ENDED), "conversation");
}

static void
test_closures_words (void)
{
  assert_text (hc_closure_placeholder (NULL, "bob", TRUE), "Message \u2068bob\u2069");
  assert_text (hc_closure_placeholder (NULL, "bob", FALSE), "It’s \u2068bob\u2069’s turn");
  assert_text (hc_closure_placeholder (NULL, NULL, TRUE), "");
  assert_text (hc_closure_hello (NULL, "bob", TRUE), "You are connected. Say hello to \u2068bob\u2069.");
  assert_text (hc_closure_hello (NULL, "bob", FALSE),
               "You are connected. \u2068bob\u2069 speaks first.");
  assert_text (hc_closure_selected (NULL, 0), "Select Messages");
  assert_text (hc_closure_selected (NULL, 2), "2 Selected");
  assert_text (hc_closure_hosting (NULL, "192.0.2.7:5000", HC_TRANSPORT_TCP),
               "192.0.2.7:5000 over TCP");
  assert_text (hc_closure_hosting (NULL, NULL, HC_TRANSPORT_UNKNOWN), NULL);
}

static void
test_closures_record (void)
{
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string ("192.0.2.7", 5000);
  g_autoptr (HcPacket) packet = hc_packet_new_bridge ("alice");
  g_autoptr (GError) fault = g_error_new (HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID, "odd");
  g_autoptr (HcPacketRecord) sent = NULL;
  g_autoptr (HcPacketRecord) faulty = NULL;
  g_autofree char *line = NULL;

  hc_packet_log_add (log, TRUE, HC_TRANSPORT_TCP, remote, packet);
  hc_packet_log_add_fault (log, HC_TRANSPORT_UDP, remote, 7, fault);
  sent = g_list_model_get_item (G_LIST_MODEL (log), 0);
  faulty = g_list_model_get_item (G_LIST_MODEL (log), 1);

  assert_text (hc_closure_record_way (NULL, sent), "Sent");
  assert_text (hc_closure_record_way (NULL, faulty), "Received");
  assert_text (hc_closure_record_over (NULL, sent), "TCP");
  assert_text (hc_closure_record_remote (NULL, sent), "192.0.2.7:5000");
  assert_text (hc_closure_record_type (NULL, sent), "BRIDGE");
  assert_text (hc_closure_record_type (NULL, faulty), "Faulty");
  assert_text (hc_closure_record_words (NULL, faulty), "odd");
  assert_text (hc_closure_record_size (NULL, faulty), "7");
  assert_text (hc_closure_record_type (NULL, NULL), NULL);
  line = hc_packet_record_to_line (sent);
  g_assert_nonnull (strstr (line, "\tSent\tTCP\t192.0.2.7:5000\tBRIDGE\t"));
}

static char *
dup_words (HcPacket *packet)
{
  g_autoptr (HcPacketRecord) record = hc_packet_record_new (TRUE, HC_TRANSPORT_TCP, NULL, packet);

  return hc_closure_record_words (NULL, record);
}

/* A log is shown and passed on: nobody must be able to act for its owner then. */
static void
test_closures_secrets (void)
{
  const char *ticket = "AAAAAAAAAAAAAAAAAAAAAA";
  g_autoptr (HcPacket) hello = hc_packet_new_offering_hello ("alice", "0123456789abcdef", ticket);
  g_autoptr (HcPacket) reveal = hc_packet_new_reveal ("BBBBBBBBBBBBBBBBBBBBBB");
  g_autofree char *words = dup_words (hello);

  g_assert_nonnull (strstr (words, "Session: 0123456789abcdef"));
  g_assert_nonnull (strstr (words, "Ticket: ••••"));
  g_assert_null (strstr (words, ticket));
  assert_text (dup_words (reveal), "Nonce: ••••");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/markup/escapes", test_markup_escapes);
  g_test_add_func ("/app/markup/links", test_markup_links);
  g_test_add_func ("/app/markup/ends", test_markup_ends);
  g_test_add_func ("/app/markup/no-link", test_markup_no_link);
  g_test_add_func ("/app/markup/bidi", test_markup_bidi);
  g_test_add_func ("/app/commands/all", test_commands);
  g_test_add_func ("/app/commands/slash", test_commands_slash);
  g_test_add_func ("/app/words/id", test_words_id);
  g_test_add_func ("/app/words/server", test_words_server);
  g_test_add_func ("/app/words/port", test_words_port);
  g_test_add_func ("/app/words/room", test_words_room);
  g_test_add_func ("/app/words/isolate", test_words_isolate);
  g_test_add_func ("/app/steps/progress", test_steps_progress);
  g_test_add_func ("/app/steps/failed", test_steps_failed);
  g_test_add_func ("/app/steps/text", test_steps_text);
  g_test_add_func ("/app/steps/buttons", test_steps_buttons);
  g_test_add_func ("/app/steps/reason", test_steps_reason);
  g_test_add_func ("/app/messages/day", test_messages_day);
  g_test_add_func ("/app/messages/groups", test_messages_groups);
  g_test_add_func ("/app/messages/status-ends-group", test_messages_status_ends_group);
  g_test_add_func ("/app/messages/footer", test_messages_footer);
  g_test_add_func ("/app/messages/waiting", test_messages_waiting);
  g_test_add_func ("/app/messages/delivered", test_messages_delivered);
  g_test_add_func ("/app/messages/transcript", test_messages_transcript);
  g_test_add_func ("/app/closures/link", test_closures_link);
  g_test_add_func ("/app/safety/lock", test_safety_lock);
  g_test_add_func ("/app/safety/code", test_safety_code);
  g_test_add_func ("/app/safety/presence", test_safety_presence);
  g_test_add_func ("/app/safety/key-change", test_safety_key_change);
  g_test_add_func ("/app/closures/page", test_closures_page);
  g_test_add_func ("/app/closures/words", test_closures_words);
  g_test_add_func ("/app/closures/record", test_closures_record);
  g_test_add_func ("/app/closures/secrets", test_closures_secrets);

  return g_test_run ();
}
