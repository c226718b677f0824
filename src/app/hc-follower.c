/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-follower.h"

struct _HcFollower
{
  GObject parent_instance;

  GtkAdjustment *adjustment;
  double last_upper;
  double last_page;
  guint scroll_id;
  gboolean stuck;
};

G_DEFINE_FINAL_TYPE (HcFollower, hc_follower, G_TYPE_OBJECT)

static double
get_end (HcFollower *self)
{
  return gtk_adjustment_get_upper (self->adjustment) -
         gtk_adjustment_get_page_size (self->adjustment);
}

static gboolean
is_at_end (HcFollower *self)
{
  return gtk_adjustment_get_value (self->adjustment) >= get_end (self) - 1;
}

static gboolean
scroll_now (gpointer data)
{
  HcFollower *self = data;

  self->scroll_id = 0;
  gtk_adjustment_set_value (self->adjustment, get_end (self));
  return G_SOURCE_REMOVE;
}

/* A value that changes with the size is the layout's doing, not the reader's. */
static void
on_value_changed (HcFollower *self)
{
  if (is_at_end (self))
    self->stuck = TRUE;
  else if (self->scroll_id == 0 &&
           self->last_upper == gtk_adjustment_get_upper (self->adjustment) &&
           self->last_page == gtk_adjustment_get_page_size (self->adjustment))
    self->stuck = FALSE;
}

/* The list is in the middle of its layout. */
static void
on_size_changed (HcFollower *self)
{
  self->last_upper = gtk_adjustment_get_upper (self->adjustment);
  self->last_page = gtk_adjustment_get_page_size (self->adjustment);
  if (self->stuck && !is_at_end (self) && self->scroll_id == 0)
    self->scroll_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, scroll_now, self, NULL);
}

static void
hc_follower_dispose (GObject *object)
{
  HcFollower *self = HC_FOLLOWER (object);

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (hc_follower_parent_class)->dispose (object);
}

static void
hc_follower_class_init (HcFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_follower_dispose;
}

static void
hc_follower_init (HcFollower *self)
{
  self->stuck = TRUE;
}

/**
 * hc_follower_new:
 * @adjustment: what a list is scrolled by
 *
 * Creates a follower, who stays at the end from now on.
 *
 * Returns: (transfer full): a follower
 */
HcFollower *
hc_follower_new (GtkAdjustment *adjustment)
{
  HcFollower *self = g_object_new (HC_TYPE_FOLLOWER, NULL);

  self->adjustment = g_object_ref (adjustment);
  g_signal_connect_object (adjustment, "value-changed",
                           G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed",
                           G_CALLBACK (on_size_changed), self, G_CONNECT_SWAPPED);
  return self;
}
