/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Packets that are right: protocol, sections 2 and 3, byte for byte both ways,
 * and what section 1 says a reader puts up with. */

#include "packet-util.h"

#include <string.h>

#define RENDEZVOUS HC_DIALECT_RENDEZVOUS
#define PEER HC_DIALECT_PEER

static HcPacket *
parse (const char *wire,
       HcDialect   dialect)
{
  g_autoptr (GError) error = NULL;
  HcPacket *packet = hc_packet_parse (wire, strlen (wire), dialect, &error);

  g_assert_no_error (error);
  g_assert_nonnull (packet);
  return packet;
}

/* What each constructor writes, and what is read from it. */

static HcPacket *
new_register (void)
{
  return hc_packet_new_register ("alice", "192.0.2.7", 6000);
}

static HcPacket *
new_register_ipv6 (void)
{
  return hc_packet_new_register ("alice", "2001:db8::7", 65535);
}

static HcPacket *
new_regack (void)
{
  return hc_packet_new_regack ("alice", "192.0.2.7", 6000);
}

static HcPacket *
new_regnack (void)
{
  return hc_packet_new_regnack (NULL);
}

static HcPacket *
new_regnack_reason (void)
{
  return hc_packet_new_regnack ("invalid-port Port is no number from 1 to 65535");
}

static HcPacket *
new_bridge (void)
{
  return hc_packet_new_bridge ("alice");
}

static HcPacket *
new_bridgeack (void)
{
  return hc_packet_new_bridgeack ("bob", "192.0.2.9", 6001);
}

static HcPacket *
new_bridgeack_empty (void)
{
  return hc_packet_new_bridgeack_empty (NULL);
}

static HcPacket *
new_bridgeack_reason (void)
{
  return hc_packet_new_bridgeack_empty ("unknown-id Register first");
}

static HcPacket *
new_chat (void)
{
  return hc_packet_new_chat ("alice", "bob");
}

static HcPacket *
new_quit (void)
{
  return hc_packet_new_quit ("alice");
}

static HcPacket *
new_quitack (void)
{
  return hc_packet_new_quitack ("alice");
}

static HcPacket *
new_error (void)
{
  return hc_packet_new_error ("unknown-type There is no packet “NOISE”");
}

static HcPacket *
new_odd_id (void)
{
  return hc_packet_new_bridge ("a:b c: d\xf0\x9f\x99\x82");
}

static HcPacket *
new_stream_hello (void)
{
  return hc_packet_new_stream_hello ("alice");
}

static HcPacket *
new_datagram_hello (void)
{
  return hc_packet_new_datagram_hello ("alice");
}

static HcPacket *
new_message (void)
{
  return hc_packet_new_message ("alice", "Hi bob");
}

typedef struct
{
  const char *name;
  HcDialect dialect;
  HcPacketType type;
  HcPacket *(*new_packet) (void);
  const char *wire;
} Exact;

static const Exact exact[] = {
  { "probe", RENDEZVOUS, HC_PACKET_PROBE, hc_packet_new_probe,
    "PROBE\r\n\r\n" },
  { "probeack", RENDEZVOUS, HC_PACKET_PROBEACK, hc_packet_new_probeack,
    "PROBEACK\r\n\r\n" },
  { "register", RENDEZVOUS, HC_PACKET_REGISTER, new_register,
    "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n" },
  { "register-ipv6", RENDEZVOUS, HC_PACKET_REGISTER, new_register_ipv6,
    "REGISTER\r\nclientID: alice\r\nIP: 2001:db8::7\r\nPort: 65535\r\n\r\n" },
  { "regack", RENDEZVOUS, HC_PACKET_REGACK, new_regack,
    "REGACK\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n" },
  { "regnack", RENDEZVOUS, HC_PACKET_REGNACK, new_regnack,
    "REGNACK\r\n\r\n" },
  { "regnack-reason", RENDEZVOUS, HC_PACKET_REGNACK, new_regnack_reason,
    "REGNACK\r\nReason: invalid-port Port is no number from 1 to 65535\r\n\r\n" },
  { "bridge", RENDEZVOUS, HC_PACKET_BRIDGE, new_bridge,
    "BRIDGE\r\nclientID: alice\r\n\r\n" },
  { "bridgeack", RENDEZVOUS, HC_PACKET_BRIDGEACK, new_bridgeack,
    "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.9\r\nPort: 6001\r\n\r\n" },
  { "bridgeack-empty", RENDEZVOUS, HC_PACKET_BRIDGEACK, new_bridgeack_empty,
    "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n" },
  { "bridgeack-reason", RENDEZVOUS, HC_PACKET_BRIDGEACK, new_bridgeack_reason,
    "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nReason: unknown-id Register first\r\n\r\n" },
  { "chat", RENDEZVOUS, HC_PACKET_CHAT, new_chat,
    "CHAT\r\nclientID1: alice\r\nclientID2: bob" },
  { "quit", RENDEZVOUS, HC_PACKET_QUIT, new_quit,
    "QUIT\r\nclientID: alice\r\n\r\n" },
  { "quitack", RENDEZVOUS, HC_PACKET_QUITACK, new_quitack,
    "QUITACK\r\nclientID: alice\r\n\r\n" },
  { "error", RENDEZVOUS, HC_PACKET_ERROR, new_error,
    "ERROR\r\nReason: unknown-type There is no packet “NOISE”\r\n\r\n" },
  { "odd-id", RENDEZVOUS, HC_PACKET_BRIDGE, new_odd_id,
    "BRIDGE\r\nclientID: a:b c: d\xf0\x9f\x99\x82\r\n\r\n" },

  { "hello-stream", PEER, HC_PACKET_CHAT, new_stream_hello,
    "CHAT\r\nclientID: alice\r\n\r\n" },
  { "hello-datagram", PEER, HC_PACKET_CHAT, new_datagram_hello,
    "CHAT\r\nclientID: alice\r\n\r\n\r\n" },
  { "message", PEER, HC_PACKET_CHAT, new_message,
    "CHAT\r\nclientID: alice\r\nHi bob\n\r\n\r\n" },
  { "leave", PEER, HC_PACKET_QUIT, hc_packet_new_leave,
    "QUIT\r\n\r\n" },
};

static void
test_exact_write (gconstpointer data)
{
  const Exact *test = data;
  HcPacket *packet = test->new_packet ();

  g_assert_cmpint (hc_packet_get_packet_type (packet), ==, test->type);
  g_assert_cmpint (hc_packet_get_dialect (packet), ==, test->dialect);
  test_assert_written (packet, test->wire);

  g_assert_finalize_object (packet);
}

static void
test_exact_parse (gconstpointer data)
{
  const Exact *test = data;
  g_autoptr (HcPacket) expected = test->new_packet ();
  HcPacket *packet = parse (test->wire, test->dialect);
  HcPacketType type;

  test_assert_same_packet (packet, expected);
  test_assert_written (packet, test->wire);
  g_assert_true (hc_packet_peek_type (test->wire, strlen (test->wire), &type));
  g_assert_cmpint (type, ==, test->type);

  g_assert_finalize_object (packet);
}

/* Each byte from a block of its own: nothing beyond the packet may be read. */
static void
test_exact_cut (gconstpointer data)
{
  const Exact *test = data;
  gsize length = strlen (test->wire);

  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autofree char *part = g_memdup2 (test->wire, cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (HcPacket) packet = hc_packet_parse (part, cut, test->dialect, &error);

      g_assert_true ((packet == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (error->domain == HC_PROTOCOL_ERROR);
    }
}

/* What a reader puts up with: it means the same as the packet beside it. */

typedef struct
{
  const char *name;
  HcDialect dialect;
  const char *wire;
  const char *meaning;
} Tolerated;

#define REGISTER "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n"
#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n"

static const Tolerated tolerated[] = {
  { "names-lower-case", RENDEZVOUS,
    "REGISTER\r\nclientid: alice\r\nip: 192.0.2.7\r\nport: 6000\r\n\r\n", REGISTER },
  { "names-upper-case", RENDEZVOUS,
    "REGISTER\r\nCLIENTID: alice\r\nIP: 192.0.2.7\r\nPORT: 6000\r\n\r\n", REGISTER },
  { "names-mixed-case", RENDEZVOUS,
    "CHAT\r\ncLiEnTiD1: alice\r\nClIeNtId2: bob", "CHAT\r\nclientID1: alice\r\nclientID2: bob" },
  { "names-mixed-case-peer", PEER,
    "CHAT\r\nCLIENTid: alice\r\nx\n\r\n\r\n", "CHAT\r\nclientID: alice\r\nx\n\r\n\r\n" },
  { "order-132", RENDEZVOUS,
    "REGISTER\r\nclientID: alice\r\nPort: 6000\r\nIP: 192.0.2.7\r\n\r\n", REGISTER },
  { "order-213", RENDEZVOUS,
    "REGISTER\r\nIP: 192.0.2.7\r\nclientID: alice\r\nPort: 6000\r\n\r\n", REGISTER },
  { "order-231", RENDEZVOUS,
    "REGISTER\r\nIP: 192.0.2.7\r\nPort: 6000\r\nclientID: alice\r\n\r\n", REGISTER },
  { "order-312", RENDEZVOUS,
    "REGISTER\r\nPort: 6000\r\nclientID: alice\r\nIP: 192.0.2.7\r\n\r\n", REGISTER },
  { "order-321", RENDEZVOUS,
    "REGISTER\r\nPort: 6000\r\nIP: 192.0.2.7\r\nclientID: alice\r\n\r\n", REGISTER },
  { "order-chat", RENDEZVOUS,
    "CHAT\r\nclientID2: bob\r\nclientID1: alice\r\n\r\n", "CHAT\r\nclientID1: alice\r\nclientID2: bob" },
  { "no-blank-after-colon", RENDEZVOUS,
    "REGISTER\r\nclientID:alice\r\nIP:192.0.2.7\r\nPort:6000\r\n\r\n", REGISTER },
  { "many-blanks-after-colon", RENDEZVOUS,
    "REGISTER\r\nclientID:    alice\r\nIP:   192.0.2.7\r\nPort:  6000\r\n\r\n", REGISTER },
  { "blanks-behind-value", RENDEZVOUS,
    "REGISTER\r\nclientID: alice  \r\nIP: 192.0.2.7 \r\nPort: 6000   \r\n\r\n", REGISTER },
  { "blanks-around-name", RENDEZVOUS,
    "REGISTER\r\n clientID : alice\r\nIP  : 192.0.2.7\r\n   Port: 6000\r\n\r\n", REGISTER },
  { "ends-behind-last-line", RENDEZVOUS,
    "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n", REGISTER },
  { "ends-in-last-line-end", RENDEZVOUS,
    "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000", REGISTER },
  { "ends-behind-type", RENDEZVOUS, "PROBE\r\n", "PROBE\r\n\r\n" },
  { "ends-in-type-line-end", RENDEZVOUS, "PROBE", "PROBE\r\n\r\n" },
  { "chat-with-line-end", RENDEZVOUS,
    "CHAT\r\nclientID1: alice\r\nclientID2: bob\r\n", "CHAT\r\nclientID1: alice\r\nclientID2: bob" },
  { "chat-with-blank-line", RENDEZVOUS,
    "CHAT\r\nclientID1: alice\r\nclientID2: bob\r\n\r\n", "CHAT\r\nclientID1: alice\r\nclientID2: bob" },
  { "v2-behind-v1", RENDEZVOUS,
    "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\nVersion: 2\r\nCookie: YWJj\r\n\r\n",
    REGISTER },
  { "v2-before-v1", RENDEZVOUS,
    "REGISTER\r\nVersion: 2\r\nPath: host 192.0.2.7 6000\r\nPath: host 2001:db8::7 6000\r\n"
    "clientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n", REGISTER },
  { "v2-between-v1", RENDEZVOUS,
    "REGISTER\r\nclientID: alice\r\nVersion: 2\r\nIP: 192.0.2.7\r\nSession: AAECAwQFBgc\r\nPort: 6000\r\n\r\n",
    REGISTER },
  { "v2-probe", RENDEZVOUS, "PROBE\r\nVersion: 2\r\nPad: xxxxxxxx\r\n\r\n", "PROBE\r\n\r\n" },
  { "unknown-name-is-prefix", RENDEZVOUS,
    "BRIDGE\r\nclientI: x\r\nclientIDs: y\r\nclientID: alice\r\n\r\n",
    "BRIDGE\r\nclientID: alice\r\n\r\n" },
  { "unneeded-headers-unchecked", RENDEZVOUS,
    "PROBE\r\nIP: anywhere\r\nPort: any\r\n\r\n", "PROBE\r\nIP: anywhere\r\nPort: any\r\n\r\n" },
  { "nobody-no-blank", RENDEZVOUS, "BRIDGEACK\r\nclientID:\r\nIP:\r\nPort:\r\n\r\n", NOBODY },
  { "nobody-many-blanks", RENDEZVOUS,
    "BRIDGEACK\r\nclientID:  \r\nIP:   \r\nPort:             \r\n\r\n", NOBODY },
  { "nobody-different-blanks", RENDEZVOUS, "BRIDGEACK\r\nclientID:\r\nIP: \r\nPort:  \r\n\r\n", NOBODY },
  { "nobody-without-blank-line", RENDEZVOUS, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: ", NOBODY },
  { "nobody-v2", RENDEZVOUS, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n", NOBODY },
  { "hello-ends-with-datagram", PEER, "CHAT\r\nclientID: alice\r\n", "CHAT\r\nclientID: alice\r\n\r\n" },
  { "hello-ends-in-line", PEER, "CHAT\r\nclientID: alice", "CHAT\r\nclientID: alice\r\n\r\n" },
  { "message-ends-with-datagram", PEER,
    "CHAT\r\nclientID: alice\r\nHi bob\n", "CHAT\r\nclientID: alice\r\nHi bob\n\r\n\r\n" },
  { "leave-ends-with-datagram", PEER, "QUIT", "QUIT\r\n\r\n" },
  { "leave-with-id", PEER, "QUIT\r\nFrom: alice\r\n\r\n", "QUIT\r\n\r\n" },
};

static void
test_tolerated (gconstpointer data)
{
  const Tolerated *test = data;
  g_autoptr (HcPacket) packet = parse (test->wire, test->dialect);
  g_autoptr (HcPacket) meaning = parse (test->meaning, test->dialect);

  g_assert_cmpint (hc_packet_get_packet_type (packet), ==, hc_packet_get_packet_type (meaning));
  for (HcHeader header = 0; header < HC_HEADER_VERSION; header++)
    g_assert_cmpstr (hc_packet_get_header (packet, header), ==,
                     hc_packet_get_header (meaning, header));
  g_assert_cmpint (hc_packet_get_port (packet), ==, hc_packet_get_port (meaning));
  g_assert_cmpstr (hc_packet_get_body (packet), ==, hc_packet_get_body (meaning));
  g_assert_true (hc_packet_is_hello (packet) == hc_packet_is_hello (meaning));
}

/* Texts: from the second line end to the final blank line. */

typedef struct
{
  const char *name;
  const char *text;
} Text;

static const Text texts[] = {
  { "plain", "Hi bob" },
  { "empty", "" },
  { "one-letter", "x" },
  { "blank", " " },
  { "blanks-at-both-ends", "  well \t " },
  { "colon", "note: x" },
  { "colons", "a:b::c: :" },
  { "looks-like-header", "clientID: mallory" },
  { "looks-like-packet", "QUIT\n\n" },
  { "several-lines", "one\ntwo\nthree" },
  { "header-in-second-line", "one\nclientID: mallory\nPort: 1" },
  { "newline-first", "\nHi" },
  { "newline-last", "Hi\n" },
  { "only-newlines", "\n\n\n" },
  { "empty-lines-between", "one\n\n\n\ntwo" },
  { "tab", "one\ttwo" },
  { "umlauts", "Grüße aus Köln, naïve façade" },
  { "han", "你好，世界" },
  { "right-to-left", "שלום, مرحبا 123" },
  { "bidi-marks", "\xe2\x80\xaeright\xe2\x80\xac \xe2\x81\xa7left\xe2\x81\xa9" },
  { "combining", "e\xcc\x81\xcc\xa7 a\xcc\x8a Z\xcd\x91\xcc\x93\xcd\x84" },
  { "emoji", "🙂 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽" },
  { "noncharacter", "\xef\xbf\xbf \xef\xb7\x90" },
  { "last-code-point", "\xf4\x8f\xbf\xbf" },
  { "line-separators", "one\xe2\x80\xa8two\xe2\x80\xa9three" },
  { "byte-order-mark", "\xef\xbb\xbfHi" },
};

static void
test_text (gconstpointer data)
{
  const Text *test = data;
  g_autofree char *wire = g_strconcat ("CHAT\r\nclientID: alice\r\n", test->text, "\n\r\n\r\n", NULL);
  g_autoptr (HcPacket) sent = hc_packet_new_message ("alice", test->text);
  g_autoptr (HcPacket) received = parse (wire, PEER);
  g_autofree char *text = hc_packet_dup_text (received);

  test_assert_written (sent, wire);
  test_assert_same_packet (received, sent);
  g_assert_cmpstr (text, ==, test->text);
  g_assert_cmpstr (hc_packet_get_header (received, HC_HEADER_CLIENT_ID), ==, "alice");
  g_assert_cmpuint (hc_packet_get_n_headers (received), ==, 1);
  g_assert_false (hc_packet_is_hello (received));
}

/* Other programs write line ends as they like. */

typedef struct
{
  const char *name;
  const char *body;
  const char *text;
} Foreign;

static const Foreign foreign[] = {
  { "without-newline", "Hi bob\r\n\r\n", "Hi bob" },
  { "crlf-as-newline", "Hi bob\r\n\r\n\r\n", "Hi bob" },
  { "crlf-between-lines", "one\r\ntwo\n\r\n\r\n", "one\ntwo" },
  { "cr-between-lines", "one\rtwo\n\r\n\r\n", "one\ntwo" },
  { "blank-line-within", "one\r\n\r\ntwo\n\r\n\r\n", "one\n\ntwo" },
  { "crlf-first", "\r\nHi\n\r\n\r\n", "\nHi" },
  { "only-newline", "\n\r\n\r\n", "" },
  { "cut-within-final-blank-line", "Hi bob\n\r\n", "Hi bob\n" },
};

static void
test_foreign (gconstpointer data)
{
  const Foreign *test = data;
  g_autofree char *wire = g_strconcat ("CHAT\r\nclientID: alice\r\n", test->body, NULL);
  g_autoptr (HcPacket) packet = parse (wire, PEER);
  g_autofree char *text = hc_packet_dup_text (packet);

  g_assert_cmpstr (text, ==, test->text);
}

static void
test_hello (void)
{
  g_autoptr (HcPacket) stream = hc_packet_new_stream_hello ("alice");
  g_autoptr (HcPacket) datagram = hc_packet_new_datagram_hello ("alice");
  g_autoptr (HcPacket) empty_message = hc_packet_new_message ("alice", "");
  g_autoptr (HcPacket) leave = hc_packet_new_leave ();
  g_autoptr (HcPacket) notice = hc_packet_new_chat ("alice", "bob");

  g_assert_true (hc_packet_is_hello (stream));
  g_assert_true (hc_packet_is_hello (datagram));
  g_assert_false (hc_packet_is_hello (empty_message));
  g_assert_false (hc_packet_is_hello (leave));
  g_assert_false (hc_packet_is_hello (notice));

  g_assert_null (hc_packet_dup_text (stream));
  g_assert_null (hc_packet_dup_text (datagram));
  g_assert_null (hc_packet_dup_text (leave));
  g_assert_null (hc_packet_dup_text (notice));
}

static void
test_unknown_headers (void)
{
  const char *wire = "BRIDGE\r\nVersion: 2\r\nclientID: alice\r\nX-Empty: \r\nPath: host ::1 1\r\n"
                     "Path: host ::2 2\r\nblåbär: é\r\n\r\n";
  static const char *const expected[][2] = {
    { "Version", "2" }, { "clientID", "alice" }, { "X-Empty", "" },
    { "Path", "host ::1 1" }, { "Path", "host ::2 2" }, { "blåbär", "é" },
  };
  g_autoptr (HcPacket) packet = parse (wire, RENDEZVOUS);

  g_assert_cmpuint (hc_packet_get_n_headers (packet), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const char *name, *value;

      hc_packet_get_nth_header (packet, i, &name, &value);
      g_assert_cmpstr (name, ==, expected[i][0]);
      g_assert_cmpstr (value, ==, expected[i][1]);
    }
  g_assert_cmpstr (hc_packet_get_header_by_name (packet, "version"), ==, "2");
  g_assert_cmpstr (hc_packet_get_header_by_name (packet, "PATH"), ==, "host ::1 1");
  g_assert_cmpstr (hc_packet_get_header_by_name (packet, "CLIENTid"), ==, "alice");
  g_assert_null (hc_packet_get_header_by_name (packet, "Pat"));
  g_assert_null (hc_packet_get_header (packet, HC_HEADER_PORT));
  test_assert_written (packet, wire);
}

static void
test_endpoint (void)
{
  g_autoptr (HcPacket) v4 = hc_packet_new_bridgeack ("bob", "192.0.2.9", 6001);
  g_autoptr (HcPacket) v6 = hc_packet_new_bridgeack ("bob", "2001:db8::9", 1);
  g_autoptr (HcPacket) nobody = hc_packet_new_bridgeack_empty (NULL);
  g_autoptr (HcPacket) probe = hc_packet_new_probe ();
  g_autoptr (GSocketAddress) v4_address = hc_packet_dup_endpoint (v4);
  g_autoptr (GSocketAddress) v6_address = hc_packet_dup_endpoint (v6);
  g_autofree char *v4_text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (v4_address));
  g_autofree char *v6_text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (v6_address));

  g_assert_cmpstr (v4_text, ==, "192.0.2.9:6001");
  g_assert_cmpstr (v6_text, ==, "[2001:db8::9]:1");
  g_assert_cmpint (hc_packet_get_port (v6), ==, 1);
  g_assert_null (hc_packet_dup_endpoint (nobody));
  g_assert_cmpint (hc_packet_get_port (nobody), ==, 0);
  g_assert_cmpstr (hc_packet_get_header (nobody, HC_HEADER_CLIENT_ID), ==, "");
  g_assert_null (hc_packet_dup_endpoint (probe));
}

/* The longest IDs and the longest text together are the longest packet. */
static void
test_longest (void)
{
  g_autofree char *id = g_strnfill (HC_CLIENT_ID_MAX_LENGTH, 'i');
  g_autofree char *text = g_strnfill (hc_message_get_capacity (id), 't');
  g_autoptr (HcPacket) packet = hc_packet_new_message (id, text);
  g_autoptr (GBytes) bytes = hc_packet_serialise (packet);
  g_autoptr (HcPacket) again = NULL;
  g_autofree char *read = NULL;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, HC_PACKET_MAX_LENGTH);
  again = hc_packet_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), PEER, NULL);
  g_assert_nonnull (again);
  read = hc_packet_dup_text (again);
  g_assert_cmpstr (read, ==, text);
}

/* What is behind a blank line, other than in a peer's CHAT, means nothing, and
 * is kept. */
static void
test_rendezvous_body (gconstpointer data)
{
  const char *wire = data;
  g_autoptr (HcPacket) packet = parse (wire, RENDEZVOUS);

  g_assert_cmpstr (hc_packet_get_body (packet), ==, "more");
  test_assert_written (packet, wire);
}

static void
test_leave_body (void)
{
  const char *wire = "QUIT\r\n\r\n\r\nmore";
  g_autoptr (HcPacket) packet = parse (wire, PEER);

  g_assert_cmpstr (hc_packet_get_body (packet), ==, "\r\nmore");
  test_assert_written (packet, wire);
}

/* Written as they should be, values take one byte more than `a:b`. */
static void
test_grows_when_written (void)
{
  GString *wire = g_string_new ("PROBE\r\n");
  g_autoptr (HcPacket) packet = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize grown = 0;

  for (; wire->len + 6 <= HC_PACKET_MAX_LENGTH; grown++)
    g_string_append (wire, "a:b\r\n");
  packet = parse (wire->str, RENDEZVOUS);
  bytes = hc_packet_serialise (packet);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, wire->len + grown + 2);
  g_string_free (wire, TRUE);
}

static void
add_tests (const char      *folder,
           const char      *name,
           GTestDataFunc    function,
           gconstpointer    data)
{
  g_autofree char *path = g_strdup_printf ("/packet/%s/%s", folder, name);

  g_test_add_data_func (path, data, function);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (exact); i++)
    {
      add_tests ("write", exact[i].name, test_exact_write, &exact[i]);
      add_tests ("parse", exact[i].name, test_exact_parse, &exact[i]);
      add_tests ("cut", exact[i].name, test_exact_cut, &exact[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tolerated); i++)
    add_tests ("tolerate", tolerated[i].name, test_tolerated, &tolerated[i]);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    add_tests ("text", texts[i].name, test_text, &texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    add_tests ("foreign-text", foreign[i].name, test_foreign, &foreign[i]);
  add_tests ("body", "probe", test_rendezvous_body, "PROBE\r\n\r\nmore");
  add_tests ("body", "chat", test_rendezvous_body,
             "CHAT\r\nclientID1: alice\r\nclientID2: bob\r\n\r\nmore");
  add_tests ("body", "quit", test_rendezvous_body, "QUIT\r\nclientID: alice\r\n\r\nmore");

  g_test_add_func ("/packet/body/leave", test_leave_body);
  g_test_add_func ("/packet/hello", test_hello);
  g_test_add_func ("/packet/unknown-headers", test_unknown_headers);
  g_test_add_func ("/packet/endpoint", test_endpoint);
  g_test_add_func ("/packet/longest", test_longest);
  g_test_add_func ("/packet/grows-when-written", test_grows_when_written);

  return g_test_run ();
}
