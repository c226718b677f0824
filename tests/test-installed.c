/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The app as it is installed, started as a desktop starts it: from its menu entry, by D-Bus. It
 * is told where that entry is and how the other two programs are run, so that it is the same
 * test for a Flatpak and for a package:
 *
 *   tests/with-display.sh --installed=/usr/share test-installed \
 *     --entry=/usr/share/applications/io.github.hybridchat.HybridChat.desktop \
 *     --server=hybridchat-server --terminal=hybridchat-terminal
 *
 * With --other, a second entry, the two who chat have an app each, as two users have. */

#include "accessible.h"
#include "program.h"
#include "screen.h"
#include "wait.h"

#include <gio/gdesktopappinfo.h>
#include <gtk/gtk.h>
#include <signal.h>
#include <string.h>

static char *entry_path;
static char *other_path;
static char *server_command;
static char *terminal_command;
static char *picture_path;

static const GOptionEntry options[] = {
  { "entry", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &entry_path,
    "The app’s menu entry", "FILE" },
  { "other", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &other_path,
    "The menu entry of another such app", "FILE" },
  { "server", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &server_command,
    "What runs the server", "COMMAND" },
  { "terminal", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &terminal_command,
    "What runs the terminal chat", "COMMAND" },
  { "picture", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &picture_path,
    "Where to put a picture of the conversation", "FILE" },
  { NULL }
};

typedef struct
{
  GPtrArray *windows;
  GDesktopAppInfo *entry;
  GDesktopAppInfo *other;
  GSubprocess *server;
  char *server_name;
} Fixture;

static GDesktopAppInfo *
load_entry (const char *path)
{
  GDesktopAppInfo *entry = g_desktop_app_info_new_from_filename (path);

  if (entry == NULL)
    g_error ("%s is no desktop entry of a program that is there", path);
  return entry;
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  accessible_init ();
  self->windows = g_ptr_array_new_with_free_func (g_object_unref);
  self->entry = load_entry (entry_path);
  self->other = load_entry (other_path != NULL ? other_path : entry_path);
}

/* --- The app --------------------------------------------------------------- */

static char *
dup_bus_name (GDesktopAppInfo *entry)
{
  g_autofree char *base = g_path_get_basename (g_desktop_app_info_get_filename (entry));

  g_assert_true (g_str_has_suffix (base, ".desktop"));
  return g_strndup (base, strlen (base) - strlen (".desktop"));
}

static GVariant *
call (const char *name,
      const char *path,
      const char *interface,
      const char *method,
      GVariant   *parameters)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  g_assert_nonnull (bus);
  return g_dbus_connection_call_sync (bus, name, path, interface, method, parameters, NULL,
                                      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);
}

static gboolean
is_running (const char *name)
{
  g_autoptr (GVariant) reply = call ("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", "NameHasOwner",
                                     g_variant_new ("(s)", name));
  gboolean has_owner = FALSE;

  g_assert_nonnull (reply);
  g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

/* The window that wasn't there before, of whatever program. */
static Accessible *
find_new_window (Fixture *self)
{
  g_autoptr (GPtrArray) all = accessible_list_windows ();

  for (guint i = 0; i < all->len; i++)
    if (!g_ptr_array_find (self->windows, g_ptr_array_index (all, i), NULL))
      return g_object_ref (g_ptr_array_index (all, i));
  return NULL;
}

static Accessible *
await_new_window (Fixture *self)
{
  gint64 end = wait_begin ();
  Accessible *window;

  while ((window = find_new_window (self)) == NULL)
    if (!accessible_poll (end))
      accessible_fail (NULL, "No window comes up");
  g_ptr_array_add (self->windows, window);
  return window;
}

/* As a desktop's menu does, by D-Bus. */
static Accessible *
activate (Fixture         *self,
          GDesktopAppInfo *entry)
{
  g_autoptr (GError) error = NULL;

  g_app_info_launch (G_APP_INFO (entry), NULL, NULL, &error);
  g_assert_no_error (error);
  return await_new_window (self);
}

/* By the entry's command line, from a process that is gone when the window comes. */
static Accessible *
launch (Fixture         *self,
        GDesktopAppInfo *entry)
{
  const char *path = g_desktop_app_info_get_filename (entry);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) launcher = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "gio",
                                                       "launch", path, NULL);

  g_assert_no_error (error);
  g_subprocess_wait_check (launcher, NULL, &error);
  g_assert_no_error (error);
  return await_new_window (self);
}

static void
quit (GDesktopAppInfo *entry)
{
  g_autofree char *name = dup_bus_name (entry);
  g_autofree char *dotted = g_strconcat ("/", name, NULL);
  g_autofree char *path = g_strdelimit (g_steal_pointer (&dotted), ".", '/');
  g_autoptr (GVariant) reply = NULL;
  gint64 end = wait_begin ();

  if (!is_running (name))
    return;
  reply = call (name, path, "org.freedesktop.Application", "ActivateAction",
                g_variant_new_parsed ("('quit', @av [], @a{sv} {})"));
  while (is_running (name))
    if (!accessible_poll (end))
      accessible_fail (NULL, "%s does not end", name);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  quit (self->entry);
  quit (self->other);
  g_clear_object (&self->entry);
  g_clear_object (&self->other);
  g_ptr_array_unref (self->windows);
}

/* --- The server ------------------------------------------------------------ */

/* Ctrl+C on a terminal reaches whatever the command has started. */
static void
lead_group (gpointer data)
{
  setpgid (0, 0);
}

static GSubprocess *
spawn (const char *command,
       const char *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *line = g_strjoin (" ", command, arguments, NULL);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_subprocess_launcher_set_child_setup (launcher, lead_group, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
start_server (Fixture *self)
{
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  guint port = 0;

  self->server = spawn (server_command, "--port=0 --address=127.0.0.1");
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "Listening on port %u", &port), ==, 1);
  self->server_name = g_strdup_printf ("127.0.0.1:%u", port);
}

static void
stop_server (Fixture *self)
{
  int group = (int) g_ascii_strtoll (g_subprocess_get_identifier (self->server), NULL, 10);

  g_assert_no_errno (kill (-group, SIGINT));
  g_assert_true (g_subprocess_wait (self->server, NULL, NULL));
  g_clear_object (&self->server);
  g_clear_pointer (&self->server_name, g_free);
}

/* --- Tests ----------------------------------------------------------------- */

static void
test_entry (Fixture      *self,
            gconstpointer data)
{
  const char *const *actions = g_desktop_app_info_list_actions (self->entry);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autofree char *icon = g_desktop_app_info_get_string (self->entry, "Icon");
  g_autofree char *symbolic = g_strconcat (icon, "-symbolic", NULL);
  g_autofree char *name = dup_bus_name (self->entry);

  g_assert_true (g_app_info_should_show (G_APP_INFO (self->entry)));
  g_assert_true (g_desktop_app_info_get_boolean (self->entry, "DBusActivatable"));
  g_assert_true (g_strv_contains (actions, "new-window"));
  g_assert_true (g_strv_contains (actions, "host-server"));
  g_assert_cmpstr (icon, ==, name);
  g_assert_true (gtk_icon_theme_has_icon (theme, icon));
  g_assert_true (gtk_icon_theme_has_icon (theme, symbolic));
}

/* Every launch is another window, of one program. */
static void
test_launch (Fixture      *self,
             gconstpointer data)
{
  g_autofree char *name = dup_bus_name (self->entry);

  g_assert_false (is_running (name));
  accessible_await_words (activate (self, self->entry), "Talk to Someone Directly");
  g_assert_true (is_running (name));
  accessible_await_words (activate (self, self->entry), "Talk to Someone Directly");
  accessible_await_words (launch (self, self->entry), "Talk to Someone Directly");

  g_desktop_app_info_launch_action (self->entry, "new-window", NULL);
  accessible_await_words (await_new_window (self), "Talk to Someone Directly");
  g_desktop_app_info_launch_action (self->entry, "host-server", NULL);
  accessible_await (await_new_window (self), ACCESSIBLE_ANYTHING, "Transport");
}

static Accessible *
enter (Fixture         *self,
       GDesktopAppInfo *entry,
       const char      *id,
       int              x)
{
  Accessible *window = launch (self, entry);
  g_autofree char *words = g_strdup_printf ("Registered as %s", id);
  g_autoptr (GArray) screen = hc_screen_list_windows ();

  hc_screen_place_window (g_array_index (screen, gulong, screen->len - 1),
                          &(GdkRectangle) { x, 20, 440, 640 });
  accessible_write (window, "Your ID", id);
  accessible_write (window, "Server", self->server_name);
  accessible_press (window, "Register");
  accessible_await_words (window, words);
  accessible_press (window, "Bridge");
  return window;
}

static void
say (Accessible *window,
     const char *text)
{
  accessible_write (window, "Message", text);
  accessible_press (window, "Send");
}

static void
save_picture (void)
{
  g_autoptr (GError) error = NULL;

  if (picture_path == NULL)
    return;
  hc_screen_save (picture_path, &(GdkRectangle) { 0, 0, 940, 680 }, &error);
  g_assert_no_error (error);
}

/* Alice comes second, and calls. */
static void
test_chat (Fixture      *self,
           gconstpointer data)
{
  Accessible *alice, *bob;

  start_server (self);
  bob = enter (self, self->other, "bob", 480);
  accessible_await_words (bob, "Nobody is ready yet");
  alice = enter (self, self->entry, "alice", 20);
  accessible_await_words (alice, "bob is ready");
  accessible_press (alice, "Chat");
  accessible_await_words (bob, "alice");
  say (alice, "Are you in a sandbox, too?");
  accessible_await_words (bob, "Are you in a sandbox, too?");
  say (bob, "In my own");
  accessible_await_words (alice, "In my own");
  save_picture ();

  accessible_press (alice, "Leave the Conversation");
  accessible_await_words (bob, "alice has left.");
  stop_server (self);
}

static void
test_terminal (Fixture      *self,
               gconstpointer data)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (Program) carol = NULL;
  Accessible *alice;

  start_server (self);
  line = g_strdup_printf ("%s --id=carol --server=%s", terminal_command, self->server_name);
  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  carol = program_new ((const char *const *) argv);
  program_type (carol, "/register\n/bridge\n");
  program_await_notice (carol, "Nobody is ready yet");

  alice = enter (self, self->entry, "alice", 20);
  accessible_await_words (alice, "carol is ready");
  accessible_press (alice, "Chat");
  accessible_await (alice, ACCESSIBLE_ENTRY, "Message");
  say (alice, "Hello terminal");
  program_await_output (carol, "Hello terminal");
  program_type (carol, "Hello window\n");
  accessible_await_words (alice, "Hello window");
  program_type (carol, "/quit\n");
  accessible_await_words (alice, "carol has left.");
  program_end_input (carol);
  program_await_exit (carol, 0);
  stop_server (self);
}

/* What the tests before have left, perhaps before an update. */
static void
test_remembers (Fixture      *self,
                gconstpointer data)
{
  Accessible *window = launch (self, self->entry);
  g_autoptr (Accessible) id = accessible_await (window, ACCESSIBLE_ENTRY, "Your ID");
  g_autoptr (Accessible) server = accessible_await (window, ACCESSIBLE_ENTRY, "Server");
  g_autofree char *id_text = accessible_dup_text (id);
  g_autofree char *server_text = accessible_dup_text (server);

  g_assert_cmpstr (id_text, ==, "alice");
  g_assert_true (g_str_has_prefix (server_text, "127.0.0.1:"));
}

#define ADD(path, test) g_test_add ("/installed/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || entry_path == NULL ||
      server_command == NULL || terminal_command == NULL)
    g_error ("%s", error != NULL ? error->message : "--entry, --server and --terminal are needed");
  gtk_init ();

  ADD ("entry", test_entry);
  ADD ("launch", test_launch);
  ADD ("chat", test_chat);
  ADD ("terminal", test_terminal);
  ADD ("remembers", test_remembers);

  return g_test_run ();
}
