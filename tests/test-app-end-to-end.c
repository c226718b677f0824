/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real server and the real app, handled as a person does who sees it through a screen reader:
 * buttons are found by their names and pressed, what is shown is read from the accessibility tree.
 * Each test has a server and an app of its own, and is there for both modes. */

#include "keyboard.h"
#include "screen.h"
#include "stage.h"

#include <string.h>

#define EMOJI "😀 👩‍👩‍👧 done"
#define COLONS "note: see a:b, http://example.org/ and IP: 192.0.2.1"
#define TWO_LINES "first line\nsecond: line"

typedef struct
{
  Stage *stage;
  Person *alice;
  Person *bob;
  gboolean udp;
} Fixture;

typedef void (*Test) (Fixture       *fixture,
                      gconstpointer  data);

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->udp = GPOINTER_TO_INT (data);
  fixture->stage = stage_new (fixture->udp);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  stage_free (fixture->stage);
}

/* --- The way to a conversation -------------------------------------------- */

static void
register_person (Fixture *fixture,
                 Person  *person)
{
  g_autofree char *words = g_strdup_printf ("Registered as %s over %s", person_get_id (person),
                                            fixture->udp ? "UDP" : "TCP");

  person_press (person, "Register");
  person_await_words (person, "Steps", words);
  person_await_button (person, "Bridge");
}

/* Bob is ready when alice comes. */
static void
introduce (Fixture *fixture)
{
  fixture->bob = stage_enter (fixture->stage, "bob", NULL);
  register_person (fixture, fixture->bob);
  person_press (fixture->bob, "Bridge");
  person_await_words (fixture->bob, "Steps", "Nobody is ready yet. You will be called.");

  fixture->alice = stage_enter (fixture->stage, "alice", NULL);
  register_person (fixture, fixture->alice);
  person_press (fixture->alice, "Bridge");
  person_await_words (fixture->alice, "Steps", "bob is ready");
}

static void
meet (Fixture *fixture)
{
  introduce (fixture);
  person_press (fixture->alice, "Chat");
  person_await_placeholder (fixture->alice, "Message bob");
  person_await_placeholder (fixture->bob, "Message alice");
}

static void
await_delivered (Person     *person,
                 const char *text)
{
  g_autofree char *words = g_strdup_printf ("%s (Delivered)", text);

  person_await_words (person, "Conversation", words);
}

/* --- Tests ---------------------------------------------------------------- */

static void
test_conversation (Fixture      *fixture,
                   gconstpointer data)
{
  meet (fixture);

  person_say (fixture->alice, EMOJI);
  await_delivered (fixture->alice, EMOJI);
  person_say (fixture->bob, COLONS);
  await_delivered (fixture->bob, COLONS);
  person_say (fixture->alice, TWO_LINES);
  await_delivered (fixture->alice, TWO_LINES);
  person_say (fixture->bob, EMOJI "\n" COLONS);
  await_delivered (fixture->bob, EMOJI "\n" COLONS);

  person_await_conversation (fixture->alice, (const char *const[]) {
    "You: " EMOJI, "bob: " COLONS, "You: " TWO_LINES, "bob: " EMOJI "\n" COLONS, NULL });
  person_await_conversation (fixture->bob, (const char *const[]) {
    "alice: " EMOJI, "You: " COLONS, "alice: " TWO_LINES, "You: " EMOJI "\n" COLONS, NULL });
  g_assert_true (stage_has_notified (fixture->stage, "is calling"));
  g_assert_true (stage_has_notified (fixture->stage, "alice: " EMOJI));
}

/* A conversation ends for both, can still be read, and makes room for another. */
static void
test_leave (Fixture      *fixture,
            gconstpointer data)
{
  meet (fixture);
  person_say (fixture->alice, "Bye");
  await_delivered (fixture->alice, "Bye");
  person_press (fixture->bob, "Leave the Conversation");

  person_await_conversation (fixture->alice, (const char *const[]) {
    "You: Bye", "bob has left.", NULL });
  person_await_conversation (fixture->bob, (const char *const[]) {
    "alice: Bye", "You have left.", NULL });

  person_press (fixture->alice, "New Chat");
  person_press (fixture->bob, "New Chat");
  register_person (fixture, fixture->alice);
  person_press (fixture->alice, "Bridge");
  person_await_words (fixture->alice, "Steps", "Nobody is ready yet.");
  register_person (fixture, fixture->bob);
  person_press (fixture->bob, "Bridge");
  person_press (fixture->bob, "Chat");
  person_await_placeholder (fixture->bob, "Message alice");
  person_say (fixture->bob, "Hello again");
  person_await_conversation (fixture->alice, (const char *const[]) { "bob: Hello again", NULL });
}

/* Nobody has to wait for the other. */
static void
test_at_once (Fixture      *fixture,
              gconstpointer data)
{
  meet (fixture);
  person_say (fixture->bob, "First");
  await_delivered (fixture->bob, "First");
  person_say (fixture->bob, "Second");
  await_delivered (fixture->bob, "Second");
  person_say (fixture->alice, "Third");
  await_delivered (fixture->alice, "Third");
  person_await_conversation (fixture->alice, (const char *const[]) {
    "bob: First", "bob: Second", "You: Third", NULL });
}

static void press_key (Person *person, const char *keys);

static void
test_safety_code (Fixture      *fixture,
                  gconstpointer data)
{
  meet (fixture);
  person_await_words (fixture->alice, NULL, "You talk to bob for the first time.");
  person_await_words (fixture->alice, NULL, fixture->udp ? "Encrypted · direct over UDP"
                                                         : "Encrypted · direct over TCP");
  person_press (fixture->alice, "Encrypted, Safety Code Not Compared");
  person_press_in (fixture->alice, "Does bob See the Same?", "They Are the Same");
  person_answer (fixture->alice, "You have found that bob has the same code", "Close");
  person_await_button (fixture->alice, "Encrypted, Safety Code Compared");

  press_key (fixture->alice, "Control+k");
  person_press_in (fixture->alice, "You have found that bob has", "We Have Not Compared It");
  person_press_in (fixture->alice, "Does bob See the Same?", "They Differ");
  person_answer (fixture->alice, "Somebody Is Between You", "Leave the Conversation");
  person_await_words (fixture->alice, "Conversation", "The safety codes differed");
  person_await_words (fixture->bob, "Conversation", "alice has left.");
}

static void
test_nobody_there (Fixture      *fixture,
                   gconstpointer data)
{
  stage_stop_server (fixture->stage);
  fixture->alice = stage_enter (fixture->stage, "alice", NULL);
  person_press (fixture->alice, "Register");

  person_await_words (fixture->alice, "Steps", "Nothing answers at ");
  person_await_words (fixture->alice, "Steps", "Step 1, Register, failed: ");
  person_await_button (fixture->alice, "Register");
}

/* Somebody without a key, so that nobody else is the same person. */
static void
register_stranger (Fixture    *fixture,
                   const char *id)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *request =
    g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n", id);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char reply[1024];

  if (fixture->udp)
    g_socket_client_set_socket_type (client, G_SOCKET_TYPE_DATAGRAM);
  connection = g_socket_client_connect_to_host (client, stage_get_server (fixture->stage), 0, NULL,
                                                &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_send (g_socket_connection_get_socket (connection), request,
                                  strlen (request), NULL, &error), >, 0);
  g_assert_cmpint (g_socket_receive (g_socket_connection_get_socket (connection), reply, sizeof reply,
                                     NULL, &error), >, 0);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (reply, "REGACK"));
}

static void
test_taken (Fixture      *fixture,
            gconstpointer data)
{
  Person *other;

  register_stranger (fixture, "alice");
  other = stage_enter (fixture->stage, "alice", NULL);
  person_press (other, "Register");
  person_await_words (other, "Steps", "Somebody else is called alice on this server.");

  person_write (other, "Your ID", "carol");
  person_press (other, "Register");
  person_await_words (other, "Steps", "Registered as carol over ");
}

/* Who has cancelled the wait isn't handed out any more, until they wait again. */
static void
test_cancel (Fixture      *fixture,
             gconstpointer data)
{
  fixture->bob = stage_enter (fixture->stage, "bob", NULL);
  register_person (fixture, fixture->bob);
  person_press (fixture->bob, "Bridge");
  person_await_words (fixture->bob, "Steps", "Nobody is ready yet.");
  person_press (fixture->bob, "Cancel");
  person_await_button (fixture->bob, "Bridge");
  person_await_words (fixture->bob, "Steps", "Registered as bob over ");

  fixture->alice = stage_enter (fixture->stage, "alice", NULL);
  register_person (fixture, fixture->alice);
  person_press (fixture->alice, "Bridge");
  person_await_words (fixture->alice, "Steps", "Nobody is ready yet.");
  person_press (fixture->bob, "Bridge");
  person_await_words (fixture->bob, "Steps", "alice is ready");
}

/* The app has ended when alice asks: there is nothing left of bob but what the server knows. */
static void
test_close_while_waiting (Fixture      *fixture,
                          gconstpointer data)
{
  fixture->bob = stage_enter (fixture->stage, "bob", NULL);
  register_person (fixture, fixture->bob);
  person_press (fixture->bob, "Bridge");
  person_await_words (fixture->bob, "Steps", "Nobody is ready yet.");
  person_press (fixture->bob, "Close");
  person_await_closed (fixture->bob);
  stage_close (fixture->stage);

  fixture->alice = stage_enter (fixture->stage, "alice", NULL);
  register_person (fixture, fixture->alice);
  person_press (fixture->alice, "Bridge");
  person_await_words (fixture->alice, "Steps", "Nobody is ready yet.");
}

static void
test_close_while_chatting (Fixture      *fixture,
                           gconstpointer data)
{
  const char *question = "Leave the Conversation?";

  meet (fixture);
  person_press (fixture->bob, "Close");
  person_answer (fixture->bob, question, "Cancel");
  person_say (fixture->alice, "Still there?");
  person_await_conversation (fixture->bob, (const char *const[]) { "alice: Still there?", NULL });

  person_press (fixture->bob, "Close");
  person_answer (fixture->bob, question, "Leave");
  person_await_closed (fixture->bob);
  person_await_conversation (fixture->alice, (const char *const[]) {
    "You: Still there?", "bob has left.", NULL });
}

/* Two who talk need no server; who looks for somebody does. */
static void
test_server_gone (Fixture      *fixture,
                  gconstpointer data)
{
  Person *carol;

  meet (fixture);
  carol = stage_enter (fixture->stage, "carol", NULL);
  register_person (fixture, carol);
  stage_stop_server (fixture->stage);

  person_say (fixture->alice, "Are we alone?");
  await_delivered (fixture->alice, "Are we alone?");
  person_say (fixture->bob, "Yes");
  person_await_conversation (fixture->alice, (const char *const[]) {
    "You: Are we alone?", "bob: Yes", NULL });

  person_press (carol, "Bridge");
  person_await_words (carol, "Steps", "Step 2, Bridge, failed: ");
  person_await_words (carol, "Steps", fixture->udp ? "answer" : "Nothing answers at ");
}

static void
test_commands (Fixture      *fixture,
               gconstpointer data)
{
  g_autofree char *kept = NULL;

  meet (fixture);
  person_say (fixture->alice, "/id");
  person_await_conversation (fixture->alice, (const char *const[]) { "You are alice", NULL });
  person_say (fixture->alice, "/bridge");
  person_await_words (fixture->alice, NULL, "Leave this conversation first");
  person_say (fixture->alice, "/nonsense");
  person_await_words (fixture->alice, NULL, "No such command");
  kept = person_dup_entry (fixture->alice, "Message");
  g_assert_cmpstr (kept, ==, "/nonsense");

  person_say (fixture->alice, "//quit");
  person_await_conversation (fixture->bob, (const char *const[]) { "alice: /quit", NULL });
  person_say (fixture->bob, "/quit");
  person_await_conversation (fixture->bob, (const char *const[]) {
    "alice: /quit", "You have left.", NULL });
  person_await_conversation (fixture->alice, (const char *const[]) {
    "You are alice", "You: /quit", "bob has left.", NULL });
}

static void
press_key (Person     *person,
           const char *keys)
{
  hc_screen_focus_window (person_get_window (person));
  keyboard_press (keys);
}

/* An AdwEntryRow of libadwaita 1.2 doesn't say that it has the focus, so a Tab that seems to have
 * done nothing is followed by another after a while. */
static void
tab_to (Person     *person,
        const char *name)
{
  g_autofree char *focus = person_dup_focus (person);

  for (guint i = 0; i < 30 && g_strcmp0 (focus, name) != 0; i++)
    {
      g_autofree char *before = g_steal_pointer (&focus);
      gint64 end = g_get_monotonic_time () + G_TIME_SPAN_SECOND / 2;

      press_key (person, "Tab");
      while (accessible_poll (end))
        {
          g_free (focus);
          focus = person_dup_focus (person);
          if (focus != NULL && g_strcmp0 (focus, before) != 0)
            break;
        }
      g_test_message ("Tab: %s", focus);
    }
  g_assert_cmpstr (focus, ==, name);
}

static void
type_message (Person     *person,
              const char *text)
{
  hc_screen_focus_window (person_get_window (person));
  person_await_focus (person, "Message");
  keyboard_type (text);
}

/* Alice goes from button to button; bob knows the shortcuts. */
static void
test_keyboard (Fixture      *fixture,
               gconstpointer data)
{
  fixture->bob = stage_enter (fixture->stage, "bob", NULL);
  press_key (fixture->bob, "Alt+1");
  person_await_words (fixture->bob, "Steps", "Registered as bob over ");
  press_key (fixture->bob, "Alt+2");
  person_await_words (fixture->bob, "Steps", "Nobody is ready yet.");
  press_key (fixture->bob, "Escape");
  person_await_button (fixture->bob, "Bridge");
  press_key (fixture->bob, "Alt+2");
  person_await_words (fixture->bob, "Steps", "Nobody is ready yet.");

  fixture->alice = stage_enter (fixture->stage, "alice", NULL);
  tab_to (fixture->alice, "Register");
  press_key (fixture->alice, "Return");
  person_await_focus (fixture->alice, "Bridge");
  press_key (fixture->alice, "space");
  person_await_focus (fixture->alice, "Chat");
  press_key (fixture->alice, "Return");

  type_message (fixture->alice, "Hello: Bob");
  press_key (fixture->alice, "Shift+Return");
  keyboard_type ("second line");
  press_key (fixture->alice, "Return");
  await_delivered (fixture->alice, "Hello: Bob\nsecond line");
  type_message (fixture->bob, "Hi (again)!");
  press_key (fixture->bob, "Return");
  person_await_conversation (fixture->alice, (const char *const[]) {
    "You: Hello: Bob\nsecond line", "bob: Hi (again)!", NULL });

  press_key (fixture->alice, "Control+d");
  person_await_conversation (fixture->bob, (const char *const[]) {
    "alice: Hello: Bob\nsecond line", "You: Hi (again)!", "alice has left.", NULL });
  press_key (fixture->bob, "Control+Shift+n");
  person_await_button (fixture->bob, "Register");
  press_key (fixture->bob, "Control+w");
  person_await_closed (fixture->bob);
}

/* The chooser is made when it is asked for. The keyboard is then at its search. */
static void
test_emoji (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *search = NULL;
  g_autofree char *first = NULL;
  g_autofree char *text = NULL;

  meet (fixture);
  hc_screen_focus_window (person_get_window (fixture->alice));
  person_await_focus (fixture->alice, "Message");
  person_press (fixture->alice, "Insert Emoji");
  search = person_await_other_focus (fixture->alice, "Message");
  keyboard_press ("Down");
  first = person_await_other_focus (fixture->alice, search);
  keyboard_press ("Return");
  person_await_focus (fixture->alice, "Message");

  text = person_dup_entry (fixture->alice, "Message");
  g_test_message ("%s: %s", first, text);
  g_assert_true (g_str_has_prefix (text, "😀"));
}

static void
add_tests (const char *mode,
           gboolean    udp)
{
  /* no deeper: of a path that it is given, GLib runs what lies right below */
  static const struct
  {
    const char *path;
    Test test;
  } tests[] = {
    { "conversation", test_conversation },
    { "leave", test_leave },
    { "at-once", test_at_once },
    { "safety-code", test_safety_code },
    { "nobody-there", test_nobody_there },
    { "taken", test_taken },
    { "cancel", test_cancel },
    { "close-while-waiting", test_close_while_waiting },
    { "close-while-chatting", test_close_while_chatting },
    { "server-gone", test_server_gone },
    { "commands", test_commands },
    { "keyboard", test_keyboard },
    { "emoji", test_emoji },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/app/%s/%s", mode, tests[i].path);

      g_test_add (path, Fixture, GINT_TO_POINTER (udp), set_up, tests[i].test, tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_tests ("tcp", FALSE);
  add_tests ("udp", TRUE);

  return g_test_run ();
}
