/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "wait.h"

#define LIMIT_SECONDS 60

/* Until when to wait. A sanitizer or a busy machine takes its time. */
gint64
wait_begin (void)
{
  return g_get_monotonic_time () + LIMIT_SECONDS * G_TIME_SPAN_SECOND;
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* The tick only makes the iteration return when nothing at all happens. */
void
wait_step (gint64      end,
           const char *location,
           const char *function,
           const char *condition)
{
  guint id;

  if (g_get_monotonic_time () > end)
    g_error ("%s: %s: waited %d s in vain for: %s", location, function, LIMIT_SECONDS, condition);

  id = g_timeout_add (100, on_tick, NULL);
  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

/* Does what is ready to be done. */
void
wait_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}
