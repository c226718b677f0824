/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-client-id.h"

#include <string.h>

/*
 * People know each other by their IDs, and an ID is what it looks like. What
 * can't be seen, and what passes for something else, would make two of one.
 * Source: protocol, section 1; Unicode UAX #31, UTS #39.
 */

/* Nothing is drawn for these, though they are no format characters (Cf): most of
 * Unicode's Default_Ignorable_Code_Point, and the Braille pattern without dots. */
static const struct { gunichar first, last; } invisible[] = {
  { 0x034f, 0x034f }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2065, 0x2065 },
  { 0x2800, 0x2800 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfff8 },
  { 0xe0000, 0xe0fff },
};

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
is_invisible (gunichar c)
{
  if (g_unichar_type (c) == G_UNICODE_FORMAT)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (invisible); i++)
    if (c >= invisible[i].first && c <= invisible[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_odd_blank (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return c != ' ' && (type == G_UNICODE_SPACE_SEPARATOR || type == G_UNICODE_LINE_SEPARATOR ||
                      type == G_UNICODE_PARAGRAPH_SEPARATOR);
}

/* Those of East Asia are written with each other, and with Latin, and look like
 * nothing else. */
static gboolean
is_mixed (GUnicodeScript script)
{
  static const GUnicodeScript scripts[] = {
    G_UNICODE_SCRIPT_COMMON, G_UNICODE_SCRIPT_INHERITED, G_UNICODE_SCRIPT_UNKNOWN,
    G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA,
    G_UNICODE_SCRIPT_BOPOMOFO, G_UNICODE_SCRIPT_HANGUL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (script == scripts[i])
      return TRUE;
  return FALSE;
}

/* Whether a word has letters that pass for those of another script: in Cyrillic,
 * the "a" of "alice" is another letter. */
static gboolean
has_two_scripts (const char *id)
{
  GUnicodeScript script = G_UNICODE_SCRIPT_COMMON;

  for (const char *at = id; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeScript next = g_unichar_get_script (c);

      if (!g_unichar_isalnum (c) && !g_unichar_ismark (c))
        script = G_UNICODE_SCRIPT_COMMON;
      else if (!is_mixed (next) && script != G_UNICODE_SCRIPT_COMMON && next != script)
        return TRUE;
      else if (!is_mixed (next))
        script = next;
    }
  return FALSE;
}

static gboolean
is_composed (const char *id)
{
  g_autofree char *composed = g_utf8_normalize (id, -1, G_NORMALIZE_DEFAULT_COMPOSE);

  return composed != NULL && strcmp (composed, id) == 0;
}

/**
 * hc_client_id_find_disguise:
 * @id: UTF-8
 *
 * Finds what makes an ID look like another one.
 *
 * Returns: (transfer none) (nullable): what there is in it, as in "the ID has
 *   ...", or %NULL if it is what it looks like
 */
const char *
hc_client_id_find_disguise (const char *id)
{
  if (is_ascii (id))
    return NULL;
  if (g_unichar_ismark (g_utf8_get_char (id)))
    return "a mark with no letter before it";
  for (const char *at = id; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (is_invisible (g_utf8_get_char (at)))
        return "a character that can't be seen";
      if (is_odd_blank (g_utf8_get_char (at)))
        return "a blank that is no space";
    }
  if (!is_composed (id))
    return "a character in pieces (it is not in Unicode's form NFC)";
  return has_two_scripts (id) ? "letters of two scripts in one word" : NULL;
}

/**
 * hc_client_id_fold:
 * @id: UTF-8
 *
 * Makes one of all IDs that differ in case or in compatible forms only, such as
 * letters of full width. Source: Unicode, section 3.13, NFKC and case folding.
 *
 * Returns: (transfer full): what they have in common
 */
char *
hc_client_id_fold (const char *id)
{
  g_autofree char *compatible = NULL;
  g_autofree char *folded = NULL;

  if (is_ascii (id))
    return g_ascii_strdown (id, -1);
  compatible = g_utf8_normalize (id, -1, G_NORMALIZE_ALL_COMPOSE);
  folded = g_utf8_casefold (compatible, -1);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

/**
 * hc_client_id_is_alike:
 * @id: UTF-8
 * @other: UTF-8
 *
 * Tells whether two IDs could be taken for each other.
 *
 * Returns: %TRUE if hc_client_id_fold() makes the same of both
 */
gboolean
hc_client_id_is_alike (const char *id,
                       const char *other)
{
  g_autofree char *folded = NULL;
  g_autofree char *other_folded = NULL;

  if (strcmp (id, other) == 0)
    return TRUE;
  if (is_ascii (id) && is_ascii (other))
    return g_ascii_strcasecmp (id, other) == 0;
  folded = hc_client_id_fold (id);
  other_folded = hc_client_id_fold (other);
  return strcmp (folded, other_folded) == 0;
}
