/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-route.h"
#include "hc-packet.h"

G_BEGIN_DECLS

/**
 * HC_DATAGRAM_BATCH_SIZE:
 *
 * How many datagrams a batch has room for.
 */
#define HC_DATAGRAM_BATCH_SIZE 64

/**
 * HcDatagram:
 * @route: where it came from, or goes to
 * @length: how many bytes of @data are used
 * @data: its bytes, one more than a packet may have: so one that is too long
 *   is seen to be
 *
 * A datagram of a batch.
 */
typedef struct
{
  HcDatagramRoute route;
  gsize length;
  char data[HC_PACKET_MAX_LENGTH + 1];
} HcDatagram;

/**
 * HcDatagramBatch:
 *
 * Datagrams that are received, or sent, by one system call.
 */
typedef struct _HcDatagramBatch HcDatagramBatch;

HcDatagramBatch *hc_datagram_batch_new     (void);
void             hc_datagram_batch_free    (HcDatagramBatch *self);
guint            hc_datagram_batch_receive (HcDatagramBatch *self,
                                            int              fd);
HcDatagram      *hc_datagram_batch_get     (HcDatagramBatch *self,
                                            guint            index);
HcDatagram      *hc_datagram_batch_add     (HcDatagramBatch *self);
void             hc_datagram_batch_send    (HcDatagramBatch *self,
                                            int              fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcDatagramBatch, hc_datagram_batch_free)

G_END_DECLS
