/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-message.h"
#include "hc-packet.h"

G_BEGIN_DECLS

/**
 * HcOutbox:
 *
 * What we have said to a v2 peer and it has not confirmed yet: cut in parts,
 * numbered, and said again from where the peer has lost us. It is freed with
 * hc_outbox_free().
 */
typedef struct _HcOutbox HcOutbox;

HcOutbox *hc_outbox_new         (void);
void      hc_outbox_free        (HcOutbox    *self);
gboolean  hc_outbox_is_empty    (HcOutbox    *self);
void      hc_outbox_push        (HcOutbox    *self,
                                 HcMessage   *message);
gboolean  hc_outbox_withdraw    (HcOutbox    *self,
                                 HcMessage   *message);
HcPacket *hc_outbox_next        (HcOutbox    *self);
gboolean  hc_outbox_rewind      (HcOutbox    *self,
                                 guint32      received);
gboolean  hc_outbox_is_ahead    (HcOutbox    *self,
                                 guint32      received);
gboolean  hc_outbox_acknowledge (HcOutbox    *self,
                                 guint32      number);
void      hc_outbox_fail        (HcOutbox    *self,
                                 const char  *unsent,
                                 const char  *unconfirmed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcOutbox, hc_outbox_free)

G_END_DECLS
