/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes as text: RFC 4648, sections 5 and 10, without padding. */

#include "hc-base64url.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *bytes;
  gsize length;
  const char *text;
} Vector;

static const Vector vectors[] = {
  { "one", "f", 1, "Zg" },
  { "two", "fo", 2, "Zm8" },
  { "three", "foo", 3, "Zm9v" },
  { "four", "foob", 4, "Zm9vYg" },
  { "five", "fooba", 5, "Zm9vYmE" },
  { "six", "foobar", 6, "Zm9vYmFy" },
  { "last-two-letters", "\xfb\xff\xfe", 3, "-__-" },
  { "zeros", "\0\0\0\0", 4, "AAAAAA" },
};

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autofree char *text = hc_base64url_encode ((const guint8 *) vector->bytes, vector->length);
  g_autoptr (GBytes) bytes = hc_base64url_to_bytes (vector->text, strlen (vector->text));
  guint8 room[8];

  g_assert_cmpstr (text, ==, vector->text);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   vector->bytes, vector->length);

  g_assert_true (hc_base64url_decode (vector->text, room, vector->length));
  g_assert_cmpmem (room, vector->length, vector->bytes, vector->length);
  g_assert_false (hc_base64url_decode (vector->text, room, vector->length + 1));
  g_assert_false (hc_base64url_decode (vector->text, room, vector->length - 1));
}

/* One text for the same bytes: whoever compares texts compares bytes. */
static void
test_refused (gconstpointer data)
{
  const char *text = data;
  guint8 room[8];

  g_assert_null (hc_base64url_to_bytes (text, strlen (text)));
  for (gsize length = 0; length < sizeof room; length++)
    g_assert_false (hc_base64url_decode (text, room, length));
}

static const struct { const char *name; const char *text; } refused[] = {
  { "nothing", "" },
  { "one-letter", "Z" },
  { "five-letters", "Zm9vY" },
  { "padding", "Zg==" },
  { "padding-alone", "====" },
  { "letters-of-base64", "+//+" },
  { "blank", "Zm 9v" },
  { "blank-behind", "Zm9v " },
  { "newline", "Zm9v\n" },
  { "dot", "Zm9v.Zm9v" },
  { "not-ascii", "Zm9\xc3\xa9" },
  { "idle-bits-of-one", "Zh" },
  { "idle-bits-of-two", "Zm9" },
};

/* Of a longer text, only what was asked for. */
static void
test_part (void)
{
  g_autoptr (GBytes) bytes = hc_base64url_to_bytes ("Zm9v.rest", 4);

  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "foo", 3);
}

static void
test_round_trips (void)
{
  guint8 bytes[256];
  guint8 again[256];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = i * 37;
  for (gsize length = 1; length <= sizeof bytes; length++)
    {
      g_autofree char *text = hc_base64url_encode (bytes, length);

      g_assert_cmpuint (strlen (text), ==, (length * 4 + 2) / 3);
      g_assert_true (hc_base64url_decode (text, again, length));
      g_assert_cmpmem (again, length, bytes, length);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *path = g_strconcat ("/base64url/vector/", vectors[i].name, NULL);

      g_test_add_data_func (path, &vectors[i], test_vector);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strconcat ("/base64url/refused/", refused[i].name, NULL);

      g_test_add_data_func (path, refused[i].text, test_refused);
    }
  g_test_add_func ("/base64url/part", test_part);
  g_test_add_func ("/base64url/round-trips", test_round_trips);

  return g_test_run ();
}
