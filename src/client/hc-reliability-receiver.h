/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-frame.h"

G_BEGIN_DECLS

/**
 * HcReliabilityReceiver:
 *
 * The half of a #HcReliability that puts packets in order, each once, and knows
 * when to acknowledge them.
 */
typedef struct _HcReliabilityReceiver HcReliabilityReceiver;

HcReliabilityReceiver *hc_reliability_receiver_new          (void);
void                   hc_reliability_receiver_free         (HcReliabilityReceiver *self);
void                   hc_reliability_receiver_take         (HcReliabilityReceiver *self,
                                                             const HcFrame         *frame,
                                                             gint64                 now);
GBytes                *hc_reliability_receiver_pop          (HcReliabilityReceiver *self);
void                   hc_reliability_receiver_acknowledge  (HcReliabilityReceiver *self,
                                                             HcFrame               *frame);
gint64                 hc_reliability_receiver_get_deadline (HcReliabilityReceiver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcReliabilityReceiver, hc_reliability_receiver_free)

G_END_DECLS
