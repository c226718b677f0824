/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcSafetyWindow:
 *
 * The safety code, to be compared; or what it means that there is none.
 */
#define HC_TYPE_SAFETY_WINDOW (hc_safety_window_get_type ())
G_DECLARE_FINAL_TYPE (HcSafetyWindow, hc_safety_window, HC, SAFETY_WINDOW, AdwWindow)

GtkWidget *hc_safety_window_new (HcSession *session);

G_END_DECLS
