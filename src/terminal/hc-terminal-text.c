/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-terminal-text.h"

/* No ID begins with a blank, so no line of a message can pass for the first
 * line of another one, nor for a notice. */
#define CONTINUATION "\n  | "
#define NOTICE "* "

/* Controls drive the terminal, separators fake a line, and what overrides or
 * isolates a direction makes a line read as another one. Joiners and direction
 * marks stay: emoji and languages need them. */
static gboolean
is_harmful (gunichar c)
{
  return g_unichar_iscntrl (c) ||
         c == 0x2028 || c == 0x2029 ||
         (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

static void
append_escaped (GString  *result,
                gunichar  c)
{
  if (is_harmful (c) && c != '\t')
    g_string_append_printf (result, "\\u%04x", c);
  else
    g_string_append_unichar (result, c);
}

/**
 * hc_terminal_text_escape:
 * @text: UTF-8 from anywhere
 *
 * Makes a text harmless for a terminal, and one line: control characters,
 * line ends and what turns the direction of text are shown as `\u001b`.
 *
 * Returns: (transfer full): the text
 */
char *
hc_terminal_text_escape (const char *text)
{
  g_autoptr (GString) result = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    append_escaped (result, g_utf8_get_char (text));
  return g_string_free (g_steal_pointer (&result), FALSE);
}

/**
 * hc_terminal_text_format:
 * @sender_id: who said it
 * @text: what
 *
 * Writes a message as lines for a terminal: `bob: text`, each further line
 * marked, so that nobody can fake another's line.
 *
 * Returns: (transfer full): the lines, with a newline at the end
 */
char *
hc_terminal_text_format (const char *sender_id,
                         const char *text)
{
  g_autofree char *sender = hc_terminal_text_escape (sender_id);
  g_autoptr (GString) result = g_string_new (g_str_has_prefix (sender, NOTICE) ? "\\" : "");

  g_return_val_if_fail (text != NULL, NULL);

  g_string_append (result, sender);
  g_string_append (result, ": ");
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (*text == '\n')
      g_string_append (result, CONTINUATION);
    else
      append_escaped (result, g_utf8_get_char (text));
  g_string_append_c (result, '\n');
  return g_string_free (g_steal_pointer (&result), FALSE);
}

/**
 * hc_terminal_text_format_notice:
 * @text: what the program has to say, with words from anywhere in it
 *
 * Writes a notice as one line for a terminal. No line of a message begins so.
 *
 * Returns: (transfer full): the line, with a newline at the end
 */
char *
hc_terminal_text_format_notice (const char *text)
{
  g_autofree char *harmless = hc_terminal_text_escape (text);

  return g_strconcat (NOTICE, harmless, "\n", NULL);
}
