/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-timer.h"

static gboolean
hc_timer_dispatch (GSource     *source,
                   GSourceFunc  callback,
                   gpointer     user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs source_funcs = {
  .dispatch = hc_timer_dispatch,
};

/**
 * hc_timer_new:
 * @context: the main context it belongs to
 * @func: runs when the time has come; returns %G_SOURCE_CONTINUE
 * @user_data: data for @func
 *
 * Creates a timer that isn't set. g_source_set_ready_time() sets it, as often
 * as need be; it goes off once each time.
 *
 * Returns: (transfer full): a timer, to be freed with hc_timer_free()
 */
GSource *
hc_timer_new (GMainContext *context,
              GSourceFunc   func,
              gpointer      user_data)
{
  GSource *timer = g_source_new (&source_funcs, sizeof (GSource));

  g_source_set_static_name (timer, "HcTimer");
  g_source_set_callback (timer, func, user_data, NULL);
  g_source_attach (timer, context);
  return timer;
}

/**
 * hc_timer_free:
 * @timer: a timer
 *
 * Frees the timer; it won't go off any more.
 */
void
hc_timer_free (GSource *timer)
{
  g_source_destroy (timer);
  g_source_unref (timer);
}
