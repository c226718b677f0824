/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "identity.h"

#include "hc-base64url.h"
#include "hc-credentials.h"

#include <gnutls/abstract.h>

static void
set_public_key (Identity *self)
{
  g_autoptr (GBytes) bytes = NULL;
  guint8 key[HC_KEY_LENGTH];
  gnutls_pubkey_t public_key;
  gnutls_datum_t der;

  g_assert_cmpint (gnutls_pubkey_init (&public_key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_privkey (public_key, self->private_key, 0, 0), ==, 0);
  g_assert_cmpint (gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, &der), ==, 0);
  gnutls_pubkey_deinit (public_key);

  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  hc_key_compute (bytes, key);
  self->key = hc_base64url_encode (key, sizeof key);
  self->public_key = hc_base64url_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

Identity *
identity_new (void)
{
  Identity *self = g_new0 (Identity, 1);
  gnutls_privkey_t private_key;

  g_assert_cmpint (gnutls_privkey_init (&private_key), ==, 0);
  g_assert_cmpint (gnutls_privkey_generate (private_key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   ==, 0);
  self->private_key = private_key;
  set_public_key (self);
  return self;
}

void
identity_free (Identity *self)
{
  gnutls_privkey_deinit (self->private_key);
  g_free (self->key);
  g_free (self->public_key);
  g_free (self);
}

/* The value of a `Proof` header that signs @message. */
char *
identity_sign (Identity *self,
               GBytes   *message)
{
  const gnutls_datum_t datum = {
    .data = (unsigned char *) g_bytes_get_data (message, NULL),
    .size = g_bytes_get_size (message),
  };
  gnutls_datum_t signature;
  g_autofree char *text = NULL;

  g_assert_cmpint (gnutls_privkey_sign_data2 (self->private_key, GNUTLS_SIGN_ECDSA_SHA256, 0,
                                              &datum, &signature), ==, 0);
  text = hc_base64url_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  return g_strdup_printf ("%s.%s", self->public_key, text);
}

char *
identity_prove (Identity   *self,
                const char *cookie,
                const char *id,
                const char *address,
                guint16     port)
{
  g_autoptr (GBytes) message = hc_proof_get_message (cookie, id, address, port, self->key);

  return identity_sign (self, message);
}
