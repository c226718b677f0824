/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fast-clock.h"

struct _FastClock
{
  GObject parent_instance;

  guint factor;
  gint64 start;
};

static void fast_clock_iface_init (HcClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FastClock, fast_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_CLOCK, fast_clock_iface_init))

static void
fast_clock_class_init (FastClockClass *klass)
{
}

static void
fast_clock_init (FastClock *self)
{
  self->start = g_get_monotonic_time ();
}

static gint64
fast_clock_get_time (HcClock *clock)
{
  FastClock *self = FAST_CLOCK (clock);

  return self->start + (g_get_monotonic_time () - self->start) * self->factor;
}

static GSource *
fast_clock_create_timer (HcClock *clock,
                         gint64   when)
{
  FastClock *self = FAST_CLOCK (clock);
  GSource *source = g_timeout_source_new (0);

  g_source_set_ready_time (source, self->start + (when - self->start) / self->factor);
  return source;
}

static void
fast_clock_iface_init (HcClockInterface *iface)
{
  iface->get_time = fast_clock_get_time;
  iface->create_timer = fast_clock_create_timer;
}

/* How many seconds go by in one. */
HcClock *
fast_clock_new (guint factor)
{
  FastClock *self = g_object_new (TYPE_FAST_CLOCK, NULL);

  self->factor = factor;
  return HC_CLOCK (self);
}
