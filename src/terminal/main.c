/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "config.h"
#include "hc-identity.h"
#include "hc-terminal-options.h"
#include "hc-terminal.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

/* Started with one of them closed, the next socket would take its number. */
static void
open_standard_descriptors (void)
{
  int fd;

  while ((fd = open ("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
    continue;
  if (fd >= 0)
    close (fd);
}

static void
set_locale (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static HcSession *
make_session (HcTerminalOptions *options)
{
  g_autofree char *folder = hc_identity_dup_default_folder ();
  HcSession *session = hc_session_new ();

  hc_session_set_data_folder (session, folder);
  hc_session_set_id (session, options->id);
  hc_session_set_server (session, options->server);
  hc_session_set_address (session, options->address);
  hc_session_set_port (session, options->port);
  hc_session_set_encryption_required (session, options->require_encryption);
  return session;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (HcTerminalOptions) options = NULL;
  g_autoptr (HcSession) session = NULL;
  g_autoptr (HcTerminal) terminal = NULL;
  g_autoptr (GError) error = NULL;

  open_standard_descriptors ();
  set_locale ();
  options = hc_terminal_options_parse (&argc, &argv, &error);
  if (options == NULL)
    {
      fprintf (stderr, "hybridchat-terminal: %s\n", error->message);
      return 2;
    }
  if (options->version)
    {
      g_print ("hybridchat-terminal %s\n", VERSION);
      return 0;
    }

  session = make_session (options);
  terminal = hc_terminal_new (session);
  return hc_terminal_run (terminal);
}
