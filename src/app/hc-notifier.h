/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-window.h"

G_BEGIN_DECLS

/**
 * HcNotifier:
 *
 * Tells of calls and messages while nobody looks at their window.
 */
#define HC_TYPE_NOTIFIER (hc_notifier_get_type ())
G_DECLARE_FINAL_TYPE (HcNotifier, hc_notifier, HC, NOTIFIER, GObject)

HcNotifier *hc_notifier_new (HcWindow  *window,
                             GSettings *settings);

G_END_DECLS
