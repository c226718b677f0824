/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "stage.h"

#include "notifications.h"
#include "screen.h"
#include "wait.h"

#include <signal.h>
#include <sys/prctl.h>

struct _Stage
{
  char *address;
  GSubprocess *server;
  GSubprocess *app;
  Accessible *application;
  GPtrArray *persons;
  guint n_gone;
  Notifications *notifications;
};

/* --- Processes ------------------------------------------------------------ */

/* Whatever becomes of the test, nothing of its outlives it. */
static void
end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* The sanitizer's slow way of unwinding, which tests use elsewhere, makes GTK take half a minute to
 * start. The fast way has been enough to tell whose a leak is. */
static void
unwind_fast (GSubprocessLauncher *launcher)
{
  g_autofree char *options = g_strconcat (g_subprocess_launcher_getenv (launcher, "ASAN_OPTIONS"),
                                          ":fast_unwind_on_malloc=1", NULL);

  if (options != NULL)
    g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", options, TRUE);
}

/* In the language in which everything is looked for. */
static GSubprocess *
launch (GSubprocessFlags  flags,
        const char       *program,
        ...)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  const char *argument;
  va_list arguments;

  g_ptr_array_add (argv, g_build_filename (g_getenv ("HC_BUILD_DIR"), program, NULL));
  va_start (arguments, program);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (argument));
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  unwind_fast (launcher);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  if (process == NULL)
    accessible_fail (NULL, "%s", error->message);

  return process;
}

static void
on_exited (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  *(gboolean *) data = TRUE;
}

/* Waits for a process to end by itself, and well. */
static void
await_exit (GSubprocess *process,
            const char  *name)
{
  gint64 end = wait_begin ();
  gboolean exited = FALSE;

  g_subprocess_wait_async (process, NULL, on_exited, &exited);
  while (!exited)
    if (!accessible_poll (end))
      accessible_fail (NULL, "%s does not end", name);

  if (!g_subprocess_get_if_exited (process))
    accessible_fail (NULL, "%s died of signal %d", name, g_subprocess_get_term_sig (process));
  if (g_subprocess_get_exit_status (process) != 0)
    accessible_fail (NULL, "%s ended with status %d", name, g_subprocess_get_exit_status (process));
}

/* --- The server ----------------------------------------------------------- */

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result,
                                                               NULL, NULL);

  *(char **) data = line != NULL ? g_steal_pointer (&line) : g_strdup ("");
}

/* The server says in its first line what port it got. */
static guint16
read_port (GSubprocess *server)
{
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_autofree char *line = NULL;
  gint64 end = wait_begin ();
  guint port;

  g_data_input_stream_read_line_async (output, G_PRIORITY_DEFAULT, NULL, on_line, &line);
  while (line == NULL)
    if (!accessible_poll (end))
      accessible_fail (NULL, "The server does not say that it listens");
  if (sscanf (line, "Listening on port %u", &port) != 1)
    accessible_fail (NULL, "The server does not say what port it got, but “%s”", line);

  return (guint16) port;
}

/*
 * stage_new:
 * @udp: what the server shall speak
 *
 * Starts a server, for nobody but this machine.
 */
Stage *
stage_new (gboolean udp)
{
  Stage *self = g_new0 (Stage, 1);

  if (g_getenv ("HC_BUILD_DIR") == NULL)
    accessible_fail (NULL, "This runs with: tests/with-display.sh --build=DIR");

  accessible_init ();
  self->notifications = notifications_new ();
  self->persons = g_ptr_array_new_with_free_func ((GDestroyNotify) person_free);
  self->server = launch (G_SUBPROCESS_FLAGS_STDOUT_PIPE, "src/server/hybridchat-server", "--port=0",
                         "--address=127.0.0.1", "--max-requests=0", udp ? "--udp" : NULL, NULL);
  self->address = g_strdup_printf ("127.0.0.1:%u", read_port (self->server));

  return self;
}

const char *
stage_get_server (Stage *self)
{
  return self->address;
}

void
stage_stop_server (Stage *self)
{
  g_subprocess_send_signal (self->server, SIGTERM);
  await_exit (self->server, "The server");
  g_clear_object (&self->server);
}

/* --- The app -------------------------------------------------------------- */

static Accessible *
find_application (Stage *self)
{
  return accessible_find_application ((guint) g_ascii_strtoull (g_subprocess_get_identifier (self->app),
                                                                NULL, 10));
}

/* The window that nobody has yet. */
static Accessible *
find_new_view (Stage *self)
{
  g_autoptr (GPtrArray) views = accessible_list_children (self->application);

  for (guint i = self->n_gone; i < self->persons->len; i++)
    g_ptr_array_remove (views, person_get_view (g_ptr_array_index (self->persons, i)));

  return views->len > 0 ? g_object_ref (g_ptr_array_index (views, 0)) : NULL;
}

/* X11 gives the numbers of windows that are gone to others. */
static gulong
find_new_window (Stage *self)
{
  g_autoptr (GArray) windows = hc_screen_list_windows ();

  for (guint i = 0; i < windows->len; i++)
    {
      gulong window = g_array_index (windows, gulong, i);
      gboolean known = FALSE;

      for (guint j = self->n_gone; j < self->persons->len; j++)
        known |= person_get_window (g_ptr_array_index (self->persons, j)) == window;
      if (!known)
        return window;
    }

  return 0;
}

static void
await_new_window (Stage       *self,
                  Accessible **view,
                  gulong      *window)
{
  gint64 end = wait_begin ();

  while ((*window = find_new_window (self)) == 0)
    if (!accessible_poll (end))
      accessible_fail (self->application, "No new window comes up");
  while (self->application == NULL && (self->application = find_application (self)) == NULL)
    if (!accessible_poll (end))
      accessible_fail (NULL, "The app does not come up on the accessibility bus");
  while ((*view = find_new_view (self)) == NULL)
    if (!accessible_poll (end))
      accessible_fail (self->application, "The new window is not on the accessibility bus");
}

/* The second start hands over to the first, and ends. */
static void
start_app (Stage      *self,
           const char *id,
           const char *server)
{
  g_autofree char *id_option = g_strconcat ("--id=", id, NULL);
  g_autofree char *server_option = g_strconcat ("--server=", server, NULL);
  g_autoptr (GSubprocess) process = launch (G_SUBPROCESS_FLAGS_NONE, "src/app/hybridchat", id_option,
                                            server_option, NULL);

  if (self->app != NULL)
    {
      await_exit (process, "The app, started for another window,");
      return;
    }
  self->app = g_steal_pointer (&process);
}

/*
 * stage_enter:
 * @self: a stage
 * @id: who
 * @server: (nullable): where to, if not to the stage's own server
 *
 * Opens a window of the app for somebody.
 *
 * Returns: (transfer none): a person, who lives as long as the stage
 */
Person *
stage_enter (Stage      *self,
             const char *id,
             const char *server)
{
  g_autoptr (Accessible) view = NULL;
  Person *person;
  gulong window;

  start_app (self, id, server != NULL ? server : self->address);
  await_new_window (self, &view, &window);
  person = person_new (id, self->persons->len - self->n_gone + 1, self->application, view, window);
  g_ptr_array_add (self->persons, person);

  return person;
}

/* Tells whether the desktop was given a notification with these words in it. */
gboolean
stage_has_notified (Stage      *self,
                    const char *words)
{
  return notifications_have (self->notifications, words);
}

/* Whoever leaves first ends the conversation for the other too, at any moment. */
static void
leave (Person *person)
{
  g_autofree char *state = NULL;

  if (person_has_closed (person))
    return;
  state = person_dup_state (person);
  if (g_str_equal (state, "chatting"))
    {
      person_try (person, "quit-chat");
      person_await_state (person, "ended");
    }
  person_activate (person, "close", NULL);
}

/*
 * stage_close:
 *
 * Closes all windows, and sees the app end by itself. A person who enters after
 * that finds it started anew.
 */
void
stage_close (Stage *self)
{

  if (self->app == NULL)
    return;

  for (guint i = self->n_gone; i < self->persons->len; i++)
    leave (g_ptr_array_index (self->persons, i));
  await_exit (self->app, "The app");
  g_clear_object (&self->app);
  g_clear_object (&self->application);
  self->n_gone = self->persons->len;
}

void
stage_free (Stage *self)
{
  stage_close (self);
  if (self->server != NULL)
    stage_stop_server (self);

  g_ptr_array_unref (self->persons);
  notifications_free (self->notifications);
  g_free (self->address);
  g_free (self);
}
