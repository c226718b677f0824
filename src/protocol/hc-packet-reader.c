/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-reader.h"
#include "hc-packet.h"

#include <string.h>

#define BLANK_LINE "\r\n\r\n"
#define BLANK_LINE_LENGTH 4
#define LENGTH_LINE "\r\nLength: "

/* One byte more than a packet may have: a frame of this length is one that
 * hc_packet_parse() refuses as too long. */
#define CAPACITY (HC_PACKET_MAX_LENGTH + 1)

struct _HcPacketReader
{
  gboolean secure;
  gsize length;
  char buffer[CAPACITY];
};

/**
 * hc_packet_reader_new:
 *
 * Creates a reader that cuts a stream of bytes into frames, one packet each.
 *
 * A frame ends with the first blank line, or with the stream. The reader never
 * holds more than one packet's bytes and never fails: of a packet that is too
 * long it gives the first %HC_PACKET_MAX_LENGTH + 1 bytes, which
 * hc_packet_parse() refuses. What follows such a frame is no packet's
 * beginning, so the stream is of no further use.
 *
 * Returns: (transfer full): a reader, to be freed with hc_packet_reader_free()
 */
HcPacketReader *
hc_packet_reader_new (void)
{
  HcPacketReader *self = g_new (HcPacketReader, 1);

  self->secure = FALSE;
  self->length = 0;
  return self;
}

/**
 * hc_packet_reader_new_secure:
 *
 * As hc_packet_reader_new(), for a stream inside encryption: there a packet
 * ends as many bytes behind its blank line as its `Length` says, if it has one.
 *
 * Returns: (transfer full): a reader, to be freed with hc_packet_reader_free()
 */
HcPacketReader *
hc_packet_reader_new_secure (void)
{
  HcPacketReader *self = hc_packet_reader_new ();

  self->secure = TRUE;
  return self;
}

/**
 * hc_packet_reader_free:
 * @self: a reader
 *
 * Frees the reader and what it holds.
 */
void
hc_packet_reader_free (HcPacketReader *self)
{
  g_free (self);
}

/* Empty lines between packets belong to none: the UDP form of a hello ends
 * with one more than its TCP form. */
static gsize
count_leading_newlines (const char *data,
                        gsize       length)
{
  gsize n = 0;

  while (n < length && (data[n] == '\r' || data[n] == '\n'))
    n++;
  return n;
}

/* What a `Length` among the headers says. One that is wrong counts for nothing
 * here: hc_packet_parse() will name the fault. */
static gsize
read_length (const char *headers,
             const char *end)
{
  const char *line = memmem (headers, end - headers, LENGTH_LINE, strlen (LENGTH_LINE));
  gsize length = 0;

  if (line == NULL)
    return 0;
  for (line += strlen (LENGTH_LINE); g_ascii_isdigit (*line) && length < CAPACITY; line++)
    length = 10 * length + g_ascii_digit_value (*line);
  return length;
}

/* The blank line may lie across the seam of old and new bytes, so the search
 * begins up to three bytes before the new ones. Where a body follows the blank
 * line may be long known when the packet's end comes. */
static const char *
find_end (HcPacketReader *self,
          const char     *data,
          gsize           length,
          gsize           known)
{
  gsize start = self->secure ? 0 : known - MIN (known, BLANK_LINE_LENGTH - 1);
  const char *end = memmem (data + start, length - start, BLANK_LINE, BLANK_LINE_LENGTH);

  if (end == NULL)
    return NULL;

  end += BLANK_LINE_LENGTH;
  if (self->secure)
    end += read_length (data, end);
  return end <= data + length ? end : NULL;
}

/* Most packets come whole: those are handed on where they lie. */
static gsize
push_whole (HcPacketReader  *self,
            const char      *data,
            gsize            length,
            const char     **frame,
            gsize           *frame_length)
{
  const char *end = find_end (self, data, MIN (length, HC_PACKET_MAX_LENGTH), 0);

  if (end == NULL)
    return 0;

  *frame = data;
  *frame_length = end - data;
  return *frame_length;
}

static gsize
push_part (HcPacketReader  *self,
           const char      *data,
           gsize            length,
           const char     **frame,
           gsize           *frame_length)
{
  gsize known = self->length;
  gsize added = MIN (length, CAPACITY - known);
  const char *end;

  memcpy (self->buffer + known, data, added);
  self->length += added;
  end = find_end (self, self->buffer, MIN (self->length, HC_PACKET_MAX_LENGTH), known);
  if (end == NULL && self->length < CAPACITY)
    return added;

  *frame = self->buffer;
  *frame_length = end != NULL ? (gsize) (end - self->buffer) : self->length;
  self->length = 0;
  return *frame_length - known;
}

/**
 * hc_packet_reader_push:
 * @self: a reader
 * @data: (array length=length): bytes off the stream
 * @length: how many
 * @frame: (out) (nullable): the bytes of one packet, or %NULL if more are needed
 * @frame_length: (out): how many
 *
 * Takes bytes off the stream up to the end of the next packet.
 *
 * A frame stays valid until the next call, and no longer than @data. Call
 * again with the rest of the bytes until all are taken:
 *
 * |[
 * while (length > 0)
 *   {
 *     gsize taken = hc_packet_reader_push (reader, data, length, &frame, &frame_length);
 *
 *     if (frame != NULL)
 *       handle (frame, frame_length);
 *     data += taken;
 *     length -= taken;
 *   }
 * ]|
 *
 * Returns: how many of the bytes were taken; at least one if there were any
 */
gsize
hc_packet_reader_push (HcPacketReader  *self,
                       const char      *data,
                       gsize            length,
                       const char     **frame,
                       gsize           *frame_length)
{
  gsize skipped = 0;
  gsize taken;

  g_return_val_if_fail (self != NULL, length);
  g_return_val_if_fail (data != NULL || length == 0, length);
  g_return_val_if_fail (frame != NULL && frame_length != NULL, length);

  *frame = NULL;
  *frame_length = 0;
  if (length == 0)
    return 0;
  if (self->length == 0)
    {
      skipped = count_leading_newlines (data, length);
      taken = push_whole (self, data + skipped, length - skipped, frame, frame_length);
      if (taken > 0)
        return skipped + taken;
    }

  return skipped + push_part (self, data + skipped, length - skipped, frame, frame_length);
}

/**
 * hc_packet_reader_is_empty:
 * @self: a reader
 *
 * Tells whether the reader has handed on all that it was given.
 *
 * Returns: %TRUE if it holds no part of a packet
 */
gboolean
hc_packet_reader_is_empty (HcPacketReader *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->length == 0;
}

/**
 * hc_packet_reader_finish:
 * @self: a reader
 * @frame: (out) (nullable): the bytes of the last packet
 * @frame_length: (out): how many
 *
 * Tells the reader that the stream has ended. A packet may end so instead of
 * with a blank line. Source: protocol, section 1.
 *
 * Returns: %TRUE if there was a last packet, %FALSE if nothing was left
 */
gboolean
hc_packet_reader_finish (HcPacketReader  *self,
                         const char     **frame,
                         gsize           *frame_length)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (frame != NULL && frame_length != NULL, FALSE);

  *frame = self->length > 0 ? self->buffer : NULL;
  *frame_length = self->length;
  self->length = 0;
  return *frame != NULL;
}
