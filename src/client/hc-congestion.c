/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-congestion.h"
#include "hc-frame.h"

/* Ten at first as in RFC 6928. The minimum is more than TCP's: with fewer than
 * four on their way the loss of one shows by a timeout only. */
#define INITIAL_WINDOW 10
#define MIN_WINDOW 4

/* Where nothing waits in a queue nobody's queue has overflowed: such loss has
 * other causes, and a smaller window would not make it less. */
#define MIN_UNQUEUED_WINDOW 16
#define LATE_UNQUEUED_WINDOW 8

/**
 * hc_congestion_init:
 * @self: (out caller-allocates): a window
 *
 * Begins as somebody who knows nothing of the network.
 */
void
hc_congestion_init (HcCongestion *self)
{
  *self = (HcCongestion) { .window = INITIAL_WINDOW, .threshold = G_MAXUINT };
}

/**
 * hc_congestion_arrive:
 * @self: a window
 * @order: a frame that was acknowledged
 *
 * Lets the window grow: doubled in each round trip at first, by one frame later.
 */
void
hc_congestion_arrive (HcCongestion *self,
                      guint64       order)
{
  if (order < self->recovery || self->window >= HC_FRAME_WINDOW)
    return;

  self->grown++;
  if (self->window >= self->threshold && self->grown < self->window)
    return;
  self->window++;
  self->grown = 0;
}

/**
 * hc_congestion_lose:
 * @self: a window
 * @order: a frame that was lost
 * @next: the order of the next frame that will be sent
 * @is_queued: whether frames take longer than they would in an idle network
 *
 * Halves the window, once for all that was lost in one round trip.
 *
 * Returns: %TRUE if it was halved
 */
gboolean
hc_congestion_lose (HcCongestion *self,
                    guint64       order,
                    guint64       next,
                    gboolean      is_queued)
{
  guint least = is_queued ? MIN_WINDOW : MIN_UNQUEUED_WINDOW;

  if (order < self->recovery)
    return FALSE;

  self->recovery = next;
  self->window = MAX (self->window / 2, MIN (self->window, least));
  self->threshold = self->window;
  self->grown = 0;
  return TRUE;
}

/**
 * hc_congestion_time_out:
 * @self: a window
 * @next: the order of the next frame that will be sent
 * @is_queued: see hc_congestion_lose()
 *
 * Begins again with a small window, because nothing has come back.
 */
void
hc_congestion_time_out (HcCongestion *self,
                        guint64       next,
                        gboolean      is_queued)
{
  if (self->window > MIN_WINDOW)
    self->threshold = MAX (self->window / 2, MIN_WINDOW);
  self->window = MIN (self->window, is_queued ? MIN_WINDOW : LATE_UNQUEUED_WINDOW);
  self->recovery = next;
  self->grown = 0;
}
