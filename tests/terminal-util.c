/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "terminal-util.h"

#include <glib/gstdio.h>

static const char *path;
static char *folder;

/* Where the program is. */
void
terminal_init (const char *terminal_path)
{
  path = terminal_path;
  folder = g_dir_make_tmp ("hybridchat-terminal-XXXXXX", NULL);
  g_assert_nonnull (folder);
}

static void
remove_all (const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (name, 0, NULL);
  const char *child;

  while (dir != NULL && (child = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (name, child, NULL);

      remove_all (below);
    }
  g_remove (name);
}

/* Runs the tests, and leaves nothing behind. */
int
terminal_test_run (void)
{
  int status = g_test_run ();

  remove_all (folder);
  g_free (folder);
  return status;
}

/* Each program has a computer of its own: its key, and whom it knows. */
static void
change_computer (void)
{
  static guint n;
  g_autofree char *data = g_strdup_printf ("%s/%u", folder, n++);

  g_setenv ("XDG_DATA_HOME", data, TRUE);
}

Program *
terminal_run_with (const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) path);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  change_computer ();
  return program_new ((const char *const *) argv->pdata);
}

/* A server that is named, and ours on a pipe or a terminal. */
Program *
terminal_run_on (const char *server,
                 const char *id,
                 gboolean    on_terminal)
{
  g_autofree char *id_argument = g_strconcat ("--id=", id, NULL);
  g_autofree char *server_argument = g_strconcat ("--server=", server, NULL);
  const char *argv[] = { path, id_argument, server_argument, "--address=127.0.0.1", NULL };

  change_computer ();
  return on_terminal ? program_new_on_terminal (argv) : program_new (argv);
}

Program *
terminal_run (Hub        *hub,
              const char *id)
{
  return terminal_run_on (hub->name, id, FALSE);
}

/* alice has been called by bob, whose session is here. */
Program *
terminal_run_called (Hub        *hub,
                     gboolean    on_terminal,
                     HcSession **bob)
{
  Program *alice = terminal_run_on (hub->name, "alice", on_terminal);

  program_type (alice, "/register\n/bridge\n");
  program_await_notice (alice, "Nobody is ready");
  *bob = hub_register (hub, "bob");
  hc_session_bridge (*bob);
  session_await (*bob, HC_SESSION_MATCHED);
  hc_session_chat (*bob);
  session_await (*bob, HC_SESSION_CHATTING);
  program_await_notice (alice, "bob has called");
  return alice;
}
