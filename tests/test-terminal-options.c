/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line of hybridchat-terminal. */

#include "terminal-util.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *arguments[5];
  const char *complaint;
} OptionCase;

static const OptionCase option_cases[] = {
  { "none", { NULL }, "--id" },
  { "no-id", { "--server=localhost:5000" }, "--id" },
  { "no-server", { "--id=alice" }, "--server" },
  { "empty-id", { "--id=", "--server=localhost:5000" }, "1 to 64" },
  { "long-id", { "--id=0123456789012345678901234567890123456789012345678901234567890123x", "--server=h:1" }, "1 to 64" },
  { "blank-id", { "--id= alice", "--server=localhost:5000" }, "blank" },
  { "control-id", { "--id=a\x1b" "b", "--server=localhost:5000" }, "control character" },
  { "binary-id", { "--id=a\xff" "b", "--server=localhost:5000" }, "UTF-8" },
  { "empty-server", { "--id=alice", "--server=" }, "HOST:PORT" },
  { "bad-server", { "--id=alice", "--server=localhost:port" }, "HOST:PORT" },
  { "binary-server", { "--id=alice", "--server=\xff:5000" }, "HOST:PORT" },
  { "server-port", { "--id=alice", "--server=localhost:65536" }, "HOST:PORT" },
  { "port-text", { "--id=alice", "--server=localhost:5000", "--port=many" }, "--port=many" },
  { "port-high", { "--id=alice", "--server=localhost:5000", "--port=65536" }, "65535" },
  { "port-negative", { "--id=alice", "--server=localhost:5000", "--port=-1" }, "--port=-1" },
  { "port-empty", { "--id=alice", "--server=localhost:5000", "--port=" }, "--port=" },
  { "address", { "--id=alice", "--server=localhost:5000", "--address=localhost" }, "--address=localhost" },
  { "unknown", { "--id=alice", "--server=localhost:5000", "--colour" }, "--colour" },
  { "argument", { "--id=alice", "--server=localhost:5000", "bob" }, "bob" },
};

static void
test_option (gconstpointer data)
{
  const OptionCase *c = data;
  g_autoptr (Program) program = terminal_run_with (c->arguments);
  const char *notices;

  program_await_exit (program, 2);
  notices = program_get_notices (program);
  g_test_message ("%s", notices);
  g_assert_true (g_str_has_prefix (notices, "hybridchat-terminal: "));
  g_assert_nonnull (strstr (notices, c->complaint));
  g_assert_true (strchr (notices, '\n') == notices + strlen (notices) - 1);
  g_assert_cmpstr (program_get_output (program), ==, "");
}

static void
test_version (void)
{
  g_autoptr (Program) program = terminal_run_with ((const char *const[]) { "--version", NULL });

  program_await_exit (program, 0);
  g_assert_true (g_str_has_prefix (program_get_output (program), "hybridchat-terminal "));
  g_assert_cmpstr (program_get_notices (program), ==, "");
}

static void
test_option_help (void)
{
  g_autoptr (Program) program = terminal_run_with ((const char *const[]) { "--help", NULL });

  program_await_exit (program, 0);
  program_await_output (program, "--server=HOST:PORT");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  terminal_init (argv[1]);

  for (guint i = 0; i < G_N_ELEMENTS (option_cases); i++)
    {
      g_autofree char *test = g_strconcat ("/terminal-options/refused/", option_cases[i].name, NULL);

      g_test_add_data_func (test, &option_cases[i], test_option);
    }
  g_test_add_func ("/terminal-options/version", test_version);
  g_test_add_func ("/terminal-options/help", test_option_help);

  return terminal_test_run ();
}
