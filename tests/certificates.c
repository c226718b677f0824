/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "certificates.h"

#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#define DAY (24 * 60 * 60)
#define LONG_TEXT 60
#define N_LONG_TEXTS 100

#define assert_success(result) g_assert_cmpint (result, >=, 0)

static gnutls_x509_privkey_t
key_new (CertificateKind kind)
{
  gnutls_x509_privkey_t key;
  gnutls_pk_algorithm_t algorithm = GNUTLS_PK_ECDSA;
  unsigned int bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);

  if (kind == CERTIFICATE_RSA)
    {
      algorithm = GNUTLS_PK_RSA;
      bits = 2048;
    }
  else if (kind == CERTIFICATE_ED25519)
    {
      algorithm = GNUTLS_PK_EDDSA_ED25519;
      bits = 0;
    }
  else if (kind == CERTIFICATE_P384)
    bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1);

  assert_success (gnutls_x509_privkey_init (&key));
  assert_success (gnutls_x509_privkey_generate (key, algorithm, bits, 0));
  return key;
}

static void
lengthen (gnutls_x509_crt_t certificate)
{
  g_autofree char *text = g_strnfill (LONG_TEXT, 'x');

  for (guint i = 0; i < N_LONG_TEXTS; i++)
    assert_success (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, text,
                                                          strlen (text), GNUTLS_FSAN_APPEND));
}

static gnutls_x509_crt_t
crt_new (CertificateKind        kind,
         gnutls_x509_privkey_t  key)
{
  const time_t now = time (NULL);
  gnutls_x509_crt_t certificate;

  assert_success (gnutls_x509_crt_init (&certificate));
  assert_success (gnutls_x509_crt_set_version (certificate, 3));
  assert_success (gnutls_x509_crt_set_serial (certificate, "\1", 1));
  assert_success (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                                 "somebody", strlen ("somebody")));
  assert_success (gnutls_x509_crt_set_activation_time (certificate, now - 2 * DAY));
  assert_success (gnutls_x509_crt_set_expiration_time (certificate, kind == CERTIFICATE_EXPIRED
                                                                     ? now - DAY : now + DAY));
  assert_success (gnutls_x509_crt_set_key (certificate, key));
  if (kind == CERTIFICATE_LONG)
    lengthen (certificate);
  return certificate;
}

static void
sign (CertificateKind       kind,
      gnutls_x509_crt_t     certificate,
      gnutls_x509_privkey_t key)
{
  gnutls_x509_privkey_t authority_key;
  gnutls_x509_crt_t authority;

  if (kind != CERTIFICATE_SIGNED)
    {
      assert_success (gnutls_x509_crt_sign2 (certificate, certificate, key,
                                             kind == CERTIFICATE_ED25519 ? GNUTLS_DIG_SHA512
                                                                         : GNUTLS_DIG_SHA256, 0));
      return;
    }

  authority_key = key_new (CERTIFICATE_RSA);
  authority = crt_new (CERTIFICATE_RSA, authority_key);
  assert_success (gnutls_x509_crt_set_basic_constraints (authority, 1, -1));
  sign (CERTIFICATE_RSA, authority, authority_key);
  assert_success (gnutls_x509_crt_sign2 (certificate, authority, authority_key, GNUTLS_DIG_SHA256, 0));
  gnutls_x509_crt_deinit (authority);
  gnutls_x509_privkey_deinit (authority_key);
}

/* A certificate with its key. */
GTlsCertificate *
certificate_new (CertificateKind kind)
{
  gnutls_x509_privkey_t key = key_new (kind);
  gnutls_x509_crt_t crt = crt_new (kind, key);
  gnutls_datum_t key_pem;
  gnutls_datum_t crt_pem;
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  sign (kind, crt, key);
  assert_success (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL,
                                                     GNUTLS_PKCS_PLAIN, &key_pem));
  assert_success (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem));
  pem = g_strdup_printf ("%.*s%.*s", (int) key_pem.size, key_pem.data,
                         (int) crt_pem.size, crt_pem.data);
  gnutls_free (key_pem.data);
  gnutls_free (crt_pem.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);

  certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  return certificate;
}
