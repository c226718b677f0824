/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-socket.h"
#include "hc-link.h"

G_BEGIN_DECLS

/**
 * HcCallListener:
 *
 * Where a client can be called: a TCP port, or the session's UDP socket.
 */
#define HC_TYPE_CALL_LISTENER (hc_call_listener_get_type ())
G_DECLARE_FINAL_TYPE (HcCallListener, hc_call_listener, HC, CALL_LISTENER, GObject)

HcCallListener *hc_call_listener_new_stream       (const char        *address,
                                                   guint16            port,
                                                   HcPacketLog       *log,
                                                   GError           **error);
HcCallListener *hc_call_listener_new_datagram     (HcDatagramSocket  *socket);
guint16         hc_call_listener_get_port         (HcCallListener    *self);
void            hc_call_listener_set_takes_offers (HcCallListener    *self,
                                                   gboolean           takes_offers);
void            hc_call_listener_close            (HcCallListener    *self);

G_END_DECLS
