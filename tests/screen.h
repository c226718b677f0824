/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The virtual screen of with-display.sh, as somebody in front of it sees and handles it. It has no
 * window manager, so who wants two windows side by side, or one in front, says so here. A window
 * is known by its X11 number, so that other processes' windows can be handled too. */

GArray   *hc_screen_list_windows (void);
void      hc_screen_place_window (gulong              window,
                                  const GdkRectangle *area);
void      hc_screen_focus_window (gulong              window);
gboolean  hc_screen_save         (const char         *path,
                                  const GdkRectangle *area,
                                  GError            **error);

G_END_DECLS
