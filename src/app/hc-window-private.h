/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-connect-page.h"
#include "hc-conversation-page.h"
#include "hc-window.h"

G_BEGIN_DECLS

HcConnectPage      *hc_window_get_connect_page      (HcWindow *self);
HcConversationPage *hc_window_get_conversation_page (HcWindow *self);
void                hc_window_show_packet_log       (HcWindow *self);
void                hc_window_show_safety_code      (HcWindow *self);
void                hc_window_show_key_change       (HcWindow *self);
void                hc_window_begin_close           (HcWindow *self,
                                                     HcHost   *host);
void                hc_window_cancel_close          (HcWindow *self);
void                hc_window_install_actions       (HcWindow *self);
void                hc_window_update_actions        (HcWindow *self);
void                hc_window_send_entry            (HcWindow *self);
void                hc_window_save_transcript       (HcWindow *self);

G_END_DECLS
