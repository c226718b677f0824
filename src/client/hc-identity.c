/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-identity-private.h"
#include "hc-base64url.h"
#include "hc-certificate.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <string.h>

typedef struct gnutls_pubkey_st PublicKey;
typedef struct gnutls_privkey_st PrivateKey;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublicKey, gnutls_pubkey_deinit)

struct _HcIdentity
{
  GObject parent_instance;

  char *id;
  GTlsCertificate *certificate;
  PrivateKey *private_key;
  GBytes *public_key;
  guint8 key[HC_KEY_LENGTH];
};

G_DEFINE_FINAL_TYPE (HcIdentity, hc_identity, G_TYPE_OBJECT)

static void
hc_identity_finalize (GObject *object)
{
  HcIdentity *self = HC_IDENTITY (object);

  g_free (self->id);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->private_key, gnutls_privkey_deinit);
  g_clear_pointer (&self->public_key, g_bytes_unref);

  G_OBJECT_CLASS (hc_identity_parent_class)->finalize (object);
}

static void
hc_identity_class_init (HcIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_identity_finalize;
}

static void
hc_identity_init (HcIdentity *self)
{
}

static gboolean
fail (GError     **error,
      const char  *reason)
{
  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY, reason);
  return FALSE;
}

static gboolean
import_private_key (HcIdentity  *self,
                    const char  *pem,
                    GError     **error)
{
  const gnutls_datum_t datum = { .data = (unsigned char *) pem, .size = strlen (pem) };

  return (gnutls_privkey_init (&self->private_key) >= 0 &&
          gnutls_privkey_import_x509_raw (self->private_key, &datum, GNUTLS_X509_FMT_PEM,
                                          NULL, 0) >= 0) ||
         fail (error, _("there is no private key in it"));
}

static GBytes *
export_public_key (PrivateKey *private_key)
{
  g_autoptr (PublicKey) key = NULL;
  gnutls_datum_t der = { 0 };

  if (gnutls_pubkey_init (&key) < 0 ||
      gnutls_pubkey_import_privkey (key, private_key, 0, 0) < 0 ||
      gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) < 0)
    return NULL;
  return g_bytes_new_with_free_func (der.data, der.size, gnutls_free, der.data);
}

/* A certificate for another key would make every handshake fail without a word
 * about the reason. */
static gboolean
check_pair (HcIdentity  *self,
            GError     **error)
{
  guint8 key[HC_KEY_LENGTH];

  self->public_key = export_public_key (self->private_key);
  if (self->public_key == NULL)
    return fail (error, _("its private key is damaged"));

  hc_key_compute (self->public_key, key);
  return memcmp (key, self->key, sizeof key) == 0 ||
         fail (error, _("its private key and its certificate don't belong together"));
}

static gboolean
import_certificate (HcIdentity  *self,
                    const char  *pem,
                    GError     **error)
{
  self->certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  return (self->certificate != NULL &&
          hc_certificate_get_key (self->certificate, self->key, NULL)) ||
         fail (error, _("there is no certificate in it that Hybrid Chat has made"));
}

/**
 * hc_identity_new_from_pem:
 * @id: a client ID
 * @pem: a private key and its certificate
 * @error: return location for a #GError in %HC_CLIENT_ERROR, whose message is
 *   a reason: "there is no private key in it"
 *
 * Reads what hc_certificate_generate() has written.
 *
 * Returns: (transfer full): the identity, or %NULL
 */
HcIdentity *
hc_identity_new_from_pem (const char  *id,
                          const char  *pem,
                          GError     **error)
{
  g_autoptr (HcIdentity) self = g_object_new (HC_TYPE_IDENTITY, NULL);

  self->id = g_strdup (id);
  if (import_private_key (self, pem, error) &&
      import_certificate (self, pem, error) &&
      check_pair (self, error))
    return g_steal_pointer (&self);
  return NULL;
}

/**
 * hc_identity_check_support:
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Looks for what GIO encrypts with, which is a package of its own.
 *
 * Returns: %TRUE if it is there
 */
gboolean
hc_identity_check_support (GError **error)
{
  return g_tls_backend_supports_tls (g_tls_backend_get_default ()) ||
         fail (error, _("This computer has nothing to encrypt with. Install glib-networking."));
}

/**
 * hc_identity_generate:
 * @id: a client ID
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Makes an identity that is kept in memory only, and gone with it. Blocks for
 * less than a millisecond.
 *
 * Returns: (transfer full): the identity, or %NULL
 */
HcIdentity *
hc_identity_generate (const char  *id,
                      GError     **error)
{
  g_autofree char *pem = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  pem = hc_identity_check_support (error) ? hc_certificate_generate (error) : NULL;
  return pem != NULL ? hc_identity_new_from_pem (id, pem, error) : NULL;
}

/**
 * hc_identity_get_id:
 * @self: an identity
 *
 * Gets the ID that it is for.
 *
 * Returns: (transfer none): a client ID
 */
const char *
hc_identity_get_id (HcIdentity *self)
{
  g_return_val_if_fail (HC_IS_IDENTITY (self), NULL);

  return self->id;
}

/**
 * hc_identity_get_certificate:
 * @self: an identity
 *
 * Gets what it shows to peers.
 *
 * Returns: (transfer none): a certificate with its private key
 */
GTlsCertificate *
hc_identity_get_certificate (HcIdentity *self)
{
  g_return_val_if_fail (HC_IS_IDENTITY (self), NULL);

  return self->certificate;
}

/**
 * hc_identity_get_key:
 * @self: an identity
 *
 * Gets the name of its key.
 *
 * Returns: (transfer none) (array fixed-size=32): %HC_KEY_LENGTH bytes
 */
const guint8 *
hc_identity_get_key (HcIdentity *self)
{
  g_return_val_if_fail (HC_IS_IDENTITY (self), NULL);

  return self->key;
}

static char *
encode_bytes (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return hc_base64url_encode (data, size);
}

static GBytes *
sign (HcIdentity  *self,
      GBytes      *message,
      GError     **error)
{
  const gnutls_datum_t datum = {
    .data = (unsigned char *) g_bytes_get_data (message, NULL),
    .size = g_bytes_get_size (message),
  };
  gnutls_datum_t signature = { 0 };
  int result = gnutls_privkey_sign_data2 (self->private_key, GNUTLS_SIGN_ECDSA_SHA256, 0,
                                          &datum, &signature);

  if (result < 0)
    {
      fail (error, gnutls_strerror (result));
      return NULL;
    }
  return g_bytes_new_with_free_func (signature.data, signature.size, gnutls_free, signature.data);
}

/**
 * hc_identity_prove:
 * @self: an identity
 * @cookie: the server's cookie, as it stands in the header
 * @address: the address to register, as it stands in the header
 * @port: the port to register
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Makes the `Proof` of a REGISTER under the identity's ID and with its key.
 * Source: protocol, section 4.
 *
 * Returns: (transfer full): the header's value, or %NULL
 */
char *
hc_identity_prove (HcIdentity  *self,
                   const char  *cookie,
                   const char  *address,
                   guint16      port,
                   GError     **error)
{
  g_autofree char *key = NULL;
  g_autofree char *public_key = NULL;
  g_autofree char *signature_text = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GBytes) signature = NULL;

  g_return_val_if_fail (HC_IS_IDENTITY (self), NULL);
  g_return_val_if_fail (cookie != NULL && address != NULL, NULL);

  key = hc_base64url_encode (self->key, sizeof self->key);
  message = hc_proof_get_message (cookie, self->id, address, port, key);
  signature = sign (self, message, error);
  if (signature == NULL)
    return NULL;

  public_key = encode_bytes (self->public_key);
  signature_text = encode_bytes (signature);
  return g_strconcat (public_key, ".", signature_text, NULL);
}
