/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CertificateKind:
 * @CERTIFICATE_RSA: with a key of another kind
 * @CERTIFICATE_ED25519: the same
 * @CERTIFICATE_P384: with a key on another curve
 * @CERTIFICATE_EXPIRED: a P-256 key, out of date
 * @CERTIFICATE_SIGNED: a P-256 key that somebody else has signed
 * @CERTIFICATE_LONG: a P-256 key, and more text than fits in a datagram
 *
 * What others may show in place of a certificate like ours.
 */
typedef enum
{
  CERTIFICATE_RSA,
  CERTIFICATE_ED25519,
  CERTIFICATE_P384,
  CERTIFICATE_EXPIRED,
  CERTIFICATE_SIGNED,
  CERTIFICATE_LONG,
} CertificateKind;

GTlsCertificate *certificate_new (CertificateKind kind);

G_END_DECLS
