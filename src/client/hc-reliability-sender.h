/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-frame.h"

G_BEGIN_DECLS

/**
 * HcReliabilitySender:
 *
 * The half of a #HcReliability that numbers packets, and sends each until it is
 * acknowledged.
 */
typedef struct _HcReliabilitySender HcReliabilitySender;

HcReliabilitySender *hc_reliability_sender_new              (guint32              first);
void                 hc_reliability_sender_free             (HcReliabilitySender *self);
void                 hc_reliability_sender_push             (HcReliabilitySender *self,
                                                             GBytes              *packet);
gboolean             hc_reliability_sender_acknowledge      (HcReliabilitySender *self,
                                                             const HcAck         *ack,
                                                             gint64               now);
GBytes              *hc_reliability_sender_next             (HcReliabilitySender *self,
                                                             gint64               now,
                                                             guint32             *number,
                                                             gboolean            *is_first);
gint64               hc_reliability_sender_get_deadline     (HcReliabilitySender *self);
gboolean             hc_reliability_sender_is_idle          (HcReliabilitySender *self);
gboolean             hc_reliability_sender_is_exhausted     (HcReliabilitySender *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcReliabilitySender, hc_reliability_sender_free)

G_END_DECLS
