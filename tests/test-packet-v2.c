/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What v2 adds to packets: the values of its headers, which are checked only
 * where `Version` stands. Protocol, section 4. */

#include "packet-util.h"

#include <string.h>

#define BYTES_8 "AAECAwQFBgc"
#define BYTES_16 "AAECAwQFBgcICQoLDA0ODw"
#define BYTES_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

/* @value is good if @code is -1. */
typedef struct
{
  const char *header;
  const char *value;
  int code;
} Value;

#define GOOD -1
#define BAD HC_PROTOCOL_ERROR_INVALID_VALUE

static const Value values[] = {
  { "Version", "2", GOOD }, { "Version", "1", GOOD }, { "Version", "65535", GOOD },
  { "Version", "0", BAD }, { "Version", "", BAD }, { "Version", "two", BAD },
  { "Version", "-2", BAD }, { "Version", "2.0", BAD }, { "Version", "65536", BAD },

  { "Pad", "", GOOD }, { "Pad", "xxxx xxxx", GOOD },
  { "Cookie", "", GOOD }, { "Cookie", "anything: it is the server's", GOOD },
  { "Reason", "bad-cookie Ask again", GOOD },

  { "Udp", "1", GOOD }, { "Udp", "65535", GOOD },
  { "Udp", "0", HC_PROTOCOL_ERROR_INVALID_PORT }, { "Udp", "", HC_PROTOCOL_ERROR_INVALID_PORT },
  { "Udp", "+1", HC_PROTOCOL_ERROR_INVALID_PORT },

  { "Key", BYTES_32, GOOD }, { "Key", BYTES_16, BAD }, { "Key", "", BAD },
  { "Key", BYTES_32 "=", BAD }, { "Key", BYTES_32 "AA", BAD },
  { "Token", BYTES_16, GOOD }, { "Token", BYTES_8, BAD }, { "Token", BYTES_32, BAD },
  { "Ticket", BYTES_16, GOOD }, { "Ticket", BYTES_8, BAD }, { "Ticket", "", BAD },
  { "Session", BYTES_8, GOOD }, { "Session", BYTES_16, BAD }, { "Session", "AAECAwQFBg+", BAD },

  { "Proof", "Zm9v.Zm9v", GOOD }, { "Proof", "Zm9v", BAD }, { "Proof", "", BAD },
  { "Proof", ".", BAD }, { "Proof", "Zm9v.", BAD }, { "Proof", ".Zm9v", BAD },
  { "Proof", "Zm9v.Zm9v.Zm9v", BAD }, { "Proof", "Zm9v. Zm9v", BAD },

  { "Path", "host 192.0.2.7 6000", GOOD }, { "Path", "relay 2001:db8::7 1", GOOD },
  { "Path", "pigeon 192.0.2.7 6000", GOOD },
  { "Path", "192.0.2.7 6000", BAD }, { "Path", "host 192.0.2.7", BAD },
  { "Path", "host 192.0.2.7 0", BAD }, { "Path", "host example.org 6000", BAD },
  { "Path", "host 192.0.2.7 6000 more", BAD }, { "Path", "host  192.0.2.7 6000", BAD },
  { "Path", "", BAD },

  { "Seen", "192.0.2.7 6000", GOOD }, { "Seen", "2001:db8::7 65535", GOOD },
  { "Seen", "192.0.2.7:6000", BAD }, { "Seen", "192.0.2.7", BAD }, { "Seen", "192.0.2 6000", BAD },
  { "Seen", "192.0.2.7 65536", BAD }, { "Seen", "", BAD },

  { "Expires", "1", GOOD }, { "Expires", "90", GOOD }, { "Expires", "2147483647", GOOD },
  { "Expires", "0", BAD }, { "Expires", "soon", BAD }, { "Expires", "2147483648", BAD },
  { "Wait", "0", GOOD }, { "Wait", "25", GOOD },
  { "Wait", "26", BAD }, { "Wait", "-1", BAD }, { "Wait", "", BAD },

  { "With", "bob", GOOD }, { "With", "b o:b", GOOD }, { "With", "", HC_PROTOCOL_ERROR_INVALID_ID },
  { "Role", "caller", GOOD }, { "Role", "callee", GOOD },
  { "Role", "Caller", BAD }, { "Role", "", BAD },
  { "LocalIP", "10.0.0.7", GOOD }, { "LocalIP", "fe80::1", GOOD },
  { "LocalIP", "10.0.0", HC_PROTOCOL_ERROR_INVALID_ADDRESS },
};

static HcPacket *
parse (const char  *wire,
       HcDialect    dialect,
       GError     **error)
{
  return hc_packet_parse (wire, strlen (wire), dialect, error);
}

static void
check_value (const Value *test,
             const char  *version_line)
{
  g_autofree char *wire = g_strdup_printf ("PROBE\r\n%s: %s\r\n%s\r\n", test->header, test->value,
                                           version_line);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = parse (wire, HC_DIALECT_RENDEZVOUS, &error);

  if (test->code == GOOD || *version_line == '\0')
    {
      g_assert_no_error (error);
      g_assert_cmpstr (hc_packet_get_header_by_name (packet, test->header), ==, test->value);
      return;
    }
  g_assert_error (error, HC_PROTOCOL_ERROR, test->code);
  g_assert_true (g_str_has_prefix (error->message, test->header));
}

/* Elsewhere these are somebody else's words. */
static void
test_value (gconstpointer data)
{
  const Value *test = data;
  gboolean is_version = strcmp (test->header, "Version") == 0;

  check_value (test, is_version ? "X: y\r\n" : "Version: 2\r\n");
  if (!is_version)
    check_value (test, "");
}

/* Each stands once, whether or not the packet is v2's; Path may repeat. */
static void
test_repeated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *wire = g_strdup_printf ("PROBE\r\n%s: %s\r\n%s: %s\r\n\r\n",
                                               values[i].header, values[i].value,
                                               values[i].header, values[i].value);
      g_autoptr (GError) error = NULL;
      g_autoptr (HcPacket) packet = parse (wire, HC_DIALECT_RENDEZVOUS, &error);

      g_assert_true ((packet == NULL) == (error != NULL));
      if (strcmp (values[i].header, "Path") == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_REPEATED_HEADER);
    }
}

/* Between peers the second line on is text. */
static void
test_peer_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = parse ("CHAT\r\nclientID: a\r\nVersion: 2\r\nKey: x\n\r\n\r\n",
                                       HC_DIALECT_PEER, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (hc_packet_get_number (packet, HC_HEADER_VERSION), ==, 0);
}

static void
test_getters (void)
{
  g_autoptr (HcPacket) packet =
    parse ("REGISTER\r\nPath: host 192.0.2.7 1\r\nclientID: a\r\nVersion: 2\r\nIP: ::1\r\n"
           "Path: relay 192.0.2.8 2\r\nPort: 6000\r\nWait: 25\r\n\r\n",
           HC_DIALECT_RENDEZVOUS, NULL);

  g_assert_nonnull (packet);
  g_assert_cmpuint (hc_packet_get_number (packet, HC_HEADER_VERSION), ==, 2);
  g_assert_cmpuint (hc_packet_get_number (packet, HC_HEADER_WAIT), ==, HC_MAX_WAIT_SECONDS);
  g_assert_cmpuint (hc_packet_get_number (packet, HC_HEADER_EXPIRES), ==, 0);
  g_assert_cmpstr (hc_packet_get_path (packet, 0), ==, "host 192.0.2.7 1");
  g_assert_cmpstr (hc_packet_get_path (packet, 1), ==, "relay 192.0.2.8 2");
  g_assert_null (hc_packet_get_path (packet, 2));
}

static const struct { const char *wire; guint version; } peeks[] = {
  { "", 1 }, { "PROBE", 1 }, { "PROBE\r\n\r\n", 1 }, { "PROBE\r\nVersion", 1 },
  { "PROBE\r\nVersion: 2\r\n\r\n", 2 }, { "PROBE\r\nVersion: 2", 2 },
  { "PROBE\r\nX: y\r\n  vErSiOn :3 \r\n\r\n", 3 }, { "NOISE\r\nVersion: 2\r\n", 2 },
  { "PROBE\r\nVersion: two\r\n", 1 }, { "PROBE\r\nVersion: 0\r\n", 1 },
  { "PROBE\r\nVersion: 65536\r\n", 1 }, { "PROBE\r\nVersion:\r\n", 1 },
  { "PROBE\r\n\r\nVersion: 2\r\n\r\n", 1 }, { "PROBE\r\nVersions: 2\r\n", 1 },
  { "PROBE\r\nX: \xff\r\nVersion: 2\r\n\r\n", 2 }, { ":\r\n:\r\nVersion: 2", 2 },
};

/* Also of packets that can't be read, which are answered in their version. */
static void
test_peek (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (peeks); i++)
    {
      gsize length = strlen (peeks[i].wire);
      g_autofree char *bytes = g_memdup2 (peeks[i].wire, length);
      g_autoptr (HcPacket) packet = parse (peeks[i].wire, HC_DIALECT_RENDEZVOUS, NULL);

      g_assert_cmpuint (hc_packet_peek_version (bytes, length), ==, peeks[i].version);
      if (packet != NULL)
        g_assert_cmpuint (MAX (hc_packet_get_number (packet, HC_HEADER_VERSION), 1), ==,
                          peeks[i].version);
    }
}

static void
test_extend (void)
{
  const HcField fields[] = {
    { HC_HEADER_VERSION, "2" },
    { HC_HEADER_PATH, "host 192.0.2.7 1" },
    { HC_HEADER_PATH, "host 192.0.2.8 2" },
  };
  g_autoptr (HcPacket) v1 = hc_packet_new_bridgeack ("bob", "192.0.2.9", 6001);
  g_autoptr (HcPacket) v2 = hc_packet_extend (v1, fields, G_N_ELEMENTS (fields));
  g_autoptr (HcPacket) same = hc_packet_extend (v1, NULL, 0);

  test_assert_written (v1, "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.9\r\nPort: 6001\r\n\r\n");
  test_assert_same_packet (same, v1);
  test_assert_written (v2, "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.9\r\nPort: 6001\r\n"
                           "Version: 2\r\nPath: host 192.0.2.7 1\r\nPath: host 192.0.2.8 2\r\n\r\n");
}

/* The longest record that a server can have to send is a packet. */
static void
test_longest_record (void)
{
#define ADDRESS "2001:db8:1111:2222:3333:4444:5555:6666"
  g_autofree char *id = g_strnfill (HC_CLIENT_ID_MAX_LENGTH, 'i');
  HcField fields[15] = {
    { HC_HEADER_VERSION, "2" }, { HC_HEADER_ROLE, "caller" }, { HC_HEADER_KEY, BYTES_32 },
    { HC_HEADER_SEEN, ADDRESS " 65535" }, { HC_HEADER_LOCAL_IP, ADDRESS },
    { HC_HEADER_TICKET, BYTES_16 }, { HC_HEADER_SESSION, BYTES_8 },
  };
  g_autoptr (HcPacket) v1 = hc_packet_new_bridgeack (id, ADDRESS, 65535);
  g_autoptr (HcPacket) v2 = NULL;
  char buffer[HC_PACKET_MAX_LENGTH];
  gsize length;

  for (guint i = 7; i < G_N_ELEMENTS (fields); i++)
    fields[i] = (HcField) { HC_HEADER_PATH, "relay " ADDRESS " 65535" };
  v2 = hc_packet_extend (v1, fields, G_N_ELEMENTS (fields));
  length = hc_packet_write (v2, buffer, sizeof buffer);
  g_assert_cmpuint (length, <=, sizeof buffer);
  g_clear_object (&v1);
  v1 = hc_packet_parse (buffer, length, HC_DIALECT_RENDEZVOUS, NULL);
  g_assert_nonnull (v1);
  test_assert_same_packet (v1, v2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *path = g_strdup_printf ("/packet-v2/value/%s/%s-%u", values[i].header,
                                               values[i].code == GOOD ? "good" : "bad", i);

      g_test_add_data_func (path, &values[i], test_value);
    }
  g_test_add_func ("/packet-v2/repeated", test_repeated);
  g_test_add_func ("/packet-v2/peer-text", test_peer_text);
  g_test_add_func ("/packet-v2/getters", test_getters);
  g_test_add_func ("/packet-v2/peek", test_peek);
  g_test_add_func ("/packet-v2/extend", test_extend);
  g_test_add_func ("/packet-v2/longest-record", test_longest_record);

  return g_test_run ();
}
