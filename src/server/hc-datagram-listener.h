/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-poller.h"
#include "hc-rendezvous.h"

G_BEGIN_DECLS

typedef struct _HcDatagramListener HcDatagramListener;

HcDatagramListener *hc_datagram_listener_new  (HcPoller            *poller,
                                               HcRendezvous        *rendezvous);
void                hc_datagram_listener_free (HcDatagramListener  *self);
gboolean            hc_datagram_listener_add  (HcDatagramListener  *self,
                                               int                  fd,
                                               GError             **error);
void                hc_datagram_listener_send (HcDatagramListener  *self,
                                               const HcOrigin      *target,
                                               HcPacket            *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcDatagramListener, hc_datagram_listener_free)

G_END_DECLS
