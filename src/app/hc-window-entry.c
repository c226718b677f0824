/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-command.h"
#include "hc-window-private.h"
#include "hc-words.h"

#include <glib/gi18n.h>

static void
show_notice (HcWindow   *self,
             const char *words)
{
  HcConversation *conversation = hc_session_get_conversation (hc_window_get_session (self));
  g_autoptr (HcMessage) notice = hc_message_new (HC_MESSAGE_NOTICE, NULL, words);

  hc_conversation_append (conversation, notice);
}

static void
show_id (HcWindow *self)
{
  g_autofree char *id = hc_isolate (hc_session_get_id (hc_window_get_session (self)));
  /* Translators: %s is your ID. */
  g_autofree char *words = g_strdup_printf (_("You are %s"), id);

  show_notice (self, words);
}

static void
show_help (HcWindow *self)
{
  show_notice (self, _("/id shows your ID, /quit leaves the conversation, /help shows this. "
                       "/register, /bridge and /chat are the steps to the next one. "
                       "Begin with // to send a slash."));
}

static void
activate (HcWindow   *self,
          const char *name)
{
  if (g_action_group_get_action_enabled (G_ACTION_GROUP (self), name))
    g_action_group_activate_action (G_ACTION_GROUP (self), name, NULL);
  else
    hc_window_add_toast (self, _("Leave this conversation first: /quit"));
}

static gboolean
send_message (HcWindow   *self,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  if (hc_session_send (hc_window_get_session (self), text, &error))
    return TRUE;
  hc_window_add_toast (self, error->message);
  return FALSE;
}

static gboolean
run (HcWindow   *self,
     const char *text)
{
  const char *message;

  switch (hc_command_parse (text, &message))
    {
    case HC_COMMAND_ID:
      show_id (self);
      return TRUE;
    case HC_COMMAND_HELP:
      show_help (self);
      return TRUE;
    case HC_COMMAND_REGISTER:
      activate (self, "register");
      return TRUE;
    case HC_COMMAND_BRIDGE:
      activate (self, "bridge");
      return TRUE;
    case HC_COMMAND_CHAT:
      activate (self, "chat");
      return TRUE;
    case HC_COMMAND_QUIT:
      activate (self, "quit-chat");
      return TRUE;
    case HC_COMMAND_UNKNOWN:
      hc_window_add_toast (self, _("No such command. Try /help."));
      return FALSE;
    case HC_COMMAND_NONE:
    default:
      return send_message (self, message);
    }
}

/**
 * hc_window_send_entry:
 * @self: a window in a conversation
 *
 * Sends what is written in the entry, or does it if it is a command. What
 * could not be sent stays in the entry.
 */
void
hc_window_send_entry (HcWindow *self)
{
  HcConversationPage *page = hc_window_get_conversation_page (self);
  HcMessageEntry *entry = hc_conversation_page_get_entry (page);
  g_autofree char *text = hc_message_entry_dup_text (entry);

  if (run (self, text))
    hc_message_entry_clear (entry);
}
