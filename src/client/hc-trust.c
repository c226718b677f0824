/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-trust.h"

/**
 * hc_key_change_new:
 * @peer_id: who it is
 * @was_verified: whether the two had compared their safety code
 * @old_key: (transfer full) (nullable): the key that is remembered
 * @new_key: (transfer full) (nullable): the key that the peer has shown
 *
 * Creates the account of a key that is not the one it was.
 *
 * Returns: (transfer full): the account
 */
HcKeyChange *
hc_key_change_new (const char *peer_id,
                   gboolean    was_verified,
                   char       *old_key,
                   char       *new_key)
{
  HcKeyChange *self = g_new0 (HcKeyChange, 1);

  self->peer_id = g_strdup (peer_id);
  self->was_verified = was_verified;
  self->old_key = old_key;
  self->new_key = new_key;
  return self;
}

/**
 * hc_key_change_free:
 * @self: an account
 *
 * Frees an account.
 */
void
hc_key_change_free (HcKeyChange *self)
{
  g_free (self->peer_id);
  g_free (self->old_key);
  g_free (self->new_key);
  g_free (self);
}
