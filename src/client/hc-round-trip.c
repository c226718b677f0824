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
  measured = MAX (measured, 1);
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
  self->minimum = MIN (self->minimum, measured);
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
