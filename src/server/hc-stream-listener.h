/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-poller.h"
#include "hc-rendezvous.h"

G_BEGIN_DECLS

typedef struct _HcStreamListener HcStreamListener;

HcStreamListener *hc_stream_listener_new        (GMainContext      *context,
                                                 HcPoller          *poller,
                                                 HcRendezvous      *rendezvous,
                                                 guint              max_connections,
                                                 gint64             timeout);
void              hc_stream_listener_free       (HcStreamListener  *self);
void              hc_stream_listener_set_limits (HcStreamListener  *self,
                                                 guint              max_connections,
                                                 gint64             timeout);
guint             hc_stream_listener_get_n_open (HcStreamListener  *self,
                                                 guint             *n_held);
gboolean          hc_stream_listener_add        (HcStreamListener  *self,
                                                 int                fd,
                                                 GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcStreamListener, hc_stream_listener_free)

G_END_DECLS
