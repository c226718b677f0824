/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-clock.h"
#include "hc-source.h"

G_DEFINE_INTERFACE (HcClock, hc_clock, G_TYPE_OBJECT)

static void
hc_clock_default_init (HcClockInterface *iface)
{
}

/**
 * hc_clock_get_time:
 * @self: a clock
 *
 * Gets the time.
 *
 * Returns: microseconds since some moment; it never goes back
 */
gint64
hc_clock_get_time (HcClock *self)
{
  g_return_val_if_fail (HC_IS_CLOCK (self), 0);

  return HC_CLOCK_GET_IFACE (self)->get_time (self);
}

/**
 * hc_clock_create_timer:
 * @self: a clock
 * @when: a time as hc_clock_get_time() has it
 *
 * Makes a source that is ready from that time on. It is in no context yet.
 *
 * Returns: (transfer full): the source
 */
GSource *
hc_clock_create_timer (HcClock *self,
                       gint64   when)
{
  g_return_val_if_fail (HC_IS_CLOCK (self), NULL);

  return HC_CLOCK_GET_IFACE (self)->create_timer (self, when);
}

/**
 * hc_clock_set_timer:
 * @self: a clock
 * @interval_ms: after how many milliseconds to call
 * @func: what to call
 * @user_data: what to give to @func; nothing keeps it alive
 *
 * Attaches a timer to the thread's default main context.
 *
 * Returns: (transfer full): the timer, to be cleared with hc_source_clear()
 */
GSource *
hc_clock_set_timer (HcClock     *self,
                    guint        interval_ms,
                    GSourceFunc  func,
                    gpointer     user_data)
{
  gint64 when;

  g_return_val_if_fail (HC_IS_CLOCK (self), NULL);

  when = hc_clock_get_time (self) + interval_ms * G_TIME_SPAN_MILLISECOND;
  return hc_source_attach (hc_clock_create_timer (self, when), func, user_data);
}

/* --- The clock of this computer ------------------------------------------- */

struct _HcSystemClock
{
  GObject parent_instance;
};

static void hc_system_clock_iface_init (HcClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcSystemClock, hc_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_CLOCK, hc_system_clock_iface_init))

static void
hc_system_clock_class_init (HcSystemClockClass *klass)
{
}

static void
hc_system_clock_init (HcSystemClock *self)
{
}

static gint64
hc_system_clock_get_time (HcClock *clock)
{
  return g_get_monotonic_time ();
}

static GSource *
hc_system_clock_create_timer (HcClock *clock,
                              gint64   when)
{
  GSource *source = g_timeout_source_new (0);

  g_source_set_ready_time (source, when);
  return source;
}

static void
hc_system_clock_iface_init (HcClockInterface *iface)
{
  iface->get_time = hc_system_clock_get_time;
  iface->create_timer = hc_system_clock_create_timer;
}

/**
 * hc_system_clock_new:
 *
 * Gets the clock of this computer.
 *
 * Returns: (transfer full): the clock
 */
HcClock *
hc_system_clock_new (void)
{
  return g_object_new (HC_TYPE_SYSTEM_CLOCK, NULL);
}
