/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-text.h"
#include "hc-window-private.h"
#include "hc-words.h"

#include <glib/gi18n.h>

/* The actions are the window's own, not its class's: GtkApplicationWindow
 * shows these on D-Bus, where scripts and tests find them. */

static HcSession *
get_session (gpointer window)
{
  return hc_window_get_session (HC_WINDOW (window));
}

static HcMessageList *
get_list (gpointer window)
{
  return hc_conversation_page_get_list (hc_window_get_conversation_page (HC_WINDOW (window)));
}

static void
on_register (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  hc_session_register (get_session (window));
}

static void
on_bridge (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       window)
{
  hc_session_bridge (get_session (window));
}

static void
on_chat (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  hc_session_chat (get_session (window));
}

static void
on_cancel (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       window)
{
  hc_session_cancel (get_session (window));
}

/* "leave" is for the server, "quit-chat" for the other person: each is enabled
 * where it is meant. */
static void
on_leave (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       window)
{
  hc_session_leave (get_session (window));
}

static void
on_new_chat (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  hc_session_reset (get_session (window));
}

static void
on_send (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  g_autoptr (GError) error = NULL;

  if (!hc_session_send (get_session (window), g_variant_get_string (parameter, NULL), &error))
    hc_window_add_toast (window, error->message);
}

static void
on_send_entry (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  hc_window_send_entry (window);
}

static void
on_set_id (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       window)
{
  const char *id = g_variant_get_string (parameter, NULL);
  const char *advice = _("Choose an ID first");

  if (hc_check_id (id, &advice) == HC_PROBLEM_NONE)
    hc_session_set_id (get_session (window), id);
  else
    hc_window_add_toast (window, advice);
}

static void
on_set_server (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  const char *server = g_variant_get_string (parameter, NULL);
  const char *advice = _("Say which server to use first");

  if (hc_check_server (server, &advice) == HC_PROBLEM_NONE)
    hc_session_set_server (get_session (window), server);
  else
    hc_window_add_toast (window, advice);
}

static void
on_set_port (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  const char *port = g_variant_get_string (parameter, NULL);
  const char *advice = NULL;

  if (hc_check_port (port, &advice) != HC_PROBLEM_WRONG)
    hc_session_set_port (get_session (window), hc_text_parse_port (port));
  else
    hc_window_add_toast (window, advice);
}

static void
copy_text (HcWindow   *window,
           const char *text,
           const char *toast)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), text);
  hc_window_add_toast (window, toast);
}

static void
on_copy_conversation (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       window)
{
  HcConversation *conversation = hc_session_get_conversation (get_session (window));
  g_autofree char *text = hc_conversation_dup_transcript (conversation);

  copy_text (window, text, _("Conversation copied"));
}

static void
on_copy_messages (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       window)
{
  g_autofree char *text = hc_message_list_dup_selected (get_list (window));

  copy_text (window, text, _("Messages copied"));
  g_object_set (get_list (window), "selecting", FALSE, NULL);
}

static void
on_change_selecting (GSimpleAction *action,
                     GVariant      *value,
                     gpointer       window)
{
  g_object_set (get_list (window), "selecting", g_variant_get_boolean (value), NULL);
}

static void
on_save_transcript (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       window)
{
  hc_window_save_transcript (window);
}

static void
on_packet_log (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  hc_window_show_packet_log (window);
}

static void
on_safety_code (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  hc_window_show_safety_code (window);
}

static void
on_key_change (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  hc_window_show_key_change (window);
}

/* GTK would make one for every window if it found the file by its usual name. */
static void
on_show_help_overlay (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       window)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (RESOURCE_PATH "/help-overlay.ui");
  GtkWindow *overlay = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (overlay, window);
  gtk_window_present (overlay);
}

static void
on_close (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       window)
{
  gtk_window_close (window);
}

static const GActionEntry entries[] = {
  { "register", on_register },
  { "bridge", on_bridge },
  { "chat", on_chat },
  { "cancel", on_cancel },
  { "leave", on_leave },
  { "quit-chat", on_leave },
  { "new-chat", on_new_chat },
  { "send", on_send, "s" },
  { "send-entry", on_send_entry },
  { "set-id", on_set_id, "s" },
  { "set-server", on_set_server, "s" },
  { "set-port", on_set_port, "s" },
  { "copy-conversation", on_copy_conversation },
  { "copy-messages", on_copy_messages },
  { "select-messages", NULL, NULL, "false", on_change_selecting },
  { "save-transcript", on_save_transcript },
  { "packet-log", on_packet_log },
  { "safety-code", on_safety_code },
  { "key-change", on_key_change },
  { "show-help-overlay", on_show_help_overlay },
  { "close", on_close },
  { "state", NULL, NULL, "'offline'" },
};

/**
 * hc_window_install_actions:
 * @self: a window
 *
 * Gives a window its actions. The state of the one called `state` names where
 * the session stands, as hc_session_state_to_string() does.
 */
void
hc_window_install_actions (HcWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static GSimpleAction *
find (HcWindow   *self,
      const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name));
}

static void
enable (HcWindow   *self,
        const char *name,
        gboolean    enabled)
{
  g_simple_action_set_enabled (find (self, name), enabled);
}

static void
update_steps (HcWindow  *self,
              HcSession *session)
{
  HcSessionState state = hc_session_get_state (session);
  gboolean is_complete = hc_connect_page_is_complete (hc_window_get_connect_page (self));
  gboolean is_free = state == HC_SESSION_OFFLINE || state == HC_SESSION_READY;

  enable (self, "register", hc_session_can_register (session) && is_complete);
  enable (self, "bridge", hc_session_can_bridge (session));
  enable (self, "chat", hc_session_can_chat (session));
  enable (self, "cancel", hc_session_can_cancel (session));
  enable (self, "leave", hc_session_can_leave (session) && state != HC_SESSION_CHATTING);
  enable (self, "key-change", hc_session_get_key_change (session) != NULL);
  enable (self, "set-id", is_free);
  enable (self, "set-server", is_free);
  enable (self, "set-port", is_free);
}

static void
update_conversation (HcWindow  *self,
                     HcSession *session)
{
  HcSessionState state = hc_session_get_state (session);
  HcConversationPage *page = hc_window_get_conversation_page (self);
  GListModel *messages = G_LIST_MODEL (hc_session_get_conversation (session));
  gboolean has_messages = g_list_model_get_n_items (messages) > 0;
  gboolean selecting;
  guint n_selected;

  g_object_get (get_list (self), "selecting", &selecting, "n-selected", &n_selected, NULL);
  enable (self, "quit-chat", state == HC_SESSION_CHATTING);
  enable (self, "new-chat", state == HC_SESSION_ENDED);
  enable (self, "send", hc_session_can_send (session));
  enable (self, "send-entry", hc_session_can_send (session) &&
                              hc_message_entry_is_sendable (hc_conversation_page_get_entry (page)));
  enable (self, "safety-code", state >= HC_SESSION_CHATTING);
  enable (self, "copy-conversation", has_messages);
  enable (self, "save-transcript", has_messages);
  enable (self, "select-messages", has_messages && state >= HC_SESSION_CHATTING);
  enable (self, "copy-messages", n_selected > 0);
  g_simple_action_set_state (find (self, "select-messages"), g_variant_new_boolean (selecting));
}

/**
 * hc_window_update_actions:
 * @self: a window
 *
 * Enables the actions that are possible now, and no others.
 */
void
hc_window_update_actions (HcWindow *self)
{
  HcSession *session = hc_window_get_session (self);
  const char *state = hc_session_state_to_string (hc_session_get_state (session));

  update_steps (self, session);
  update_conversation (self, session);
  g_simple_action_set_state (find (self, "state"), g_variant_new_string (state));
}
