/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

/**
 * HcInbox:
 *
 * What a v2 peer says: the parts of its messages in order, each once, put
 * together. It is freed with hc_inbox_free().
 */
typedef struct _HcInbox HcInbox;

HcInbox *hc_inbox_new          (void);
void     hc_inbox_free         (HcInbox   *self);
gboolean hc_inbox_take         (HcInbox   *self,
                                HcPacket  *part,
                                char     **text,
                                GError   **error);
guint32  hc_inbox_get_received (HcInbox   *self);
guint32  hc_inbox_get_complete (HcInbox   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcInbox, hc_inbox_free)

G_END_DECLS
