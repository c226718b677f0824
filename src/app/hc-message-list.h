/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcMessageList:
 *
 * A conversation, newest at the bottom. It stays there while messages come,
 * unless the reader has scrolled up; then it says that there are new ones.
 */
#define HC_TYPE_MESSAGE_LIST (hc_message_list_get_type ())
G_DECLARE_FINAL_TYPE (HcMessageList, hc_message_list, HC, MESSAGE_LIST, AdwBin)

void  hc_message_list_scroll_to_end (HcMessageList *self);
char *hc_message_list_dup_selected  (HcMessageList *self);

G_END_DECLS
