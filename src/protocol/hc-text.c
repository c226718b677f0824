/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-text.h"
#include "hc-client-id.h"

#include <arpa/inet.h>
#include <string.h>

/**
 * hc_text_find_control_character:
 * @text: (array length=length): UTF-8
 * @length: how many bytes
 *
 * Finds a character of Unicode's category Cc: C0, DEL and C1, of which C1 is
 * two bytes of UTF-8.
 *
 * Returns: (transfer none) (nullable): the first one, or %NULL
 */
const char *
hc_text_find_control_character (const char *text,
                                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c < 0x20 || c == 0x7f)
        return text + i;
      if (c == 0xc2 && i + 1 < length && (guchar) text[i + 1] < 0xa0)
        return text + i;
    }
  return NULL;
}

/**
 * hc_text_is_address:
 * @text: text
 *
 * Tells whether a text is a literal IPv4 or IPv6 address, without a scope.
 *
 * Returns: %TRUE if it is
 */
gboolean
hc_text_is_address (const char *text)
{
  struct in6_addr address;

  return inet_pton (AF_INET, text, &address) == 1 || inet_pton (AF_INET6, text, &address) == 1;
}

/**
 * hc_text_parse_port:
 * @text: text
 *
 * Reads a port's number.
 *
 * Returns: 1 to 65535, or 0 if the text is no such number
 */
guint16
hc_text_parse_port (const char *text)
{
  guint port = 0;

  for (; g_ascii_isdigit (*text) && port <= G_MAXUINT16; text++)
    port = 10 * port + g_ascii_digit_value (*text);
  return *text == '\0' && port <= G_MAXUINT16 ? port : 0;
}

/**
 * hc_text_parse_part:
 * @text: `i/n`
 * @index: (out): i
 * @n_parts: (out): n
 *
 * Reads which part of how many.
 *
 * Returns: %TRUE if 1 <= i <= n <= %HC_MAX_PARTS
 */
gboolean
hc_text_parse_part (const char *text,
                    guint      *index,
                    guint      *n_parts)
{
  const char *slash = strchr (text, '/');
  g_autofree char *first = slash != NULL ? g_strndup (text, slash - text) : NULL;
  guint64 i, n;

  if (first == NULL ||
      !g_ascii_string_to_unsigned (slash + 1, 10, 1, HC_MAX_PARTS, &n, NULL) ||
      !g_ascii_string_to_unsigned (first, 10, 1, n, &i, NULL))
    return FALSE;

  *index = i;
  *n_parts = n;
  return TRUE;
}

/**
 * hc_client_id_validate:
 * @id: (nullable): what somebody wants to be called
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Checks that an ID can stand in a packet and be read from it unchanged: 1 to
 * 64 bytes of UTF-8, no control characters, no blank at either end. And that it
 * is what it looks like: see hc_client_id_find_disguise().
 *
 * Returns: %TRUE if it can
 */
gboolean
hc_client_id_validate (const char  *id,
                       GError     **error)
{
  gsize length = id != NULL ? strlen (id) : 0;

  if (length == 0 || length > HC_CLIENT_ID_MAX_LENGTH)
    g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
                 "The ID has %" G_GSIZE_FORMAT " bytes; it may have 1 to %d",
                 length, HC_CLIENT_ID_MAX_LENGTH);
  else if (!g_utf8_validate_len (id, length, NULL))
    g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_UTF8,
                         "The ID is not UTF-8");
  else if (hc_text_find_control_character (id, length) != NULL)
    g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_CONTROL_CHARACTER,
                         "There is a control character in the ID");
  else if (g_ascii_isspace (id[0]) || g_ascii_isspace (id[length - 1]))
    g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
                         "The ID begins or ends with a blank");
  else if (hc_client_id_find_disguise (id) != NULL)
    g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
                 "The ID has %s", hc_client_id_find_disguise (id));
  else
    return TRUE;
  return FALSE;
}

/**
 * hc_message_get_capacity:
 * @id: the sender's ID
 *
 * Gets how long a text may be to fit in one packet with its sender's ID.
 * Source: protocol, sections 1 and 3.
 *
 * Returns: how many bytes of UTF-8
 */
gsize
hc_message_get_capacity (const char *id)
{
  g_return_val_if_fail (id != NULL && strlen (id) <= HC_CLIENT_ID_MAX_LENGTH, 0);

  return HC_PACKET_MAX_LENGTH - strlen ("CHAT\r\nclientID: \r\n\n\r\n\r\n") -
         strlen (id);
}

/**
 * hc_message_normalise:
 * @text: UTF-8
 *
 * Makes every line end a newline: a carriage return in a message could be
 * taken for the end of its packet.
 *
 * Returns: (transfer full): the text without carriage returns
 */
char *
hc_message_normalise (const char *text)
{
  char *result;
  char *to;

  g_return_val_if_fail (text != NULL, NULL);

  result = to = g_strdup (text);
  for (const char *from = result; *from != '\0'; from++)
    {
      if (*from == '\r' && from[1] == '\n')
        continue;
      *to++ = *from == '\r' ? '\n' : *from;
    }
  *to = '\0';
  return result;
}
