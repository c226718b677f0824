/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-datagram-source.h"

typedef struct
{
  GSource parent;

  GDatagramBased *object;
  GIOCondition condition;
} DatagramSource;

static gboolean
datagram_source_check (GSource *source)
{
  DatagramSource *self = (DatagramSource *) source;

  return g_datagram_based_condition_check (self->object, self->condition) != 0;
}

static gboolean
datagram_source_prepare (GSource *source,
                         int     *timeout_ms)
{
  *timeout_ms = -1;
  return datagram_source_check (source);
}

static gboolean
datagram_source_dispatch (GSource     *source,
                          GSourceFunc  callback,
                          gpointer     user_data)
{
  DatagramSource *self = (DatagramSource *) source;
  GDatagramBasedSourceFunc func = (GDatagramBasedSourceFunc) (void (*) (void)) callback;

  return func (self->object, g_datagram_based_condition_check (self->object, self->condition),
               user_data);
}

static void
datagram_source_finalize (GSource *source)
{
  g_object_unref (((DatagramSource *) source)->object);
}

static GSourceFuncs datagram_source_funcs = {
  .prepare = datagram_source_prepare,
  .check = datagram_source_check,
  .dispatch = datagram_source_dispatch,
  .finalize = datagram_source_finalize,
};

/**
 * hc_datagram_source_new:
 * @object: what to watch
 * @condition: what for
 * @cancellable: (nullable): what makes the source ready, too
 *
 * Makes a source for an object that has no descriptor of its own. Nothing wakes
 * it: its condition may change only in callbacks of the main context that it is
 * attached to.
 *
 * Returns: (transfer full): a source that calls a #GDatagramBasedSourceFunc
 */
GSource *
hc_datagram_source_new (GDatagramBased *object,
                        GIOCondition    condition,
                        GCancellable   *cancellable)
{
  GSource *source;
  DatagramSource *self;

  g_return_val_if_fail (G_IS_DATAGRAM_BASED (object), NULL);

  source = g_source_new (&datagram_source_funcs, sizeof (DatagramSource));
  self = (DatagramSource *) source;
  self->object = g_object_ref (object);
  self->condition = condition | G_IO_HUP | G_IO_ERR;
  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  return source;
}
