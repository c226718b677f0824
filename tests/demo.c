/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two people meet and chat, for somebody who watches: the real server and two windows of the real
 * app, led by the windows' own actions. What each window shows is read from its accessibility tree.
 * Ends with both sides' conversation and a picture of the screen, and with status 0 only if every
 * message is on the other side: all of them, once, in their order. `./run demo` runs it. */

#include "screen.h"
#include "stage.h"

#include <stdlib.h>

#define WINDOW_WIDTH 440
#define WINDOW_HEIGHT 640
#define MARGIN 40

typedef struct
{
  Stage *stage;
  Person *alice;
  Person *bob;
} Demo;

static const char *const lines[] = {
  "Hi Bob! Now we talk directly 🎉",
  "Hi Alice: does the server hear this?",
  "No. It only told me where you are:\nan address and a port.",
  "Shall we meet at 19:30, at the café?",
  "See you there ☕",
  "See you!",
};

static void
say (const char *format,
     ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format,
     ...)
{
  g_autofree char *words = NULL;
  va_list arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_print ("%s\n", words);
}

/* --- Steps ---------------------------------------------------------------- */

static void
take_step (Person     *person,
           const char *action,
           guint       step,
           const char *state)
{
  g_autofree char *words = NULL;

  person_activate (person, action, NULL);
  person_await_state (person, state);
  words = person_dup_step (person, step);
  say ("  %-5s  %-8s  %s", person_get_id (person), action, words);
}

static Person *
enter (Demo       *demo,
       const char *id,
       int         x)
{
  Person *person = stage_enter (demo->stage, id, NULL);

  hc_screen_place_window (person_get_window (person),
                          &(GdkRectangle) { x, MARGIN, WINDOW_WIDTH, WINDOW_HEIGHT });

  return person;
}

static void
meet (Demo *demo)
{
  say ("Two windows of the app open, one for alice and one for bob.");
  demo->alice = enter (demo, "alice", MARGIN);
  demo->bob = enter (demo, "bob", 2 * MARGIN + WINDOW_WIDTH);

  say ("They register with the server, and ask who is ready. Bob is first, so Alice calls:");
  take_step (demo->bob, "register", 1, "registered");
  take_step (demo->alice, "register", 1, "registered");
  take_step (demo->bob, "bridge", 2, "waiting");
  take_step (demo->alice, "bridge", 2, "matched");
  person_activate (demo->alice, "chat", NULL);
  person_await_state (demo->alice, "chatting");
  person_await_state (demo->bob, "chatting");
  say ("  alice  chat      Both windows open the conversation");
}

/* --- Talking -------------------------------------------------------------- */

/* What one window should show, if the other's messages and its own are in their order. */
static GStrv
dup_expected (guint    n_lines,
              gboolean for_alice)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < n_lines; i++)
    {
      gboolean is_alices = i % 2 == 0;
      const char *sender = is_alices ? "alice" : "bob";
      g_autofree char *line = g_strconcat (is_alices == for_alice ? "You" : sender, ": ", lines[i], NULL);

      g_strv_builder_add (builder, line);
    }

  return g_strv_builder_end (builder);
}

static void
await_lines (Demo *demo,
             guint n_lines)
{
  g_auto (GStrv) alices = dup_expected (n_lines, TRUE);
  g_auto (GStrv) bobs = dup_expected (n_lines, FALSE);

  person_await_conversation (demo->alice, (const char *const *) alices);
  person_await_conversation (demo->bob, (const char *const *) bobs);
}

/* They take turns, so that the transcript is the same every time. */
static void
talk (Demo *demo)
{
  say ("They are connected, and talk:");

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      Person *sender = i % 2 == 0 ? demo->alice : demo->bob;
      g_auto (GStrv) split = g_strsplit (lines[i], "\n", -1);
      g_autofree char *indented = g_strjoinv ("\n         ", split);

      person_activate (sender, "send", lines[i]);
      await_lines (demo, i + 1);
      say ("  %-5s  %s", person_get_id (sender), indented);
    }
}

/* --- The picture ---------------------------------------------------------- */

static guint
hash_screen (void)
{
  const char *framebuffer = g_getenv ("HC_FRAMEBUFFER");
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;

  if (framebuffer == NULL || !g_file_get_contents (framebuffer, &content, &length, NULL))
    return 0;
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);

  return g_bytes_hash (bytes);
}

/* A page slides in, a message scrolls up: until nothing has moved for a while. What never rests
 * is taken as it is. */
static void
await_stillness (void)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  gint64 still_since = g_get_monotonic_time ();
  guint last = hash_screen ();

  while (g_get_monotonic_time () - still_since < G_TIME_SPAN_SECOND / 2 && accessible_poll (end))
    {
      guint now = hash_screen ();

      if (now != last)
        still_since = g_get_monotonic_time ();
      last = now;
    }
}

static char *
take_picture (void)
{
  const GdkRectangle area = { 0, 0, 3 * MARGIN + 2 * WINDOW_WIDTH, 2 * MARGIN + WINDOW_HEIGHT };
  g_autofree char *path = g_build_filename (g_getenv ("HC_BUILD_DIR"), "demo.png", NULL);
  g_autoptr (GError) error = NULL;

  await_stillness ();
  if (!hc_screen_save (path, &area, &error))
    accessible_fail (NULL, "There is no picture of the screen: %s", error->message);

  return g_steal_pointer (&path);
}

/* --- The end -------------------------------------------------------------- */

static void
part (Demo *demo)
{
  person_activate (demo->alice, "quit-chat", NULL);
  person_await_words (demo->alice, "Conversation", "You have left.");
  person_await_words (demo->bob, "Conversation", "alice has left.");
  say ("Alice leaves, and Bob's window says so.");
}

static void
print_conversation (Person *person)
{
  g_auto (GStrv) seen = person_dup_conversation (person);

  say ("\nWhat %s's window shows:", person_get_id (person));
  for (guint i = 0; seen[i] != NULL; i++)
    {
      g_auto (GStrv) split = g_strsplit (seen[i], "\n", -1);
      g_autofree char *indented = g_strjoinv ("\n    ", split);

      say ("  %s", indented);
    }
}

/* The last look at a window, when nothing can come any more: the messages, and then the farewell. */
static void
check (Person  *person,
       gboolean is_alice)
{
  const guint n_lines = G_N_ELEMENTS (lines);
  g_auto (GStrv) seen = person_dup_conversation (person);
  g_auto (GStrv) expected = dup_expected (n_lines, is_alice);

  if (g_strv_length (seen) != n_lines + 1)
    accessible_fail (NULL, "%s sees %u lines, not %u", person_get_id (person), g_strv_length (seen),
                     n_lines + 1);
  for (guint i = 0; i < n_lines; i++)
    if (!g_str_equal (seen[i], expected[i]))
      accessible_fail (NULL, "%s sees “%s” where “%s” was said", person_get_id (person), seen[i],
                       expected[i]);
}

static void
run (gboolean udp)
{
  Demo demo = { .stage = stage_new (udp) };
  g_autofree char *picture = NULL;

  say ("A server listens at %s (%s).", stage_get_server (demo.stage), udp ? "UDP" : "TCP");
  meet (&demo);
  talk (&demo);
  picture = take_picture ();
  part (&demo);

  print_conversation (demo.alice);
  print_conversation (demo.bob);
  check (demo.alice, TRUE);
  check (demo.bob, FALSE);
  stage_free (demo.stage);

  say ("\nEvery message arrived, once and in its order: %u from each.", (guint) G_N_ELEMENTS (lines) / 2);
  say ("The screen while they talked: %s", picture);
}

int
main (int    argc,
      char **argv)
{
  gboolean udp = FALSE;
  const GOptionEntry options[] = {
    { "udp", 'u', 0, G_OPTION_ARG_NONE, &udp, "The server speaks UDP instead of TCP", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Two people meet and chat on a virtual display.");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("demo: %s\n", error->message);
      return 2;
    }

  run (udp);

  return EXIT_SUCCESS;
}
