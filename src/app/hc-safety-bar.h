/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcSafetyBar:
 *
 * A line that warns of a conversation in plain view, or proposes once to
 * compare the safety code with somebody new.
 */
#define HC_TYPE_SAFETY_BAR (hc_safety_bar_get_type ())
G_DECLARE_FINAL_TYPE (HcSafetyBar, hc_safety_bar, HC, SAFETY_BAR, AdwBin)

G_END_DECLS
