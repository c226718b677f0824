/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-socket.h"

G_BEGIN_DECLS

void     hc_datagram_request_async  (HcDatagramSocket     *socket,
                                     GPtrArray            *servers,
                                     HcPacket             *request,
                                     guint                 timeout_ms,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean hc_datagram_request_finish (GAsyncResult         *result,
                                     HcPacket            **reply,
                                     GSocketAddress      **remote,
                                     GError              **error);

G_END_DECLS
