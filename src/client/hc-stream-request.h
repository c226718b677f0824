/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-log.h"

G_BEGIN_DECLS

void     hc_stream_request_async  (GSocketConnectable   *server,
                                   const char           *local_address,
                                   HcPacket             *request,
                                   guint                 timeout_seconds,
                                   HcPacketLog          *log,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean hc_stream_request_finish (GAsyncResult         *result,
                                   HcPacket            **reply,
                                   GSocketAddress      **remote,
                                   GError              **error);

G_END_DECLS
