/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-command.h"

typedef struct
{
  const char *line;
  HcCommandKind kind;
  const char *text;
} Case;

static const Case cases[] = {
  { "Hi bob", HC_COMMAND_SAY, "Hi bob" },
  { " /register", HC_COMMAND_SAY, " /register" },
  { "//register", HC_COMMAND_SAY, "/register" },
  { "///", HC_COMMAND_SAY, "//" },
  { "/id", HC_COMMAND_ID, "" },
  { "/id \t", HC_COMMAND_ID, "" },
  { "/id  Zoë K ", HC_COMMAND_ID, "Zoë K" },
  { "/register", HC_COMMAND_REGISTER, "" },
  { "/register  ", HC_COMMAND_REGISTER, "" },
  { "/bridge", HC_COMMAND_BRIDGE, "" },
  { "/chat", HC_COMMAND_CHAT, "" },
  { "/cancel", HC_COMMAND_CANCEL, "" },
  { "/quit", HC_COMMAND_QUIT, "" },
  { "/help", HC_COMMAND_HELP, "" },
  { "/", HC_COMMAND_UNKNOWN, "/" },
  { "/quit now", HC_COMMAND_UNKNOWN, "/quit now" },
  { "/Quit", HC_COMMAND_UNKNOWN, "/Quit" },
  { "/usr/bin", HC_COMMAND_UNKNOWN, "/usr/bin" },
};

static void
test_parse (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (HcCommand) command = hc_command_parse (c->line);

  g_assert_cmpint (hc_command_get_kind (command), ==, c->kind);
  g_assert_cmpstr (hc_command_get_text (command), ==, c->text);
}

static void
test_immediate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HcCommand) command = hc_command_parse (cases[i].line);
      gboolean wanted = cases[i].kind == HC_COMMAND_CANCEL || cases[i].kind == HC_COMMAND_QUIT ||
                        cases[i].kind == HC_COMMAND_HELP;

      g_assert_cmpint (hc_command_is_immediate (command), ==, wanted);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/terminal-command/parse/%u", i);

      g_test_add_data_func (path, &cases[i], test_parse);
    }
  g_test_add_func ("/terminal-command/immediate", test_immediate);

  return g_test_run ();
}
