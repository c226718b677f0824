/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-safety-window.h"
#include "hc-safety-words.h"

#include <glib/gi18n.h>

#define COLUMNS 3

struct _HcSafetyWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkWidget *symbols;

  HcSession *session;
  HcSafetyCode *code;
};

G_DEFINE_FINAL_TYPE (HcSafetyWindow, hc_safety_window, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- The code ------------------------------------------------------------- */

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* One label, so that what is selected and copied is the picture with its name. */
static GtkWidget *
make_symbol (HcSafetyCode *code,
             guint         position)
{
  const char *name = hc_safety_code_get_name (code, position);
  g_autofree char *words = g_strdup_printf ("%s\n%s", hc_safety_code_get_emoji (code, position), name);
  GtkWidget *label = make_label (words, "symbol");
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoAttribute *scale = pango_attr_scale_new (3);

  scale->end_index = strlen (hc_safety_code_get_emoji (code, position));
  pango_attr_list_insert (attributes, scale);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
  return label;
}

static void
show_code (HcSafetyWindow *self)
{
  HcSafetyCode *code = hc_session_get_safety_code (self->session);
  GtkWidget *child;

  if (code == NULL || !g_set_object (&self->code, code))
    return;

  while ((child = gtk_widget_get_first_child (self->symbols)) != NULL)
    gtk_grid_remove (GTK_GRID (self->symbols), child);
  for (guint i = 0; i < hc_safety_code_get_n_symbols (code); i++)
    gtk_grid_attach (GTK_GRID (self->symbols), make_symbol (code, i),
                     i % COLUMNS, i / COLUMNS, 1, 1);
}

static void
copy (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HcSafetyWindow *self = HC_SAFETY_WINDOW (widget);
  g_autofree char *text = NULL;

  if (self->code == NULL)
    return;

  text = hc_safety_code_to_lines (self->code);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Safety code copied")));
}

/* --- What comes of it ----------------------------------------------------- */

static void
confirm (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  hc_session_set_verified (HC_SAFETY_WINDOW (widget)->session, TRUE);
}

static void
undo (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  hc_session_set_verified (HC_SAFETY_WINDOW (widget)->session, FALSE);
}

static void
add_warning (HcSession *session)
{
  g_autoptr (HcMessage) notice =
    hc_message_new (HC_MESSAGE_NOTICE, NULL,
                    _("The safety codes differed: somebody was between the two of you, and may have "
                      "read or changed everything above. Tell the other person in another way."));

  hc_conversation_append (hc_session_get_conversation (session), notice);
}

static void
on_response (HcSafetyWindow *self,
             const char     *response)
{
  if (g_strcmp0 (response, "leave") != 0)
    return;

  hc_session_set_verified (self->session, FALSE);
  add_warning (self->session);
  hc_session_leave (self->session);
  gtk_window_close (GTK_WINDOW (self));
}

static void
deny (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  AdwMessageDialog *dialog =
    ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (widget), _("Somebody Is Between You"),
                                                _("Look again first: every picture, in the same order. If one "
                                                  "of them differs, somebody reads along, and can change what "
                                                  "you say. Leave, and tell the other person in another way.")));

  adw_message_dialog_add_responses (dialog, "cancel", _("_Look Again"),
                                    "leave", _("_Leave the Conversation"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "leave", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), widget, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
update_actions (HcSafetyWindow *self)
{
  HcSessionState state = hc_session_get_state (self->session);
  gboolean has_code = hc_session_get_safety_code (self->session) != NULL;
  HcTrust trust = hc_session_get_trust (self->session);
  gboolean is_verified = trust == HC_TRUST_VERIFIED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "code.copy", has_code);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "code.confirm", has_code && !is_verified);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "code.undo", has_code && is_verified);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "code.deny",
                                 has_code && hc_closure_may_differ (self, state, trust));
}

/* What is compared is one conversation's. */
static void
on_state_changed (HcSafetyWindow *self)
{
  if (hc_session_get_state (self->session) < HC_SESSION_CHATTING)
    gtk_window_close (GTK_WINDOW (self));
  else
    update_actions (self);
}

static void
on_code_changed (HcSafetyWindow *self)
{
  show_code (self);
  update_actions (self);
}

/* --- The type ------------------------------------------------------------- */

static void
hc_safety_window_dispose (GObject *object)
{
  HcSafetyWindow *self = HC_SAFETY_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_SAFETY_WINDOW);

  G_OBJECT_CLASS (hc_safety_window_parent_class)->dispose (object);
}

static void
hc_safety_window_finalize (GObject *object)
{
  HcSafetyWindow *self = HC_SAFETY_WINDOW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->code);

  G_OBJECT_CLASS (hc_safety_window_parent_class)->finalize (object);
}

static void
hc_safety_window_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  HcSafetyWindow *self = HC_SAFETY_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "code.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "code.confirm", NULL, confirm);
  gtk_widget_class_install_action (widget_class, "code.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "code.deny", NULL, deny);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hc_safety_window_class_init (HcSafetyWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_safety_window_dispose;
  object_class->finalize = hc_safety_window_finalize;
  object_class->get_property = hc_safety_window_get_property;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         HC_TYPE_SESSION,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-safety-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HcSafetyWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HcSafetyWindow, symbols);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_is_verified);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_may_differ);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_not);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_safety_advice);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_safety_page);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_safety_title);
}

static void
hc_safety_window_init (HcSafetyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_safety_window_new:
 * @session: a session in a conversation
 *
 * Creates a window that shows the session's safety code.
 *
 * Returns: (transfer none): a window, which is not shown yet
 */
GtkWidget *
hc_safety_window_new (HcSession *session)
{
  HcSafetyWindow *self = g_object_new (HC_TYPE_SAFETY_WINDOW, NULL);

  self->session = g_object_ref (session);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
  g_signal_connect_object (session, "notify::safety-code",
                           G_CALLBACK (on_code_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::trust",
                           G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  on_code_changed (self);
  return GTK_WIDGET (self);
}
