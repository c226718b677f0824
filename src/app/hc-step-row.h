/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcStepRow:
 *
 * One of the steps to a conversation: its number or a mark, what it is for or
 * did, and its button.
 */
#define HC_TYPE_STEP_ROW (hc_step_row_get_type ())
G_DECLARE_FINAL_TYPE (HcStepRow, hc_step_row, HC, STEP_ROW, AdwPreferencesRow)

GtkWidget *hc_step_row_get_button (HcStepRow *self);

G_END_DECLS
