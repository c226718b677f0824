/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-round-trip.h"

/* None of these times is RFC 6298's: a person waits for an answer, and a link that
 * is down for a while should be seen to come back. What is said first on a link is
 * HELLO, behind a handshake whose flights are repeated sooner than this, and it is
 * lost together with the last of them: with the second that the RFC begins with,
 * connecting would take 3 s as soon as two are lost. */
#define INITIAL_US (200 * G_TIME_SPAN_MILLISECOND)
#define MIN_US (120 * G_TIME_SPAN_MILLISECOND)
#define MAX_US (2 * G_TIME_SPAN_SECOND)
#define GRANULARITY_US (1 * G_TIME_SPAN_MILLISECOND)

/* An acknowledgement may wait so long at the other side, and in no queue. */
#define ACK_DELAY_US (25 * G_TIME_SPAN_MILLISECOND)

/**
 * hc_round_trip_init:
 * @self: (out caller-allocates): a round trip
 *
 * Begins with nothing measured.
 */
void
hc_round_trip_init (HcRoundTrip *self)
{
  *self = (HcRoundTrip) { .minimum = G_MAXINT64 };
}

static void
add (HcRoundTrip *self,
     gint64       measured)
{
  if (self->smoothed == 0)
    {
      self->smoothed = measured;
      self->variation = measured / 2;
    }
  else
    {
      self->variation = (3 * self->variation + ABS (self->smoothed - measured)) / 4;
      self->smoothed = (7 * self->smoothed + measured) / 8;
    }
  self->smoothed = MAX (self->smoothed, 1);
}

/**
 * hc_round_trip_add:
 * @self: a round trip
 * @measured: how long a frame took that was sent only once (Karn's algorithm),
 *   in microseconds
 *
 * Adds a measurement. It ends the doubling of the timeout.
 */
void
hc_round_trip_add (HcRoundTrip *self,
                   gint64       measured)
{
  add (self, MAX (measured, 1));
  self->minimum = MIN (self->minimum, MAX (measured, 1));
  self->backoff = 0;
}

/**
 * hc_round_trip_add_at_least:
 * @self: a round trip
 * @at_least: how long ago a frame was sent last that was sent more than once, in
 *   microseconds
 *
 * Adds what an acknowledgement tells of which nobody knows which copy it is for:
 * none took less than that. If there has been a measurement it ends the doubling
 * of the timeout, too, for a link on which much is lost would else mostly wait;
 * should the timeout be too short, it is this that makes it longer.
 */
void
hc_round_trip_add_at_least (HcRoundTrip *self,
                            gint64       at_least)
{
  if (self->smoothed == 0)
    return;

  if (at_least > self->smoothed)
    add (self, at_least);
  self->backoff = 0;
}

/**
 * hc_round_trip_back_off:
 * @self: a round trip
 *
 * Doubles the timeout, because it has passed.
 */
void
hc_round_trip_back_off (HcRoundTrip *self)
{
  if (hc_round_trip_get_timeout (self) < MAX_US)
    self->backoff++;
}

/**
 * hc_round_trip_get_timeout:
 * @self: a round trip
 *
 * Gets how long to wait for an acknowledgement.
 *
 * Returns: microseconds, from 120 ms to 2 s
 */
gint64
hc_round_trip_get_timeout (const HcRoundTrip *self)
{
  gint64 timeout = INITIAL_US;

  if (self->smoothed > 0)
    timeout = self->smoothed + MAX (4 * self->variation, GRANULARITY_US);
  return MIN (CLAMP (timeout, MIN_US, MAX_US) << self->backoff, MAX_US);
}

/**
 * hc_round_trip_get_patience:
 * @self: a round trip
 *
 * Gets how long to wait for an acknowledgement when one for something that was
 * sent later has come. Source: RFC 9002, section 6.1.2.
 *
 * Returns: microseconds, at most as much as the timeout
 */
gint64
hc_round_trip_get_patience (const HcRoundTrip *self)
{
  gint64 patience = self->smoothed + MAX (self->smoothed / 8, self->variation);

  patience = MAX (patience, GRANULARITY_US);
  return MIN (patience, hc_round_trip_get_timeout (self));
}

/**
 * hc_round_trip_is_queued:
 * @self: a round trip
 *
 * Tells whether frames seem to wait somewhere on their way: they take longer
 * than the shortest round trip that was measured.
 *
 * Returns: %TRUE if they do, or nobody knows
 */
gboolean
hc_round_trip_is_queued (const HcRoundTrip *self)
{
  return self->minimum == G_MAXINT64 ||
         self->smoothed > self->minimum + MAX (self->minimum / 2, ACK_DELAY_US);
}
