/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-line-buffer.h"

#include <gio/gio.h>
#include <string.h>

static void
push (HcLineBuffer *buffer,
      const char   *text)
{
  hc_line_buffer_push (buffer, text, strlen (text));
}

static void
assert_line (HcLineBuffer *buffer,
             const char   *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_assert_true (hc_line_buffer_has_line (buffer));
  line = hc_line_buffer_pop (buffer, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, wanted);
}

static void
assert_fault (HcLineBuffer *buffer,
              int           code)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hc_line_buffer_has_line (buffer));
  g_assert_null (hc_line_buffer_pop (buffer, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_lines (HcLineBuffer *buffer)
{
  assert_line (buffer, "Hi");
  assert_line (buffer, "");
  assert_line (buffer, "Zoë 🎈");
  assert_line (buffer, "a\rb");
  assert_line (buffer, "last");
  g_assert_false (hc_line_buffer_has_line (buffer));
}

static void
test_split (void)
{
  const char text[] = "Hi\n\r\nZoë 🎈\r\na\rb\nlast";
  gsize length = strlen (text);

  for (gsize i = 0; i <= length; i++)
    {
      g_autoptr (HcLineBuffer) buffer = hc_line_buffer_new ();

      hc_line_buffer_push (buffer, text, i);
      hc_line_buffer_push (buffer, text + i, length - i);
      hc_line_buffer_finish (buffer);
      assert_lines (buffer);
    }
}

static void
test_incomplete (void)
{
  g_autoptr (HcLineBuffer) buffer = hc_line_buffer_new ();

  g_assert_false (hc_line_buffer_has_line (buffer));
  push (buffer, "Hi");
  g_assert_false (hc_line_buffer_has_line (buffer));
  push (buffer, " bob\nHow");
  assert_line (buffer, "Hi bob");
  g_assert_false (hc_line_buffer_has_line (buffer));
  push (buffer, " are you?\n");
  assert_line (buffer, "How are you?");
}

static void
test_end (void)
{
  g_autoptr (HcLineBuffer) buffer = hc_line_buffer_new ();

  hc_line_buffer_finish (buffer);
  g_assert_false (hc_line_buffer_has_line (buffer));
  push (buffer, "Hi\n");
  hc_line_buffer_finish (buffer);
  assert_line (buffer, "Hi");
  g_assert_false (hc_line_buffer_has_line (buffer));
}

static void
push_line_of (HcLineBuffer *buffer,
              gsize         length,
              const char   *end)
{
  g_autofree char *line = g_strnfill (length, 'x');

  push (buffer, line);
  push (buffer, end);
}

static void
test_long (void)
{
  g_autoptr (HcLineBuffer) buffer = hc_line_buffer_new ();
  g_autofree char *longest = g_strnfill (HC_LINE_MAX_LENGTH, 'x');

  push_line_of (buffer, HC_LINE_MAX_LENGTH, "\n");
  push_line_of (buffer, HC_LINE_MAX_LENGTH, "\r\n");
  push_line_of (buffer, HC_LINE_MAX_LENGTH + 1, "\n");
  push_line_of (buffer, HC_LINE_MAX_LENGTH + 1, "\r\n");
  push_line_of (buffer, 1000000, "\n");
  push (buffer, "short\n");

  assert_line (buffer, longest);
  assert_line (buffer, longest);
  assert_fault (buffer, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_fault (buffer, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_fault (buffer, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_line (buffer, "short");
}

static void
test_not_text (void)
{
  g_autoptr (HcLineBuffer) buffer = hc_line_buffer_new ();

  push (buffer, "Hi \xff\n");
  hc_line_buffer_push (buffer, "a\0b\n", 4);
  push (buffer, "Hi\n");

  assert_fault (buffer, G_IO_ERROR_INVALID_DATA);
  assert_fault (buffer, G_IO_ERROR_INVALID_DATA);
  assert_line (buffer, "Hi");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/terminal-lines/split", test_split);
  g_test_add_func ("/terminal-lines/incomplete", test_incomplete);
  g_test_add_func ("/terminal-lines/end", test_end);
  g_test_add_func ("/terminal-lines/long", test_long);
  g_test_add_func ("/terminal-lines/not-text", test_not_text);

  return g_test_run ();
}
