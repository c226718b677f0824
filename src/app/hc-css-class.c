/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "hc-css-class.h"

/**
 * hc_widget_set_css_class:
 * @widget: (type GtkWidget): a widget
 * @name: a style class
 * @wanted: whether the widget shall have it
 *
 * Gives a widget a style class, or takes it away.
 */
void
hc_widget_set_css_class (gpointer    widget,
                         const char *name,
                         gboolean    wanted)
{
  if (wanted)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}
