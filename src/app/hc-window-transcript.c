/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-window-private.h"

#include <glib/gi18n.h>
#include <string.h>

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (HcWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    words = g_strdup (_("Transcript saved"));
  else
    /* Translators: %s is what the system says. */
    words = g_strdup_printf (_("The transcript was not saved: %s"), error->message);
  hc_window_add_toast (self, words);
}

static void
write_transcript (HcWindow *self,
                  GFile    *file)
{
  HcConversation *conversation = hc_session_get_conversation (hc_window_get_session (self));
  char *text = hc_conversation_dup_transcript (conversation);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       on_written, g_object_ref (self));
}

static void
on_response (HcWindow             *self,
             int                   response,
             GtkFileChooserNative *chooser)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    write_transcript (self, file);
  g_object_unref (chooser);
}

static char *
suggest_name (HcWindow *self)
{
  const char *peer_id = hc_session_get_peer_id (hc_window_get_session (self));
  /* Translators: the name of a file; %s is the other person's ID. */
  char *name = g_strdup_printf (_("Conversation with %s.txt"), peer_id != NULL ? peer_id : "");

  return g_strdelimit (name, "/", '-');
}

/**
 * hc_window_save_transcript:
 * @self: a window with a conversation
 *
 * Asks where to save the conversation as text, and does.
 */
void
hc_window_save_transcript (HcWindow *self)
{
  GtkFileChooserNative *chooser;
  g_autofree char *name = suggest_name (self);

  chooser = gtk_file_chooser_native_new (_("Save Transcript"), GTK_WINDOW (self),
                                         GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
