/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-frame.h"

G_BEGIN_DECLS

/**
 * HcReliability:
 *
 * What makes a pipe of datagrams, where some are lost, doubled or overtaken,
 * one of packets that all come once and in order. It has no socket and no
 * clock: frames go in and out, and it is told the time. It is for datagrams
 * that nobody can forge, but whoever is at the other end can do no harm.
 *
 * |[
 * hc_reliability_take (reliability, datagram, length, now);
 * while ((packet = hc_reliability_pop (reliability)) != NULL)
 *   ...
 * while ((length = hc_reliability_write (reliability, now, datagram, &is_first)) > 0)
 *   ...
 * deadline = hc_reliability_get_deadline (reliability);
 * ]|
 *
 * Source: protocol, section 4.
 */
typedef struct _HcReliability HcReliability;

HcReliability *hc_reliability_new          (void);
void           hc_reliability_free         (HcReliability *self);
void           hc_reliability_push         (HcReliability *self,
                                            GBytes        *packet);
gboolean       hc_reliability_take         (HcReliability *self,
                                            const guint8  *datagram,
                                            gsize          length,
                                            gint64         now);
GBytes        *hc_reliability_pop          (HcReliability *self);
gsize          hc_reliability_write        (HcReliability *self,
                                            gint64         now,
                                            guint8        *buffer,
                                            gboolean      *is_first);
gsize          hc_reliability_write_ack    (HcReliability *self,
                                            guint8        *buffer);
gint64         hc_reliability_get_deadline (HcReliability *self);
gboolean       hc_reliability_is_idle      (HcReliability *self);
gboolean       hc_reliability_is_exhausted (HcReliability *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcReliability, hc_reliability_free)

G_END_DECLS
