/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-base64url.h"

#include <string.h>

/**
 * hc_base64url_encode:
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Writes bytes as text that may stand in a header: base64 with `-` and `_`, and
 * without padding. Source: RFC 4648, section 5.
 *
 * Returns: (transfer full): the text
 */
char *
hc_base64url_encode (const guint8 *data,
                     gsize         length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static gboolean
is_in_alphabet (const char *text,
                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
      return FALSE;
  return TRUE;
}

/**
 * hc_base64url_to_bytes:
 * @text: text, which need not end with NUL
 * @text_length: how many characters
 *
 * Reads what hc_base64url_encode() has written. There is only one text for the
 * same bytes: padding, blanks and bits that mean nothing are refused.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL if the text is no
 *   base64url
 */
GBytes *
hc_base64url_to_bytes (const char *text,
                       gsize       text_length)
{
  g_autofree char *padded = NULL;
  g_autofree char *again = NULL;
  guint8 *data;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  if (text_length == 0 || text_length % 4 == 1 || !is_in_alphabet (text, text_length))
    return NULL;

  padded = g_strdup_printf ("%.*s%s", (int) text_length, text,
                            &"==="[text_length % 4 == 0 ? 3 : text_length % 4 - 1]);
  g_strdelimit (padded, "-", '+');
  g_strdelimit (padded, "_", '/');
  data = g_base64_decode (padded, &length);
  again = hc_base64url_encode (data, length);
  if (strlen (again) == text_length && memcmp (again, text, text_length) == 0)
    return g_bytes_new_take (data, length);

  g_free (data);
  return NULL;
}

/**
 * hc_base64url_decode:
 * @text: text
 * @data: (out caller-allocates) (array length=length): where to put the bytes
 * @length: how many bytes it must be
 *
 * Reads a number of bytes that is known beforehand, such as a key's 32.
 *
 * Returns: %TRUE if the text is base64url of just so many bytes
 */
gboolean
hc_base64url_decode (const char *text,
                     guint8     *data,
                     gsize       length)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (text != NULL && data != NULL, FALSE);

  bytes = hc_base64url_to_bytes (text, strlen (text));
  if (bytes == NULL || g_bytes_get_size (bytes) != length)
    return FALSE;

  memcpy (data, g_bytes_get_data (bytes, NULL), length);
  return TRUE;
}
