/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hc-server-program.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("hybridchat-server");

  return hc_server_program_run (argc, argv);
}
