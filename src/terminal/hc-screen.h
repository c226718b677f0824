/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-conversation.h"

G_BEGIN_DECLS

/**
 * HcScreen:
 *
 * Where the program writes: the conversation to one descriptor, notices to
 * another. Nothing that a peer sends can drive the terminal, or pass for
 * somebody else's line.
 */
#define HC_TYPE_SCREEN (hc_screen_get_type ())
G_DECLARE_FINAL_TYPE (HcScreen, hc_screen, HC, SCREEN, GObject)

HcScreen *hc_screen_new  (int             output,
                          int             notices,
                          gboolean        echo);
void      hc_screen_show (HcScreen       *self,
                          HcConversation *conversation);
void      hc_screen_note (HcScreen       *self,
                          const char     *format,
                          ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
