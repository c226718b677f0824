/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The packets of v2 between peers: in plain view, and inside encryption.
 * Protocol, sections 4 and 5. */

#include "hc-packet-reader.h"
#include "packet-util.h"

#include <string.h>

#define BYTES_8 "AAECAwQFBgc"
#define BYTES_16 "AAECAwQFBgcICQoLDA0ODw"
#define BYTES_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define HELLO "clientID: alice\r\nVersion: 2\r\nSession: " BYTES_8 "\r\nPlain: " BYTES_32 \
  "\r\nCommit: " BYTES_32 "\r\nResume: 7\r\n"
#define PART(part, length) "CHAT\r\nSeq: 4294967295\r\nSent: 1764000000000\r\nPart: " part \
  "\r\nLength: " length "\r\n\r\n"

#define PEER HC_DIALECT_PEER
#define SECURE HC_DIALECT_SECURE

static HcPacket *
parse (const char  *wire,
       HcDialect    dialect,
       GError     **error)
{
  return hc_packet_parse (wire, strlen (wire), dialect, error);
}

/* --- Written -------------------------------------------------------------- */

static void
assert_wire (HcPacket   *packet,
             const char *wire)
{
  g_autoptr (HcPacket) owned G_GNUC_UNUSED = packet;
  g_autoptr (HcPacket) read = NULL;
  g_autoptr (GError) error = NULL;

  test_assert_written (packet, wire);
  read = parse (wire, hc_packet_get_dialect (packet), &error);
  g_assert_no_error (error);
  test_assert_same_packet (read, packet);
}

static void
test_plain (void)
{
  assert_wire (hc_packet_new_peer_probe (BYTES_8),
               "PROBE\r\nVersion: 2\r\nSession: " BYTES_8 "\r\n\r\n");
  assert_wire (hc_packet_new_peer_probeack (BYTES_8),
               "PROBEACK\r\nVersion: 2\r\nSession: " BYTES_8 "\r\n\r\n");
  assert_wire (hc_packet_new_offer (BYTES_8, NULL), "Version: 2\r\nSession: " BYTES_8 "\r\n\r\n");
  assert_wire (hc_packet_new_offer (BYTES_8, BYTES_16),
               "Version: 2\r\nSession: " BYTES_8 "\r\nTicket: " BYTES_16 "\r\n\r\n");
  assert_wire (hc_packet_new_chatack ("bob"), "CHATACK\r\nclientID: bob\r\nVersion: 2\r\n\r\n");
  assert_wire (hc_packet_new_offering_hello ("alice", BYTES_8, BYTES_16),
               "CHAT\r\nclientID: alice\r\n\r\nVersion: 2\r\nSession: " BYTES_8
               "\r\nTicket: " BYTES_16 "\r\n\r\n");
}

static void
test_secure (void)
{
  const HcField hello[] = {
    { HC_HEADER_CLIENT_ID, "alice" },
    { HC_HEADER_VERSION, "2" },
    { HC_HEADER_SESSION, BYTES_8 },
    { HC_HEADER_PLAIN, BYTES_32 },
    { HC_HEADER_COMMIT, BYTES_32 },
    { HC_HEADER_RESUME, "7" },
  };

  assert_wire (hc_packet_new_hello (hello, G_N_ELEMENTS (hello)), "HELLO\r\n" HELLO "\r\n");
  assert_wire (hc_packet_new_reveal (BYTES_16), "REVEAL\r\nNonce: " BYTES_16 "\r\n\r\n");
  assert_wire (hc_packet_new_ack (0), "ACK\r\nSeq: 0\r\n\r\n");
  assert_wire (hc_packet_new_typing (), "TYPING\r\n\r\n");
  assert_wire (hc_packet_new_ping (), "PING\r\n\r\n");
  assert_wire (hc_packet_new_end (), "QUIT\r\n\r\n");
  assert_wire (hc_packet_new_part (G_MAXUINT32, G_GINT64_CONSTANT (1764000000000), 2, 3,
                                   "one\r\n\r\nLength: 9\r\n\r\ntwo", 23),
               PART ("2/3", "23") "one\r\n\r\nLength: 9\r\n\r\ntwo");
}

/* However large its numbers, a part of the greatest length is a packet. */
static void
test_greatest_part (void)
{
  g_autofree char *text = g_strnfill (HC_PART_MAX_LENGTH, 'x');
  g_autoptr (HcPacket) part = hc_packet_new_part (G_MAXUINT32,
                                                  G_GINT64_CONSTANT (253402300799999),
                                                  HC_MAX_PARTS, HC_MAX_PARTS,
                                                  text, HC_PART_MAX_LENGTH);

  g_assert_cmpuint (hc_packet_write (part, NULL, 0), <=, HC_PACKET_MAX_LENGTH);
  g_assert_cmpuint (HC_MAX_PARTS * (HC_PART_MAX_LENGTH - 3), >=, HC_MESSAGE_MAX_LENGTH);
}

/* --- Read ----------------------------------------------------------------- */

/* What a v1 peer takes for a hello and nothing else, and a v2 peer for more. */
static void
test_offer (void)
{
  g_autoptr (HcPacket) hello = hc_packet_new_offering_hello ("alice", BYTES_8, BYTES_16);
  g_autoptr (HcPacket) plain_hello = hc_packet_new_datagram_hello ("alice");
  g_autoptr (HcPacket) message = hc_packet_new_message ("alice", "\nVersion: 2");
  g_autoptr (HcPacket) odd = parse ("CHAT\r\nclientID: alice\r\n\r\nVersion: 2\r\nSession: ?\r\n\r\n",
                                    PEER, NULL);
  g_autoptr (HcPacket) offer = hc_packet_dup_offer (hello);

  g_assert_true (hc_packet_is_hello (hello));
  g_assert_null (hc_packet_dup_text (hello));
  g_assert_cmpstr (hc_packet_get_header (offer, HC_HEADER_SESSION), ==, BYTES_8);
  g_assert_cmpstr (hc_packet_get_header (offer, HC_HEADER_TICKET), ==, BYTES_16);

  g_assert_null (hc_packet_dup_offer (plain_hello));
  g_assert_false (hc_packet_is_hello (message));
  g_assert_null (hc_packet_dup_offer (message));
  g_assert_true (hc_packet_is_hello (odd));
  g_assert_null (hc_packet_dup_offer (odd));
}

static void
test_part (void)
{
  g_autoptr (HcPacket) part = parse (PART ("2/3", "2") "Hi", SECURE, NULL);
  g_autoptr (HcPacket) ping = hc_packet_new_ping ();
  guint index = 0, n_parts = 0;

  g_assert_true (hc_packet_get_part (part, &index, &n_parts));
  g_assert_cmpuint (index, ==, 2);
  g_assert_cmpuint (n_parts, ==, 3);
  g_assert_cmpuint (hc_packet_get_number (part, HC_HEADER_SEQ), ==, G_MAXUINT32);
  g_assert_cmpint (hc_packet_get_sent (part), ==, G_GINT64_CONSTANT (1764000000000));
  g_assert_cmpstr (hc_packet_get_body (part), ==, "Hi");

  g_assert_false (hc_packet_get_part (ping, &index, &n_parts));
  g_assert_cmpint (hc_packet_get_sent (ping), ==, 0);
}

typedef struct
{
  const char *name;
  const char *wire;
  HcDialect dialect;
  HcProtocolError code;
} Fault;

#define MISSING HC_PROTOCOL_ERROR_MISSING_HEADER
#define VALUE HC_PROTOCOL_ERROR_INVALID_VALUE
#define TYPE HC_PROTOCOL_ERROR_UNKNOWN_TYPE

static const Fault faults[] = {
  { "probe-no-session", "PROBE\r\nVersion: 2\r\n\r\n", PEER, MISSING },
  { "probe-session", "PROBE\r\nSession: " BYTES_16 "\r\n\r\n", PEER, VALUE },
  { "probeack-no-session", "PROBEACK\r\n\r\n", PEER, MISSING },
  { "offer-no-session", "Version: 2\r\nTicket: " BYTES_16 "\r\n\r\n", PEER, MISSING },
  { "offer-version", "Version: 3\r\nSession: " BYTES_8 "\r\n\r\n", PEER, TYPE },
  { "chatack-no-id", "CHATACK\r\nVersion: 2\r\n\r\n", PEER, MISSING },
  { "chatack-no-version", "CHATACK\r\nclientID: bob\r\n\r\n", PEER, MISSING },
  { "chatack-id", "CHATACK\r\nclientID: \r\nVersion: 2\r\n\r\n", PEER, HC_PROTOCOL_ERROR_INVALID_ID },
  { "plain-hello", "HELLO\r\n" HELLO "\r\n", PEER, TYPE },
  { "plain-ack", "ACK\r\nSeq: 1\r\n\r\n", PEER, TYPE },

  { "register", "REGISTER\r\nclientID: a\r\nIP: 192.0.2.7\r\nPort: 1\r\n\r\n", SECURE, TYPE },
  { "v1-message", "CHAT\r\nclientID: alice\r\nHi\n\r\n\r\n", SECURE, HC_PROTOCOL_ERROR_CONTROL_CHARACTER },
  { "v1-hello", "CHAT\r\nclientID: alice\r\n\r\n", SECURE, MISSING },
  { "hello-no-resume", "HELLO\r\nclientID: a\r\nVersion: 2\r\nSession: " BYTES_8 "\r\nPlain: "
    BYTES_32 "\r\nCommit: " BYTES_32 "\r\n\r\n", SECURE, MISSING },
  { "hello-twice", "HELLO\r\n" HELLO "Resume: 8\r\n\r\n", SECURE, HC_PROTOCOL_ERROR_REPEATED_HEADER },
  { "hello-ticket", "HELLO\r\n" HELLO "Ticket: x\r\n\r\n", SECURE, VALUE },
  { "reveal", "REVEAL\r\nNonce: " BYTES_32 "\r\n\r\n", SECURE, VALUE },
  { "reveal-none", "REVEAL\r\n\r\n", SECURE, MISSING },
  { "ack-negative", "ACK\r\nSeq: -1\r\n\r\n", SECURE, VALUE },
  { "ack-great", "ACK\r\nSeq: 4294967296\r\n\r\n", SECURE, VALUE },
  { "ack-none", "ACK\r\n\r\n", SECURE, MISSING },
  { "part-0", PART ("0/1", "2") "Hi", SECURE, VALUE },
  { "part-beyond", PART ("3/2", "2") "Hi", SECURE, VALUE },
  { "part-too-many", PART ("1/72", "2") "Hi", SECURE, VALUE },
  { "part-no-slash", PART ("1", "2") "Hi", SECURE, VALUE },
  { "part-empty", PART ("", "2") "Hi", SECURE, VALUE },
  { "length-more", PART ("1/1", "3") "Hi", SECURE, VALUE },
  { "length-less", PART ("1/1", "1") "Hi", SECURE, VALUE },
  { "length-none", "CHAT\r\nSeq: 1\r\nSent: 1\r\nPart: 1/1\r\n\r\nHi", SECURE, MISSING },
  { "length-great", PART ("1/1", "929") "Hi", SECURE, VALUE },
  { "sent", "CHAT\r\nSeq: 1\r\nSent: now\r\nPart: 1/1\r\nLength: 0\r\n\r\n", SECURE, VALUE },
  { "sent-great", "CHAT\r\nSeq: 1\r\nSent: 253402300800000\r\nPart: 1/1\r\nLength: 0\r\n\r\n",
    SECURE, VALUE },
  { "ping-body", "PING\r\n\r\nboo", SECURE, VALUE },
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = parse (fault->wire, fault->dialect, &error);

  g_assert_null (packet);
  g_assert_error (error, HC_PROTOCOL_ERROR, (int) fault->code);
}

/* --- Cut from a stream ---------------------------------------------------- */

static const char *const stream[] = {
  "HELLO\r\n" HELLO "\r\n",
  PART ("1/2", "19") "a\r\n\r\nLength: 99\r\n\r\n",
  PART ("2/2", "0"),
  "PING\r\n\r\n",
  "TYPING\r\nLength: 3\r\n\r\nabc",
  "ACK\r\nSeq: 1\r\n\r\n",
};

static void
push (HcPacketReader *reader,
      const char     *data,
      gsize           length,
      guint          *n_frames)
{
  while (length > 0)
    {
      const char *frame;
      gsize frame_length;
      gsize taken = hc_packet_reader_push (reader, data, length, &frame, &frame_length);

      if (frame != NULL)
        {
          g_assert_cmpuint (*n_frames, <, G_N_ELEMENTS (stream));
          test_assert_bytes (frame, frame_length, stream[*n_frames], strlen (stream[*n_frames]));
          (*n_frames)++;
        }
      g_assert_cmpuint (taken, >, 0);
      data += taken;
      length -= taken;
    }
}

/* In two pieces, cut anywhere, and byte by byte. */
static void
test_cut (void)
{
  g_autofree char *bytes = g_strconcat (stream[0], stream[1], stream[2], stream[3], stream[4],
                                        stream[5], NULL);
  gsize length = strlen (bytes);

  for (gsize cut = 0; cut <= length + 1; cut++)
    {
      g_autoptr (HcPacketReader) reader = hc_packet_reader_new_secure ();
      guint n_frames = 0;

      if (cut <= length)
        {
          push (reader, bytes, cut, &n_frames);
          push (reader, bytes + cut, length - cut, &n_frames);
        }
      else
        for (gsize i = 0; i < length; i++)
          push (reader, bytes + i, 1, &n_frames);
      g_assert_cmpuint (n_frames, ==, G_N_ELEMENTS (stream));
    }
}

/* What claims a length that no packet has is refused, not waited for. */
static void
test_claim (gconstpointer data)
{
  g_autofree char *wire = g_strdup_printf ("CHAT\r\nLength: %s\r\n\r\n%01200d",
                                           (const char *) data, 0);
  g_autoptr (HcPacketReader) reader = hc_packet_reader_new_secure ();
  g_autoptr (GError) error = NULL;
  const char *frame;
  gsize length;

  hc_packet_reader_push (reader, wire, strlen (wire), &frame, &length);
  g_assert_cmpuint (length, ==, HC_PACKET_MAX_LENGTH + 1);
  g_assert_null (hc_packet_parse (frame, length, SECURE, &error));
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_TOO_LONG);
}

int
main (int    argc,
      char **argv)
{
  static const char *const claims[] = { "1025", "4294967295", "99999999999999999999999999" };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet-link/write/plain", test_plain);
  g_test_add_func ("/packet-link/write/secure", test_secure);
  g_test_add_func ("/packet-link/write/greatest-part", test_greatest_part);
  g_test_add_func ("/packet-link/read/offer", test_offer);
  g_test_add_func ("/packet-link/read/part", test_part);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/packet-link/fault/", faults[i].name, NULL);

      g_test_add_data_func (path, &faults[i], test_fault);
    }
  g_test_add_func ("/packet-link/stream/cut", test_cut);
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autofree char *path = g_strconcat ("/packet-link/stream/claim/", claims[i], NULL);

      g_test_add_data_func (path, claims[i], test_claim);
    }

  return g_test_run ();
}
