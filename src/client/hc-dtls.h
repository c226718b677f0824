/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-peer-key.h"

G_BEGIN_DECLS

/**
 * HC_DTLS_MAX_RECORD:
 *
 * How long a record of ours is at most: with its prefix, UDP and IP it fits in
 * the 1,280 bytes that every IPv6 network has.
 */
#define HC_DTLS_MAX_RECORD 1200

/**
 * HcDtls:
 *
 * One end of a DTLS 1.2 session, without a socket and without the time: records
 * are given to it and taken from it, one by one.
 */
typedef struct _HcDtls HcDtls;

HcDtls    *hc_dtls_new            (gboolean          is_client,
                                   GTlsCertificate  *certificate,
                                   HcPeerKey        *peer_key,
                                   GError          **error);
void       hc_dtls_free           (HcDtls           *self);
gboolean   hc_dtls_handshake      (HcDtls           *self,
                                   const guint8     *record,
                                   gsize             length,
                                   GError          **error);
gssize     hc_dtls_decrypt        (HcDtls           *self,
                                   const guint8     *record,
                                   gsize             length,
                                   guint8           *buffer,
                                   gsize             size,
                                   GError          **error);
gboolean   hc_dtls_encrypt        (HcDtls           *self,
                                   const guint8     *data,
                                   gsize             length,
                                   GError          **error);
void       hc_dtls_close          (HcDtls           *self);
gsize      hc_dtls_get_max_data   (HcDtls           *self);
GPtrArray *hc_dtls_steal_records  (HcDtls           *self);
GError    *hc_dtls_alert_to_error (guint8            alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcDtls, hc_dtls_free)

G_END_DECLS
