/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The input's first four bytes are the lengths of segments, in turns, where
 * `a` means one byte; the rest is a stream. However it is cut, the frames are
 * the same. */

#include "fuzz.h"

#include "hc-packet-reader.h"
#include "hc-packet.h"

#include <string.h>

#define N_CUTS 4
#define BLANK_LINE "\r\n\r\n"

/* What a reader has given so far. */
typedef struct
{
  GString *bytes;
  GArray *lengths;
  gboolean ended;
} Frames;

static void
frames_init (Frames *self)
{
  self->bytes = g_string_new (NULL);
  self->lengths = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->ended = FALSE;
}

static void
frames_clear (Frames *self)
{
  g_string_free (self->bytes, TRUE);
  g_array_unref (self->lengths);
}

static void
frames_add (Frames     *self,
            const char *frame,
            gsize       length)
{
  g_autofree char *copy = g_memdup2 (frame, length);
  const char *end = memmem (copy, length, BLANK_LINE, strlen (BLANK_LINE));

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <=, HC_PACKET_MAX_LENGTH + 1);
  g_assert_true (copy[0] != '\r' && copy[0] != '\n');
  if (end != NULL && length <= HC_PACKET_MAX_LENGTH)
    g_assert_cmpuint (end + strlen (BLANK_LINE) - copy, ==, length);
  else
    g_assert_true (self->ended || length == HC_PACKET_MAX_LENGTH + 1);

  g_string_append_len (self->bytes, copy, length);
  g_array_append_val (self->lengths, length);
}

static void
push_segment (HcPacketReader *reader,
              Frames         *frames,
              const guint8   *data,
              gsize           size)
{
  g_autofree char *segment = g_memdup2 (data, size);
  gsize offset = 0;

  while (offset < size)
    {
      const char *frame;
      gsize length;
      gsize taken = hc_packet_reader_push (reader, segment + offset, size - offset,
                                           &frame, &length);

      g_assert_cmpuint (taken, >, 0);
      g_assert_cmpuint (taken, <=, size - offset);
      if (frame != NULL)
        frames_add (frames, frame, length);
      offset += taken;
    }
}

static void
read_stream (Frames       *frames,
             const guint8 *data,
             gsize         size,
             const gsize  *segments)
{
  g_autoptr (HcPacketReader) reader = hc_packet_reader_new ();
  const char *frame;
  gsize length;

  for (guint i = 0; size > 0; i++)
    {
      gsize segment = MIN (segments[i % N_CUTS], size);

      push_segment (reader, frames, data, segment);
      data += segment;
      size -= segment;
    }
  frames->ended = TRUE;
  if (hc_packet_reader_finish (reader, &frame, &length))
    frames_add (frames, frame, length);
  g_assert_false (hc_packet_reader_finish (reader, &frame, &length));
}

/* The frames are the stream, but for newlines between them. */
static void
check_complete (const Frames *frames,
                const guint8 *data,
                gsize         size)
{
  const char *bytes = frames->bytes->str;
  gsize offset = 0;

  for (guint i = 0; i < frames->lengths->len; i++)
    {
      gsize length = g_array_index (frames->lengths, gsize, i);

      while (offset < size && (data[offset] == '\r' || data[offset] == '\n'))
        offset++;
      g_assert_cmpuint (offset + length, <=, size);
      g_assert_cmpmem (bytes, length, data + offset, length);
      bytes += length;
      offset += length;
    }
  for (; offset < size; offset++)
    g_assert_true (data[offset] == '\r' || data[offset] == '\n');
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const gsize whole[N_CUTS] = { size + 1, size + 1, size + 1, size + 1 };
  gsize cuts[N_CUTS];
  Frames expected, frames;

  if (size < N_CUTS)
    return 0;
  for (guint i = 0; i < N_CUTS; i++)
    cuts[i] = 1 + (guint8) (data[i] - 'a');

  frames_init (&expected);
  frames_init (&frames);
  read_stream (&expected, data + N_CUTS, size - N_CUTS, whole);
  read_stream (&frames, data + N_CUTS, size - N_CUTS, cuts);

  check_complete (&expected, data + N_CUTS, size - N_CUTS);
  g_assert_cmpmem (frames.bytes->str, frames.bytes->len, expected.bytes->str, expected.bytes->len);
  g_assert_cmpmem (frames.lengths->data, frames.lengths->len * sizeof (gsize),
                   expected.lengths->data, expected.lengths->len * sizeof (gsize));
  frames_clear (&expected);
  frames_clear (&frames);
  return 0;
}
