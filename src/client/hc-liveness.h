/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"

G_BEGIN_DECLS

/**
 * HcLivenessEvent:
 * @HC_LIVENESS_QUIET: nobody has said anything for a while: ask
 * @HC_LIVENESS_STALLED: an answer is late: tell the user
 * @HC_LIVENESS_LOST: give the link up
 *
 * What silence comes to.
 */
typedef enum
{
  HC_LIVENESS_QUIET,
  HC_LIVENESS_STALLED,
  HC_LIVENESS_LOST,
} HcLivenessEvent;

/**
 * HcLivenessFunc:
 * @event: what it has come to
 * @user_data: what was given with the function
 *
 * Is told of an event.
 */
typedef void (*HcLivenessFunc) (HcLivenessEvent event,
                                gpointer        user_data);

/**
 * HcLiveness:
 *
 * Watches over a link on which both sides answer what they are asked. It is
 * freed with hc_liveness_free().
 */
typedef struct _HcLiveness HcLiveness;

HcLiveness *hc_liveness_new   (HcClock        *clock,
                               HcLivenessFunc  func,
                               gpointer        user_data);
void        hc_liveness_free  (HcLiveness     *self);
void        hc_liveness_start (HcLiveness     *self);
void        hc_liveness_greet (HcLiveness     *self);
void        hc_liveness_hear  (HcLiveness     *self,
                               gboolean        expects_more);
void        hc_liveness_ask   (HcLiveness     *self);
void        hc_liveness_stop  (HcLiveness     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcLiveness, hc_liveness_free)

G_END_DECLS
