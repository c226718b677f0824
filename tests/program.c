/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "program.h"
#include "wait.h"

#include <errno.h>
#include <glib-unix.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct _Program
{
  GSubprocess *process;
  int input;
  int fds[2];
  guint watches[2];
  GString *texts[2];
  gboolean exited;
};

enum { OUTPUT, NOTICES };

static gboolean
read_into (int      fd,
           GString *text)
{
  char chunk[4096];
  gssize n = read (fd, chunk, sizeof chunk);

  if (n > 0)
    g_string_append_len (text, chunk, n);
  return n > 0 || (n < 0 && errno == EINTR) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_output (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  Program *self = user_data;
  guint i = fd == self->fds[OUTPUT] ? OUTPUT : NOTICES;

  if (read_into (fd, self->texts[i]))
    return G_SOURCE_CONTINUE;

  self->watches[i] = 0;
  return G_SOURCE_REMOVE;
}

static void
on_exited (GObject      *process,
           GAsyncResult *result,
           gpointer      user_data)
{
  gboolean *exited = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (process), result, NULL);
  *exited = TRUE;
}

/* Two ends of a pipe: ours, and one for the launcher. */
static void
make_pipe (int *ours,
           int *theirs,
           int  index_of_ours)
{
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  *ours = ends[index_of_ours];
  *theirs = ends[1 - index_of_ours];
}

/* Words are the same wherever the tests run, and text is UTF-8 all the same. */
static Program *
start (const char *const *argv,
       int                our_input,
       int                their_input)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  Program *self = g_new0 (Program, 1);
  int theirs[2];

  self->input = our_input;
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  g_subprocess_launcher_take_stdin_fd (launcher, their_input);
  for (guint i = 0; i < G_N_ELEMENTS (theirs); i++)
    {
      make_pipe (&self->fds[i], &theirs[i], 0);
      self->texts[i] = g_string_new (NULL);
      self->watches[i] = g_unix_fd_add (self->fds[i], G_IO_IN | G_IO_HUP, on_output, self);
    }
  g_subprocess_launcher_take_stdout_fd (launcher, theirs[OUTPUT]);
  g_subprocess_launcher_take_stderr_fd (launcher, theirs[NOTICES]);

  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_async (self->process, NULL, on_exited, &self->exited);
  return self;
}

/* Runs a program that reads from a pipe. */
Program *
program_new (const char *const *argv)
{
  int ours, theirs;

  make_pipe (&ours, &theirs, 1);
  return start (argv, ours, theirs);
}

/* Runs a program that reads from a terminal. */
Program *
program_new_on_terminal (const char *const *argv)
{
  int ours, theirs;

  g_assert_no_errno (openpty (&ours, &theirs, NULL, NULL, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ours, FALSE, NULL));
  return start (argv, ours, theirs);
}

void
program_free (Program *self)
{
  if (!self->exited)
    g_subprocess_force_exit (self->process);
  WAIT_UNTIL (self->exited);
  program_end_input (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    {
      g_clear_handle_id (&self->watches[i], g_source_remove);
      if (self->fds[i] >= 0)
        close (self->fds[i]);
      g_string_free (self->texts[i], TRUE);
    }
  g_object_unref (self->process);
  g_free (self);
}

void
program_type_bytes (Program    *self,
                    const char *bytes,
                    gsize       length)
{
  g_assert_cmpint (write (self->input, bytes, length), ==, length);
}

void
program_type (Program    *self,
              const char *text)
{
  program_type_bytes (self, text, strlen (text));
}

void
program_end_input (Program *self)
{
  if (self->input >= 0)
    close (self->input);
  self->input = -1;
}

/* As when the program that reads along has ended. */
void
program_close_output (Program *self)
{
  g_clear_handle_id (&self->watches[OUTPUT], g_source_remove);
  close (self->fds[OUTPUT]);
  self->fds[OUTPUT] = -1;
}

void
program_signal (Program *self,
                int      number)
{
  g_subprocess_send_signal (self->process, number);
}

static void
await (Program    *self,
       guint       i,
       const char *text)
{
  gint64 end = wait_begin ();

  while (strstr (self->texts[i]->str, text) == NULL)
    {
      g_autofree char *what = g_strdup_printf ("“%s” in “%s”; notices: “%s”", text,
                                               self->texts[i]->str, self->texts[NOTICES]->str);

      if (self->exited && self->watches[i] == 0)
        g_error ("the program has ended without %s", what);
      wait_step (end, G_STRLOC, G_STRFUNC, what);
    }
}

void
program_await_output (Program    *self,
                      const char *text)
{
  await (self, OUTPUT, text);
}

void
program_await_notice (Program    *self,
                      const char *text)
{
  await (self, NOTICES, text);
}

/* Waits for the program to end by itself, and for its last words. */
void
program_await_exit (Program *self,
                    int      status)
{
  WAIT_UNTIL (self->exited && self->watches[OUTPUT] == 0 && self->watches[NOTICES] == 0);
  if (!g_subprocess_get_if_exited (self->process) ||
      g_subprocess_get_exit_status (self->process) != status)
    g_error ("the program should have ended with %d, not %d: “%s”", status,
             g_subprocess_get_status (self->process), self->texts[NOTICES]->str);
}

/* What it has written to standard output so far. */
const char *
program_get_output (Program *self)
{
  return self->texts[OUTPUT]->str;
}

/* What it has written to standard error so far. */
const char *
program_get_notices (Program *self)
{
  return self->texts[NOTICES]->str;
}
