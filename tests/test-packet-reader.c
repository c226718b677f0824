/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stream of bytes cut into packets, however the network has cut it before. */

#include "hc-packet-reader.h"
#include "packet-util.h"

#include <string.h>

typedef struct
{
  HcPacketReader *reader;
  GString *log;
  guint n_frames;
  gsize last_length;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->reader = hc_packet_reader_new ();
  fixture->log = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  hc_packet_reader_free (fixture->reader);
  g_string_free (fixture->log, TRUE);
}

static void
record (Fixture    *fixture,
        const char *frame,
        gsize       length)
{
  g_autofree char *text = test_escape (frame, length);

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <=, HC_PACKET_MAX_LENGTH + 1);
  g_string_append_printf (fixture->log, "[%s]", text);
  fixture->n_frames++;
  fixture->last_length = length;
}

/* One segment, from a block of its own: that it is gone afterwards shows
 * whether the reader has kept what it needs. */
static void
push (Fixture    *fixture,
      const char *data,
      gsize       length)
{
  g_autofree char *segment = g_memdup2 (data, length);
  gsize offset = 0;

  while (offset < length)
    {
      const char *frame;
      gsize frame_length;
      gsize taken = hc_packet_reader_push (fixture->reader, segment + offset, length - offset,
                                           &frame, &frame_length);

      g_assert_cmpuint (taken, >, 0);
      g_assert_cmpuint (taken, <=, length - offset);
      if (frame != NULL)
        record (fixture, frame, frame_length);
      else
        g_assert_cmpuint (frame_length, ==, 0);
      offset += taken;
    }
}

static void
finish (Fixture *fixture)
{
  const char *frame;
  gsize length;

  if (hc_packet_reader_finish (fixture->reader, &frame, &length))
    {
      g_string_append_c (fixture->log, '$');
      record (fixture, frame, length);
    }
  else
    {
      g_assert_null (frame);
      g_assert_cmpuint (length, ==, 0);
    }
}

/* Ends the stream; the reader is then as good as new. */
static void
assert_log (Fixture    *fixture,
            const char *expected)
{
  finish (fixture);
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
  fixture->n_frames = 0;
}

/* A frame that ended with the stream is marked with $. */

typedef struct
{
  const char *name;
  const char *stream;
  const char *frames;
} Stream;

#define REGISTER "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n"
#define REGISTER_FRAME "[REGISTER\\r\\nclientID: alice\\r\\nIP: 192.0.2.7\\r\\nPort: 6000\\r\\n\\r\\n]"
#define HELLO "CHAT\r\nclientID: alice\r\n\r\n"
#define HELLO_FRAME "[CHAT\\r\\nclientID: alice\\r\\n\\r\\n]"
#define MESSAGE "CHAT\r\nclientID: alice\r\nHi bob\n\r\n\r\n"
#define MESSAGE_FRAME "[CHAT\\r\\nclientID: alice\\r\\nHi bob\\n\\r\\n\\r\\n]"

static const Stream streams[] = {
  { "nothing", "", "" },
  { "only-blank-lines", "\r\n\r\n\r\n\n", "" },
  { "probe", "PROBE\r\n\r\n", "[PROBE\\r\\n\\r\\n]" },
  { "probeack", "PROBEACK\r\n\r\n", "[PROBEACK\\r\\n\\r\\n]" },
  { "register", REGISTER, REGISTER_FRAME },
  { "regnack", "REGNACK\r\n\r\n", "[REGNACK\\r\\n\\r\\n]" },
  { "bridge", "BRIDGE\r\nclientID: alice\r\n\r\n", "[BRIDGE\\r\\nclientID: alice\\r\\n\\r\\n]" },
  { "nobody", "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n",
    "[BRIDGEACK\\r\\nclientID: \\r\\nIP: \\r\\nPort: \\r\\n\\r\\n]" },
  { "chat-ends-with-stream", "CHAT\r\nclientID1: alice\r\nclientID2: bob",
    "$[CHAT\\r\\nclientID1: alice\\r\\nclientID2: bob]" },
  { "ends-in-blank-line", "PROBE\r\n\r", "$[PROBE\\r\\n\\r]" },
  { "ends-behind-line", "PROBE\r\n", "$[PROBE\\r\\n]" },
  { "one-byte", "P", "$[P]" },
  { "not-utf8", "\xff\xfe\r\n\r\n", "[\\xff\\xfe\\r\\n\\r\\n]" },
  { "hello", HELLO, HELLO_FRAME },
  { "datagram-hello", HELLO "\r\n", HELLO_FRAME },
  { "message", MESSAGE, MESSAGE_FRAME },
  { "empty-message", "CHAT\r\nclientID: a\r\n\n\r\n\r\n", "[CHAT\\r\\nclientID: a\\r\\n\\n\\r\\n\\r\\n]" },
  { "leave", "QUIT\r\n\r\n", "[QUIT\\r\\n\\r\\n]" },
  { "glued-hello-and-message", HELLO MESSAGE, HELLO_FRAME MESSAGE_FRAME },
  { "glued-datagram-hello-and-message", HELLO "\r\n" MESSAGE, HELLO_FRAME MESSAGE_FRAME },
  { "two", "PROBE\r\n\r\nQUIT\r\n\r\n", "[PROBE\\r\\n\\r\\n][QUIT\\r\\n\\r\\n]" },
  { "blank-lines-before", "\r\n\r\n\nPROBE\r\n\r\n", "[PROBE\\r\\n\\r\\n]" },
  { "blank-lines-between", "PROBE\r\n\r\n\r\n\r\n\r\nQUIT\r\n\r\n\r\n", "[PROBE\\r\\n\\r\\n][QUIT\\r\\n\\r\\n]" },
  { "several-and-a-rest", "PROBE\r\n\r\n" HELLO "QUIT\r\n", "[PROBE\\r\\n\\r\\n]" HELLO_FRAME "$[QUIT\\r\\n]" },
  { "newlines-end-nothing", "A\n\nB\r\rC\n\r\n\rD", "$[A\\n\\nB\\r\\rC\\n\\r\\n\\rD]" },
  { "carriage-return-before-end", "A\r\r\n\r\nB", "[A\\r\\r\\n\\r\\n]$[B]" },
};

static void
test_whole (Fixture       *fixture,
            gconstpointer  data)
{
  const Stream *test = data;

  push (fixture, test->stream, strlen (test->stream));
  assert_log (fixture, test->frames);
}

static void
test_byte_by_byte (Fixture       *fixture,
                   gconstpointer  data)
{
  const Stream *test = data;

  for (const char *byte = test->stream; *byte != '\0'; byte++)
    push (fixture, byte, 1);
  assert_log (fixture, test->frames);
}

static void
test_cut_once (Fixture       *fixture,
               gconstpointer  data)
{
  const Stream *test = data;
  gsize length = strlen (test->stream);

  for (gsize cut = 0; cut <= length; cut++)
    {
      push (fixture, test->stream, cut);
      push (fixture, test->stream + cut, length - cut);
      assert_log (fixture, test->frames);
    }
}

static void
test_cut_twice (Fixture       *fixture,
                gconstpointer  data)
{
  const Stream *test = data;
  gsize length = strlen (test->stream);

  for (gsize first = 0; first <= length; first++)
    for (gsize second = first; second <= length; second++)
      {
        push (fixture, test->stream, first);
        push (fixture, test->stream + first, second - first);
        push (fixture, test->stream + second, length - second);
        assert_log (fixture, test->frames);
      }
}

static void
test_thrice_in_a_row (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *stream = g_strconcat (REGISTER, MESSAGE, REGISTER, NULL);

  for (gsize size = 1; size <= strlen (stream); size++)
    {
      for (gsize offset = 0; offset < strlen (stream); offset += size)
        push (fixture, stream + offset, MIN (size, strlen (stream) - offset));
      assert_log (fixture, REGISTER_FRAME MESSAGE_FRAME REGISTER_FRAME);
    }
}

/* A packet of @length bytes with its blank line, cut at @cut. */
static void
push_long (Fixture *fixture,
           gsize    length,
           gsize    cut)
{
  g_autofree char *filling = g_strnfill (length - strlen ("PROBE\r\nPad: \r\n\r\n"), 'x');
  g_autofree char *wire = g_strconcat ("PROBE\r\nPad: ", filling, "\r\n\r\n", NULL);

  g_assert_cmpuint (strlen (wire), ==, length);
  push (fixture, wire, cut);
  push (fixture, wire + cut, length - cut);
}

static void
test_longest (Fixture       *fixture,
              gconstpointer  data)
{
  for (gsize cut = 0; cut <= HC_PACKET_MAX_LENGTH; cut++)
    {
      fixture->n_frames = 0;
      push_long (fixture, HC_PACKET_MAX_LENGTH, cut);
      g_assert_cmpuint (fixture->n_frames, ==, 1);
      g_assert_cmpuint (fixture->last_length, ==, HC_PACKET_MAX_LENGTH);
      push (fixture, "QUIT\r\n\r\n", 8);
      g_assert_cmpuint (fixture->n_frames, ==, 2);
      g_assert_cmpuint (fixture->last_length, ==, 8);
    }
}

/* The first frame is one byte longer than a packet may be, so that parsing
 * says what is wrong; the rest of the stream is of no use. */
static void
assert_first_frame_is_too_long (const char *stream,
                                gsize       length,
                                gsize       cut)
{
  g_autoptr (HcPacketReader) reader = hc_packet_reader_new ();
  g_autoptr (GError) error = NULL;
  const char *frame = NULL;
  gsize frame_length;
  gsize taken = hc_packet_reader_push (reader, stream, cut, &frame, &frame_length);

  if (frame == NULL)
    {
      g_assert_cmpuint (taken, ==, cut);
      taken += hc_packet_reader_push (reader, stream + cut, length - cut, &frame, &frame_length);
    }
  g_assert_nonnull (frame);
  g_assert_cmpuint (taken, ==, HC_PACKET_MAX_LENGTH + 1);
  g_assert_cmpuint (frame_length, ==, HC_PACKET_MAX_LENGTH + 1);
  g_assert_null (hc_packet_parse (frame, frame_length, HC_DIALECT_RENDEZVOUS, &error));
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_TOO_LONG);
}

static void
test_too_long (void)
{
  g_autofree char *filling = g_strnfill (3000, 'x');

  /* With the blank line one, two, three and four bytes too late, and without. */
  for (gsize length = 1021; length <= 1024; length++)
    {
      g_autofree char *text = g_strndup (filling, length);
      g_autofree char *wire = g_strconcat (text, "\r\n\r\n", NULL);

      for (gsize cut = 0; cut <= strlen (wire); cut++)
        assert_first_frame_is_too_long (wire, strlen (wire), cut);
    }
  for (gsize cut = 0; cut <= 3000; cut++)
    assert_first_frame_is_too_long (filling, 3000, cut);
}

static void
test_too_long_at_finish (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *filling = g_strnfill (HC_PACKET_MAX_LENGTH, 'x');

  push (fixture, filling, HC_PACKET_MAX_LENGTH);
  g_assert_cmpuint (fixture->n_frames, ==, 0);
  finish (fixture);
  g_assert_cmpuint (fixture->n_frames, ==, 1);
  g_assert_cmpuint (fixture->last_length, ==, HC_PACKET_MAX_LENGTH);
}

/* Blank lines cost no room: any number may come before a packet. */
static void
test_flood_of_blank_lines (Fixture       *fixture,
                           gconstpointer  data)
{
  for (guint i = 0; i < 2000; i++)
    push (fixture, "\r\n", 2);
  g_assert_cmpuint (fixture->n_frames, ==, 0);
  push (fixture, "PROBE\r\n\r\n", 9);
  assert_log (fixture, "[PROBE\\r\\n\\r\\n]");
}

static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  const char *frame = "";
  gsize length = 1;

  g_assert_cmpuint (hc_packet_reader_push (fixture->reader, NULL, 0, &frame, &length), ==, 0);
  g_assert_null (frame);
  g_assert_cmpuint (length, ==, 0);
  g_assert_false (hc_packet_reader_finish (fixture->reader, &frame, &length));
  g_assert_null (frame);
  g_assert_cmpuint (length, ==, 0);

  push (fixture, "PRO", 3);
  g_assert_cmpuint (hc_packet_reader_push (fixture->reader, NULL, 0, &frame, &length), ==, 0);
  g_assert_null (frame);
  push (fixture, "BE\r\n\r\n", 6);
  assert_log (fixture, "[PROBE\\r\\n\\r\\n]");
}

static void
test_frame_lies_in_data (Fixture       *fixture,
                         gconstpointer  data)
{
  const char *bytes = "\r\nPROBE\r\n\r\nQUIT";
  const char *frame;
  gsize length;

  g_assert_cmpuint (hc_packet_reader_push (fixture->reader, bytes, strlen (bytes), &frame, &length),
                    ==, 11);
  g_assert_true (frame == bytes + 2);
  g_assert_cmpuint (length, ==, 9);
}

static void
add (const char *folder,
     const char *name,
     const void *data,
     void      (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/packet-reader/%s/%s", folder, name);

  g_test_add (path, Fixture, data, set_up, function, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      add ("whole", streams[i].name, &streams[i], test_whole);
      add ("byte-by-byte", streams[i].name, &streams[i], test_byte_by_byte);
      add ("cut-once", streams[i].name, &streams[i], test_cut_once);
      add ("cut-twice", streams[i].name, &streams[i], test_cut_twice);
    }
  add ("segments", "of-every-size", NULL, test_thrice_in_a_row);
  add ("length", "longest", NULL, test_longest);
  add ("length", "too-long-at-finish", NULL, test_too_long_at_finish);
  add ("length", "flood-of-blank-lines", NULL, test_flood_of_blank_lines);
  add ("length", "nothing", NULL, test_nothing);
  add ("length", "frame-lies-in-data", NULL, test_frame_lies_in_data);
  g_test_add_func ("/packet-reader/length/too-long", test_too_long);

  return g_test_run ();
}
