/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-message-entry.h"
#include "hc-message-list.h"
#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcConversationPage:
 *
 * What is said, with whom, and how they are connected.
 */
#define HC_TYPE_CONVERSATION_PAGE (hc_conversation_page_get_type ())
G_DECLARE_FINAL_TYPE (HcConversationPage, hc_conversation_page, HC, CONVERSATION_PAGE, AdwBin)

HcMessageEntry *hc_conversation_page_get_entry (HcConversationPage *self);
HcMessageList  *hc_conversation_page_get_list  (HcConversationPage *self);
void            hc_conversation_page_add_toast (HcConversationPage *self,
                                                AdwToast           *toast);

G_END_DECLS
