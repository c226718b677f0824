/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-stream-pool.h"

G_BEGIN_DECLS

typedef struct _HcStreamConnection HcStreamConnection;

void   hc_stream_connection_open         (HcStreamPool       *pool,
                                          int                 fd,
                                          const HcOrigin     *origin);
void   hc_stream_connection_close        (HcStreamConnection *self);
void   hc_stream_connection_release      (HcStreamConnection *self);
gint64 hc_stream_connection_get_deadline (HcStreamConnection *self);

G_END_DECLS
