/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hc_widget_set_css_class (gpointer    widget,
                              const char *name,
                              gboolean    wanted);

G_END_DECLS
