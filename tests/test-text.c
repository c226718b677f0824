/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules for the pieces that packets are made of: protocol, section 1. */

#include "hc-packet.h"

#include <string.h>

static void
test_control_characters (void)
{
  for (gunichar c = 1; c < 0x500; c++)
    {
      char text[16] = "ab";
      gsize length = 2 + g_unichar_to_utf8 (c, text + 2);

      strcpy (text + length, "cd");
      if (g_unichar_type (c) == G_UNICODE_CONTROL)
        g_assert_true (hc_text_find_control_character (text, length + 2) == text + 2);
      else
        g_assert_null (hc_text_find_control_character (text, length + 2));
    }
}

static void
test_control_character_bounds (void)
{
  g_assert_nonnull (hc_text_find_control_character ("a\0b", 3));
  g_assert_null (hc_text_find_control_character ("", 0));
  g_assert_null (hc_text_find_control_character ("a\n", 1));
  g_assert_null (hc_text_find_control_character ("\xc2\x80", 1));
}

static void
test_ports (void)
{
  for (guint port = 0; port <= 70000; port++)
    {
      char text[8];

      g_snprintf (text, sizeof text, "%u", port);
      g_assert_cmpuint (hc_text_parse_port (text), ==, port <= G_MAXUINT16 ? port : 0);
    }
  g_assert_cmpuint (hc_text_parse_port (" 5"), ==, 0);
  g_assert_cmpuint (hc_text_parse_port ("5 "), ==, 0);
  g_assert_cmpuint (hc_text_parse_port (""), ==, 0);
  g_assert_cmpuint (hc_text_parse_port ("-1"), ==, 0);
  g_assert_cmpuint (hc_text_parse_port ("+5"), ==, 0);
  g_assert_cmpuint (hc_text_parse_port ("0x10"), ==, 0);
}

static void
test_addresses (void)
{
  g_assert_true (hc_text_is_address ("192.0.2.7"));
  g_assert_true (hc_text_is_address ("::"));
  g_assert_true (hc_text_is_address ("2001:db8::7"));
  g_assert_false (hc_text_is_address (""));
  g_assert_false (hc_text_is_address (" 192.0.2.7"));
  g_assert_false (hc_text_is_address ("fe80::1%1"));
  g_assert_false (hc_text_is_address ("localhost"));
  g_assert_false (hc_text_is_address ("127.1"));
}

/* Whatever passes can be read again as it was written. */
static void
test_ids (void)
{
  static const struct { const char *id; int code; } ids[] = {
    { "a", -1 }, { "alice in wonderland", -1 }, { "a:b: c", -1 }, { ":", -1 },
    { "\xf0\x9f\x99\x82", -1 }, { "\xc3\xa9", -1 },
    { "e\xcc\x81", HC_PROTOCOL_ERROR_INVALID_ID },
    { "\xc2\xa0", HC_PROTOCOL_ERROR_INVALID_ID },
    { NULL, HC_PROTOCOL_ERROR_INVALID_ID },
    { "", HC_PROTOCOL_ERROR_INVALID_ID },
    { " ", HC_PROTOCOL_ERROR_INVALID_ID },
    { " alice", HC_PROTOCOL_ERROR_INVALID_ID },
    { "alice ", HC_PROTOCOL_ERROR_INVALID_ID },
    { "\xff", HC_PROTOCOL_ERROR_INVALID_UTF8 },
    { "ali\xc3", HC_PROTOCOL_ERROR_INVALID_UTF8 },
    { "ali\tce", HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
    { "alice\n", HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
    { "alice\r\nIP: ::1", HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
    { "\177", HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
    { "\xc2\x85", HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (hc_client_id_validate (ids[i].id, &error) == (ids[i].code < 0));
      g_assert_true (hc_client_id_validate (ids[i].id, NULL) == (ids[i].code < 0));
      if (ids[i].code >= 0)
        g_assert_error (error, HC_PROTOCOL_ERROR, ids[i].code);
      else
        {
          g_autoptr (HcPacket) packet = hc_packet_new_bridge (ids[i].id);
          g_autoptr (GBytes) bytes = hc_packet_serialise (packet);
          g_autoptr (HcPacket) again = hc_packet_parse (g_bytes_get_data (bytes, NULL),
                                                        g_bytes_get_size (bytes),
                                                        HC_DIALECT_RENDEZVOUS, &error);

          g_assert_no_error (error);
          g_assert_cmpstr (hc_packet_get_header (again, HC_HEADER_CLIENT_ID), ==, ids[i].id);
        }
    }
}

static void
test_id_lengths (void)
{
  for (guint length = 1; length < 100; length++)
    {
      g_autofree char *id = g_strnfill (length, 'i');

      g_assert_true (hc_client_id_validate (id, NULL) == (length <= HC_CLIENT_ID_MAX_LENGTH));
    }
}

/* Exactly as much as fills a packet. */
static void
test_capacity (void)
{
  for (guint length = 1; length <= HC_CLIENT_ID_MAX_LENGTH; length++)
    {
      g_autofree char *id = g_strnfill (length, 'i');
      g_autofree char *text = g_strnfill (hc_message_get_capacity (id), 't');
      g_autoptr (HcPacket) packet = hc_packet_new_message (id, text);

      g_assert_cmpuint (hc_packet_write (packet, NULL, 0), ==, HC_PACKET_MAX_LENGTH);
    }
}

static void
test_normalise (void)
{
  static const struct { const char *text, *result; } texts[] = {
    { "", "" }, { "a", "a" }, { "\n", "\n" }, { "\r", "\n" }, { "\r\n", "\n" }, { "\n\r", "\n\n" },
    { "\r\r", "\n\n" }, { "\r\r\n", "\n\n" }, { "\r\n\r\n", "\n\n" }, { "a\r\nb\rc\nd", "a\nb\nc\nd" },
    { "a\r", "a\n" }, { "\ra", "\na" }, { "é\r\n\xf0\x9f\x99\x82", "é\n\xf0\x9f\x99\x82" },
    { "a\tb\033", "a\tb\033" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *result = hc_message_normalise (texts[i].text);

      g_assert_cmpstr (result, ==, texts[i].result);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text/control-characters", test_control_characters);
  g_test_add_func ("/text/control-character-bounds", test_control_character_bounds);
  g_test_add_func ("/text/ports", test_ports);
  g_test_add_func ("/text/addresses", test_addresses);
  g_test_add_func ("/text/ids", test_ids);
  g_test_add_func ("/text/id-lengths", test_id_lengths);
  g_test_add_func ("/text/capacity", test_capacity);
  g_test_add_func ("/text/normalise", test_normalise);

  return g_test_run ();
}
