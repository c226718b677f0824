/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-narrator.h"

#include <glib/gi18n.h>

struct _HcNarrator
{
  GObject parent_instance;

  HcSession *session;
  HcScreen *screen;
  HcSessionState last_state;
  gboolean was_interrupted;
};

G_DEFINE_FINAL_TYPE (HcNarrator, hc_narrator, G_TYPE_OBJECT)

static void
hc_narrator_dispose (GObject *object)
{
  HcNarrator *self = HC_NARRATOR (object);

  g_clear_object (&self->session);
  g_clear_object (&self->screen);

  G_OBJECT_CLASS (hc_narrator_parent_class)->dispose (object);
}

static void
hc_narrator_class_init (HcNarratorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_narrator_dispose;
}

static void
hc_narrator_init (HcNarrator *self)
{
}

static void
tell_of_encryption (HcNarrator *self)
{
  const char *peer = hc_session_get_peer_id (self->session);

  if (!hc_session_get_encrypted (self->session))
    hc_screen_note (self->screen, "%s", _("The conversation is not encrypted."));
  else if (hc_session_get_trust (self->session) == HC_TRUST_VERIFIED)
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("The conversation is encrypted, and you have compared the safety code "
                                    "with %s."), peer);
  else if (hc_session_get_trust (self->session) == HC_TRUST_NEW)
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("The conversation is encrypted. You talk to %s for the first time; "
                                    "/safety shows a code that tells whether it is them."), peer);
  else
    hc_screen_note (self->screen, "%s", _("The conversation is encrypted."));
}

static void
tell_of_interruption (HcNarrator *self)
{
  gboolean interrupted = hc_session_get_state (self->session) == HC_SESSION_CHATTING &&
                         hc_session_get_interrupted (self->session);
  const char *peer = hc_session_get_peer_id (self->session);

  if (interrupted == self->was_interrupted)
    return;

  self->was_interrupted = interrupted;
  if (interrupted)
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("No connection to %s. What you write is sent when it is back."), peer);
  else if (hc_session_get_state (self->session) == HC_SESSION_CHATTING)
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("The connection to %s is back."), peer);
}

static void
tell_of_key_change (HcNarrator *self)
{
  const HcKeyChange *change = hc_session_get_key_change (self->session);

  if (change == NULL)
    return;

  if (change->old_key != NULL)
    /* Translators: %s are a person's ID and a long number */
    hc_screen_note (self->screen, _("The key of %s was: %s"), change->peer_id, change->old_key);
  if (change->new_key != NULL)
    /* Translators: %s are a person's ID and a long number */
    hc_screen_note (self->screen, _("The key of %s is: %s"), change->peer_id, change->new_key);
  if (change->was_verified)
    hc_screen_note (self->screen, "%s", _("You had compared your safety codes, so be careful."));
  /* Translators: %s is a person's ID */
  hc_screen_note (self->screen, _("Ask %s by phone or face to face what has happened. /accept allows "
                                  "to talk nevertheless."), change->peer_id);
}

static void
tell_of_conversation (HcNarrator *self)
{
  const char *peer = hc_session_get_peer_id (self->session);
  const char *transport = hc_transport_to_string (hc_session_get_link_transport (self->session));

  if (hc_session_get_incoming (self->session))
    /* Translators: %s are a person's ID and TCP or UDP */
    hc_screen_note (self->screen, _("%s has called: you are talking directly, over %s."),
                    peer, transport);
  else
    /* Translators: %s are a person's ID and TCP or UDP */
    hc_screen_note (self->screen, _("You are talking to %s directly, over %s."), peer, transport);
  tell_of_encryption (self);
}

/* To be registered and to wait is told by the command that asked for it: a
 * session that waits renews its registration now and then, which is no news. */
static void
tell_of_state (HcNarrator *self)
{
  HcSessionState last_state = self->last_state;

  self->last_state = hc_session_get_state (self->session);
  if (self->last_state == HC_SESSION_CHATTING)
    tell_of_conversation (self);
  else if (self->last_state == HC_SESSION_MATCHED && last_state == HC_SESSION_BRIDGING)
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("%s is ready. /chat calls."),
                    hc_session_get_peer_id (self->session));
}

/* How a conversation was lost stands in it as well. */
static gboolean
is_in_conversation (HcNarrator *self,
                    const char *words)
{
  GListModel *conversation = G_LIST_MODEL (hc_session_get_conversation (self->session));
  guint n = g_list_model_get_n_items (conversation);
  g_autoptr (HcMessage) last = n > 0 ? g_list_model_get_item (conversation, n - 1) : NULL;

  return last != NULL && hc_message_get_kind (last) == HC_MESSAGE_NOTICE &&
         g_str_equal (hc_message_get_text (last), words);
}

static void
tell_of_failure (HcNarrator *self)
{
  const char *failure = hc_session_get_failure (self->session);

  if (failure != NULL && !is_in_conversation (self, failure))
    hc_screen_note (self->screen, "%s", failure);
}

/**
 * hc_narrator_new:
 * @session: whose story it is
 * @screen: where to tell it
 *
 * Creates a narrator, who begins now.
 *
 * Returns: (transfer full): a narrator
 */
HcNarrator *
hc_narrator_new (HcSession *session,
                 HcScreen  *screen)
{
  HcNarrator *self;

  g_return_val_if_fail (HC_IS_SESSION (session), NULL);
  g_return_val_if_fail (HC_IS_SCREEN (screen), NULL);

  self = g_object_new (HC_TYPE_NARRATOR, NULL);
  self->session = g_object_ref (session);
  self->screen = g_object_ref (screen);
  self->last_state = hc_session_get_state (session);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (tell_of_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::failure",
                           G_CALLBACK (tell_of_failure), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::interrupted",
                           G_CALLBACK (tell_of_interruption), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::key-changed",
                           G_CALLBACK (tell_of_key_change), self, G_CONNECT_SWAPPED);
  return self;
}
