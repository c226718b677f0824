/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-certificate.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

/* The same for everybody: a DTLS 1.2 handshake shows it to the whole network. */
#define COMMON_NAME "Hybrid Chat"

/* What gnutls_x509_crt_set_expiration_time() takes for the end of 9999, RFC
 * 5280, section 4.1.2.5. */
#define NO_EXPIRATION ((time_t) -1)

#define SERIAL_LENGTH 16
#define HEX_DIGITS_PER_GROUP 4

typedef struct gnutls_pubkey_st PublicKey;
typedef struct gnutls_x509_crt_int Certificate;
typedef struct gnutls_x509_privkey_int PrivateKey;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublicKey, gnutls_pubkey_deinit)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Certificate, gnutls_x509_crt_deinit)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrivateKey, gnutls_x509_privkey_deinit)

static gboolean
succeeds (int      result,
          GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY,
                       gnutls_strerror (result));
  return FALSE;
}

static gboolean
set_serial (Certificate  *certificate,
            GError      **error)
{
  guint8 serial[SERIAL_LENGTH];

  if (!succeeds (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial), error))
    return FALSE;
  /* RFC 5280, section 4.1.2.2: a positive number */
  serial[0] = (serial[0] & 0x7f) | 0x40;
  return succeeds (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial), error);
}

/* Expiry means nothing here, but nobody else who looks at the certificate shall
 * stumble over it either, whatever the time is there. */
static gboolean
fill_in (Certificate  *certificate,
         PrivateKey   *key,
         GError      **error)
{
  return succeeds (gnutls_x509_crt_set_version (certificate, 3), error) &&
         set_serial (certificate, error) &&
         succeeds (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                                  COMMON_NAME, strlen (COMMON_NAME)), error) &&
         succeeds (gnutls_x509_crt_set_activation_time (certificate, 0), error) &&
         succeeds (gnutls_x509_crt_set_expiration_time (certificate, NO_EXPIRATION), error) &&
         succeeds (gnutls_x509_crt_set_key (certificate, key), error) &&
         succeeds (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0),
                   error);
}

static char *
write_pem (Certificate  *certificate,
           PrivateKey   *key,
           GError      **error)
{
  gnutls_datum_t key_pem = { 0 };
  gnutls_datum_t certificate_pem = { 0 };
  char *pem = NULL;

  if (succeeds (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL,
                                                   GNUTLS_PKCS_PLAIN, &key_pem), error) &&
      succeeds (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &certificate_pem), error))
    pem = g_strdup_printf ("%.*s%.*s", (int) key_pem.size, key_pem.data,
                           (int) certificate_pem.size, certificate_pem.data);
  gnutls_free (key_pem.data);
  gnutls_free (certificate_pem.data);
  return pem;
}

/**
 * hc_certificate_generate:
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Makes a key (ECDSA on P-256) and a certificate for it that it has signed
 * itself. There is nothing in it about its owner, and it doesn't expire: it is
 * the key that says who somebody is.
 *
 * Returns: (transfer full): both in PEM, or %NULL
 */
char *
hc_certificate_generate (GError **error)
{
  g_autoptr (PrivateKey) key = NULL;
  g_autoptr (Certificate) certificate = NULL;

  if (!succeeds (gnutls_x509_privkey_init (&key), error) ||
      !succeeds (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                               GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                 error) ||
      !succeeds (gnutls_x509_crt_init (&certificate), error) ||
      !fill_in (certificate, key, error))
    return NULL;
  return write_pem (certificate, key, error);
}

static gboolean
is_p256 (PublicKey *key)
{
  gnutls_ecc_curve_t curve;

  return gnutls_pubkey_get_pk_algorithm (key, NULL) == GNUTLS_PK_ECDSA &&
         gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) >= 0 &&
         curve == GNUTLS_ECC_CURVE_SECP256R1;
}

static PublicKey *
import_key (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (Certificate) imported = NULL;
  g_autoptr (PublicKey) key = NULL;
  gnutls_datum_t der;

  g_object_get (certificate, "certificate", &bytes, NULL);
  if (bytes == NULL)
    return NULL;

  der = (gnutls_datum_t) { .data = bytes->data, .size = bytes->len };
  if (gnutls_x509_crt_init (&imported) < 0 ||
      gnutls_x509_crt_import (imported, &der, GNUTLS_X509_FMT_DER) < 0 ||
      gnutls_pubkey_init (&key) < 0 ||
      gnutls_pubkey_import_x509 (key, imported, 0) < 0)
    return NULL;
  return g_steal_pointer (&key);
}

/**
 * hc_certificate_get_key:
 * @certificate: a certificate, as a peer may have sent it
 * @key: (out caller-allocates): the name of its key
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Gets what a `Key` header calls the key of a certificate: the SHA-256 of its
 * SubjectPublicKeyInfo, in the one form of DER that a P-256 key has. Nothing
 * else in the certificate counts. Source: protocol, section 4.
 *
 * Returns: %TRUE if there is a P-256 key, else @error says so
 */
gboolean
hc_certificate_get_key (GTlsCertificate  *certificate,
                        guint8            key[HC_KEY_LENGTH],
                        GError          **error)
{
  g_autoptr (PublicKey) public_key = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gnutls_datum_t der = { 0 };

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), FALSE);

  public_key = import_key (certificate);
  if (public_key == NULL || !is_p256 (public_key) ||
      gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &der) < 0)
    {
      g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE,
                           _("The certificate has no P-256 key, so it was not made for Hybrid Chat."));
      return FALSE;
    }

  bytes = g_bytes_new_with_free_func (der.data, der.size, gnutls_free, der.data);
  hc_key_compute (bytes, key);
  return TRUE;
}

/**
 * hc_key_to_text:
 * @key: a key
 *
 * Writes a key for people, who may compare it: 16 groups of 4 hexadecimal
 * digits. It is the form everywhere, and without the blanks it is what
 * `sha256sum` says of the public key in DER.
 *
 * Returns: (transfer full): 79 characters
 */
char *
hc_key_to_text (const guint8 key[HC_KEY_LENGTH])
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < HC_KEY_LENGTH; i++)
    {
      if (i > 0 && 2 * i % HEX_DIGITS_PER_GROUP == 0)
        g_string_append_c (text, ' ');
      g_string_append_printf (text, "%02x", key[i]);
    }
  return g_string_free (text, FALSE);
}
