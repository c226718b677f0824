/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The keyboard of with-display.sh's screen. It types into the window that has the focus, see
 * hc_screen_focus_window(). */

void keyboard_press (const char *keys);
void keyboard_type  (const char *text);

G_END_DECLS
