/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"

G_BEGIN_DECLS

/**
 * FastClock:
 *
 * A clock on which a minute goes by in a second or so: on it a test can wait for
 * what takes minutes.
 */
#define TYPE_FAST_CLOCK (fast_clock_get_type ())
G_DECLARE_FINAL_TYPE (FastClock, fast_clock, FAST, CLOCK, GObject)

HcClock *fast_clock_new (guint factor);

G_END_DECLS
