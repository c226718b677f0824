/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "packet-util.h"

#include <string.h>

/**
 * test_escape:
 * @bytes: (array length=length): bytes
 * @length: how many
 *
 * Makes bytes readable in a failed assertion and usable in a test's path.
 *
 * Returns: (transfer full): the bytes as a C string literal would show them
 */
char *
test_escape (const char *bytes,
             gsize       length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      guchar c = bytes[i];

      if (c == '\r')
        g_string_append (text, "\\r");
      else if (c == '\n')
        g_string_append (text, "\\n");
      else if (g_ascii_isprint (c))
        g_string_append_c (text, c);
      else
        g_string_append_printf (text, "\\x%02x", c);
    }
  return g_string_free (text, FALSE);
}

/* Compared as text, so that a failure shows both. */
void
test_assert_bytes (const char *bytes,
                   gsize       length,
                   const char *expected,
                   gsize       expected_length)
{
  g_autofree char *seen = test_escape (bytes, length);
  g_autofree char *wanted = test_escape (expected, expected_length);

  g_assert_cmpstr (seen, ==, wanted);
}

void
test_assert_same_packet (HcPacket *packet,
                         HcPacket *expected)
{
  g_assert_cmpstr (hc_packet_get_type_name (packet), ==, hc_packet_get_type_name (expected));
  g_assert_cmpint (hc_packet_get_packet_type (packet), ==, hc_packet_get_packet_type (expected));
  g_assert_cmpint (hc_packet_get_dialect (packet), ==, hc_packet_get_dialect (expected));
  g_assert_cmpuint (hc_packet_get_n_headers (packet), ==, hc_packet_get_n_headers (expected));
  for (guint i = 0; i < hc_packet_get_n_headers (packet); i++)
    {
      const char *name, *value, *expected_name, *expected_value;

      hc_packet_get_nth_header (packet, i, &name, &value);
      hc_packet_get_nth_header (expected, i, &expected_name, &expected_value);
      g_assert_cmpstr (name, ==, expected_name);
      g_assert_cmpstr (value, ==, expected_value);
    }
  g_assert_cmpstr (hc_packet_get_body (packet), ==, hc_packet_get_body (expected));
}

/* By both functions, and by hc_packet_write() never past the room there is. */
void
test_assert_written (HcPacket   *packet,
                     const char *wire)
{
  g_autoptr (GBytes) bytes = hc_packet_serialise (packet);
  gsize length = strlen (wire);
  char buffer[HC_PACKET_MAX_LENGTH + 1];

  test_assert_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wire, length);
  for (gsize size = 0; size < sizeof buffer; size++)
    {
      memset (buffer, '#', sizeof buffer);
      g_assert_cmpuint (hc_packet_write (packet, buffer, size), ==, length);
      g_assert_cmpint (buffer[size], ==, '#');
      if (size >= length)
        g_assert_cmpmem (buffer, length, wire, length);
    }
}
