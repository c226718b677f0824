/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-clock.h"

/* Not at 0, so that a time that was never set shows. */
#define BEGINNING_US (1000 * G_TIME_SPAN_SECOND)

struct _SimClock
{
  GObject parent_instance;

  gint64 now;
  GPtrArray *timers;
};

typedef struct
{
  GSource source;
  SimClock *clock;
  gint64 when;
} SimTimer;

static void sim_clock_iface_init (HcClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimClock, sim_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_CLOCK, sim_clock_iface_init))

static void
sim_clock_finalize (GObject *object)
{
  g_ptr_array_unref (SIM_CLOCK (object)->timers);

  G_OBJECT_CLASS (sim_clock_parent_class)->finalize (object);
}

static void
sim_clock_class_init (SimClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sim_clock_finalize;
}

static void
sim_clock_init (SimClock *self)
{
  self->now = BEGINNING_US;
  self->timers = g_ptr_array_new ();
}

static gboolean
is_due (GSource *source)
{
  SimTimer *timer = (SimTimer *) source;

  return timer->when <= timer->clock->now;
}

static gboolean
on_prepare (GSource *source,
            int     *timeout)
{
  *timeout = -1;
  return is_due (source);
}

static gboolean
on_dispatch (GSource     *source,
             GSourceFunc  func,
             gpointer     user_data)
{
  return func (user_data);
}

static void
on_finalize (GSource *source)
{
  SimTimer *timer = (SimTimer *) source;

  g_ptr_array_remove_fast (timer->clock->timers, timer);
  g_object_unref (timer->clock);
}

static GSourceFuncs timer_funcs = {
  .prepare = on_prepare,
  .check = is_due,
  .dispatch = on_dispatch,
  .finalize = on_finalize,
};

static gint64
sim_clock_get_time (HcClock *clock)
{
  return SIM_CLOCK (clock)->now;
}

static GSource *
sim_clock_create_timer (HcClock *clock,
                        gint64   when)
{
  SimTimer *timer = (SimTimer *) g_source_new (&timer_funcs, sizeof (SimTimer));

  timer->clock = SIM_CLOCK (g_object_ref (clock));
  timer->when = when;
  g_ptr_array_add (timer->clock->timers, timer);
  return &timer->source;
}

static void
sim_clock_iface_init (HcClockInterface *iface)
{
  iface->get_time = sim_clock_get_time;
  iface->create_timer = sim_clock_create_timer;
}

/**
 * sim_clock_new:
 *
 * Returns: (transfer full): a clock that stands still
 */
SimClock *
sim_clock_new (void)
{
  return g_object_new (SIM_TYPE_CLOCK, NULL);
}

/**
 * sim_clock_advance:
 * @self: a clock
 *
 * Jumps to the next timer.
 *
 * Returns: %FALSE if there is none
 */
gboolean
sim_clock_advance (SimClock *self)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < self->timers->len; i++)
    {
      SimTimer *timer = g_ptr_array_index (self->timers, i);

      if (!g_source_is_destroyed (&timer->source))
        next = MIN (next, timer->when);
    }
  if (next == G_MAXINT64)
    return FALSE;

  self->now = MAX (self->now, next);
  return TRUE;
}

/**
 * sim_clock_step:
 * @self: a clock
 *
 * Does what is ready in the thread's default main context, or, if nothing is,
 * jumps to the next timer.
 *
 * Returns: %FALSE if nothing will ever happen again
 */
gboolean
sim_clock_step (SimClock *self)
{
  return g_main_context_iteration (g_main_context_get_thread_default (), FALSE) ||
         sim_clock_advance (self);
}
