/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-conversation-page.h"
#include "hc-css-class.h"
#include "hc-safety-bar.h"
#include "hc-safety-words.h"

struct _HcConversationPage
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  HcMessageEntry *entry;
  HcMessageList *list;
  GtkWidget *lock;
  GtkWidget *new_chat;

  HcSession *session;
};

G_DEFINE_FINAL_TYPE (HcConversationPage, hc_conversation_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The name of a button without words can't be bound. */
static void
update_lock (HcConversationPage *self)
{
  gboolean encrypted = hc_session_get_encrypted (self->session);
  g_autofree char *label = hc_closure_lock_label (self, encrypted,
                                                  hc_session_get_trust (self->session));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lock),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  hc_widget_set_css_class (self->lock, "warning", !encrypted);
}

static void
set_session (HcConversationPage *self,
             HcSession          *session)
{
  if (!g_set_object (&self->session, session) || session == NULL)
    return;

  g_signal_connect_object (session, "notify::encrypted",
                           G_CALLBACK (update_lock), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::trust",
                           G_CALLBACK (update_lock), self, G_CONNECT_SWAPPED);
  update_lock (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/* Whoever types means the entry, wherever the focus has been left. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                HcConversationPage    *self)
{
  const GdkModifierType commands = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;

  if (hc_session_get_state (self->session) != HC_SESSION_CHATTING || (state & commands) != 0 ||
      !g_unichar_isgraph (gdk_keyval_to_unicode (keyval)))
    return GDK_EVENT_PROPAGATE;
  return hc_message_entry_forward_key (self->entry, controller);
}

static gboolean
hc_conversation_page_grab_focus (GtkWidget *widget)
{
  HcConversationPage *self = HC_CONVERSATION_PAGE (widget);
  gboolean is_chatting = hc_session_get_state (self->session) == HC_SESSION_CHATTING;

  return gtk_widget_grab_focus (is_chatting ? GTK_WIDGET (self->entry) : self->new_chat);
}

static void
hc_conversation_page_dispose (GObject *object)
{
  HcConversationPage *self = HC_CONVERSATION_PAGE (object);

  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_CONVERSATION_PAGE);

  G_OBJECT_CLASS (hc_conversation_page_parent_class)->dispose (object);
}

static void
hc_conversation_page_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  HcConversationPage *self = HC_CONVERSATION_PAGE (object);

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
hc_conversation_page_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  HcConversationPage *self = HC_CONVERSATION_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_conversation_page_class_init (HcConversationPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_conversation_page_dispose;
  object_class->get_property = hc_conversation_page_get_property;
  object_class->set_property = hc_conversation_page_set_property;
  widget_class->grab_focus = hc_conversation_page_grab_focus;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         HC_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HC_TYPE_MESSAGE_ENTRY);
  g_type_ensure (HC_TYPE_MESSAGE_LIST);
  g_type_ensure (HC_TYPE_SAFETY_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/hc-conversation-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HcConversationPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HcConversationPage, entry);
  gtk_widget_class_bind_template_child (widget_class, HcConversationPage, list);
  gtk_widget_class_bind_template_child (widget_class, HcConversationPage, lock);
  gtk_widget_class_bind_template_child (widget_class, HcConversationPage, new_chat);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_header);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_hello);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_interruption);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_is_chatting);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_is_interrupted);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_link);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_lock_icon);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_lock_label);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_not);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_placeholder);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_selected);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_typing);
}

static void
hc_conversation_page_init (HcConversationPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_conversation_page_get_entry:
 * @self: a page
 *
 * Gets where messages are written.
 *
 * Returns: (transfer none): the entry
 */
HcMessageEntry *
hc_conversation_page_get_entry (HcConversationPage *self)
{
  g_return_val_if_fail (HC_IS_CONVERSATION_PAGE (self), NULL);

  return self->entry;
}

/**
 * hc_conversation_page_get_list:
 * @self: a page
 *
 * Gets where messages are read.
 *
 * Returns: (transfer none): the list
 */
HcMessageList *
hc_conversation_page_get_list (HcConversationPage *self)
{
  g_return_val_if_fail (HC_IS_CONVERSATION_PAGE (self), NULL);

  return self->list;
}

/**
 * hc_conversation_page_add_toast:
 * @self: a page
 * @toast: (transfer full): what to say
 *
 * Says something that passes, above the entry and not over it.
 */
void
hc_conversation_page_add_toast (HcConversationPage *self,
                                AdwToast           *toast)
{
  g_return_if_fail (HC_IS_CONVERSATION_PAGE (self));

  adw_toast_overlay_add_toast (self->toasts, toast);
}
