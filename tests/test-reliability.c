/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-reliability.h"
#include "hc-reliability-receiver.h"
#include "hc-reliability-sender.h"

#include <string.h>

#define MS G_TIME_SPAN_MILLISECOND
#define NOW (1000 * G_TIME_SPAN_SECOND)

/* One side of a pipe, and the time there. */
typedef struct
{
  HcReliability *pipe;
  gint64 now;
  guint8 datagram[HC_FRAME_MAX_LENGTH];
  gsize length;
  HcFrame frame;
  gboolean is_first;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->pipe = hc_reliability_new ();
  fixture->now = NOW;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  hc_reliability_free (fixture->pipe);
}

static void
push (Fixture    *fixture,
      const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hc_reliability_push (fixture->pipe, bytes);
}

static gboolean
write_next (Fixture *fixture)
{
  fixture->length = hc_reliability_write (fixture->pipe, fixture->now, fixture->datagram,
                                          &fixture->is_first);
  if (fixture->length == 0)
    return FALSE;
  g_assert_true (hc_frame_parse (&fixture->frame, fixture->datagram, fixture->length));
  return TRUE;
}

static void
assert_silent (Fixture *fixture)
{
  g_assert_false (write_next (fixture));
}

static void
assert_data (Fixture *fixture,
             guint32  number,
             gboolean is_first)
{
  g_assert_true (write_next (fixture));
  g_assert_cmpint (fixture->frame.type, ==, HC_FRAME_DATA);
  g_assert_cmpuint (fixture->frame.number, ==, number);
  g_assert_cmpint (fixture->is_first, ==, is_first);
}

static void
assert_ack (Fixture *fixture,
            guint32  acknowledged,
            guint64  selective)
{
  g_assert_true (write_next (fixture));
  g_assert_cmpint (fixture->frame.type, ==, HC_FRAME_ACK);
  g_assert_cmpuint (fixture->frame.ack.acknowledged, ==, acknowledged);
  g_assert_cmphex (fixture->frame.ack.selective[0], ==, selective);
}

static void
assert_deadline_in (Fixture *fixture,
                    gint64   interval)
{
  g_assert_cmpint (hc_reliability_get_deadline (fixture->pipe) - fixture->now, ==, interval);
}

static gboolean
take_frame (Fixture       *fixture,
            const HcFrame *frame)
{
  guint8 datagram[HC_FRAME_MAX_LENGTH];

  return hc_reliability_take (fixture->pipe, datagram, hc_frame_write (frame, datagram), fixture->now);
}

static gboolean
take_data (Fixture *fixture,
           guint32  number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  return take_frame (fixture, &(HcFrame) {
    .type = HC_FRAME_DATA,
    .number = number,
    .packet = (const guint8 *) text,
    .length = strlen (text),
  });
}

static gboolean
take_ack (Fixture *fixture,
          guint32  acknowledged,
          guint64  selective)
{
  return take_frame (fixture, &(HcFrame) {
    .type = HC_FRAME_ACK,
    .ack = { .acknowledged = acknowledged, .selective = { selective } },
  });
}

static void
assert_pop (Fixture    *fixture,
            const char *text)
{
  g_autoptr (GBytes) packet = hc_reliability_pop (fixture->pipe);

  if (text == NULL)
    {
      g_assert_null (packet);
      return;
    }
  g_assert_nonnull (packet);
  g_assert_cmpmem (g_bytes_get_data (packet, NULL), g_bytes_get_size (packet), text, strlen (text));
}

/* Sends what may be sent at first, in one go. */
static void
send_first (Fixture *fixture,
            guint    n)
{
  for (guint i = 1; i <= n; i++)
    push (fixture, "x");
  for (guint i = 1; i <= n; i++)
    assert_data (fixture, i, TRUE);
  assert_silent (fixture);
}

/* --- Frames ------------------------------------------------------------------ */

static void
test_frame_data (void)
{
  const HcFrame frame = {
    .type = HC_FRAME_DATA,
    .number = 0x01020304,
    .ack = { .acknowledged = 0x05060708, .selective = { G_GUINT64_CONSTANT (0x8000000000000001) } },
    .packet = (const guint8 *) "Hi",
    .length = 2,
  };
  const guint8 bytes[] = { 1, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0, 0, 0, 0, 0, 0, 1, 'H', 'i' };
  guint8 buffer[HC_FRAME_MAX_LENGTH];
  gsize length = hc_frame_write (&frame, buffer);
  HcFrame read;

  g_assert_cmpmem (buffer, length, bytes, sizeof bytes);
  g_assert_true (hc_frame_parse (&read, bytes, sizeof bytes));
  g_assert_cmpint (read.type, ==, HC_FRAME_DATA);
  g_assert_cmphex (read.number, ==, 0x01020304);
  g_assert_cmphex (read.ack.acknowledged, ==, 0x05060708);
  g_assert_cmpmem (read.packet, read.length, "Hi", 2);
  g_assert_true (hc_ack_has (&read.ack, 0x05060708));
  g_assert_false (hc_ack_has (&read.ack, 0x05060709));
  g_assert_true (hc_ack_has (&read.ack, 0x0506070a));
  g_assert_false (hc_ack_has (&read.ack, 0x0506070b));
  g_assert_true (hc_ack_has (&read.ack, 0x05060749));
  g_assert_cmphex (hc_ack_get_newest (&read.ack), ==, 0x05060749);
}

static void
test_frame_ack (void)
{
  HcFrame frame = { .type = HC_FRAME_ACK, .ack.acknowledged = 7 };
  guint8 buffer[HC_FRAME_MAX_LENGTH];
  HcFrame read;

  g_assert_cmpuint (hc_frame_write (&frame, buffer), ==, 17);
  for (guint i = 0; i < HC_FRAME_WINDOW; i++)
    {
      gsize length;

      hc_ack_add (&frame.ack, 9 + i);
      length = hc_frame_write (&frame, buffer);
      g_assert_cmpuint (length, ==, 17 + i / 64 * 8);
      g_assert_true (hc_frame_parse (&read, buffer, length));
      g_assert_cmpuint (hc_ack_get_newest (&read.ack), ==, 9 + i);
      g_assert_true (hc_ack_has (&read.ack, 9 + i));
      g_assert_false (hc_ack_has (&read.ack, 10 + i));
    }
  g_assert_false (hc_ack_has (&read.ack, 8));
}

static const struct { const char *name; const char *bytes; gsize length; } faults[] = {
#define FAULT(name, bytes) { name, bytes, sizeof bytes - 1 }
  FAULT ("nothing", ""),
  FAULT ("short", "\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0"),
  FAULT ("no packet", "\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0"),
  FAULT ("data 0", "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x"),
  FAULT ("data 2^31", "\1\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x"),
  FAULT ("type 0", "\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0x"),
  FAULT ("type 3", "\3\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0x"),
  FAULT ("ack with a number", "\2\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0"),
  FAULT ("ack with half a word", "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
  FAULT ("ack with an empty word", "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0"),
  FAULT ("ack with five words", "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1"
                                "\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1"),
#undef FAULT
};

static void
test_frame_faults (void)
{
  guint8 too_long[HC_FRAME_MAX_LENGTH + 1] = { HC_FRAME_DATA, 0, 0, 0, 1 };
  HcFrame frame;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (hc_frame_parse (&frame, (const guint8 *) faults[i].bytes, faults[i].length))
      g_error ("%s was taken for a frame", faults[i].name);
  g_assert_false (hc_frame_parse (&frame, too_long, sizeof too_long));
  g_assert_true (hc_frame_parse (&frame, too_long, sizeof too_long - 1));
}

/* --- Receiving --------------------------------------------------------------- */

static void
test_receive_in_order (Fixture       *fixture,
                       gconstpointer  data)
{
  assert_deadline_in (fixture, G_MAXINT64 - NOW);
  g_assert_true (take_data (fixture, 1));
  assert_pop (fixture, "1");
  assert_pop (fixture, NULL);
  assert_silent (fixture);
  assert_deadline_in (fixture, 25 * MS);

  /* The second one is acknowledged at once. */
  g_assert_true (take_data (fixture, 2));
  assert_pop (fixture, "2");
  assert_ack (fixture, 2, 0);
  assert_silent (fixture);

  fixture->now += 10 * MS;
  g_assert_true (take_data (fixture, 3));
  assert_silent (fixture);
  fixture->now += 25 * MS;
  assert_ack (fixture, 3, 0);
  assert_silent (fixture);
  g_assert_cmpint (hc_reliability_get_deadline (fixture->pipe), ==, G_MAXINT64);
}

/* What we have to say anyway carries the acknowledgement. */
static void
test_receive_and_answer (Fixture       *fixture,
                         gconstpointer  data)
{
  g_assert_true (take_data (fixture, 1));
  push (fixture, "x");
  assert_data (fixture, 1, TRUE);
  g_assert_cmpuint (fixture->frame.ack.acknowledged, ==, 1);
  fixture->now += 25 * MS;
  assert_silent (fixture);
}

static void
test_receive_out_of_order (Fixture       *fixture,
                           gconstpointer  data)
{
  g_assert_true (take_data (fixture, 3));
  assert_pop (fixture, NULL);
  assert_ack (fixture, 0, 2);
  g_assert_true (take_data (fixture, 5));
  assert_ack (fixture, 0, 2 | 8);
  g_assert_true (take_data (fixture, 1));
  assert_pop (fixture, "1");
  assert_ack (fixture, 1, 1 | 4);
  g_assert_true (take_data (fixture, 2));
  assert_pop (fixture, "2");
  assert_pop (fixture, "3");
  assert_pop (fixture, NULL);
  assert_ack (fixture, 3, 1);
  g_assert_true (take_data (fixture, 4));
  assert_pop (fixture, "4");
  assert_pop (fixture, "5");
  assert_ack (fixture, 5, 0);
}

static void
test_receive_duplicate (Fixture       *fixture,
                        gconstpointer  data)
{
  take_data (fixture, 1);
  take_data (fixture, 3);
  assert_pop (fixture, "1");
  assert_ack (fixture, 1, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (take_data (fixture, i % 2 == 0 ? 1 : 3));
      assert_ack (fixture, 1, 1);
      assert_pop (fixture, NULL);
    }
}

/* More than a DATA has room for is acknowledged by an ACK as well. */
static void
test_receive_far_apart (Fixture       *fixture,
                        gconstpointer  data)
{
  take_data (fixture, 100);
  push (fixture, "x");
  assert_data (fixture, 1, TRUE);
  g_assert_true (write_next (fixture));
  g_assert_true (hc_ack_has (&fixture->frame.ack, 100));
  assert_silent (fixture);
}

static void
test_receive_window (Fixture       *fixture,
                     gconstpointer  data)
{
  take_data (fixture, HC_FRAME_WINDOW + 1);
  take_data (fixture, HC_FRAME_LAST_NUMBER);
  assert_silent (fixture);
  take_data (fixture, HC_FRAME_WINDOW);
  g_assert_true (write_next (fixture));
  g_assert_true (hc_ack_has (&fixture->frame.ack, HC_FRAME_WINDOW));

  /* What nobody has taken yet counts. */
  take_data (fixture, 1);
  take_data (fixture, HC_FRAME_WINDOW + 1);
  assert_ack (fixture, 1, 0);
  assert_pop (fixture, "1");
  take_data (fixture, HC_FRAME_WINDOW + 1);
  for (guint i = 2; i < HC_FRAME_WINDOW; i++)
    take_data (fixture, i);
  g_assert_true (write_next (fixture));
  g_assert_cmpuint (fixture->frame.ack.acknowledged, ==, HC_FRAME_WINDOW + 1);
  for (guint i = 2; i <= HC_FRAME_WINDOW + 1; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      assert_pop (fixture, text);
    }
  assert_pop (fixture, NULL);
}

/* --- Sending ----------------------------------------------------------------- */

static void
test_send_timeout (Fixture       *fixture,
                   gconstpointer  data)
{
  static const guint ms[] = { 200, 400, 800, 1600, 2000, 2000 };

  g_assert_true (hc_reliability_is_idle (fixture->pipe));
  push (fixture, "x");
  g_assert_false (hc_reliability_is_idle (fixture->pipe));
  assert_data (fixture, 1, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (ms); i++)
    {
      assert_silent (fixture);
      assert_deadline_in (fixture, ms[i] * MS);
      fixture->now += ms[i] * MS;
      assert_data (fixture, 1, FALSE);
    }
  g_assert_true (take_ack (fixture, 1, 0));
  g_assert_true (hc_reliability_is_idle (fixture->pipe));
  assert_silent (fixture);
  g_assert_cmpint (hc_reliability_get_deadline (fixture->pipe), ==, G_MAXINT64);
}

/* RFC 6298: the first round trip R gives R + 4 R / 2. */
static void
test_send_round_trip (Fixture       *fixture,
                      gconstpointer  data)
{
  push (fixture, "x");
  assert_data (fixture, 1, TRUE);
  fixture->now += 100 * MS;
  take_ack (fixture, 1, 0);
  push (fixture, "x");
  assert_data (fixture, 2, TRUE);
  assert_deadline_in (fixture, 300 * MS);

  /* A second one of the same length: R/2 has become 3/8 R. */
  fixture->now += 100 * MS;
  take_ack (fixture, 2, 0);
  push (fixture, "x");
  assert_data (fixture, 3, TRUE);
  assert_deadline_in (fixture, 250 * MS);
}

/* Karn: which one of the two was acknowledged, nobody knows. Before the first
 * measurement the longer timeout stays until one is that was sent once. */
static void
test_send_karn (Fixture       *fixture,
                gconstpointer  data)
{
  push (fixture, "x");
  assert_data (fixture, 1, TRUE);
  fixture->now += 200 * MS;
  assert_data (fixture, 1, FALSE);
  fixture->now += 10 * MS;
  take_ack (fixture, 1, 0);

  push (fixture, "x");
  assert_data (fixture, 2, TRUE);
  assert_deadline_in (fixture, 400 * MS);
  fixture->now += 10 * MS;
  take_ack (fixture, 2, 0);
  push (fixture, "x");
  assert_data (fixture, 3, TRUE);
  assert_deadline_in (fixture, 120 * MS);
}

/* After it what is acknowledged ends the doubling; the timeout grows by what the
 * last copy took at least, here 100 ms: 10 ms become 21.25, and 5 become 26.25. */
static void
test_send_at_least (Fixture       *fixture,
                    gconstpointer  data)
{
  push (fixture, "x");
  assert_data (fixture, 1, TRUE);
  fixture->now += 10 * MS;
  take_ack (fixture, 1, 0);
  push (fixture, "x");
  assert_data (fixture, 2, TRUE);
  fixture->now += 120 * MS;
  assert_data (fixture, 2, FALSE);
  assert_deadline_in (fixture, 240 * MS);
  fixture->now += 100 * MS;
  take_ack (fixture, 2, 0);
  push (fixture, "x");
  assert_data (fixture, 3, TRUE);
  assert_deadline_in (fixture, 126250);
}

/* One that was sent later has come, and the other is late: 100 ms and a variation
 * of 37.5 are as much patience as there is. */
static void
test_send_overtaken (Fixture       *fixture,
                     gconstpointer  data)
{
  send_first (fixture, 1);
  fixture->now += 100 * MS;
  take_ack (fixture, 1, 0);
  push (fixture, "x");
  push (fixture, "x");
  assert_data (fixture, 2, TRUE);
  assert_data (fixture, 3, TRUE);
  fixture->now += 100 * MS;
  take_ack (fixture, 1, 1);
  assert_silent (fixture);
  assert_deadline_in (fixture, 37500);
  fixture->now += 37500;
  assert_data (fixture, 2, FALSE);
}

static void
test_send_fast_retransmission (Fixture       *fixture,
                               gconstpointer  data)
{
  send_first (fixture, 6);
  fixture->now += 10 * MS;
  take_ack (fixture, 0, 1 | 2);
  assert_silent (fixture);
  take_ack (fixture, 0, 1 | 2 | 4);
  assert_data (fixture, 1, FALSE);
  assert_silent (fixture);
}

/* Its second loss shows by what was sent after it, and not by a timeout. */
static void
test_send_lost_twice (Fixture       *fixture,
                      gconstpointer  data)
{
  send_first (fixture, 4);
  fixture->now += 10 * MS;
  take_ack (fixture, 0, 1 | 2 | 4);
  assert_data (fixture, 1, FALSE);
  for (guint i = 5; i <= 7; i++)
    {
      push (fixture, "x");
      assert_data (fixture, i, TRUE);
    }
  fixture->now += 10 * MS;
  take_ack (fixture, 0, 1 | 2 | 4 | 8 | 16);
  assert_silent (fixture);
  take_ack (fixture, 0, 1 | 2 | 4 | 8 | 16 | 32);
  assert_data (fixture, 1, FALSE);
  assert_silent (fixture);
}

/* Frame 1 comes soon after it was sent again: that is its first copy, and says
 * nothing about what was sent between the two. */
static void
test_send_late_original (Fixture       *fixture,
                         gconstpointer  data)
{
  send_first (fixture, 10);
  fixture->now += 10 * MS;
  take_ack (fixture, 0, 1 | 2 | 4);
  assert_data (fixture, 1, FALSE);
  assert_silent (fixture);
  fixture->now += 1 * MS;
  take_ack (fixture, 4, 0);
  assert_silent (fixture);
}

/* It may as well have been the second copy, which was sent later than the others. */
static void
test_send_late_others (Fixture       *fixture,
                       gconstpointer  data)
{
  send_first (fixture, 10);
  fixture->now += 10 * MS;
  take_ack (fixture, 0, 1 | 2 | 4);
  assert_data (fixture, 1, FALSE);
  fixture->now += 10 * MS;
  take_ack (fixture, 4, 0);
  for (guint i = 5; i <= 10; i++)
    assert_data (fixture, i, FALSE);
  assert_silent (fixture);
}

static void
test_send_window (Fixture       *fixture,
                  gconstpointer  data)
{
  guint32 next = 1;

  for (guint i = 0; i < 2 * HC_FRAME_WINDOW; i++)
    push (fixture, "x");

  /* All but the first one arrive, round by round, whatever is retransmitted. */
  for (guint round = 0; round < 100; round++)
    {
      HcFrame frame = { .type = HC_FRAME_ACK };

      while (write_next (fixture))
        next = MAX (next, fixture->frame.number + 1);
      for (guint32 number = 2; number < next; number++)
        hc_ack_add (&frame.ack, number);
      fixture->now += 100 * MS;
      g_assert_true (take_frame (fixture, &frame));
    }
  g_assert_cmpuint (next, ==, HC_FRAME_WINDOW + 1);
  take_ack (fixture, HC_FRAME_WINDOW, 0);
  assert_data (fixture, HC_FRAME_WINDOW + 1, TRUE);
}

static guint
count_writable (Fixture *fixture)
{
  guint n = 0;

  while (write_next (fixture))
    n++;
  return n;
}

/* Ten at first, and more with each that arrives: 20 when ten have. Then 11 is lost
 * and 12 to 14 arrive. */
static void
begin_congestion (Fixture *fixture,
                  gint64   round_trip)
{
  for (guint i = 0; i < 200; i++)
    push (fixture, "x");
  g_assert_cmpuint (count_writable (fixture), ==, 10);
  fixture->now += 50 * MS;
  take_ack (fixture, 10, 0);
  g_assert_cmpuint (count_writable (fixture), ==, 20);
  fixture->now += round_trip;
  take_ack (fixture, 10, 7);
}

/* Of 23 frames 11 are left, of which 17 are on their way, for 11 is sent again at
 * once. Nine more arrive; and then nothing any more. */
static void
test_send_congestion (Fixture       *fixture,
                      gconstpointer  data)
{
  begin_congestion (fixture, 500 * MS);
  assert_data (fixture, 11, FALSE);
  assert_silent (fixture);
  take_ack (fixture, 10, 0xfff);
  g_assert_cmpuint (count_writable (fixture), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      fixture->now += 2 * G_TIME_SPAN_SECOND;
      g_assert_cmpuint (count_writable (fixture), ==, 4);
    }
}

/* Nothing takes longer than at first, so that no queue has overflowed: 16 frames
 * are left, and 8 when nothing comes any more. */
static void
test_send_loss_without_congestion (Fixture       *fixture,
                                   gconstpointer  data)
{
  begin_congestion (fixture, 50 * MS);
  assert_data (fixture, 11, FALSE);
  assert_silent (fixture);
  take_ack (fixture, 10, 0xfff);
  g_assert_cmpuint (count_writable (fixture), ==, 8);
  for (guint i = 0; i < 3; i++)
    {
      fixture->now += 2 * G_TIME_SPAN_SECOND;
      g_assert_cmpuint (count_writable (fixture), ==, 8);
    }
}

/* Whoever sends one at a time learns nothing about the network. */
static void
test_send_seldom (Fixture       *fixture,
                  gconstpointer  data)
{
  for (guint i = 1; i <= 100; i++)
    {
      push (fixture, "x");
      assert_data (fixture, i, TRUE);
      fixture->now += 50 * MS;
      take_ack (fixture, i, 0);
    }
  for (guint i = 0; i < 50; i++)
    push (fixture, "x");
  g_assert_cmpuint (count_writable (fixture), ==, 10);
}

static void
test_send_old_ack (Fixture       *fixture,
                   gconstpointer  data)
{
  send_first (fixture, 5);
  g_assert_true (take_ack (fixture, 4, 0));
  g_assert_true (take_ack (fixture, 0, 1));
  g_assert_true (take_ack (fixture, 3, 0));
  g_assert_false (hc_reliability_is_idle (fixture->pipe));
  g_assert_true (take_ack (fixture, 3, 1));
  g_assert_true (hc_reliability_is_idle (fixture->pipe));
}

/* --- Whoever is at the other end ----------------------------------------------- */

static void
test_hostile_acks (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_false (take_ack (fixture, 1, 0));
  g_assert_false (take_ack (fixture, 0, 1));
  g_assert_false (take_ack (fixture, G_MAXUINT32, 0));
  g_assert_false (take_ack (fixture, G_MAXUINT32, G_MAXUINT64));
  g_assert_false (take_ack (fixture, G_MAXUINT32 - 1, 1));

  send_first (fixture, 3);
  g_assert_false (take_ack (fixture, 4, 0));
  g_assert_false (take_ack (fixture, 1, 2));
  g_assert_false (take_ack (fixture, 0, G_MAXUINT64));
  g_assert_false (hc_reliability_is_idle (fixture->pipe));
  g_assert_true (take_ack (fixture, 3, 0));
  g_assert_true (hc_reliability_is_idle (fixture->pipe));
}

/* A DATA whose acknowledgement is a lie is no frame either. */
static void
test_hostile_data (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_false (take_frame (fixture, &(HcFrame) {
    .type = HC_FRAME_DATA,
    .number = 1,
    .ack.acknowledged = 1,
    .packet = (const guint8 *) "x",
    .length = 1,
  }));
  assert_pop (fixture, NULL);
  assert_silent (fixture);
}

static void
test_hostile_junk (Fixture       *fixture,
                   gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    g_assert_false (hc_reliability_take (fixture->pipe, (const guint8 *) faults[i].bytes,
                                         faults[i].length, fixture->now));
  assert_pop (fixture, NULL);
  assert_silent (fixture);
}

static void
test_exhausted (void)
{
  g_autoptr (HcReliabilitySender) sender = hc_reliability_sender_new (HC_FRAME_LAST_NUMBER);
  g_autoptr (GBytes) packet = g_bytes_new_static ("x", 1);
  guint32 number;
  gboolean is_first;

  hc_reliability_sender_push (sender, packet);
  hc_reliability_sender_push (sender, packet);
  g_assert_false (hc_reliability_sender_is_exhausted (sender));
  g_assert_nonnull (hc_reliability_sender_next (sender, NOW, &number, &is_first));
  g_assert_cmpuint (number, ==, HC_FRAME_LAST_NUMBER);
  g_assert_null (hc_reliability_sender_next (sender, NOW, &number, &is_first));
  g_assert_true (hc_reliability_sender_is_exhausted (sender));
}

#define ADD(path, func) g_test_add ("/reliability/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reliability/frame/data", test_frame_data);
  g_test_add_func ("/reliability/frame/ack", test_frame_ack);
  g_test_add_func ("/reliability/frame/faults", test_frame_faults);
  ADD ("receive/in-order", test_receive_in_order);
  ADD ("receive/and-answer", test_receive_and_answer);
  ADD ("receive/out-of-order", test_receive_out_of_order);
  ADD ("receive/duplicate", test_receive_duplicate);
  ADD ("receive/far-apart", test_receive_far_apart);
  ADD ("receive/window", test_receive_window);
  ADD ("send/timeout", test_send_timeout);
  ADD ("send/round-trip", test_send_round_trip);
  ADD ("send/karn", test_send_karn);
  ADD ("send/at-least", test_send_at_least);
  ADD ("send/overtaken", test_send_overtaken);
  ADD ("send/fast-retransmission", test_send_fast_retransmission);
  ADD ("send/lost-twice", test_send_lost_twice);
  ADD ("send/late-original", test_send_late_original);
  ADD ("send/late-others", test_send_late_others);
  ADD ("send/window", test_send_window);
  ADD ("send/congestion", test_send_congestion);
  ADD ("send/loss-without-congestion", test_send_loss_without_congestion);
  ADD ("send/seldom", test_send_seldom);
  ADD ("send/old-ack", test_send_old_ack);
  ADD ("hostile/acks", test_hostile_acks);
  ADD ("hostile/data", test_hostile_data);
  ADD ("hostile/junk", test_hostile_junk);
  g_test_add_func ("/reliability/exhausted", test_exhausted);

  return g_test_run ();
}
