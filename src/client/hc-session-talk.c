/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-session-private.h"

#include <glib/gi18n-lib.h>

void
hc_session_add_notice (HcSession  *self,
                       const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_NOTICE, NULL, text);

  hc_conversation_append (self->conversation, message);
}

static void
on_said (HcSession  *self,
         const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_INCOMING, self->peer_id, text);

  hc_conversation_append (self->conversation, message);
}

static void
on_ended (HcSession    *self,
          const GError *error)
{
  g_autofree char *words = NULL;

  if (error != NULL)
    words = hc_client_error_describe (error, self->peer_id);
  else
    /* Translators: %s is a person's ID */
    words = g_strdup_printf (_("%s has left."), self->peer_id);

  hc_session_add_notice (self, words);
  if (error != NULL)
    hc_session_fail (self, HC_SESSION_ENDED, g_steal_pointer (&words));
  else
    hc_session_enter (self, HC_SESSION_ENDED);
}

/* Comes from CONNECTING to CHATTING. */
void
hc_session_begin_conversation (HcSession *self,
                               HcPeer    *peer)
{
  hc_conversation_clear (self->conversation);
  g_set_object (&self->peer, peer);
  g_signal_connect_object (peer, "said", G_CALLBACK (on_said), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (peer, "notice", G_CALLBACK (hc_session_add_notice),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (peer, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (peer, "notify", G_CALLBACK (hc_session_notify_peer),
                           self, G_CONNECT_SWAPPED);
  hc_session_notify_peer (self);
  hc_session_enter (self, HC_SESSION_CHATTING);
}

void
hc_session_leave_peer (HcSession *self)
{
  hc_session_add_notice (self, _("You have left."));
  hc_session_enter (self, HC_SESSION_ENDED);
  hc_peer_leave (self->peer);
}
