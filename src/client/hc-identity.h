/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcIdentity:
 *
 * Who we are under one ID: a key of our own, and the certificate that shows it.
 * It is made on first use, and is in a file that only its owner can read from
 * then on. It never changes.
 */
#define HC_TYPE_IDENTITY (hc_identity_get_type ())
G_DECLARE_FINAL_TYPE (HcIdentity, hc_identity, HC, IDENTITY, GObject)

char            *hc_identity_dup_default_folder (void);
char            *hc_identity_dup_path           (const char           *folder,
                                                 const char           *id);
void             hc_identity_load_async         (const char           *folder,
                                                 const char           *id,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
HcIdentity      *hc_identity_load_finish        (GAsyncResult         *result,
                                                 GError              **error);
void             hc_identity_set_aside_async    (const char           *folder,
                                                 const char           *id,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
char            *hc_identity_set_aside_finish   (GAsyncResult         *result,
                                                 GError              **error);
HcIdentity      *hc_identity_generate           (const char           *id,
                                                 GError              **error);
const char      *hc_identity_get_id             (HcIdentity           *self);
GTlsCertificate *hc_identity_get_certificate    (HcIdentity           *self);
const guint8    *hc_identity_get_key            (HcIdentity           *self);
char            *hc_identity_prove              (HcIdentity           *self,
                                                 const char           *cookie,
                                                 const char           *address,
                                                 guint16               port,
                                                 GError              **error);

G_END_DECLS
