/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-terminal.h"

#include "hc-interpreter.h"
#include "hc-line-buffer.h"
#include "hc-narrator.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SIZE 4096

struct _HcTerminal
{
  GObject parent_instance;

  HcSession *session;
  HcScreen *screen;
  HcNarrator *narrator;
  HcInterpreter *interpreter;
  GMainLoop *loop;

  HcLineBuffer *lines;
  GQueue commands;
  guint input_id;
  guint advance_id;
  gboolean interactive;
  gboolean input_ended;
  gboolean leaving;
  int status;
};

G_DEFINE_FINAL_TYPE (HcTerminal, hc_terminal, G_TYPE_OBJECT)

static void
hc_terminal_dispose (GObject *object)
{
  HcTerminal *self = HC_TERMINAL (object);

  g_clear_handle_id (&self->input_id, g_source_remove);
  g_clear_handle_id (&self->advance_id, g_source_remove);
  g_queue_clear_full (&self->commands, (GDestroyNotify) hc_command_free);
  g_clear_pointer (&self->lines, hc_line_buffer_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_object (&self->interpreter);
  g_clear_object (&self->narrator);
  g_clear_object (&self->screen);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hc_terminal_parent_class)->dispose (object);
}

static void
hc_terminal_class_init (HcTerminalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_terminal_dispose;
}

static void
hc_terminal_init (HcTerminal *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->lines = hc_line_buffer_new ();
  g_queue_init (&self->commands);
}

/* --- The end ------------------------------------------------------------- */

static void
on_closed (GObject      *session,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HcTerminal) self = user_data;

  hc_session_close_finish (HC_SESSION (session), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
leave (HcTerminal *self,
       int         status)
{
  if (self->leaving)
    return;

  self->leaving = TRUE;
  self->status = status;
  g_clear_handle_id (&self->input_id, g_source_remove);
  hc_session_close_async (self->session, on_closed, g_object_ref (self));
}

/* Whoever asks twice does not want to wait for the server's farewell. */
static gboolean
on_signal (gpointer user_data)
{
  HcTerminal *self = user_data;

  if (self->leaving)
    g_main_loop_quit (self->loop);
  else
    leave (self, !self->interactive && hc_interpreter_is_busy (self->interpreter));
  return G_SOURCE_CONTINUE;
}

static void
on_screen_gone (HcTerminal *self)
{
  leave (self, 1);
}

/* --- Reading ------------------------------------------------------------- */

/* Waits until there is something only if it is called without looking first:
 * another program may share the descriptor, so it is not made non-blocking. */
static void
read_some (HcTerminal *self)
{
  char chunk[CHUNK_SIZE];
  gssize n = read (STDIN_FILENO, chunk, sizeof chunk);

  if (n > 0)
    {
      hc_line_buffer_push (self->lines, chunk, n);
      return;
    }
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return;

  self->input_ended = TRUE;
  hc_line_buffer_finish (self->lines);
}

/* A line with nothing on it says nothing. */
static gboolean
is_blank (const char *line)
{
  return line[strspn (line, " \t")] == '\0';
}

static HcCommand *
pop_command (HcTerminal  *self,
             GError     **error)
{
  while (hc_line_buffer_has_line (self->lines))
    {
      g_autofree char *line = hc_line_buffer_pop (self->lines, error);

      if (line == NULL)
        return NULL;
      if (!is_blank (line))
        return hc_command_parse (line);
    }
  return NULL;
}

/* --- Scripts ------------------------------------------------------------- */

static void
read_what_is_there (HcTerminal *self)
{
  struct pollfd readable = { STDIN_FILENO, POLLIN, 0 };

  while (!self->input_ended && !hc_line_buffer_has_line (self->lines) &&
         poll (&readable, 1, 0) > 0)
    read_some (self);
}

/* Nobody is there to hear the rest. That is no fault where the rest is only
 * to leave as well. */
static gboolean
is_something_left (HcTerminal *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcCommand) command = NULL;

  read_what_is_there (self);
  command = pop_command (self, &error);
  if (command == NULL && error == NULL)
    return FALSE;
  if (command != NULL && hc_command_get_kind (command) == HC_COMMAND_QUIT)
    return FALSE;

  if (command != NULL)
    hc_screen_note (self->screen, _("The rest was not sent, from here on: “%s”."),
                    hc_command_get_text (command));
  return TRUE;
}

static void
end_script (HcTerminal *self,
            gboolean    failed)
{
  if (hc_session_get_state (self->session) == HC_SESSION_ENDED && is_something_left (self))
    failed = TRUE;
  leave (self, failed);
}

/* --- One command after another ------------------------------------------- */

static void update_input (HcTerminal *self);

static HcCommand *
next_command (HcTerminal  *self,
              GError     **error)
{
  if (!g_queue_is_empty (&self->commands))
    return g_queue_pop_head (&self->commands);
  return pop_command (self, error);
}

static void
begin_next (HcTerminal *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcCommand) command = next_command (self, &error);

  if (error != NULL)
    {
      hc_screen_note (self->screen, "%s", error->message);
      end_script (self, TRUE);
    }
  else if (command == NULL)
    {
      if (self->input_ended)
        leave (self, 0);
    }
  else if (hc_command_get_kind (command) == HC_COMMAND_QUIT)
    leave (self, 0);
  else
    hc_interpreter_begin (self->interpreter, g_steal_pointer (&command));
}

static gboolean
advance (gpointer user_data)
{
  HcTerminal *self = user_data;

  self->advance_id = 0;
  if (self->leaving || hc_interpreter_is_busy (self->interpreter))
    return G_SOURCE_REMOVE;

  if (!self->interactive && hc_session_get_state (self->session) == HC_SESSION_ENDED)
    end_script (self, hc_session_get_failure (self->session) != NULL);
  else
    begin_next (self);
  update_input (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_advance (HcTerminal *self)
{
  if (self->advance_id == 0)
    self->advance_id = g_idle_add_full (G_PRIORITY_DEFAULT, advance, self, NULL);
}

static void
on_done (HcTerminal *self,
         gboolean    succeeded)
{
  if (!succeeded && !self->interactive)
    end_script (self, TRUE);
  schedule_advance (self);
}

/* --- Input --------------------------------------------------------------- */

static void
take_typed (HcTerminal *self,
            HcCommand  *command)
{
  if (!hc_command_is_immediate (command))
    g_queue_push_tail (&self->commands, command);
  else if (hc_command_get_kind (command) != HC_COMMAND_QUIT)
    hc_interpreter_interrupt (self->interpreter, command);
  else
    {
      leave (self, 0);
      hc_command_free (command);
    }
}

/* Somebody types on while a command runs, and may want it to stop. */
static void
take_all_typed (HcTerminal *self)
{
  while (!self->leaving && hc_line_buffer_has_line (self->lines))
    {
      g_autoptr (GError) error = NULL;
      HcCommand *command = pop_command (self, &error);

      if (command != NULL)
        take_typed (self, command);
      else if (error != NULL)
        hc_screen_note (self->screen, "%s", error->message);
    }
}

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  HcTerminal *self = user_data;

  self->input_id = 0;
  read_some (self);
  if (self->interactive)
    take_all_typed (self);
  schedule_advance (self);
  update_input (self);
  return G_SOURCE_REMOVE;
}

/* What a script has to say later stays where it is until then. */
static gboolean
wants_input (HcTerminal *self)
{
  if (self->leaving || self->input_ended)
    return FALSE;
  if (self->interactive)
    return TRUE;
  return !hc_interpreter_is_busy (self->interpreter) && !hc_line_buffer_has_line (self->lines);
}

static void
update_input (HcTerminal *self)
{
  if (wants_input (self) && self->input_id == 0)
    self->input_id = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, self);
}

/**
 * hc_terminal_new:
 * @session: a session that knows its ID and its server
 *
 * Creates a front on standard input, output and error for a session.
 *
 * Returns: (transfer full): a terminal
 */
HcTerminal *
hc_terminal_new (HcSession *session)
{
  HcTerminal *self;

  g_return_val_if_fail (HC_IS_SESSION (session), NULL);

  self = g_object_new (HC_TYPE_TERMINAL, NULL);
  self->interactive = isatty (STDIN_FILENO);
  self->session = g_object_ref (session);
  self->screen = hc_screen_new (STDOUT_FILENO, STDERR_FILENO, !self->interactive);
  self->narrator = hc_narrator_new (session, self->screen);
  self->interpreter = hc_interpreter_new (session, self->screen);

  hc_screen_show (self->screen, hc_session_get_conversation (session));
  g_signal_connect_object (self->screen, "gone",
                           G_CALLBACK (on_screen_gone), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->interpreter, "done",
                           G_CALLBACK (on_done), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (schedule_advance), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hc_terminal_run:
 * @self: a terminal
 *
 * Reads and does commands until the user, the end of the input, a signal or,
 * in a script, a failure ends it; then leaves the conversation and the server
 * in an orderly way.
 *
 * Returns: the program's exit status: 0 if all went well, 1 if something failed
 */
int
hc_terminal_run (HcTerminal *self)
{
  const int ends[] = { SIGINT, SIGTERM, SIGHUP };
  guint ids[G_N_ELEMENTS (ends)];

  g_return_val_if_fail (HC_IS_TERMINAL (self), 1);

  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    ids[i] = g_unix_signal_add (ends[i], on_signal, self);

  if (self->interactive)
    hc_screen_note (self->screen, _("You are %s. /register claims your ID on %s; /help lists the commands."),
                    hc_session_get_id (self->session), hc_session_get_server (self->session));
  update_input (self);
  g_main_loop_run (self->loop);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_source_remove (ids[i]);
  return self->status;
}
