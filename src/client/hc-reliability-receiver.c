/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-reliability-receiver.h"

/* How long an acknowledgement waits for a packet that carries it, or for a
 * second one to acknowledge. */
#define DELAY_US (25 * G_TIME_SPAN_MILLISECOND)
#define MAX_UNACKNOWLEDGED 2

/*
 *           given    acknowledged       newest     given + window
 *   ----------|-----------|---------------|-------------|------
 *    given on | in order, | some missing  |             | not taken
 *             | not given |               |             |
 */
struct _HcReliabilityReceiver
{
  GBytes *packets[HC_FRAME_WINDOW];
  guint32 given;
  guint32 acknowledged;
  guint32 newest;

  guint unacknowledged;
  gint64 deadline;
};

/**
 * hc_reliability_receiver_new:
 *
 * Creates a receiver, which begins with number 1.
 *
 * Returns: (transfer full): a receiver, to be freed with
 *   hc_reliability_receiver_free()
 */
HcReliabilityReceiver *
hc_reliability_receiver_new (void)
{
  HcReliabilityReceiver *self = g_new0 (HcReliabilityReceiver, 1);

  self->deadline = G_MAXINT64;
  return self;
}

/**
 * hc_reliability_receiver_free:
 * @self: a receiver
 *
 * Frees a receiver and what nobody has taken from it.
 */
void
hc_reliability_receiver_free (HcReliabilityReceiver *self)
{
  for (guint i = 0; i < HC_FRAME_WINDOW; i++)
    g_clear_pointer (&self->packets[i], g_bytes_unref);
  g_free (self);
}

static GBytes **
get_slot (HcReliabilityReceiver *self,
          guint32                number)
{
  return &self->packets[number % HC_FRAME_WINDOW];
}

static gboolean
has (HcReliabilityReceiver *self,
     guint32                number)
{
  return number <= self->acknowledged || *get_slot (self, number) != NULL;
}

static void
store (HcReliabilityReceiver *self,
       const HcFrame         *frame)
{
  *get_slot (self, frame->number) = g_bytes_new (frame->packet, frame->length);
  self->newest = MAX (self->newest, frame->number);
  while (self->acknowledged < self->newest && has (self, self->acknowledged + 1))
    self->acknowledged++;
}

/* At once if the other side can learn from it what is missing, or no longer is.
 * Source: RFC 5681, section 4.2. */
static void
owe (HcReliabilityReceiver *self,
     gboolean               at_once,
     gint64                 now)
{
  self->unacknowledged++;
  if (at_once || self->unacknowledged >= MAX_UNACKNOWLEDGED)
    self->deadline = MIN (self->deadline, now);
  else
    self->deadline = MIN (self->deadline, now + DELAY_US);
}

/**
 * hc_reliability_receiver_take:
 * @self: a receiver
 * @frame: a %HC_FRAME_DATA
 * @now: the time
 *
 * Takes a frame that has come. One that had come before is acknowledged
 * again, since that is what its sender hasn't heard; one outside of the window
 * is ignored.
 */
void
hc_reliability_receiver_take (HcReliabilityReceiver *self,
                              const HcFrame         *frame,
                              gint64                 now)
{
  gboolean in_order = frame->number == self->newest + 1 && self->acknowledged == self->newest;

  if (frame->number > self->given + HC_FRAME_WINDOW)
    return;

  if (!has (self, frame->number))
    store (self, frame);
  owe (self, !in_order, now);
}

/**
 * hc_reliability_receiver_pop:
 * @self: a receiver
 *
 * Gets the next packet, in order and once.
 *
 * Returns: (transfer full) (nullable): a packet, or %NULL if it hasn't come
 */
GBytes *
hc_reliability_receiver_pop (HcReliabilityReceiver *self)
{
  if (self->given == self->acknowledged)
    return NULL;

  self->given++;
  return g_steal_pointer (get_slot (self, self->given));
}

static void
fill (HcReliabilityReceiver *self,
      HcAck                 *ack)
{
  *ack = (HcAck) { .acknowledged = self->acknowledged };
  for (guint32 number = self->acknowledged + 2; number <= self->newest; number++)
    if (has (self, number))
      hc_ack_add (ack, number);
}

/**
 * hc_reliability_receiver_acknowledge:
 * @self: a receiver
 * @frame: a frame that is going to be sent
 *
 * Puts in a frame what has come. What doesn't fit in it stays to be
 * acknowledged.
 */
void
hc_reliability_receiver_acknowledge (HcReliabilityReceiver *self,
                                     HcFrame               *frame)
{
  fill (self, &frame->ack);
  if (frame->type == HC_FRAME_DATA && hc_ack_get_length (&frame->ack) > 1)
    return;

  self->unacknowledged = 0;
  self->deadline = G_MAXINT64;
}

/**
 * hc_reliability_receiver_get_deadline:
 * @self: a receiver
 *
 * Gets when an acknowledgement has to be sent.
 *
 * Returns: a time, or %G_MAXINT64 if none is owed
 */
gint64
hc_reliability_receiver_get_deadline (HcReliabilityReceiver *self)
{
  return self->deadline;
}
