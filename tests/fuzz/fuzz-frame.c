/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is one frame, and it is also what happens to one side of a pipe,
 * step by step: a byte for what, and
 *
 *   `d` length, bytes   a datagram comes
 *   `p`                 a packet is put in
 *   `w`                 all is written that may be
 *   `t` n               16 n milliseconds pass
 *
 * The peer may do as it likes: packets come out in order and once, what is
 * written is frames, and a packet is sent until its own number has been
 * acknowledged, and no longer. */

#include "fuzz.h"

#include "hc-reliability.h"

#include <string.h>

typedef struct
{
  HcReliability *pipe;
  gint64 now;

  /* The numbers that have come from the peer, and that were read. */
  GHashTable *come;
  guint32 n_read;

  /* Our own numbers that the peer has acknowledged, and up to where all. */
  GHashTable *acknowledged;
  guint32 n_in_order;

  guint n_pushed;
  guint n_first;
} Fuzz;

/* There is one way to write each frame. */
static void
check_frame (const guint8 *data,
             gsize         size)
{
  guint8 written[HC_FRAME_MAX_LENGTH];
  HcFrame frame;

  if (!hc_frame_parse (&frame, data, size))
    return;
  g_assert_cmpuint (hc_ack_get_newest (&frame.ack), >=, frame.ack.acknowledged);
  g_assert_true (hc_ack_has (&frame.ack, frame.ack.acknowledged));
  g_assert_false (hc_ack_has (&frame.ack, frame.ack.acknowledged + 1) &&
                  frame.ack.acknowledged != G_MAXUINT32);
  if (hc_ack_get_newest (&frame.ack) <= G_MAXUINT32)
    g_assert_true (hc_ack_has (&frame.ack, hc_ack_get_newest (&frame.ack)));
  g_assert_cmpmem (written, hc_frame_write (&frame, written), data, size);
}

static void
pop_all (Fuzz *fuzz)
{
  GBytes *packet;

  while ((packet = hc_reliability_pop (fuzz->pipe)) != NULL)
    {
      GBytes *sent = g_hash_table_lookup (fuzz->come, GUINT_TO_POINTER (++fuzz->n_read));

      g_assert_nonnull (sent);
      g_assert_true (g_bytes_equal (packet, sent));
      g_bytes_unref (packet);
    }
}

static void
note_acknowledged (Fuzz        *fuzz,
                   const HcAck *ack)
{
  g_assert_cmpuint (hc_ack_get_newest (ack), <=, fuzz->n_first);
  for (guint32 number = fuzz->n_in_order + 1; number <= fuzz->n_first; number++)
    if (hc_ack_has (ack, number))
      g_hash_table_add (fuzz->acknowledged, GUINT_TO_POINTER (number));
  while (g_hash_table_contains (fuzz->acknowledged, GUINT_TO_POINTER (fuzz->n_in_order + 1)))
    fuzz->n_in_order++;
}

/* The first one of a number counts. */
static void
note_come (Fuzz         *fuzz,
           const guint8 *data,
           gsize         size)
{
  gpointer key;
  HcFrame frame;

  if (!hc_frame_parse (&frame, data, size))
    g_assert_not_reached ();
  note_acknowledged (fuzz, &frame.ack);
  if (frame.type != HC_FRAME_DATA || frame.number > fuzz->n_read + HC_FRAME_WINDOW)
    return;
  key = GUINT_TO_POINTER (frame.number);
  if (!g_hash_table_contains (fuzz->come, key))
    g_hash_table_insert (fuzz->come, key, g_bytes_new (frame.packet, frame.length));
}

static gsize
take (Fuzz         *fuzz,
      const guint8 *data,
      gsize         size)
{
  gsize length = size > 0 ? MIN (data[0], size - 1) : 0;
  g_autofree guint8 *datagram = NULL;

  if (size == 0)
    return 0;

  /* A block of exactly this length, so that a sanitiser sees a step too far. */
  datagram = g_memdup2 (data + 1, length);
  check_frame (datagram, length);
  if (hc_reliability_take (fuzz->pipe, datagram, length, fuzz->now))
    note_come (fuzz, datagram, length);
  pop_all (fuzz);
  return 1 + length;
}

static void
push (Fuzz *fuzz)
{
  g_autofree char *text = g_strdup_printf ("%u", ++fuzz->n_pushed);
  g_autoptr (GBytes) packet = g_bytes_new (text, strlen (text));

  hc_reliability_push (fuzz->pipe, packet);
}

static void
check_data (Fuzz          *fuzz,
            const HcFrame *frame,
            gboolean       is_first)
{
  g_autofree char *text = g_strdup_printf ("%u", frame->number);

  g_assert_cmpmem (frame->packet, frame->length, text, strlen (text));
  g_assert_cmpuint (frame->number, <=, fuzz->n_in_order + HC_FRAME_WINDOW);
  g_assert_false (g_hash_table_contains (fuzz->acknowledged, GUINT_TO_POINTER (frame->number)));
  if (is_first)
    g_assert_cmpuint (frame->number, ==, ++fuzz->n_first);
  else
    g_assert_cmpuint (frame->number, <=, fuzz->n_first);
}

static void
write_all (Fuzz *fuzz)
{
  guint8 datagram[HC_FRAME_MAX_LENGTH];
  gboolean is_first;
  gsize length;
  guint n = 0;

  while ((length = hc_reliability_write (fuzz->pipe, fuzz->now, datagram, &is_first)) > 0)
    {
      HcFrame frame;

      g_assert_cmpuint (++n, <=, HC_FRAME_WINDOW + 1);
      g_assert_true (hc_frame_parse (&frame, datagram, length));
      g_assert_cmpuint (frame.ack.acknowledged, ==, fuzz->n_read);
      if (frame.type == HC_FRAME_DATA)
        check_data (fuzz, &frame, is_first);
    }
  g_assert_cmpint (hc_reliability_get_deadline (fuzz->pipe), >, fuzz->now);
  if (!hc_reliability_is_idle (fuzz->pipe))
    g_assert_cmpint (hc_reliability_get_deadline (fuzz->pipe), <, G_MAXINT64);
}

static gsize
step (Fuzz         *fuzz,
      const guint8 *data,
      gsize         size)
{
  switch (data[0])
    {
    case 'd':
      return 1 + take (fuzz, data + 1, size - 1);
    case 'p':
      push (fuzz);
      return 1;
    case 't':
      fuzz->now += (size > 1 ? data[1] : 1) * 16 * G_TIME_SPAN_MILLISECOND;
      return MIN (size, 2);
    case 'w':
      write_all (fuzz);
      return 1;
    default:
      return 1;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree guint8 *block = g_memdup2 (data, size);
  Fuzz fuzz = { .pipe = hc_reliability_new (), .now = G_TIME_SPAN_HOUR };

  check_frame (block, size);
  fuzz.come = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  fuzz.acknowledged = g_hash_table_new (NULL, NULL);
  while (size > 0)
    {
      gsize taken = step (&fuzz, data, size);

      data += taken;
      size -= taken;
    }
  write_all (&fuzz);
  g_assert_cmpint (hc_reliability_is_idle (fuzz.pipe), ==, fuzz.n_in_order == fuzz.n_pushed);

  g_hash_table_unref (fuzz.come);
  g_hash_table_unref (fuzz.acknowledged);
  hc_reliability_free (fuzz.pipe);
  return 0;
}
