/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-meeting.h"

G_BEGIN_DECLS

void     hc_offer_async  (HcLink               *link,
                          HcMeeting            *meeting,
                          guint                 timeout_ms,
                          GCancellable         *cancellable,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data);
gboolean hc_offer_finish (GAsyncResult         *result,
                          guint8                plain[HC_DIGEST_LENGTH],
                          GError              **error);
void     hc_offer_skip   (guint8                plain[HC_DIGEST_LENGTH]);
void     hc_offer_accept (HcLink               *link,
                          const char           *own_id,
                          HcPacket             *hello,
                          HcPacket             *offer,
                          guint8                plain[HC_DIGEST_LENGTH]);

G_END_DECLS
