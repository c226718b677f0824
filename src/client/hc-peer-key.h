/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HC_SECURE_PROTOCOL:
 *
 * What is spoken inside encryption, as ALPN says it (RFC 7301): a record that was
 * meant for something else is not ours.
 */
#define HC_SECURE_PROTOCOL "hybridchat/2"

/**
 * HcPeerKey:
 *
 * What the other one's certificate has to show during a handshake: its key. It
 * doesn't matter who has signed the certificate, whose name is in it and
 * whether it has expired.
 */
typedef struct _HcPeerKey HcPeerKey;

HcPeerKey *hc_peer_key_new      (const guint8     *expected);
void       hc_peer_key_free     (HcPeerKey        *self);
gboolean   hc_peer_key_check    (HcPeerKey        *self,
                                 GTlsCertificate  *certificate);
gboolean   hc_peer_key_finish   (HcPeerKey        *self,
                                 GTlsCertificate  *certificate,
                                 GError          **error);
GError    *hc_peer_key_blame    (HcPeerKey        *self,
                                 const GError     *error);
void       hc_peer_key_get      (HcPeerKey        *self,
                                 guint8            key[HC_KEY_LENGTH]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcPeerKey, hc_peer_key_free)

G_END_DECLS
