/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-host.h"
#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcWindow:
 *
 * One window is one session: the way to a conversation, and the conversation.
 */
#define HC_TYPE_WINDOW (hc_window_get_type ())
G_DECLARE_FINAL_TYPE (HcWindow, hc_window, HC, WINDOW, AdwApplicationWindow)

HcWindow  *hc_window_new         (GtkApplication *application,
                                  HcHost         *host,
                                  GSettings      *settings);
HcSession *hc_window_get_session (HcWindow       *self);
void       hc_window_add_toast   (HcWindow       *self,
                                  const char     *words);

G_END_DECLS
