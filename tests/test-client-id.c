/* SPDX-License-Identifier: GPL-3.0-or-later */

/* IDs that look like others, or like nothing at all. Protocol, section 1. */

#include "hc-client-id.h"
#include "hc-text.h"

#include <string.h>

/* What an ID may be, and the word that says why not. */
static const struct { const char *name; const char *id; const char *fault; } ids[] = {
  { "plain", "alice", NULL },
  { "signs", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", NULL },
  { "umlaut", "zoë", NULL },
  { "cyrillic", "Алиса", NULL },
  { "cyrillic-and-digits", "Алиса77", NULL },
  { "word-by-word", "DJ Алиса", NULL },
  { "hyphenated", "pop-поп", NULL },
  { "greek", "Αλίκη", NULL },
  { "arabic", "أليس", NULL },
  { "hebrew", "עליזה", NULL },
  { "devanagari", "ऐलिस", NULL },
  { "thai", "อลิส", NULL },
  { "japanese", "アリス愛あり", NULL },
  { "japanese-and-latin", "Aliceアリス", NULL },
  { "korean", "앨리스", NULL },
  { "emoji", "\xf0\x9f\x99\x82", NULL },
  { "emoji-with-skin", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", NULL },
  { "vietnamese", "Nguyễn", NULL },

  { "zero-width-space", "ali\u200bce", "seen" },
  { "zero-width-joiner", "ali\u200dce", "seen" },
  { "zero-width-non-joiner", "ali\u200cce", "seen" },
  { "word-joiner", "ali\u2060ce", "seen" },
  { "byte-order-mark", "\ufeffalice", "seen" },
  { "soft-hyphen", "ali\u00adce", "seen" },
  { "right-to-left-override", "\u202eecila", "seen" },
  { "left-to-right-mark", "alice\u200e", "seen" },
  { "isolate", "\u2066alice\u2069", "seen" },
  { "arabic-letter-mark", "alice\u061c", "seen" },
  { "grapheme-joiner", "ali\u034fce", "seen" },
  { "variation-selector", "alice\ufe0f", "seen" },
  { "variation-selector-17", "alice\U000e0100", "seen" },
  { "tag", "alice\U000e0061", "seen" },
  { "hangul-filler", "\u3164", "seen" },
  { "braille-blank", "\u2800", "seen" },
  { "no-break-space", "alice\u00a0b", "blank" },
  { "em-space", "alice\u2003b", "blank" },
  { "ideographic-space", "\u3000", "blank" },
  { "line-separator", "alice\u2028b", "blank" },
  { "decomposed", "zoe\u0308", "NFC" },
  { "angstrom", "\u212b", "NFC" },
  { "mark-first", "\u0301alice", "mark" },
  { "cyrillic-a", "\u0430lice", "scripts" },
  { "cyrillic-in-the-middle", "p\u0430ypal", "scripts" },
  { "cyrillic-behind-digits", "a1\u0430", "scripts" },
  { "cyrillic-behind-a-mark", "x\u0323\u0430", "scripts" },
  { "greek-o", "b\u03bfb", "scripts" },
  { "armenian-o", "b\u0585b", "scripts" },
  { "second-word", "alice b\u043eb", "scripts" },
  { "between-east-asian", "a愛\u0430", "scripts" },
};

static void
test_id (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  const char *disguise = hc_client_id_find_disguise (ids[i].id);
  g_autoptr (GError) error = NULL;

  g_assert_true (hc_client_id_validate (ids[i].id, &error) == (ids[i].fault == NULL));
  if (ids[i].fault == NULL)
    {
      g_assert_cmpstr (disguise, ==, NULL);
      return;
    }
  g_assert_nonnull (disguise);
  g_assert_nonnull (strstr (disguise, ids[i].fault));
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID);
  g_assert_nonnull (strstr (error->message, disguise));
}

/* Whatever else is in it. */
static void
test_every_format_character (void)
{
  for (gunichar c = 0x80; c <= 0x10ffff; c++)
    {
      char id[16] = "a";
      GUnicodeType type = g_unichar_type (c);

      if (c >= 0xd800 && c <= 0xdfff)
        continue;
      id[1 + g_unichar_to_utf8 (c, id + 1)] = '\0';
      if (type == G_UNICODE_FORMAT || type == G_UNICODE_SPACE_SEPARATOR ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        g_assert_nonnull (hc_client_id_find_disguise (id));
      else if (hc_client_id_find_disguise (id) == NULL)
        {
          g_autofree char *composed = g_utf8_normalize (id, -1, G_NORMALIZE_NFC);

          g_assert_cmpstr (composed, ==, id);
        }
    }
}

static const struct { const char *id; const char *other; gboolean is_alike; } pairs[] = {
  { "alice", "alice", TRUE },
  { "alice", "Alice", TRUE },
  { "alice", "ALICE", TRUE },
  { "zoë", "ZOË", TRUE },
  { "straße", "STRASSE", TRUE },
  { "alice", "\uff41\uff4c\uff49\uff43\uff45", TRUE },
  { "alice", "\U0001d41a\U0001d425\U0001d422\U0001d41c\U0001d41e", TRUE },
  { "\ufb01nn", "finn", TRUE },
  { "kim", "\u212aim", TRUE },
  { "a1", "a\u00b9", TRUE },
  { "Σ", "ς", TRUE },
  { "alice", "bob", FALSE },
  { "alice", "alic", FALSE },
  { "alice", "alice ", FALSE },
  { "zoe", "zoë", FALSE },
  { "a1", "al", FALSE },
  { "", "a", FALSE },
};

static void
test_alike (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *folded = hc_client_id_fold (pairs[i].id);
      g_autofree char *other = hc_client_id_fold (pairs[i].other);

      g_test_message ("%s, %s", pairs[i].id, pairs[i].other);
      g_assert_true (hc_client_id_is_alike (pairs[i].id, pairs[i].other) == pairs[i].is_alike);
      g_assert_true (hc_client_id_is_alike (pairs[i].other, pairs[i].id) == pairs[i].is_alike);
      g_assert_true (g_str_equal (folded, other) == pairs[i].is_alike);

      /* Those that are alike are alike still. */
      g_assert_true (hc_client_id_is_alike (pairs[i].id, folded));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *path = g_strconcat ("/client-id/", ids[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_id);
    }
  g_test_add_func ("/client-id/every-format-character", test_every_format_character);
  g_test_add_func ("/client-id/alike", test_alike);

  return g_test_run ();
}
