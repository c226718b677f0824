/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-conversation.h"

G_BEGIN_DECLS

gboolean  hc_message_begins_day       (HcMessage  *self,
                                       HcMessage  *previous);
gboolean  hc_message_begins_group     (HcMessage  *self,
                                       HcMessage  *previous);
gboolean  hc_message_ends_group       (HcMessage  *self,
                                       HcMessage  *next);
char     *hc_message_dup_time_text    (HcMessage  *self);
char     *hc_message_dup_footer       (HcMessage  *self,
                                       gboolean    in_turns);
char     *hc_message_dup_spoken       (HcMessage  *self,
                                       gboolean    in_turns);
char     *hc_message_dup_explanation  (HcMessage  *self,
                                       const char *peer_id);
char     *hc_format_day               (GDateTime  *day,
                                       GDateTime  *today);
char     *hc_dup_transcript           (GListModel *messages);

G_END_DECLS
