/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "hc-markup.h"

#include <string.h>

static gsize
scheme_length (const char *text)
{
  static const char *const schemes[] = { "https://", "http://" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return strlen (schemes[i]);
  return 0;
}

/* A right-to-left override in a link could make it look like another one. */
static gboolean
may_stand_in_link (gunichar c)
{
  if (c < 128)
    return g_ascii_isgraph (c) && strchr ("<>\"`{}|\\^", (int) c) == NULL;
  return !g_unichar_isspace (c) && !g_unichar_iscntrl (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
}

static gboolean
closes_nothing (const char *start,
                const char *bracket,
                char        opening)
{
  int depth = 0;

  for (const char *p = start; p <= bracket; p++)
    depth += *p == opening ? 1 : *p == *bracket ? -1 : 0;
  return depth < 0;
}

/* The sentence's own punctuation after a link is no part of it. */
static gboolean
ends_sentence (const char *start,
               const char *last)
{
  gunichar c = g_utf8_get_char (last);

  if (c == ')')
    return closes_nothing (start, last, '(');
  if (c == ']')
    return closes_nothing (start, last, '[');
  return c < 128 ? strchr (".,;:!?'*_", (int) c) != NULL : g_unichar_ispunct (c);
}

static const char *
find_link_end (const char *start)
{
  const char *minimum = start + scheme_length (start);
  const char *end = minimum;

  while (*end != '\0' && may_stand_in_link (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  while (end > minimum && ends_sentence (start, g_utf8_prev_char (end)))
    end = g_utf8_prev_char (end);
  if (end == minimum || (!g_unichar_isalnum (g_utf8_get_char (minimum)) && *minimum != '['))
    return NULL;
  return end;
}

static gboolean
begins_word (const char *text,
             const char *at)
{
  return at == text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)));
}

static void
append_escaped (GString    *markup,
                const char *start,
                const char *end)
{
  g_autofree char *escaped = g_markup_escape_text (start, end - start);

  g_string_append (markup, escaped);
}

/**
 * hc_markup_from_text:
 * @text: UTF-8 that somebody else wrote
 *
 * Makes links of the http and https addresses in a text. Everything else is
 * escaped: nothing in it is taken for markup.
 *
 * Returns: (transfer full): Pango markup with GtkLabel's `<a>`
 */
char *
hc_markup_from_text (const char *text)
{
  GString *markup;
  const char *plain = text;

  g_return_val_if_fail (text != NULL, NULL);

  markup = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; )
    {
      const char *end = scheme_length (p) > 0 && begins_word (text, p) ? find_link_end (p) : NULL;

      if (end == NULL)
        {
          p = g_utf8_next_char (p);
          continue;
        }
      append_escaped (markup, plain, p);
      g_string_append (markup, "<a href=\"");
      append_escaped (markup, p, end);
      g_string_append (markup, "\">");
      append_escaped (markup, p, end);
      g_string_append (markup, "</a>");
      plain = p = end;
    }
  append_escaped (markup, plain, plain + strlen (plain));
  return g_string_free (markup, FALSE);
}
