/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

G_BEGIN_DECLS

/**
 * HC_GUARD_MAX_ADDRESSES:
 *
 * How many addresses a guard remembers, unless it is told otherwise.
 */
#define HC_GUARD_MAX_ADDRESSES 65536

/**
 * HC_GUARD_MAX_BLOCK_SECONDS:
 *
 * How far a block's doubling goes, and how long after a block an address is
 * remembered for it.
 */
#define HC_GUARD_MAX_BLOCK_SECONDS 900

/**
 * HcGuardLimits:
 * @max_requests: how many requests an address has before a CHAT, or 0 for any
 *   number
 * @block_seconds: how long it is blocked when it makes more
 *
 * What a guard goes by.
 */
typedef struct
{
  guint max_requests;
  guint block_seconds;
} HcGuardLimits;

typedef struct _HcGuard HcGuard;

HcGuard      *hc_guard_new             (guint           max_requests,
                                        guint           block_seconds,
                                        guint           max_addresses);
void          hc_guard_free            (HcGuard        *self);
void          hc_guard_set_limits      (HcGuard        *self,
                                        guint           max_requests,
                                        guint           block_seconds);
HcGuardLimits hc_guard_get_limits      (HcGuard        *self);
gboolean      hc_guard_admit           (HcGuard        *self,
                                        const HcOrigin *origin);
gboolean      hc_guard_is_blocked      (HcGuard        *self,
                                        const HcOrigin *origin);
gboolean      hc_guard_is_exhausted    (HcGuard        *self,
                                        const HcOrigin *origin);
void          hc_guard_block           (HcGuard        *self,
                                        const HcOrigin *origin,
                                        gint64          until);
void          hc_guard_forgive         (HcGuard        *self,
                                        const HcIp     *address);
void          hc_guard_vouch           (HcGuard        *self,
                                        const HcOrigin *origin,
                                        gint64          until);
guint         hc_guard_get_n_addresses (HcGuard        *self);
guint64       hc_guard_get_n_blocks    (HcGuard        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcGuard, hc_guard_free)

G_END_DECLS
