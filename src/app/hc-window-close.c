/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-window-private.h"

#include <glib/gi18n.h>

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GApplication) application = data;
  g_autoptr (GError) error = NULL;

  if (!hc_session_close_finish (HC_SESSION (source), result, &error))
    g_debug ("Leaving: %s", error->message);
  g_application_release (application);
}

/* The window goes at once; the farewell may take until the other side is told. */
static gboolean
leave_now (gpointer data)
{
  GtkWindow *window = data;
  GApplication *application = G_APPLICATION (gtk_window_get_application (window));

  if (application != NULL)
    {
      g_application_hold (application);
      hc_session_close_async (hc_window_get_session (data), on_closed, g_object_ref (application));
    }
  gtk_window_destroy (window);
  return G_SOURCE_REMOVE;
}

/* Later: a dialog still needs its parent while it closes, and in GTK 4.8 a
 * binding must not outlive the object it reads, as that of the button would
 * that has the focus while the window is closed by a key. */
static void
queue_leave (HcWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, leave_now, g_object_ref (self), g_object_unref);
}

static void
on_response (HcWindow   *self,
             const char *response)
{
  if (g_strcmp0 (response, "leave") == 0)
    queue_leave (self);
  else
    hc_window_cancel_close (self);
}

static void
ask (HcWindow   *self,
     const char *heading,
     const char *body,
     const char *answer)
{
  AdwMessageDialog *dialog;

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), heading, body));
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "leave", answer, NULL);
  adw_message_dialog_set_response_appearance (dialog, "leave", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
is_last (HcWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GList *windows = application != NULL ? gtk_application_get_windows (application) : NULL;

  for (GList *l = windows; l != NULL; l = l->next)
    if (HC_IS_WINDOW (l->data) && l->data != self)
      return FALSE;
  return TRUE;
}

/**
 * hc_window_begin_close:
 * @self: a window that somebody wants to close
 * @host: the app's host
 *
 * Closes a window, and asks first if that ends a conversation or the server
 * that runs in the app. Calls hc_window_cancel_close() if it shall stay.
 */
void
hc_window_begin_close (HcWindow *self,
                       HcHost   *host)
{
  HcSessionState state = hc_session_get_state (hc_window_get_session (self));

  if (state == HC_SESSION_CHATTING || state == HC_SESSION_CONNECTING)
    ask (self,
         _("Leave the Conversation?"),
         _("The other person is told that you left. What was said is not kept."),
         _("_Leave"));
  else if (host != NULL && hc_host_is_running (host) && is_last (self))
    ask (self,
         _("Stop Your Server?"),
         _("It runs only while Hybrid Chat is open. "
           "People can no longer find each other through it."),
         _("_Stop"));
  else
    queue_leave (self);
}
