/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-terminal-text.h"

typedef struct
{
  const char *sender;
  const char *text;
  const char *lines;
} FormatCase;

static const FormatCase format_cases[] = {
  { "bob", "Hi alice", "bob: Hi alice\n" },
  { "bob", "note: x", "bob: note: x\n" },
  { "Zoë", "🎈 and 👩‍👩‍👧", "Zoë: 🎈 and 👩‍👩‍👧\n" },
  { "bob", "", "bob: \n" },
  { "bob", "a\tb", "bob: a\tb\n" },
  { "bob", "one\ntwo", "bob: one\n  | two\n" },
  { "bob", "one\n\nalice: I owe you\n", "bob: one\n  | \n  | alice: I owe you\n  | \n" },
  { "bob", "\x1b[2J\x07", "bob: \\u001b[2J\\u0007\n" },
  { "bob", "\xc2\x9b" "31m\x7f", "bob: \\u009b31m\\u007f\n" },
  { "bob", "a\ralice: b", "bob: a\\u000dalice: b\n" },
  { "bob", "a\xe2\x80\xa8" "b\xe2\x80\xa9" "c\v\f", "bob: a\\u2028b\\u2029c\\u000b\\u000c\n" },
  { "bob", "\xe2\x80\xaegnp.exe\xe2\x80\xac", "bob: \\u202egnp.exe\\u202c\n" },
  { "bob", "\xe2\x81\xa6x\xe2\x81\xa9", "bob: \\u2066x\\u2069\n" },
  { "bob", "\xe2\x80\x8f" "שלום", "bob: \xe2\x80\x8f" "שלום\n" },
  { "\xe2\x80\xae" "ecila", "Hi", "\\u202eecila: Hi\n" },
  { "* alice has left", "Hi", "\\* alice has left: Hi\n" },
};

static void
test_format (gconstpointer data)
{
  const FormatCase *c = data;
  g_autofree char *lines = hc_terminal_text_format (c->sender, c->text);

  g_assert_cmpstr (lines, ==, c->lines);
}

static void
test_notice (void)
{
  g_autofree char *line = hc_terminal_text_format_notice ("bob\nhas \x1b[1mleft");

  g_assert_cmpstr (line, ==, "* bob\\u000ahas \\u001b[1mleft\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/terminal-text/format/%u", i);

      g_test_add_data_func (path, &format_cases[i], test_format);
    }
  g_test_add_func ("/terminal-text/notice", test_notice);

  return g_test_run ();
}
