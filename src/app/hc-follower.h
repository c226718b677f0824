/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HcFollower:
 *
 * Keeps a list at its end while it grows, unless the reader has scrolled up.
 */
#define HC_TYPE_FOLLOWER (hc_follower_get_type ())
G_DECLARE_FINAL_TYPE (HcFollower, hc_follower, HC, FOLLOWER, GObject)

HcFollower *hc_follower_new (GtkAdjustment *adjustment);

G_END_DECLS
