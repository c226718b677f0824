/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-proof.h"
#include "hc-base64url.h"
#include "hc-credentials.h"

#include <gnutls/abstract.h>
#include <string.h>

typedef struct gnutls_pubkey_st PublicKey;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublicKey, gnutls_pubkey_deinit)

static gnutls_datum_t
get_datum (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return (gnutls_datum_t) { .data = (unsigned char *) data, .size = size };
}

/* `public-key.signature`, of which hc_packet_parse() has seen that both are
 * base64url. */
static void
split_proof (const char  *proof,
             GBytes     **public_key,
             GBytes     **signature)
{
  const char *dot = strchr (proof, '.');

  *public_key = hc_base64url_to_bytes (proof, dot - proof);
  *signature = hc_base64url_to_bytes (dot + 1, strlen (dot + 1));
}

static gboolean
is_named (GBytes     *public_key,
          const char *name)
{
  guint8 computed[HC_KEY_LENGTH];
  guint8 declared[HC_KEY_LENGTH];

  hc_key_compute (public_key, computed);
  return hc_base64url_decode (name, declared, sizeof declared) &&
         memcmp (computed, declared, sizeof computed) == 0;
}

static gboolean
is_p256 (PublicKey *key)
{
  gnutls_ecc_curve_t curve;

  return gnutls_pubkey_get_pk_algorithm (key, NULL) == GNUTLS_PK_ECDSA &&
         gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) >= 0 &&
         curve == GNUTLS_ECC_CURVE_SECP256R1;
}

/* A key that can be written in two ways would have two names. */
static gboolean
is_canonical (PublicKey *key,
              GBytes    *bytes)
{
  gnutls_datum_t der = { 0 };
  gboolean result;

  if (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) < 0)
    return FALSE;
  result = der.size == g_bytes_get_size (bytes) &&
           memcmp (der.data, g_bytes_get_data (bytes, NULL), der.size) == 0;
  gnutls_free (der.data);
  return result;
}

/* One kind of key and no other: what a peer will see in a certificate. */
static PublicKey *
import_key (GBytes *bytes)
{
  g_autoptr (PublicKey) key = NULL;
  const gnutls_datum_t der = get_datum (bytes);

  if (gnutls_pubkey_init (&key) < 0 ||
      gnutls_pubkey_import (key, &der, GNUTLS_X509_FMT_DER) < 0 ||
      !is_p256 (key) || !is_canonical (key, bytes))
    return NULL;
  return g_steal_pointer (&key);
}

static gboolean
is_signed (HcPacket  *packet,
           PublicKey *key,
           GBytes    *signature)
{
  g_autoptr (GBytes) message =
    hc_proof_get_message (hc_packet_get_header (packet, HC_HEADER_COOKIE),
                          hc_packet_get_header (packet, HC_HEADER_CLIENT_ID),
                          hc_packet_get_header (packet, HC_HEADER_IP),
                          hc_packet_get_port (packet),
                          hc_packet_get_header (packet, HC_HEADER_KEY));
  const gnutls_datum_t message_datum = get_datum (message);
  const gnutls_datum_t signature_datum = get_datum (signature);

  return gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_ECDSA_SHA256, 0,
                                     &message_datum, &signature_datum) >= 0;
}

static gboolean
refuse (GError     **error,
        const char  *fault)
{
  g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE, fault);
  return FALSE;
}

/**
 * hc_proof_check:
 * @packet: a v2 REGISTER that has a `Cookie`
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Checks that whoever registers holds the key that it names: `Proof` is the
 * public key and its signature of `Cookie`, `clientID`, `IP`, `Port` and
 * `Key`. That the cookie is good is for others to check; without that, the
 * proof may be anybody's, at any time. Source: protocol, section 4.
 *
 * Returns: %TRUE if the key is its own, else @error says what is wrong
 */
gboolean
hc_proof_check (HcPacket  *packet,
                GError   **error)
{
  const char *proof = hc_packet_get_header (packet, HC_HEADER_PROOF);
  const char *name = hc_packet_get_header (packet, HC_HEADER_KEY);
  g_autoptr (GBytes) public_key = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (PublicKey) key = NULL;

  if (name == NULL || proof == NULL)
    return refuse (error, "REGISTER has no Key or no Proof");

  split_proof (proof, &public_key, &signature);
  if (!is_named (public_key, name))
    return refuse (error, "Key is not the SHA-256 of the key in Proof");

  key = import_key (public_key);
  if (key == NULL)
    return refuse (error, "Proof has no P-256 key");
  return is_signed (packet, key, signature) ||
         refuse (error, "Proof is not signed by its key");
}
