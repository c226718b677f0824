/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-reliability-sender.h"
#include "hc-congestion.h"
#include "hc-round-trip.h"

/* So many sent later have come: this one hasn't been overtaken but lost.
 * Source: RFC 9002, section 6.1.1; with numbers of its own for
 * retransmissions it sees also their loss, which RFC 6675 can't. */
#define REORDERING 3

/* @order counts what was sent, each retransmission anew. A frame that is
 * neither acknowledged nor lost is on its way. */
typedef struct
{
  GBytes *packet;
  gint64 sent_at;
  guint64 order;
  gboolean again;
  gboolean acknowledged;
  gboolean lost;
} Frame;

/*
 *        first             next
 *   ------|-----------------|-------------------------
 *    come |  on their way,  |  waiting
 *         |  lost, or come  |
 */
struct _HcReliabilitySender
{
  Frame frames[HC_FRAME_WINDOW];
  guint32 first;
  guint32 next;
  GQueue waiting;

  guint on_their_way;
  guint lost;
  guint64 next_order;
  guint64 newest_order;
  HcRoundTrip round_trip;
  HcCongestion congestion;

  /* The first of what was lost doesn't wait for room in the window, which has
   * just become smaller. Source: RFC 6675, section 5, step 4.3. */
  gboolean in_a_hurry;
};

/**
 * hc_reliability_sender_new:
 * @first: the first frame's number
 *
 * Creates a sender.
 *
 * Returns: (transfer full): a sender, to be freed with
 *   hc_reliability_sender_free()
 */
HcReliabilitySender *
hc_reliability_sender_new (guint32 first)
{
  HcReliabilitySender *self;

  g_return_val_if_fail (first > 0, NULL);

  self = g_new0 (HcReliabilitySender, 1);
  self->first = first;
  self->next = first;
  self->next_order = 1;
  g_queue_init (&self->waiting);
  hc_round_trip_init (&self->round_trip);
  hc_congestion_init (&self->congestion);
  return self;
}

static Frame *
get_frame (HcReliabilitySender *self,
           guint32              number)
{
  return &self->frames[number % HC_FRAME_WINDOW];
}

/**
 * hc_reliability_sender_free:
 * @self: a sender
 *
 * Frees a sender and what it hasn't sent.
 */
void
hc_reliability_sender_free (HcReliabilitySender *self)
{
  for (guint i = 0; i < HC_FRAME_WINDOW; i++)
    g_clear_pointer (&self->frames[i].packet, g_bytes_unref);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  g_free (self);
}

/**
 * hc_reliability_sender_push:
 * @self: a sender
 * @packet: 1 to %HC_PACKET_MAX_LENGTH bytes
 *
 * Takes a packet to be sent behind all others.
 */
void
hc_reliability_sender_push (HcReliabilitySender *self,
                            GBytes              *packet)
{
  gsize length = g_bytes_get_size (packet);

  g_return_if_fail (length > 0 && length <= HC_PACKET_MAX_LENGTH);

  g_queue_push_tail (&self->waiting, g_bytes_ref (packet));
}

/* --- What comes back ------------------------------------------------------- */

/* A retransmission may be taken for the one that was acknowledged only if so
 * much time has passed: else it was an earlier one. Source: RFC 8985, section
 * 6.2. */
static gboolean
tells_order (HcReliabilitySender *self,
             const Frame         *frame,
             gint64               now)
{
  return !frame->again || now - frame->sent_at >= self->round_trip.minimum;
}

static void
mark_acknowledged (HcReliabilitySender *self,
                   Frame               *frame,
                   gint64               now,
                   gboolean             is_busy)
{
  if (frame->lost)
    self->lost--;
  else
    self->on_their_way--;
  frame->lost = FALSE;
  frame->acknowledged = TRUE;
  g_clear_pointer (&frame->packet, g_bytes_unref);
  if (is_busy)
    hc_congestion_arrive (&self->congestion, frame->order);
  if (tells_order (self, frame, now))
    self->newest_order = MAX (self->newest_order, frame->order);
}

/* Only the one that was sent last tells how long it took: the others' own
 * acknowledgements may have been lost. */
static const Frame *
mark_all_acknowledged (HcReliabilitySender *self,
                       const HcAck         *ack,
                       gint64               now)
{
  gboolean is_busy = self->on_their_way >= self->congestion.window || self->waiting.length > 0;
  const Frame *newest = NULL;

  for (guint32 number = self->first; number != self->next; number++)
    {
      Frame *frame = get_frame (self, number);

      if (frame->acknowledged || !hc_ack_has (ack, number))
        continue;
      mark_acknowledged (self, frame, now, is_busy);
      if (newest == NULL || frame->order > newest->order)
        newest = frame;
    }
  return newest;
}

static void
mark_lost (HcReliabilitySender *self,
           Frame               *frame)
{
  frame->lost = TRUE;
  self->lost++;
  self->on_their_way--;
}

static gboolean
is_overtaken (HcReliabilitySender *self,
              const Frame         *frame)
{
  return frame->order < self->newest_order;
}

/* When a frame that is on its way will count as lost. */
static gint64
get_deadline (HcReliabilitySender *self,
              const Frame         *frame)
{
  if (frame->order + REORDERING <= self->newest_order)
    return frame->sent_at;
  if (is_overtaken (self, frame))
    return frame->sent_at + hc_round_trip_get_patience (&self->round_trip);
  return frame->sent_at + hc_round_trip_get_timeout (&self->round_trip);
}

static void
find_lost (HcReliabilitySender *self,
           gint64               now)
{
  gboolean is_queued = hc_round_trip_is_queued (&self->round_trip);
  gboolean is_late = FALSE;

  for (guint32 number = self->first; number != self->next; number++)
    {
      Frame *frame = get_frame (self, number);

      if (frame->acknowledged || frame->lost || get_deadline (self, frame) > now)
        continue;
      mark_lost (self, frame);
      if (!is_overtaken (self, frame))
        is_late = TRUE;
      else if (hc_congestion_lose (&self->congestion, frame->order, self->next_order, is_queued))
        self->in_a_hurry = TRUE;
    }
  if (!is_late)
    return;

  hc_round_trip_back_off (&self->round_trip);
  hc_congestion_time_out (&self->congestion, self->next_order, is_queued);
  self->in_a_hurry = TRUE;
}

/**
 * hc_reliability_sender_acknowledge:
 * @self: a sender
 * @ack: what the other side has
 * @now: the time
 *
 * Learns what has arrived, and from that what was lost.
 *
 * Returns: %FALSE if nothing was learned, because some of it was never sent
 */
gboolean
hc_reliability_sender_acknowledge (HcReliabilitySender *self,
                                   const HcAck         *ack,
                                   gint64               now)
{
  const Frame *measured;

  if (hc_ack_get_newest (ack) >= self->next)
    return FALSE;

  measured = mark_all_acknowledged (self, ack, now);
  if (measured != NULL && measured->again)
    hc_round_trip_add_at_least (&self->round_trip, now - measured->sent_at);
  else if (measured != NULL)
    hc_round_trip_add (&self->round_trip, now - measured->sent_at);
  while (self->first != self->next && get_frame (self, self->first)->acknowledged)
    self->first++;
  find_lost (self, now);
  return TRUE;
}

/* --- What goes out --------------------------------------------------------- */

static gboolean
find_first_lost (HcReliabilitySender *self,
                 guint32             *number)
{
  if (self->lost == 0)
    return FALSE;

  for (*number = self->first; !get_frame (self, *number)->lost;)
    (*number)++;
  return TRUE;
}

static gboolean
can_send_new (HcReliabilitySender *self)
{
  return self->waiting.length > 0 && self->next - self->first < HC_FRAME_WINDOW &&
         self->next <= HC_FRAME_LAST_NUMBER;
}

static GBytes *
send_again (HcReliabilitySender *self,
            guint32              number,
            gint64               now)
{
  Frame *frame = get_frame (self, number);

  frame->lost = FALSE;
  frame->again = TRUE;
  frame->sent_at = now;
  frame->order = self->next_order++;
  self->lost--;
  self->on_their_way++;
  self->in_a_hurry = FALSE;
  return frame->packet;
}

static GBytes *
send_new (HcReliabilitySender *self,
          gint64               now)
{
  Frame *frame = get_frame (self, self->next++);

  *frame = (Frame) {
    .packet = g_queue_pop_head (&self->waiting),
    .sent_at = now,
    .order = self->next_order++,
  };
  self->on_their_way++;
  return frame->packet;
}

/**
 * hc_reliability_sender_next:
 * @self: a sender
 * @now: the time
 * @number: (out): the frame's number
 * @is_first: (out): whether it is sent for the first time
 *
 * Gets what is to be sent now, lost ones before new ones. It counts as sent.
 *
 * Returns: (transfer none) (nullable): a packet, or %NULL if nothing is
 */
GBytes *
hc_reliability_sender_next (HcReliabilitySender *self,
                            gint64               now,
                            guint32             *number,
                            gboolean            *is_first)
{
  gboolean has_room;

  find_lost (self, now);
  has_room = self->on_their_way < self->congestion.window;
  *is_first = FALSE;
  if ((has_room || self->in_a_hurry) && find_first_lost (self, number))
    return send_again (self, *number, now);
  if (!has_room || !can_send_new (self))
    return NULL;

  *is_first = TRUE;
  *number = self->next;
  return send_new (self, now);
}

/**
 * hc_reliability_sender_get_deadline:
 * @self: a sender, of which hc_reliability_sender_next() has got all
 *
 * Gets when to call hc_reliability_sender_next() again, if nothing comes before.
 *
 * Returns: a time, or %G_MAXINT64 for never
 */
gint64
hc_reliability_sender_get_deadline (HcReliabilitySender *self)
{
  gint64 deadline = G_MAXINT64;

  for (guint32 number = self->first; number != self->next; number++)
    {
      const Frame *frame = get_frame (self, number);

      if (!frame->acknowledged && !frame->lost)
        deadline = MIN (deadline, get_deadline (self, frame));
    }
  return deadline;
}

/**
 * hc_reliability_sender_is_idle:
 * @self: a sender
 *
 * Tells whether all has arrived.
 *
 * Returns: %TRUE if there is nothing left to send
 */
gboolean
hc_reliability_sender_is_idle (HcReliabilitySender *self)
{
  return self->first == self->next && self->waiting.length == 0;
}

/**
 * hc_reliability_sender_is_exhausted:
 * @self: a sender
 *
 * Tells whether the numbers have come to an end.
 *
 * Returns: %TRUE if no new frame will be sent
 */
gboolean
hc_reliability_sender_is_exhausted (HcReliabilitySender *self)
{
  return self->next > HC_FRAME_LAST_NUMBER;
}
