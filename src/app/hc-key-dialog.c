/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-key-dialog.h"
#include "hc-safety-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define GROUPS_PER_LINE 4
#define CHARS_PER_GROUP 5

static void
on_response (HcSession  *session,
             const char *response)
{
  if (g_strcmp0 (response, "accept") == 0)
    hc_session_accept_key_change (session);
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Lines of so many groups that people find their place in them again. */
static char *
break_lines (const char *key)
{
  GString *text = g_string_new (key);

  for (gsize i = GROUPS_PER_LINE * CHARS_PER_GROUP - 1; i < text->len;
       i += GROUPS_PER_LINE * CHARS_PER_GROUP)
    text->str[i] = '\n';
  return g_string_free (text, FALSE);
}

static void
append_key (GtkWidget  *box,
            const char *title,
            const char *key)
{
  g_autofree char *lines = break_lines (key);
  GtkWidget *label = make_label (lines, "monospace");

  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (box), make_label (title, "heading"));
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
make_keys (const HcKeyChange *change)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  if (change->old_key != NULL)
    append_key (box, _("Key Before"), change->old_key);
  if (change->new_key != NULL)
    append_key (box, _("Key Now"), change->new_key);
  return box;
}

/**
 * hc_key_dialog_present:
 * @parent: the session's window
 * @session: a session with a key change
 *
 * Explains that somebody is not spoken to because of another key, and asks
 * whether to go on. The safe answer is the default.
 */
void
hc_key_dialog_present (GtkWindow *parent,
                       HcSession *session)
{
  const HcKeyChange *change = hc_session_get_key_change (session);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  AdwMessageDialog *dialog;

  g_return_if_fail (change != NULL);

  heading = hc_key_change_dup_heading (change);
  body = hc_key_change_dup_body (change);
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  adw_message_dialog_set_extra_child (dialog, make_keys (change));
  adw_message_dialog_add_responses (dialog,
                                    "refuse", _("_Don’t Talk"),
                                    "accept", change->new_key != NULL ? _("_Accept the New Key")
                                                                      : _("_Accept No Encryption"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "accept", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "refuse");
  adw_message_dialog_set_close_response (dialog, "refuse");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), session, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
