/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-path.h"
#include "hc-identity.h"

G_BEGIN_DECLS

/**
 * HcSecureDatagram:
 *
 * DTLS 1.2 over a path, as a #GDatagramBased whose datagrams come from the one
 * with the right key or not at all. They may be lost or come in another order,
 * but not twice. It lives in one thread, and nothing in it blocks.
 */
#define HC_TYPE_SECURE_DATAGRAM (hc_secure_datagram_get_type ())
G_DECLARE_FINAL_TYPE (HcSecureDatagram, hc_secure_datagram, HC, SECURE_DATAGRAM, GObject)

void            hc_secure_datagram_async        (HcDatagramPath       *path,
                                                 gboolean              is_client,
                                                 HcIdentity           *identity,
                                                 const guint8         *expected_key,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
GDatagramBased *hc_secure_datagram_finish       (GAsyncResult         *result,
                                                 guint8                peer_key[HC_KEY_LENGTH],
                                                 GError              **error);
gsize           hc_secure_datagram_get_max_data (HcSecureDatagram     *self);

G_END_DECLS
