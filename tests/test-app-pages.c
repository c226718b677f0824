/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every page in every state, narrow and wide, light and dark, in both
 * directions: nothing may be cut off. The pictures are left in the build's
 * tests/screenshots, to be looked at. */

#include "config.h"

#include "app-util.h"
#include "hc-host-window.h"
#include "hc-peer-private.h"
#include "hc-session-private.h"
#include "hc-source.h"

#include <string.h>

#define LONG_TEXT "This one is as long as people write when they have thought about it for a while: " \
                  "it goes over several lines, and says nothing new. Antidisestablishmentarianism " \
                  "is a long word, and https://example.org/a/rather/long/address?with=parameters " \
                  "is longer."

static const Look looks[] = {
  { 360, 640, FALSE, FALSE },
  { 360, 640, TRUE, FALSE },
  { 360, 640, FALSE, TRUE },
  { 360, 640, TRUE, TRUE },
  { 360, 294, FALSE, FALSE },
  { 1000, 700, FALSE, FALSE },
  { 1000, 700, TRUE, FALSE },
  { 1000, 700, FALSE, TRUE },
  { 1000, 700, TRUE, TRUE },
};

typedef void (*Pose) (Desk *desk, const Look *look);

static void
shoot (Desk       *desk,
       const Look *look,
       const char *name)
{
  window_settle (GTK_WINDOW (desk->window));
  window_check_fits (GTK_WINDOW (desk->window));
  window_save (GTK_WINDOW (desk->window), look, name);
}

static void
for_all_looks (Desk *desk,
               Pose  pose)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      desk_open_window (desk, &looks[i]);
      pose (desk, &looks[i]);
      desk_close_window (desk);
    }
}

static void
set_field (Desk       *desk,
           const char *action,
           const char *value)
{
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), action,
                                  g_variant_new_string (value));
}

static void
pose_start (Desk       *desk,
            const Look *look)
{
  shoot (desk, look, "connect-empty");
  set_field (desk, "set-id", "alice");
  set_field (desk, "set-server", "chat.example.org:5000");
  shoot (desk, look, "connect-ready");
  hc_session_set_server (desk->session, "127.0.0.1:1");
  desk_act (desk, "register");
  WAIT_UNTIL (hc_session_get_failure (desk->session) != NULL);
  shoot (desk, look, "connect-failed");
}

static void
test_start (Desk          *desk,
            gconstpointer  data)
{
  for_all_looks (desk, pose_start);
}

static GtkWidget *
find_entry (GtkWidget  *widget,
            const char *title)
{
  if (ADW_IS_ENTRY_ROW (widget) &&
      g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_entry (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
pose_mistakes (Desk       *desk,
               const Look *look)
{
  GtkWidget *page = GTK_WIDGET (hc_window_get_connect_page (desk->window));

  gtk_editable_set_text (GTK_EDITABLE (find_entry (page, "Your ID")), "alice");
  gtk_editable_set_text (GTK_EDITABLE (find_entry (page, "Server")), "chat.example.org:5000");
  g_assert_true (desk_can (desk, "register"));
  gtk_editable_set_text (GTK_EDITABLE (find_entry (page, "Your port")), "70000");
  g_assert_false (desk_can (desk, "register"));
  shoot (desk, look, "connect-mistake");
}

static void
test_mistakes (Desk          *desk,
               gconstpointer  data)
{
  for_all_looks (desk, pose_mistakes);
}

static void
pose_waiting (Desk       *desk,
              const Look *look)
{
  desk_register (desk, "alice");
  shoot (desk, look, "connect-registered");
  desk_act (desk, "bridge");
  session_await (desk->session, HC_SESSION_WAITING);
  shoot (desk, look, "connect-waiting");
  desk_act (desk, "cancel");
  WAIT_UNTIL (!desk_can (desk, "cancel"));
}

static void
test_waiting (Desk          *desk,
              gconstpointer  data)
{
  for_all_looks (desk, pose_waiting);
}

static void
pose_matched (Desk       *desk,
              const Look *look)
{
  HcSession *bob = session_new ("bob", hc_server_get_port (desk->server));

  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_WAITING);
  desk_register (desk, "alice");
  desk_act (desk, "bridge");
  session_await (desk->session, HC_SESSION_MATCHED);
  shoot (desk, look, "connect-matched");
  session_finish (bob);
}

static void
test_matched (Desk          *desk,
              gconstpointer  data)
{
  for_all_looks (desk, pose_matched);
}

static void
talk (Desk      *desk,
      HcSession *bob)
{
  session_say (desk->session, bob, "Hi bob, can you hear me?");
  session_say (bob, desk->session, "Loud and clear. Did the server tell you where I am?");
  session_say (desk->session, bob, "Only that you were ready. We’re talking directly now 🎉");
  session_say (bob, desk->session, "مرحبا! هذا نص عربي.");
  session_say (desk->session, bob, LONG_TEXT);
  session_send (desk->session, "And this one has to wait");
}

static void
pose_conversation (Desk       *desk,
                   const Look *look)
{
  g_autoptr (HcSession) bob = NULL;

  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  shoot (desk, look, "conversation-begin");
  talk (desk, bob);
  shoot (desk, look, "conversation");
  desk_act (desk, "select-messages");
  shoot (desk, look, "conversation-selecting");
  desk_act (desk, "select-messages");
  for (guint i = 0; i < 90; i++)
    desk_type (desk, "Much too long. ");
  shoot (desk, look, "conversation-too-long");
  hc_session_leave (bob);
  session_await (desk->session, HC_SESSION_ENDED);
  shoot (desk, look, "conversation-ended");
  session_close (bob);
}

static void
test_conversation (Desk          *desk,
                   gconstpointer  data)
{
  for_all_looks (desk, pose_conversation);
}

static void
pose_host (Desk       *desk,
           const Look *look)
{
  GtkWidget *window = hc_host_window_new (desk->host);
  g_autoptr (GError) error = NULL;

  gtk_window_set_default_size (GTK_WINDOW (window), MIN (look->width, 420), 460);
  gtk_window_present (GTK_WINDOW (window));
  window_settle (GTK_WINDOW (window));
  window_check_fits (GTK_WINDOW (window));
  window_save (GTK_WINDOW (window), look, "host");
  g_assert_true (hc_host_start (desk->host, HC_TRANSPORT_TCP, 0, &error));
  g_assert_no_error (error);
  window_settle (GTK_WINDOW (window));
  window_check_fits (GTK_WINDOW (window));
  window_save (GTK_WINDOW (window), look, "host-running");
  shoot (desk, look, "connect-hosting");
  hc_host_stop (desk->host);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_host (Desk          *desk,
           gconstpointer  data)
{
  for_all_looks (desk, pose_host);
}

static GtkWindow *
find_window (const char *type)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (g_str_equal (G_OBJECT_TYPE_NAME (window), type))
        return window;
    }
  return NULL;
}

static void
shoot_other (const char *type,
             const Look *look,
             const char *name)
{
  GtkWindow *window = find_window (type);

  g_assert_nonnull (window);
  gtk_window_set_default_size (window, MIN (look->width, 420), MIN (look->height, 560));
  window_settle (window);
  window_check_fits (window);
  window_save (window, look, name);
}

static void
say_with (Desk            *desk,
          const char      *text,
          HcMessageStatus  status)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", text);

  hc_message_set_status (message, status);
  hc_conversation_append (hc_session_get_conversation (desk->session), message);
}

static void
fail_one (Desk       *desk,
          const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", text);

  hc_message_fail (message, "bob has not confirmed this. It may not have arrived");
  hc_conversation_append (hc_session_get_conversation (desk->session), message);
}

/* What the network would have to do just now is said by hand. */
static void
pose_encrypted (Desk       *desk,
                const Look *look)
{
  g_autoptr (HcSession) bob = NULL;

  g_settings_set_boolean (desk->settings, "notifications", FALSE);
  desk_forget_people (desk);
  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "computer");
  WAIT_UNTIL (hc_session_get_safety_code (desk->session) != NULL);
  g_assert_cmpint (hc_session_get_trust (desk->session), ==, HC_TRUST_NEW);
  shoot (desk, look, "encrypted-first-meeting");

  desk_act (desk, "safety-code");
  shoot_other ("HcSafetyWindow", look, "safety-code");
  hc_session_set_verified (desk->session, TRUE);
  shoot_other ("HcSafetyWindow", look, "safety-code-compared");
  gtk_window_close (find_window ("HcSafetyWindow"));

  session_send (bob, "Loud and clear, and nobody between us.");
  session_await_text (desk->session, HC_MESSAGE_INCOMING, "Loud and clear, and nobody between us.");
  say_with (desk, "Both at once, no turns", HC_MESSAGE_STATUS_DELIVERED);
  say_with (desk, "This is confirmed", HC_MESSAGE_STATUS_DELIVERED);
  say_with (desk, "And this on its way", HC_MESSAGE_STATUS_SENDING);
  hc_peer_set_typing (desk->session->peer, TRUE);
  shoot (desk, look, "encrypted");
  fail_one (desk, "Has this arrived?");
  say_with (desk, "Later", HC_MESSAGE_STATUS_WAITING);
  say_with (desk, "Later still", HC_MESSAGE_STATUS_WAITING);
  hc_peer_set_typing (desk->session->peer, FALSE);
  hc_peer_set_interrupted (desk->session->peer, TRUE);
  hc_source_clear (&desk->session->retry);
  g_assert_true (hc_session_get_interrupted (desk->session));
  shoot (desk, look, "encrypted-interrupted");
  hc_peer_set_interrupted (desk->session->peer, FALSE);
  session_close (bob);
}

static void
test_encrypted (Desk          *desk,
                gconstpointer  data)
{
  for_all_looks (desk, pose_encrypted);
}

static void
pose_plain (Desk       *desk,
            const Look *look)
{
  g_autoptr (HcSession) bob = NULL;

  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  desk_act (desk, "safety-code");
  shoot_other ("HcSafetyWindow", look, "safety-code-plain");
  gtk_window_close (find_window ("HcSafetyWindow"));
  session_close (bob);
}

static void
test_plain (Desk          *desk,
            gconstpointer  data)
{
  for_all_looks (desk, pose_plain);
}

/* A dialog is as high as what it says, and scrolls where that is too much. */
static void
shoot_dialog (Desk       *desk,
              const Look *look,
              const char *name)
{
  GtkWindow *dialog = find_window ("AdwMessageDialog");

  window_settle (dialog);
  window_save (dialog, look, name);
  gtk_window_close (dialog);
}

static void
pose_key_change (Desk       *desk,
                 const Look *look)
{
  HcSession *bob;

  desk_forget_people (desk);
  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "computer");
  hc_session_set_verified (desk->session, TRUE);
  session_finish (bob);
  session_await (desk->session, HC_SESSION_ENDED);
  desk_act (desk, "new-chat");

  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "new-computer");
  shoot_dialog (desk, look, "key-changed");
  shoot (desk, look, "connect-key-changed");
  session_finish (bob);
}

static void
test_key_change (Desk          *desk,
                 gconstpointer  data)
{
  for_all_looks (desk, pose_key_change);
}

static void
pose_preferences (Desk       *desk,
                  const Look *look)
{
  GtkWindow *window;

  /* libadwaita's own window wants 360 pixels inside of its border */
  g_action_group_activate_action (G_ACTION_GROUP (desk->application), "preferences", NULL);
  window = find_window ("HcPreferencesWindow");
  gtk_window_set_default_size (window, MIN (look->width, 440), MIN (look->height, 420));
  window_settle (window);
  window_save (window, look, "preferences");
  gtk_window_close (window);
}

static void
test_preferences (Desk          *desk,
                  gconstpointer  data)
{
  for_all_looks (desk, pose_preferences);
}

static void
pose_packet_log (Desk       *desk,
                 const Look *look)
{
  GtkWindow *log;

  desk_act (desk, "packet-log");
  log = find_window ("HcPacketLogWindow");
  gtk_window_set_default_size (log, look->width, 420);
  window_settle (log);
  window_check_fits (log);
  window_save (log, look, "packet-log-empty");
  desk_register (desk, "alice");
  desk_act (desk, "bridge");
  session_await (desk->session, HC_SESSION_WAITING);
  window_settle (log);
  window_check_fits (log);
  window_save (log, look, "packet-log");
}

static void
test_packet_log (Desk          *desk,
                 gconstpointer  data)
{
  for_all_looks (desk, pose_packet_log);
}

static void
pose_shortcuts (Desk       *desk,
                const Look *look)
{
  GtkWindow *shortcuts;

  desk_act (desk, "show-help-overlay");
  shortcuts = find_window ("GtkShortcutsWindow");
  window_settle (shortcuts);
  window_save (shortcuts, look, "shortcuts");
  gtk_window_close (shortcuts);
}

static void
test_shortcuts (Desk          *desk,
                gconstpointer  data)
{
  for_all_looks (desk, pose_shortcuts);
}

#define ADD(path, test) \
  g_test_add ("/app/pages/" path, Desk, NULL, desk_set_up, test, desk_tear_down)

/* A frame that is drawn while the last one is on its way out makes some
 * versions of GTK after the baseline warn of themselves. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") &&
        strstr (fields[i].value, "gdk_frame_timings_submitted") != NULL)
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, user_data);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  adw_init ();

  ADD ("start", test_start);
  ADD ("mistakes", test_mistakes);
  ADD ("waiting", test_waiting);
  ADD ("matched", test_matched);
  ADD ("conversation", test_conversation);
  ADD ("encrypted", test_encrypted);
  ADD ("plain", test_plain);
  ADD ("key-change", test_key_change);
  ADD ("preferences", test_preferences);
  ADD ("host", test_host);
  ADD ("packet-log", test_packet_log);
  ADD ("shortcuts", test_shortcuts);

  return g_test_run ();
}
