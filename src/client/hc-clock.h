/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HC_TYPE_CLOCK (hc_clock_get_type ())
G_DECLARE_INTERFACE (HcClock, hc_clock, HC, CLOCK, GObject)

/**
 * HcClockInterface:
 * @get_time: see hc_clock_get_time()
 * @create_timer: see hc_clock_create_timer()
 *
 * Where links and conversations have the time from, so that tests can run them
 * in a time of their own.
 */
struct _HcClockInterface
{
  GTypeInterface parent_iface;

  gint64    (*get_time)     (HcClock *self);
  GSource * (*create_timer) (HcClock *self,
                             gint64   when);
};

gint64   hc_clock_get_time     (HcClock      *self);
GSource *hc_clock_create_timer (HcClock      *self,
                                gint64        when);
GSource *hc_clock_set_timer    (HcClock      *self,
                                guint         interval_ms,
                                GSourceFunc   func,
                                gpointer      user_data);

/**
 * HcSystemClock:
 *
 * The clock of this computer, as g_get_monotonic_time() has it.
 */
#define HC_TYPE_SYSTEM_CLOCK (hc_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (HcSystemClock, hc_system_clock, HC, SYSTEM_CLOCK, GObject)

HcClock *hc_system_clock_new (void);

G_END_DECLS
