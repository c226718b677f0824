/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-certificate.h"
#include "hc-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Who may be spoken to, and how: what is remembered of a person's key decides,
 * and what the server says of it. */

static gboolean
look_up (HcSession   *self,
         const char  *peer_id,
         HcKnownPeer *known)
{
  return self->known_peers != NULL &&
         hc_known_peers_lookup (self->known_peers, self->server, peer_id, known);
}

static void
report_key_change (HcSession         *self,
                   const char        *peer_id,
                   const HcKnownPeer *known,
                   const guint8      *key)
{
  HcKeyChange *change = hc_key_change_new (peer_id, known->verified, hc_key_to_text (known->key),
                                           key != NULL ? hc_key_to_text (key) : NULL);

  if (key != NULL)
    memcpy (change->shown_key, key, HC_KEY_LENGTH);
  hc_session_take_key_change (self, change);
}

/* Whether the key is the one that the peer had before, if it was met before.
 * Takes note of it if not. */
gboolean
hc_session_is_expected_key (HcSession     *self,
                            const char    *peer_id,
                            const guint8  *key,
                            char         **words)
{
  HcKnownPeer known;

  if (!look_up (self, peer_id, &known) || memcmp (known.key, key, HC_KEY_LENGTH) == 0)
    return TRUE;

  report_key_change (self, peer_id, &known, key);
  /* Translators: %s is a person's ID */
  *words = g_strdup_printf (_("%s has another key than before. It may be somebody else."), peer_id);
  return FALSE;
}

/* Somebody who was met encrypted isn't spoken to otherwise, and nobody is where
 * that is required. The words are the caller's. */
gboolean
hc_session_allows_plain (HcSession   *self,
                         const char  *peer_id,
                         char       **words)
{
  HcKnownPeer known;

  if (look_up (self, peer_id, &known))
    {
      report_key_change (self, peer_id, &known, NULL);
      /* Translators: %s is a person's ID */
      *words = g_strdup_printf (_("You have talked to %s encrypted before, and now whoever is there "
                                  "doesn't encrypt. It may be somebody else."), peer_id);
    }
  else if (self->match != NULL && hc_match_get_key (self->match) != NULL &&
           g_strcmp0 (hc_match_get_peer_id (self->match), peer_id) == 0)
    /* Translators: %s is a person's ID */
    *words = g_strdup_printf (_("Somebody called as %s without encryption, which %s can do. "
                                "The call was refused."), peer_id, peer_id);
  else if (self->encryption_required)
    /* Translators: %s is a person's ID */
    *words = g_strdup_printf (_("%s can't encrypt, and you talk to nobody without encryption."),
                              peer_id);
  else
    return TRUE;
  return FALSE;
}

/* Where the server can't say, it is tried. */
gboolean
hc_session_speaks_v2 (HcSession *self,
                      HcMatch   *match)
{
  if (self->identity == NULL)
    return FALSE;

  return hc_match_get_key (match) != NULL || !hc_match_is_vouched (match);
}

static void
on_remembered (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hc_known_peers_remember_finish (HC_KNOWN_PEERS (source), result, &error))
    hc_session_add_notice (self, error->message);
  hc_session_end_errand (self);
}

/* From now on whoever goes by the peer's ID must have this key. */
void
hc_session_remember_key (HcSession    *self,
                         const guint8  key[HC_KEY_LENGTH])
{
  HcKnownPeer known;

  memcpy (self->peer_key, key, HC_KEY_LENGTH);
  if (!look_up (self, self->peer_id, &known))
    hc_session_set_trust (self, HC_TRUST_NEW);
  else
    hc_session_set_trust (self, known.verified ? HC_TRUST_VERIFIED : HC_TRUST_KNOWN);
  hc_session_begin_errand (self);
  hc_known_peers_remember_async (self->known_peers, self->server, self->peer_id, key, NULL,
                                 on_remembered, g_object_ref (self));
}
