/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcMessageEntry:
 *
 * Where a message is written: Enter sends it by the action `win.send-entry`,
 * Shift+Enter breaks the line.
 */
#define HC_TYPE_MESSAGE_ENTRY (hc_message_entry_get_type ())
G_DECLARE_FINAL_TYPE (HcMessageEntry, hc_message_entry, HC, MESSAGE_ENTRY, AdwBin)

char     *hc_message_entry_dup_text    (HcMessageEntry        *self);
void      hc_message_entry_clear       (HcMessageEntry        *self);
void      hc_message_entry_insert      (HcMessageEntry        *self,
                                        const char            *text);
gboolean  hc_message_entry_is_sendable (HcMessageEntry        *self);
gboolean  hc_message_entry_forward_key (HcMessageEntry        *self,
                                        GtkEventControllerKey *controller);

G_END_DECLS
