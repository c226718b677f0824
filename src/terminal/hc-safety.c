/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-safety.h"

#include <glib/gi18n.h>

/**
 * hc_safety_tell:
 * @session: a session that has a safety code
 * @screen: where to say it
 *
 * Says the safety code in words, and what to do with it.
 */
void
hc_safety_tell (HcSession *session,
                HcScreen  *screen)
{
  g_autofree char *words = hc_safety_code_to_string (hc_session_get_safety_code (session));
  const char *peer = hc_session_get_peer_id (session);

  /* Translators: %s are the names of some pictures */
  hc_screen_note (screen, _("Safety code: %s."), words);
  if (hc_session_get_trust (session) == HC_TRUST_VERIFIED)
    /* Translators: %s is a person's ID */
    hc_screen_note (screen, _("You have compared it with %s."), peer);
  else
    /* Translators: %s is a person's ID */
    hc_screen_note (screen, _("Compare it with %s by phone or face to face. /verify if it is the same; "
                              "if it differs somebody is between you: /quit."), peer);
}

/**
 * hc_safety_verify:
 * @session: a session that has a safety code
 * @screen: where to say it
 *
 * Remembers that the two have compared their code.
 */
void
hc_safety_verify (HcSession *session,
                  HcScreen  *screen)
{
  hc_session_set_verified (session, TRUE);
  /* Translators: %s is a person's ID */
  hc_screen_note (screen, _("You have compared the safety code with %s. It will be remembered."),
                  hc_session_get_peer_id (session));
}

/**
 * hc_safety_accept:
 * @session: a session
 * @screen: where to say it
 *
 * Allows to talk to whoever has another key than before.
 *
 * Returns: %TRUE if there is somebody
 */
gboolean
hc_safety_accept (HcSession *session,
                  HcScreen  *screen)
{
  const HcKeyChange *change = hc_session_get_key_change (session);
  g_autofree char *peer = change != NULL ? g_strdup (change->peer_id) : NULL;

  if (change == NULL)
    {
      hc_screen_note (screen, "%s", _("Nobody has another key than before."));
      return FALSE;
    }

  hc_session_accept_key_change (session);
  /* Translators: %s is a person's ID */
  hc_screen_note (screen, _("Accepted. The next conversation with %s is as with somebody new."), peer);
  return TRUE;
}
