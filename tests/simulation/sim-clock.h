/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"

G_BEGIN_DECLS

/**
 * SimClock:
 *
 * A time of its own, which stands still while there is something to do and
 * then jumps to the next timer.
 */
#define SIM_TYPE_CLOCK (sim_clock_get_type ())
G_DECLARE_FINAL_TYPE (SimClock, sim_clock, SIM, CLOCK, GObject)

SimClock *sim_clock_new     (void);
gboolean  sim_clock_advance (SimClock *self);
gboolean  sim_clock_step    (SimClock *self);

G_END_DECLS
