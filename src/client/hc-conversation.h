/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcConversation:
 *
 * What has been said, oldest first: a #GListModel of #HcMessage that
 * grows at its end; only what was never sent may be taken out.
 */
#define HC_TYPE_CONVERSATION (hc_conversation_get_type ())
G_DECLARE_FINAL_TYPE (HcConversation, hc_conversation, HC, CONVERSATION, GObject)

HcConversation *hc_conversation_new            (void);
void            hc_conversation_append         (HcConversation *self,
                                                HcMessage      *message);
void            hc_conversation_remove         (HcConversation *self,
                                                HcMessage      *message);
void            hc_conversation_clear          (HcConversation *self);
char           *hc_conversation_dup_transcript (HcConversation *self);

G_END_DECLS
