/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-transport.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcHost:
 *
 * The server that runs in the app, if one does. There is one for all windows,
 * and it belongs to the thread-default main context in which it is started.
 */
#define HC_TYPE_HOST (hc_host_get_type ())
G_DECLARE_FINAL_TYPE (HcHost, hc_host, HC, HOST, GObject)

HcHost      *hc_host_new           (void);
gboolean     hc_host_start         (HcHost       *self,
                                    HcTransport   transport,
                                    guint16       port,
                                    GError      **error);
void         hc_host_stop          (HcHost       *self);
gboolean     hc_host_is_running    (HcHost       *self);
HcTransport  hc_host_get_transport (HcHost       *self);
const char  *hc_host_get_address   (HcHost       *self);
char       **hc_host_dup_addresses (HcHost       *self);

G_END_DECLS
