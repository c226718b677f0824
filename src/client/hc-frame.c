/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-frame.h"

#include <string.h>

#define WORD_BITS 64
#define WORD_LENGTH 8

/*
 *    0      1               5               9                      17
 *   +------+---------------+---------------+----------------------+--------
 *   | type | number        | acknowledged  | selective            | packet
 *   +------+---------------+---------------+----------------------+--------
 *
 * All numbers have their highest byte first. An ACK has the number 0, and as
 * many further words of bits as it needs.
 */
#define NUMBER_AT 1
#define ACKNOWLEDGED_AT 5
#define SELECTIVE_AT 9

static guint32
read_32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

static guint64
read_64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_BE (value);
}

static void
write_32 (guint8  *bytes,
          guint32  value)
{
  value = GUINT32_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

static void
write_64 (guint8  *bytes,
          guint64  value)
{
  value = GUINT64_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

static gboolean
parse_data (HcFrame      *self,
            const guint8 *bytes,
            gsize         length)
{
  self->packet = bytes + HC_FRAME_HEADER_LENGTH;
  self->length = length - HC_FRAME_HEADER_LENGTH;
  return self->number > 0 && self->number <= HC_FRAME_LAST_NUMBER &&
         self->length > 0 && self->length <= HC_PACKET_MAX_LENGTH;
}

/* There is one way to write each frame: no words that say nothing. */
static gboolean
parse_ack (HcFrame      *self,
           const guint8 *bytes,
           gsize         length)
{
  gsize n_words = (length - SELECTIVE_AT) / WORD_LENGTH;

  if (self->number != 0 || n_words > HC_ACK_N_WORDS || (length - SELECTIVE_AT) % WORD_LENGTH != 0)
    return FALSE;

  for (gsize i = 1; i < n_words; i++)
    self->ack.selective[i] = read_64 (bytes + SELECTIVE_AT + i * WORD_LENGTH);
  return n_words == 1 || self->ack.selective[n_words - 1] != 0;
}

/**
 * hc_frame_parse:
 * @self: (out caller-allocates): a frame
 * @bytes: (array length=length): a datagram
 * @length: how many bytes
 *
 * Reads a frame. Its packet stays where it is, in @bytes.
 *
 * Returns: %TRUE if it is one
 */
gboolean
hc_frame_parse (HcFrame      *self,
                const guint8 *bytes,
                gsize         length)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);

  if (length < HC_FRAME_HEADER_LENGTH)
    return FALSE;

  *self = (HcFrame) {
    .type = bytes[0],
    .number = read_32 (bytes + NUMBER_AT),
    .ack.acknowledged = read_32 (bytes + ACKNOWLEDGED_AT),
    .ack.selective[0] = read_64 (bytes + SELECTIVE_AT),
  };
  switch (bytes[0])
    {
    case HC_FRAME_DATA:
      return parse_data (self, bytes, length);
    case HC_FRAME_ACK:
      return parse_ack (self, bytes, length);
    default:
      return FALSE;
    }
}

/**
 * hc_frame_write:
 * @self: a frame
 * @buffer: (array fixed-size=1041): room for %HC_FRAME_MAX_LENGTH bytes
 *
 * Writes a frame.
 *
 * Returns: how many bytes it has
 */
gsize
hc_frame_write (const HcFrame *self,
                guint8        *buffer)
{
  gsize n_words;

  g_return_val_if_fail (self != NULL && buffer != NULL, 0);
  g_return_val_if_fail (self->length <= HC_PACKET_MAX_LENGTH, 0);

  buffer[0] = self->type;
  write_32 (buffer + NUMBER_AT, self->number);
  write_32 (buffer + ACKNOWLEDGED_AT, self->ack.acknowledged);
  n_words = self->type == HC_FRAME_ACK ? hc_ack_get_length (&self->ack) : 1;
  for (gsize i = 0; i < n_words; i++)
    write_64 (buffer + SELECTIVE_AT + i * WORD_LENGTH, self->ack.selective[i]);
  if (self->type == HC_FRAME_ACK)
    return SELECTIVE_AT + n_words * WORD_LENGTH;

  memcpy (buffer + HC_FRAME_HEADER_LENGTH, self->packet, self->length);
  return HC_FRAME_HEADER_LENGTH + self->length;
}

/**
 * hc_ack_has:
 * @self: what has come
 * @number: a frame's number
 *
 * Tells whether one frame is among them.
 *
 * Returns: %TRUE if it has come
 */
gboolean
hc_ack_has (const HcAck *self,
            guint32      number)
{
  guint64 bit = (guint64) number - self->acknowledged - 2;

  if (number <= self->acknowledged)
    return TRUE;
  if (number == self->acknowledged + 1 || bit >= HC_FRAME_WINDOW)
    return FALSE;
  return (self->selective[bit / WORD_BITS] >> bit % WORD_BITS & 1) != 0;
}

/**
 * hc_ack_add:
 * @self: what has come
 * @number: a frame's number, over @self's acknowledged + 1 and inside of the
 *   window
 *
 * Adds a frame that has come.
 */
void
hc_ack_add (HcAck   *self,
            guint32  number)
{
  guint64 bit = (guint64) number - self->acknowledged - 2;

  g_return_if_fail (bit < HC_FRAME_WINDOW);

  self->selective[bit / WORD_BITS] |= G_GUINT64_CONSTANT (1) << bit % WORD_BITS;
}

/**
 * hc_ack_get_newest:
 * @self: what has come
 *
 * Gets the highest number that has come.
 *
 * Returns: a number, which in a forged frame can be higher than any frame's
 */
guint64
hc_ack_get_newest (const HcAck *self)
{
  guint last = hc_ack_get_length (self) - 1;
  guint64 word = self->selective[last];

  if (word == 0)
    return self->acknowledged;
  return (guint64) self->acknowledged + 2 + last * WORD_BITS + (g_bit_storage (word) - 1);
}

/**
 * hc_ack_get_length:
 * @self: what has come
 *
 * Counts the words that say something.
 *
 * Returns: 1 to %HC_ACK_N_WORDS
 */
guint
hc_ack_get_length (const HcAck *self)
{
  guint n = HC_ACK_N_WORDS;

  while (n > 1 && self->selective[n - 1] == 0)
    n--;
  return n;
}
