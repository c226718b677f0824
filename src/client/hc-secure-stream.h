/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-identity.h"

G_BEGIN_DECLS

void       hc_secure_stream_async  (GIOStream            *base,
                                    gboolean              is_client,
                                    HcIdentity           *identity,
                                    const guint8         *expected_key,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
GIOStream *hc_secure_stream_finish (GAsyncResult         *result,
                                    guint8                peer_key[HC_KEY_LENGTH],
                                    GError              **error);

G_END_DECLS
