/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-safety-words.h"
#include "hc-words.h"

#include <glib/gi18n.h>

char *
hc_closure_link (gpointer       object,
                 HcSessionState state,
                 HcTransport    link_transport,
                 gboolean       incoming,
                 gboolean       confirmed,
                 gboolean       encrypted,
                 gboolean       interrupted)
{
  const char *over = hc_transport_to_string (link_transport);

  if (state == HC_SESSION_ENDED)
    return g_strdup (_("This conversation is over"));
  if (interrupted || link_transport == HC_TRANSPORT_UNKNOWN)
    return g_strdup (_("No connection. Trying again…"));
  if (link_transport == HC_TRANSPORT_UDP && !confirmed && !incoming)
    return g_strdup (_("Calling over UDP: no answer yet"));
  if (encrypted)
    /* Translators: how we are connected; %s is TCP or UDP. */
    return g_strdup_printf (_("Encrypted · direct over %s"), over);
  /* Translators: how we are connected; %s is TCP or UDP. */
  return g_strdup_printf (_("Not encrypted · direct over %s"), over);
}

char *
hc_closure_lock_icon (gpointer object,
                      gboolean encrypted,
                      HcTrust  trust)
{
  if (!encrypted)
    return g_strdup ("hc-unlocked-symbolic");
  return g_strdup (trust == HC_TRUST_VERIFIED ? "hc-verified-symbolic" : "hc-locked-symbolic");
}

char *
hc_closure_lock_label (gpointer object,
                       gboolean encrypted,
                       HcTrust  trust)
{
  if (!encrypted)
    return g_strdup (_("Not Encrypted"));
  if (trust == HC_TRUST_VERIFIED)
    /* Translators: a button: the conversation is encrypted, and the safety code was compared. */
    return g_strdup (_("Encrypted, Safety Code Compared"));
  /* Translators: a button that shows the safety code, which nobody has compared yet. */
  return g_strdup (_("Encrypted, Safety Code Not Compared"));
}

char *
hc_closure_first_meeting (gpointer    object,
                          const char *peer_id)
{
  g_autofree char *peer = hc_isolate (peer_id);

  /* Translators: %s is the other person's ID. */
  return g_strdup_printf (_("You talk to %s for the first time. A safety code tells whether it is them."),
                          peer);
}

gboolean
hc_closure_is_interrupted (gpointer       object,
                           HcSessionState state,
                           gboolean       interrupted)
{
  return state == HC_SESSION_CHATTING && interrupted;
}

/* Empty while all is well: a screen reader reads it when it comes, and only then. */
char *
hc_closure_interruption (gpointer    object,
                         const char *peer_id,
                         gboolean    interrupted)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (!interrupted)
    return g_strdup ("");
  /* Translators: %s is the other person's ID. */
  return g_strdup_printf (_("No connection to %s. What you write is sent when it is back."), peer);
}

char *
hc_closure_typing (gpointer    object,
                   const char *peer_id,
                   gboolean    typing)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (!typing)
    return g_strdup ("");
  /* Translators: %s is the other person's ID. */
  return g_strdup_printf (_("%s is writing…"), peer);
}

char *
hc_closure_safety_page (gpointer      object,
                        gboolean      encrypted,
                        HcSafetyCode *code)
{
  if (!encrypted)
    return g_strdup ("plain");
  return g_strdup (code != NULL ? "code" : "wait");
}

char *
hc_closure_safety_title (gpointer    object,
                         const char *peer_id,
                         HcTrust     trust)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (trust == HC_TRUST_VERIFIED)
    /* Translators: above the safety code, once both have compared it. */
    return g_strdup (_("Compared"));
  /* Translators: above the safety code; %s is the other person's ID. */
  return g_strdup_printf (_("Does %s See the Same?"), peer);
}

char *
hc_closure_safety_advice (gpointer    object,
                          const char *peer_id,
                          HcTrust     trust)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (trust == HC_TRUST_VERIFIED)
    /* Translators: %s is the other person's ID. */
    return g_strdup_printf (_("You have found that %s has the same code: nobody is between you. "
                              "Hybrid Chat remembers that, and warns you if it changes."), peer);
  /* Translators: %s is the other person's ID. */
  return g_strdup_printf (_("Read it to each other by phone or face to face, not here. "
                            "If it differs, somebody is between you and %s: leave."), peer);
}

gboolean
hc_closure_is_verified (gpointer object,
                        HcTrust  trust)
{
  return trust == HC_TRUST_VERIFIED;
}

gboolean
hc_closure_may_differ (gpointer       object,
                       HcSessionState state,
                       HcTrust        trust)
{
  return state == HC_SESSION_CHATTING && trust != HC_TRUST_VERIFIED;
}

/**
 * hc_safety_code_to_lines:
 * @code: a safety code
 *
 * Writes a code down for the clipboard: a symbol a line, with its name.
 *
 * Returns: (transfer full): the text
 */
char *
hc_safety_code_to_lines (HcSafetyCode *code)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < hc_safety_code_get_n_symbols (code); i++)
    g_string_append_printf (text, "%s %s\n", hc_safety_code_get_emoji (code, i),
                            hc_safety_code_get_name (code, i));
  return g_strchomp (g_string_free (text, FALSE));
}

/**
 * hc_key_change_dup_heading:
 * @change: why somebody was not spoken to
 *
 * Says in a few words what has happened.
 *
 * Returns: (transfer full): a heading
 */
char *
hc_key_change_dup_heading (const HcKeyChange *change)
{
  g_autofree char *peer = hc_isolate (change->peer_id);

  if (change->new_key == NULL)
    /* Translators: a heading; %s is the other person's ID. */
    return g_strdup_printf (_("%s No Longer Encrypts"), peer);
  /* Translators: a heading; %s is the other person's ID. */
  return g_strdup_printf (_("Is This Really %s?"), peer);
}

static char *
dup_account (const HcKeyChange *change,
             const char        *peer)
{
  if (change->new_key == NULL)
    /* Translators: all %s are the other person's ID. */
    return g_strdup_printf (_("You have talked to %s encrypted before. Whoever is there now can’t, or "
                              "won’t. That is so if %s uses an older program now, or if somebody "
                              "wants to read along."), peer, peer);
  /* Translators: all %s are the other person's ID. */
  return g_strdup_printf (_("%s has another key than before. That is so if %s has a new computer or "
                            "has set it up again, or if somebody else pretends to be %s."),
                          peer, peer, peer);
}

/**
 * hc_key_change_dup_body:
 * @change: why somebody was not spoken to
 *
 * Explains what has happened, and what would be wise.
 *
 * Returns: (transfer full): a few sentences
 */
char *
hc_key_change_dup_body (const HcKeyChange *change)
{
  g_autofree char *peer = hc_isolate (change->peer_id);
  g_autofree char *account = dup_account (change, peer);
  g_autofree char *advice = NULL;

  if (change->was_verified)
    /* Translators: %s is the other person's ID. */
    advice = g_strdup_printf (_("Be careful: you had compared your safety codes. Don’t go on "
                                "before %s has told you by phone or face to face what happened."), peer);
  else
    /* Translators: %s is the other person's ID. */
    advice = g_strdup_printf (_("If you are not sure, ask %s by phone or face to face first."), peer);
  return g_strconcat (account, "\n\n", advice, NULL);
}
