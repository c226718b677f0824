/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-peer-key.h"
#include "hc-certificate.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _HcPeerKey
{
  gboolean is_expected;
  guint8 expected[HC_KEY_LENGTH];
  guint8 key[HC_KEY_LENGTH];
  GError *refusal;
};

/**
 * hc_peer_key_new:
 * @expected: (nullable) (array fixed-size=32): the key that it must be, or %NULL
 *   for any
 *
 * Begins to watch a handshake.
 *
 * Returns: (transfer full): the check
 */
HcPeerKey *
hc_peer_key_new (const guint8 *expected)
{
  HcPeerKey *self = g_new0 (HcPeerKey, 1);

  self->is_expected = expected != NULL;
  if (expected != NULL)
    memcpy (self->expected, expected, HC_KEY_LENGTH);
  return self;
}

void
hc_peer_key_free (HcPeerKey *self)
{
  g_clear_error (&self->refusal);
  g_free (self);
}

static gboolean
examine (HcPeerKey        *self,
         GTlsCertificate  *certificate,
         GError          **error)
{
  if (!hc_certificate_get_key (certificate, self->key, error))
    return FALSE;
  if (!self->is_expected || memcmp (self->key, self->expected, HC_KEY_LENGTH) == 0)
    return TRUE;

  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY,
                       _("Whoever answers there has another key than the one that was expected. "
                         "Nothing was sent."));
  return FALSE;
}

/**
 * hc_peer_key_check:
 * @self: a check
 * @certificate: what the other one shows
 *
 * Decides whether the handshake may go on.
 *
 * Returns: %TRUE if it is the right key
 */
gboolean
hc_peer_key_check (HcPeerKey       *self,
                   GTlsCertificate *certificate)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), FALSE);

  g_clear_error (&self->refusal);
  return examine (self, certificate, &self->refusal);
}

/**
 * hc_peer_key_finish:
 * @self: a check
 * @certificate: (nullable): what the connection says the other one has shown
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Looks again after the handshake, since an answer that came in its middle is
 * worth only what the library makes of it.
 *
 * Returns: %TRUE if it is the right key
 */
gboolean
hc_peer_key_finish (HcPeerKey        *self,
                    GTlsCertificate  *certificate,
                    GError          **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (certificate != NULL)
    return examine (self, certificate, error);

  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE,
                       _("The other one shows no certificate."));
  return FALSE;
}

/**
 * hc_peer_key_blame:
 * @self: a check
 * @error: why the handshake has failed, as its library says
 *
 * Says why a handshake has failed in our words: we have refused the key, it was
 * cancelled, or something else.
 *
 * Returns: (transfer full): the error
 */
GError *
hc_peer_key_blame (HcPeerKey    *self,
                   const GError *error)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (error != NULL, NULL);

  if (self->refusal != NULL)
    return g_error_copy (self->refusal);
  if (error->domain == G_IO_ERROR || error->domain == HC_CLIENT_ERROR)
    return g_error_copy (error);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return g_error_new_literal (HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE,
                                _("The other one shows no certificate."));
  /* Translators: %s is what the library for encryption says */
  return g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE,
                      _("The connection could not be encrypted: %s"), error->message);
}

/**
 * hc_peer_key_get:
 * @self: a check that has said yes
 * @key: (out caller-allocates): the other one's key
 *
 * Gets the key that was found right.
 */
void
hc_peer_key_get (HcPeerKey *self,
                 guint8     key[HC_KEY_LENGTH])
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (key != NULL);

  memcpy (key, self->key, HC_KEY_LENGTH);
}
