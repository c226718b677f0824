/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a window lets one do when, and what comes of it. */

#include "config.h"

#include "app-util.h"

#include <string.h>

static const Look usual = { 440, 640, FALSE, FALSE };

static void
assert_can (Desk       *desk,
            const char *actions)
{
  static const char *const all[] = { "register", "bridge", "chat", "cancel", "leave", "send",
                                     "quit-chat", "new-chat", "set-id" };
  g_auto (GStrv) expected = g_strsplit (actions, " ", -1);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gboolean wanted = g_strv_contains ((const char *const *) expected, all[i]);

      if (desk_can (desk, all[i]) != wanted)
        g_error ("%s should be %s", all[i], wanted ? "possible" : "impossible");
    }
}

static void
assert_state (Desk       *desk,
              const char *expected)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (desk->window),
                                                                "state");

  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, expected);
}

static HcMessageEntry *
get_entry (Desk *desk)
{
  return hc_conversation_page_get_entry (hc_window_get_conversation_page (desk->window));
}

static HcMessageList *
get_list (Desk *desk)
{
  return hc_conversation_page_get_list (hc_window_get_conversation_page (desk->window));
}

static void
test_actions (Desk          *desk,
              gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;

  desk_open_window (desk, &usual);
  assert_can (desk, "set-id");
  assert_state (desk, "offline");
  hc_session_set_id (desk->session, "alice");
  hc_session_set_server (desk->session, desk->server_name);
  assert_can (desk, "register set-id");
  desk_act (desk, "register");
  assert_can (desk, "cancel");
  session_await (desk->session, HC_SESSION_REGISTERED);
  assert_can (desk, "bridge leave");
  assert_state (desk, "registered");

  bob = desk_call (desk, "bob");
  assert_can (desk, "send quit-chat");
  assert_state (desk, "chatting");
  desk_act (desk, "quit-chat");
  session_await (desk->session, HC_SESSION_ENDED);
  session_await (bob, HC_SESSION_ENDED);
  g_assert_true (desk_can (desk, "new-chat"));
  g_assert_false (desk_can (desk, "send"));
  desk_act (desk, "new-chat");
  assert_can (desk, "register set-id");
  session_close (bob);
}

static void
test_remembers (Desk          *desk,
                gconstpointer  data)
{
  g_autofree char *id = NULL;
  g_autofree char *server = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "carol");
  id = g_settings_get_string (desk->settings, "id");
  server = g_settings_get_string (desk->settings, "server");
  g_assert_cmpstr (id, ==, "carol");
  g_assert_cmpstr (server, ==, desk->server_name);
  desk_close_window (desk);

  desk_open_window (desk, &usual);
  g_assert_cmpstr (hc_session_get_id (desk->session), ==, "carol");
  g_assert_cmpstr (hc_session_get_server (desk->session), ==, desk->server_name);
  g_assert_true (desk_can (desk, "register"));
}

static void
send_entry (Desk       *desk,
            const char *text)
{
  desk_type (desk, text);
  desk_act (desk, "send-entry");
}

static void
assert_entry (Desk       *desk,
              const char *expected)
{
  g_autofree char *text = hc_message_entry_dup_text (get_entry (desk));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_entry (Desk          *desk,
            gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");

  g_assert_false (desk_can (desk, "send-entry"));
  desk_type (desk, "  \n ");
  g_assert_false (desk_can (desk, "send-entry"));
  hc_message_entry_clear (get_entry (desk));
  send_entry (desk, "Hello\nbob");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Hello\nbob");
  assert_entry (desk, "");
  g_assert_false (desk_can (desk, "send-entry"));
  session_say (bob, desk->session, "Hello alice");
  send_entry (desk, "//etc is a folder");
  session_await_text (bob, HC_MESSAGE_INCOMING, "/etc is a folder");
  session_close (bob);
}

static void
test_entry_length (Desk          *desk,
                   gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;
  g_autofree char *fits = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  fits = g_strnfill (hc_session_get_text_capacity (desk->session), 'a');

  desk_type (desk, fits);
  g_assert_true (desk_can (desk, "send-entry"));
  desk_type (desk, "a");
  g_assert_false (desk_can (desk, "send-entry"));
  hc_message_entry_clear (get_entry (desk));
  send_entry (desk, fits);
  session_await_text (bob, HC_MESSAGE_INCOMING, fits);
  session_close (bob);
}

static void
assert_notice (Desk       *desk,
               const char *words)
{
  g_autoptr (HcMessage) notice = session_dup_last (desk->session, HC_MESSAGE_NOTICE);

  g_assert_nonnull (notice);
  g_assert_nonnull (strstr (hc_message_get_text (notice), words));
}

static void
test_commands (Desk          *desk,
               gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");

  send_entry (desk, "/id");
  assert_notice (desk, "alice");
  send_entry (desk, "/help");
  assert_notice (desk, "/quit");
  send_entry (desk, "/bridge");
  assert_state (desk, "chatting");
  send_entry (desk, "/nonsense");
  assert_entry (desk, "/nonsense");
  hc_message_entry_clear (get_entry (desk));
  g_assert_cmpuint (session_count (desk->session, HC_MESSAGE_OUTGOING), ==, 0);
  send_entry (desk, "/quit");
  session_await (desk->session, HC_SESSION_ENDED);
  session_close (bob);
}

static GtkAdjustment *
find_adjustment (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAdjustment *found = GTK_IS_SCROLLED_WINDOW (child)
                               ? gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (child))
                               : find_adjustment (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_at_end (Desk *desk)
{
  GtkAdjustment *adjustment = find_adjustment (GTK_WIDGET (get_list (desk)));

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
         gtk_adjustment_get_upper (adjustment) - 1;
}

static gboolean
has_unseen (Desk *desk)
{
  gboolean has;

  g_object_get (get_list (desk), "has-unseen", &has, NULL);
  return has;
}

static void
hear (Desk       *desk,
      const char *text)
{
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_INCOMING, "bob", text);

  hc_conversation_append (hc_session_get_conversation (desk->session), message);
  window_settle (GTK_WINDOW (desk->window));
}

/* The list shows the newest unless the reader looks back. */
static void
test_scrolling (Desk          *desk,
                gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;
  GtkAdjustment *adjustment;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  adjustment = find_adjustment (GTK_WIDGET (get_list (desk)));

  for (guint i = 0; i < 30; i++)
    {
      hear (desk, i % 3 ? "Short" : "A long one that goes over more than one line in this window, "
                                    "so that rows differ in height.");
      g_assert_true (is_at_end (desk));
      g_assert_false (has_unseen (desk));
    }
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >,
                     gtk_adjustment_get_page_size (adjustment));

  gtk_adjustment_set_value (adjustment, 100);
  window_settle (GTK_WINDOW (desk->window));
  hear (desk, "Are you there?");
  g_assert_false (is_at_end (desk));
  g_assert_true (has_unseen (desk));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), 100, 60);

  hc_message_list_scroll_to_end (get_list (desk));
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (is_at_end (desk));
  g_assert_false (has_unseen (desk));

  gtk_adjustment_set_value (adjustment, 0);
  window_settle (GTK_WINDOW (desk->window));
  send_entry (desk, "Here I am");
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (is_at_end (desk));
  session_close (bob);
}

/* The same when the window changes its size. */
static void
test_resizing (Desk          *desk,
               gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  for (guint i = 0; i < 30; i++)
    hear (desk, "Long enough to take another number of lines when the window gets narrower");

  gtk_window_set_default_size (GTK_WINDOW (desk->window), 360, 400);
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (is_at_end (desk));
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 800, 600);
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (is_at_end (desk));
  session_close (bob);
}

static void
on_read (GObject      *clipboard,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);
  g_assert_no_error (error);
}

static char *
dup_clipboard (Desk *desk)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (desk->window)), NULL,
                                 on_read, &text);
  WAIT_UNTIL (text != NULL);
  return text;
}

static void
test_copy (Desk          *desk,
           gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;
  g_autofree char *all = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  g_assert_false (desk_can (desk, "copy-conversation"));
  session_say (desk->session, bob, "Hello");
  session_say (bob, desk->session, "Hi");

  desk_act (desk, "copy-conversation");
  all = dup_clipboard (desk);
  g_assert_nonnull (strstr (all, "alice: Hello\n"));
  g_assert_nonnull (strstr (all, "bob: Hi\n"));
  session_close (bob);
}

static GtkSelectionModel *
find_selection (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkSelectionModel *found = GTK_IS_LIST_VIEW (child)
                                   ? gtk_list_view_get_model (GTK_LIST_VIEW (child))
                                   : find_selection (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_select (Desk          *desk,
             gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;
  g_autofree char *text = NULL;
  gboolean selecting;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  session_say (desk->session, bob, "Hello");
  session_say (bob, desk->session, "Hi");

  desk_act (desk, "select-messages");
  g_assert_false (desk_can (desk, "copy-messages"));
  gtk_selection_model_select_item (find_selection (GTK_WIDGET (get_list (desk))), 1, TRUE);
  desk_act (desk, "copy-messages");
  text = dup_clipboard (desk);
  g_assert_true (g_str_has_suffix (text, "bob: Hi"));
  g_assert_null (strstr (text, "Hello"));
  g_object_get (get_list (desk), "selecting", &selecting, NULL);
  g_assert_false (selecting);
  session_close (bob);
}

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static void
answer (const char *response)
{
  g_autoptr (GtkWindow) dialog = find_dialog ();

  g_assert_nonnull (dialog);
  g_object_ref (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (dialog);
}

/* The safe answer changes nothing, and there is a way back to the question. */
static void
test_key_change (Desk          *desk,
                 gconstpointer  data)
{
  HcSession *bob;

  desk_open_window (desk, &usual);
  desk_forget_people (desk);
  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "computer");
  session_finish (bob);
  session_await (desk->session, HC_SESSION_ENDED);
  desk_act (desk, "new-chat");
  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "new-computer");

  g_assert_nonnull (find_dialog ());
  answer ("refuse");
  g_assert_nonnull (hc_session_get_key_change (desk->session));
  desk_act (desk, "key-change");
  answer ("accept");
  g_assert_null (hc_session_get_key_change (desk->session));
  g_assert_false (desk_can (desk, "key-change"));
  desk_act (desk, "chat");
  session_await (desk->session, HC_SESSION_CHATTING);
  g_assert_true (hc_session_get_encrypted (desk->session));
  session_finish (bob);
}

/* A button that is there for an action, and can be pressed. */
static gboolean
press (GtkWidget  *widget,
       const char *action)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) && gtk_widget_is_sensitive (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    {
      g_signal_emit_by_name (widget, "clicked");
      return TRUE;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (press (child, action))
      return TRUE;
  return FALSE;
}

/* What waits can be taken back; what has failed can be sent again. */
static void
test_message_actions (Desk          *desk,
                      gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;
  g_autoptr (HcMessage) failed = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Again");
  GtkWidget *list;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  list = GTK_WIDGET (get_list (desk));
  session_say (desk->session, bob, "Hello");
  session_send (desk->session, "Too early");
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (press (list, "message.cancel"));
  g_assert_cmpuint (session_count (desk->session, HC_MESSAGE_OUTGOING), ==, 1);
  window_settle (GTK_WINDOW (desk->window));
  g_assert_false (press (list, "message.cancel"));

  hc_message_fail (failed, "it got lost");
  hc_conversation_append (hc_session_get_conversation (desk->session), failed);
  window_settle (GTK_WINDOW (desk->window));
  g_assert_true (press (list, "message.retry"));
  session_say (bob, desk->session, "Your turn");
  session_await_text (bob, HC_MESSAGE_INCOMING, "Again");
  g_assert_cmpuint (session_count (desk->session, HC_MESSAGE_OUTGOING), ==, 2);
  session_close (bob);
}

/* The other side sees that something is written, unless that is not wanted. */
static void
test_typing (Desk          *desk,
             gconstpointer  data)
{
  HcSession *bob;

  desk_open_window (desk, &usual);
  desk_forget_people (desk);
  desk_register (desk, "alice");
  bob = desk_call_v2 (desk, "bob", "computer");
  session_await (desk->session, HC_SESSION_CHATTING);
  session_await (bob, HC_SESSION_CHATTING);
  g_settings_set_boolean (desk->settings, "send-typing", FALSE);
  desk_type (desk, "x");
  send_entry (desk, "said");
  session_await_text (bob, HC_MESSAGE_INCOMING, "xsaid");
  g_assert_false (hc_session_get_peer_typing (bob));

  g_settings_reset (desk->settings, "send-typing");
  desk_type (desk, "y");
  WAIT_UNTIL (hc_session_get_peer_typing (bob));
  session_finish (bob);
}

static void
test_require_encryption (Desk          *desk,
                         gconstpointer  data)
{
  desk_open_window (desk, &usual);
  g_assert_false (hc_session_get_encryption_required (desk->session));
  g_settings_set_boolean (desk->settings, "require-encryption", TRUE);
  g_assert_true (hc_session_get_encryption_required (desk->session));
  g_settings_reset (desk->settings, "require-encryption");
}

/* Closing the window in a conversation asks, and tells the other side. */
static void
test_close (Desk          *desk,
            gconstpointer  data)
{
  g_autoptr (HcSession) bob = NULL;

  desk_open_window (desk, &usual);
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");

  desk_act (desk, "close");
  answer ("cancel");
  g_assert_cmpint (hc_session_get_state (desk->session), ==, HC_SESSION_CHATTING);

  desk_act (desk, "close");
  answer ("leave");
  desk->window = NULL;
  session_await (bob, HC_SESSION_ENDED);
  session_close (bob);
}

/* The last window takes the server in the app with it. */
static void
test_close_host (Desk          *desk,
                 gconstpointer  data)
{
  desk_open_window (desk, &usual);
  g_assert_true (hc_host_start (desk->host, HC_TRANSPORT_TCP, 0, NULL));
  desk_act (desk, "close");
  answer ("cancel");
  g_assert_null (find_dialog ());
  hc_host_stop (desk->host);
  g_object_add_weak_pointer (G_OBJECT (desk->window), (gpointer *) &desk->window);
  desk_act (desk, "close");
  WAIT_UNTIL (desk->window == NULL);
}

static void
test_no_leaks (Desk          *desk,
               gconstpointer  data)
{
  HcSession *session;
  HcSession *bob;

  desk_open_window (desk, &usual);
  session = desk->session;
  desk_register (desk, "alice");
  bob = desk_call (desk, "bob");
  session_say (desk->session, bob, "Hello");
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  desk_close_window (desk);
  WAIT_UNTIL (session == NULL);
  session_finish (bob);
}

static void
test_host (Desk          *desk,
           gconstpointer  data)
{
  g_autoptr (HcHost) other = hc_host_new ();
  g_autoptr (GError) error = NULL;
  HcTransport transport = GPOINTER_TO_INT (data);
  guint16 port = hc_server_get_port (desk->server);

  g_assert_false (hc_host_start (other, transport, port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, "Choose another port"));
  g_assert_false (hc_host_is_running (other));
  g_assert_null (hc_host_get_address (other));

  g_assert_true (hc_host_start (other, HC_TRANSPORT_UDP, 0, NULL));
  g_assert_true (hc_host_is_running (other));
  g_assert_nonnull (hc_host_get_address (other));
  hc_host_stop (other);
  g_assert_false (hc_host_is_running (other));
}

#define ADD(path, test)                                                                     \
  G_STMT_START                                                                              \
    {                                                                                       \
      g_test_add ("/app/window/tcp/" path, Desk, GINT_TO_POINTER (HC_TRANSPORT_TCP),        \
                  desk_set_up, test, desk_tear_down);                                       \
      g_test_add ("/app/window/udp/" path, Desk, GINT_TO_POINTER (HC_TRANSPORT_UDP),        \
                  desk_set_up, test, desk_tear_down);                                       \
    }                                                                                       \
  G_STMT_END

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("actions", test_actions);
  ADD ("remembers", test_remembers);
  ADD ("entry", test_entry);
  ADD ("entry-length", test_entry_length);
  ADD ("commands", test_commands);
  ADD ("scrolling", test_scrolling);
  ADD ("resizing", test_resizing);
  ADD ("copy", test_copy);
  ADD ("select", test_select);
  ADD ("key-change", test_key_change);
  ADD ("message-actions", test_message_actions);
  ADD ("typing", test_typing);
  ADD ("require-encryption", test_require_encryption);
  ADD ("close", test_close);
  ADD ("close-host", test_close_host);
  ADD ("no-leaks", test_no_leaks);
  ADD ("host", test_host);

  return g_test_run ();
}
