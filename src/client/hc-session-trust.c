/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-peer-v2.h"
#include "hc-session-private.h"

/**
 * hc_session_get_encryption_required:
 * @self: a session
 *
 * Tells whether nobody is spoken to in plain view.
 *
 * Returns: %TRUE if encryption is required
 */
gboolean
hc_session_get_encryption_required (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), FALSE);

  return self->encryption_required;
}

/**
 * hc_session_set_encryption_required:
 * @self: a session
 * @required: whether to speak to nobody in plain view
 *
 * Sets what becomes of calls from and to those who speak v1: they fail, with a
 * reason, if encryption is required. A conversation that has begun goes on.
 */
void
hc_session_set_encryption_required (HcSession *self,
                                    gboolean   required)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (self->encryption_required == required)
    return;

  self->encryption_required = required;
  hc_session_notify (self, HC_SESSION_PROP_ENCRYPTION_REQUIRED);
}

/**
 * hc_session_get_safety_code:
 * @self: a session
 *
 * Gets what both can compare, by telephone or face to face, to be sure that
 * nobody is between them, be it the server.
 *
 * Returns: (transfer none) (nullable): the code, or %NULL as long as there is none
 */
HcSafetyCode *
hc_session_get_safety_code (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return HC_IS_PEER_V2 (self->peer) ? hc_peer_v2_get_safety_code (HC_PEER_V2 (self->peer)) : NULL;
}

/**
 * hc_session_get_trust:
 * @self: a session
 *
 * Gets how sure it is that the peer is who it says.
 *
 * Returns: the trust
 */
HcTrust
hc_session_get_trust (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), HC_TRUST_NONE);

  return self->trust;
}

void
hc_session_set_trust (HcSession *self,
                      HcTrust    trust)
{
  if (self->trust == trust)
    return;

  self->trust = trust;
  hc_session_notify (self, HC_SESSION_PROP_TRUST);
}

static void
on_verified (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_known_peers_verify_finish (HC_KNOWN_PEERS (source), result, &error))
    hc_session_take_failure (self, g_strdup (error->message));
  hc_session_end_errand (self);
}

static void
on_forgotten (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_known_peers_forget_finish (HC_KNOWN_PEERS (source), result, &error))
    hc_session_take_failure (self, g_strdup (error->message));
  hc_session_end_errand (self);
}

/**
 * hc_session_set_verified:
 * @self: a session in an encrypted conversation, or behind it
 * @verified: whether the two have compared their safety code and found it equal
 *
 * Remembers that the peer's key is the right one, or that it isn't known to be.
 */
void
hc_session_set_verified (HcSession *self,
                         gboolean   verified)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (self->trust == HC_TRUST_NONE)
    return;

  hc_session_set_trust (self, verified ? HC_TRUST_VERIFIED : HC_TRUST_KNOWN);
  hc_session_begin_errand (self);
  hc_known_peers_verify_async (self->known_peers, self->server, self->peer_id, self->peer_key,
                               verified, NULL, on_verified, g_object_ref (self));
}

/**
 * hc_session_get_key_change:
 * @self: a session
 *
 * Gets why the last call was stopped, if that was because the peer's key is not
 * the one that it had before. It is forgotten when another call begins.
 *
 * Returns: (transfer none) (nullable): the account, or %NULL
 */
const HcKeyChange *
hc_session_get_key_change (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->key_change;
}

/* Takes over the account, or forgets the last one. */
void
hc_session_take_key_change (HcSession   *self,
                            HcKeyChange *change)
{
  if (self->key_change == NULL && change == NULL)
    return;

  g_clear_pointer (&self->key_change, hc_key_change_free);
  self->key_change = change;
  hc_session_notify (self, HC_SESSION_PROP_KEY_CHANGED);
}

static void
on_accepted (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_known_peers_remember_finish (HC_KNOWN_PEERS (source), result, &error))
    hc_session_take_failure (self, g_strdup (error->message));
  hc_session_end_errand (self);
}

/* The key that the user has seen, and not whichever comes next. */
static void
accept_key (HcSession         *self,
            const HcKeyChange *change)
{
  if (change->new_key != NULL)
    hc_known_peers_remember_async (self->known_peers, self->server, change->peer_id,
                                   change->shown_key, NULL, on_accepted, g_object_ref (self));
  else
    hc_known_peers_forget_async (self->known_peers, self->server, change->peer_id, NULL,
                                 on_forgotten, g_object_ref (self));
}

/**
 * hc_session_accept_key_change:
 * @self: a session
 *
 * Takes the key that was shown by who was not spoken to in the old one's place,
 * not verified: the next call expects it. Who has shown none, since it speaks v1
 * now, is forgotten.
 */
void
hc_session_accept_key_change (HcSession *self)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (self->key_change == NULL)
    return;

  hc_session_begin_errand (self);
  accept_key (self, self->key_change);
  hc_session_take_key_change (self, NULL);
  hc_session_take_failure (self, NULL);
}
