/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-source.h"

/**
 * hc_source_attach:
 * @source: (transfer full): a source that is in no context yet
 * @func: what it calls
 * @user_data: what to give to @func; nothing keeps it alive
 *
 * Attaches a source to the thread's default main context, which is where an
 * object lives that was made there.
 *
 * Returns: (transfer full): @source, to be cleared with hc_source_clear()
 */
GSource *
hc_source_attach (GSource     *source,
                  GSourceFunc  func,
                  gpointer     user_data)
{
  g_return_val_if_fail (source != NULL, NULL);

  g_source_set_callback (source, func, user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/**
 * hc_source_timer:
 * @interval_ms: after how many milliseconds to call
 * @func: what to call
 * @user_data: what to give to @func; nothing keeps it alive
 *
 * Attaches a timer. See hc_source_attach().
 *
 * Returns: (transfer full): the timer, to be cleared with hc_source_clear()
 */
GSource *
hc_source_timer (guint        interval_ms,
                 GSourceFunc  func,
                 gpointer     user_data)
{
  return hc_source_attach (g_timeout_source_new (interval_ms), func, user_data);
}

/**
 * hc_source_clear:
 * @source: (inout): a source, or %NULL
 *
 * Ends a source, if there is one, and forgets it. A source may do this to
 * itself while it is called.
 */
void
hc_source_clear (GSource **source)
{
  g_return_if_fail (source != NULL);

  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}
