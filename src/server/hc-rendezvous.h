/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-cookie.h"
#include "hc-guard.h"
#include "hc-hold.h"
#include "hc-metrics.h"
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

/**
 * HcRendezvousHeldFunc:
 * @hold: the request that is held, until its reply comes
 * @seconds: for how long at most
 * @user_data: what was given with the request
 *
 * Learns that a request waits for its reply. It runs at most once for each
 * request, and before its reply. Whoever takes it owes an
 * hc_hold_expire() when the time is over, and an hc_hold_drop() when the client
 * has gone; either brings the reply.
 */
typedef void (*HcRendezvousHeldFunc) (HcHold   *hold,
                                      guint     seconds,
                                      gpointer  user_data);

/**
 * HcRendezvousNoticeFunc:
 * @target: where a client was seen over UDP
 * @notice: what to tell it
 * @user_data: what was given with the function
 *
 * Sends a client what it didn't ask for.
 */
typedef void (*HcRendezvousNoticeFunc) (const HcOrigin *target,
                                        HcPacket       *notice,
                                        gpointer        user_data);

/**
 * HC_RENDEZVOUS_MAX_HELD:
 *
 * How many requests are held at most, unless it is told otherwise.
 */
#define HC_RENDEZVOUS_MAX_HELD 1000

#define HC_TYPE_RENDEZVOUS (hc_rendezvous_get_type ())
G_DECLARE_FINAL_TYPE (HcRendezvous, hc_rendezvous, HC, RENDEZVOUS, GObject)

HcRendezvous *hc_rendezvous_new               (HcRegistry             *registry,
                                               HcGuard                *guard);
void          hc_rendezvous_set_cookie_secret (HcRendezvous           *self,
                                               const HcCookieSecret   *secret,
                                               gint64                  time);
void          hc_rendezvous_set_udp           (HcRendezvous           *self,
                                               guint16                 port,
                                               gboolean                is_for_v2_only,
                                               HcRendezvousNoticeFunc  notify,
                                               gpointer                user_data);
void          hc_rendezvous_set_max_held      (HcRendezvous           *self,
                                               guint                   max_held);
HcMetrics    *hc_rendezvous_get_metrics       (HcRendezvous           *self);
gboolean      hc_rendezvous_count             (HcRendezvous           *self,
                                               gint64                  time,
                                               HcRegistryCounts       *counts);
gboolean      hc_rendezvous_is_blocked        (HcRendezvous           *self,
                                               const HcOrigin         *origin);
void          hc_rendezvous_handle            (HcRendezvous           *self,
                                               const HcOrigin         *origin,
                                               const char             *data,
                                               gsize                   length,
                                               HcRendezvousFunc        callback,
                                               HcRendezvousHeldFunc    held,
                                               gpointer                user_data);

G_END_DECLS
