/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What two people compare, against values that Python's hashlib has computed. */

#include "hc-safety-code.h"
#include "hc-safety-symbol.h"

#include <locale.h>
#include <string.h>

#define FONT "Noto Color Emoji"

/* What both sides have put in. */
typedef struct
{
  guint8 caller_key[HC_KEY_LENGTH];
  guint8 callee_key[HC_KEY_LENGTH];
  guint8 caller_nonce[HC_NONCE_LENGTH];
  guint8 callee_nonce[HC_NONCE_LENGTH];
  guint8 session[HC_SESSION_LENGTH];
} Input;

static void
fill (guint8 *bytes,
      gsize   length,
      guint   first)
{
  for (gsize i = 0; i < length; i++)
    bytes[i] = first + i;
}

static void
input_fill (Input *input)
{
  fill (input->caller_key, sizeof input->caller_key, 100);
  fill (input->callee_key, sizeof input->callee_key, 200);
  fill (input->caller_nonce, sizeof input->caller_nonce, 0);
  fill (input->callee_nonce, sizeof input->callee_nonce, 50);
  fill (input->session, sizeof input->session, 240);
}

static HcSafetyCode *
make_code (const Input *input)
{
  return hc_safety_code_new (input->caller_key, input->caller_nonce,
                             input->callee_key, input->callee_nonce, input->session);
}

static void
assert_code (const Input *input,
             const char  *names,
             const char  *emoji)
{
  HcSafetyCode *code = make_code (input);
  g_autofree char *text = hc_safety_code_to_string (code);
  g_autoptr (GString) shown = g_string_new (NULL);

  g_assert_cmpuint (hc_safety_code_get_n_symbols (code), ==, 6);
  for (guint i = 0; i < hc_safety_code_get_n_symbols (code); i++)
    g_string_append (shown, hc_safety_code_get_emoji (code, i));
  g_assert_cmpstr (shown->str, ==, emoji);
  g_assert_cmpstr (text, ==, names);
  g_assert_finalize_object (code);
}

static void
test_commit (void)
{
  static const guint8 expected[HC_DIGEST_LENGTH] = {
    0x10, 0x91, 0x8c, 0x53, 0xf9, 0x41, 0xd0, 0x4a, 0x82, 0x2a, 0x78, 0xa1, 0x21, 0x58, 0x2d, 0x40,
    0x7c, 0xc5, 0xd8, 0x42, 0x7f, 0xf3, 0x3f, 0xb4, 0x67, 0x3b, 0x04, 0x6d, 0xe4, 0x2d, 0x28, 0x43,
  };
  guint8 nonce[HC_NONCE_LENGTH];
  guint8 commitment[HC_DIGEST_LENGTH];

  fill (nonce, sizeof nonce, 0);
  hc_safety_commit (nonce, commitment);
  g_assert_cmpmem (commitment, sizeof commitment, expected, sizeof expected);
}

static void
test_nonces (void)
{
  guint8 a[HC_NONCE_LENGTH] = { 0 };
  guint8 b[HC_NONCE_LENGTH] = { 0 };

  hc_safety_make_nonce (a);
  hc_safety_make_nonce (b);
  g_assert_true (memcmp (a, b, sizeof a) != 0);
}

static void
test_codes (void)
{
  Input input = { 0 };

  assert_code (&input, "Snowman, Rocket, Frog, Rose, Glasses, Cat", "⛄🚀🐸🌹👓🐱");
  input_fill (&input);
  assert_code (&input, "Snowman, Bell, Camel, Butterfly, Corn, Mushroom", "⛄🔔🐫🦋🌽🍄");
}

/* Any bit of what went in, and who is the caller. */
static void
test_codes_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Input input;
  Input swapped;
  guint8 *bytes = (guint8 *) &input;
  g_autoptr (HcSafetyCode) other = NULL;

  input_fill (&input);
  for (gsize i = 0; i < sizeof input; i++)
    {
      g_autoptr (HcSafetyCode) code = NULL;

      bytes[i] ^= 1 << (i % 8);
      code = make_code (&input);
      g_assert_true (g_hash_table_add (seen, hc_safety_code_to_string (code)));
      bytes[i] ^= 1 << (i % 8);
    }

  swapped = input;
  memcpy (swapped.caller_key, input.callee_key, sizeof input.callee_key);
  memcpy (swapped.callee_key, input.caller_key, sizeof input.caller_key);
  other = make_code (&swapped);
  g_assert_true (g_hash_table_add (seen, hc_safety_code_to_string (other)));
}

/* One character each, which is wide: what is in colour without being asked is. */
static void
test_symbols (void)
{
  g_autoptr (GHashTable) emoji = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < HC_N_SAFETY_SYMBOLS; i++)
    {
      const char *picture = hc_safety_symbol_get_emoji (i);
      const char *name = hc_safety_symbol_get_name (i);

      g_assert_true (g_utf8_validate (picture, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (picture, -1), ==, 1);
      g_assert_true (g_unichar_iswide (g_utf8_get_char (picture)));
      g_assert_true (g_hash_table_add (emoji, (gpointer) picture));
      g_assert_cmpuint (strlen (name), >, 0);
      g_assert_null (strchr (name, ','));
      g_assert_true (g_hash_table_add (names, (gpointer) name));
    }
}

/* In the protocol's own table, in this order: other programs are made from it. */
static void
test_documented (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", "protocol", "README.md",
                                                 NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *at;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  at = text;
  for (guint i = 0; i < HC_N_SAFETY_SYMBOLS; i++)
    {
      g_autofree char *cell = g_strdup_printf ("| %s %s |", hc_safety_symbol_get_emoji (i),
                                               hc_safety_symbol_get_name (i));

      at = strstr (at, cell);
      g_assert_nonnull (at);
    }
}

/* Of the fonts that have all of the characters. */
static char *
list_fonts (const char  *family,
            GError     **error)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  const char *argv[] = { "fc-list", NULL, "family", NULL };
  char *fonts = NULL;

  g_string_printf (pattern, ":family=%s:charset=", family);
  for (guint i = 0; i < HC_N_SAFETY_SYMBOLS; i++)
    g_string_append_printf (pattern, "%x ", g_utf8_get_char (hc_safety_symbol_get_emoji (i)));
  argv[1] = pattern->str;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                &fonts, NULL, NULL, error);
  return fonts;
}

static void
test_font (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fonts = list_fonts (FONT, &error);

  if (fonts == NULL)
    g_test_skip (error->message);
  else if (*fonts == '\0' && !g_file_test ("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
                                           G_FILE_TEST_EXISTS))
    g_test_skip ("fonts-noto-color-emoji is not installed");
  else
    g_assert_cmpstr (fonts, ==, FONT "\n");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/safety-code/commit", test_commit);
  g_test_add_func ("/safety-code/nonces", test_nonces);
  g_test_add_func ("/safety-code/codes", test_codes);
  g_test_add_func ("/safety-code/codes-differ", test_codes_differ);
  g_test_add_func ("/safety-code/symbols", test_symbols);
  g_test_add_func ("/safety-code/documented", test_documented);
  g_test_add_func ("/safety-code/font", test_font);

  return g_test_run ();
}
