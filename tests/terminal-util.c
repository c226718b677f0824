/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "terminal-util.h"

static const char *path;

/* Where the program is. */
void
terminal_init (const char *terminal_path)
{
  path = terminal_path;
}

Program *
terminal_run_with (const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) path);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
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
