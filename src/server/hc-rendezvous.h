/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-guard.h"
#include "hc-packet.h"
#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * HcRendezvousFunc:
 * @reply: (nullable): the reply, or %NULL if the request gets none
 * @user_data: what was given with the request
 *
 * Takes the reply to a request. It runs exactly once for each request, either
 * before hc_rendezvous_handle() returns or later.
 */
typedef void (*HcRendezvousFunc) (HcPacket *reply,
                                  gpointer  user_data);

#define HC_TYPE_RENDEZVOUS (hc_rendezvous_get_type ())
G_DECLARE_FINAL_TYPE (HcRendezvous, hc_rendezvous, HC, RENDEZVOUS, GObject)

HcRendezvous *hc_rendezvous_new        (HcRegistry       *registry,
                                        HcGuard          *guard);
gboolean      hc_rendezvous_is_blocked (HcRendezvous     *self,
                                        const HcOrigin   *origin);
void          hc_rendezvous_handle     (HcRendezvous     *self,
                                        const HcOrigin   *origin,
                                        const char       *data,
                                        gsize             length,
                                        HcRendezvousFunc  callback,
                                        gpointer          user_data);

G_END_DECLS
