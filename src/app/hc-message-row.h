/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcMessageRow:
 *
 * A message in its bubble, or a notice; above it the day, under it time and
 * status, where its neighbours call for them. The actions `message.retry` and
 * `message.cancel` are there where they are possible.
 */
#define HC_TYPE_MESSAGE_ROW (hc_message_row_get_type ())
G_DECLARE_FINAL_TYPE (HcMessageRow, hc_message_row, HC, MESSAGE_ROW, AdwBin)

GtkWidget *hc_message_row_new          (HcSession    *session);
void       hc_message_row_set_messages (HcMessageRow *self,
                                        HcMessage    *previous,
                                        HcMessage    *message,
                                        HcMessage    *next);

G_END_DECLS
