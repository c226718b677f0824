/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-css-class.h"
#include "hc-message-entry.h"
#include "hc-words.h"

#include <glib/gi18n.h>

struct _HcMessageEntry
{
  AdwBin parent_instance;

  GtkWidget *room;
  GtkWidget *frame;
  GtkWidget *placeholder;
  GtkWidget *scroller;
  GtkWidget *send_area;
  GtkMenuButton *emoji_button;
  GtkTextView *view;
  GtkTextBuffer *buffer;

  char *placeholder_text;
  guint capacity;
  gboolean sendable;
};

G_DEFINE_FINAL_TYPE (HcMessageEntry, hc_message_entry, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_PLACEHOLDER,
  PROP_CAPACITY,
  PROP_SENDABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint typed_signal;

static void
show_room (HcMessageEntry *self,
           const char     *words,
           gboolean        too_long)
{
  gtk_label_set_label (GTK_LABEL (self->room), words);
  gtk_widget_set_visible (self->room, words[0] != '\0');
  hc_widget_set_css_class (self->room, "error", too_long);
  hc_widget_set_css_class (self->frame, "too-long", too_long);
}

/* An insensitive button shows no tooltip, the box around it does. */
static void
show_reason (HcMessageEntry *self,
             gboolean        is_empty,
             gboolean        too_long)
{
  const char *reason = _("Send");

  if (is_empty)
    reason = _("Write a message first");
  else if (too_long)
    reason = _("This message is too long to send");
  gtk_widget_set_tooltip_text (self->send_area, reason);
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return stripped[0] == '\0';
}

static void
update (HcMessageEntry *self)
{
  g_autofree char *text = hc_message_entry_dup_text (self);
  g_autofree char *words = hc_describe_room (text, self->capacity);
  gboolean too_long = hc_count_excess (text, self->capacity) > 0;
  gboolean sendable = !is_blank (text) && !too_long;

  gtk_widget_set_visible (self->placeholder, text[0] == '\0');
  show_room (self, words, too_long);
  show_reason (self, is_blank (text), too_long);
  if (self->sendable == sendable)
    return;

  self->sendable = sendable;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENDABLE]);
}

static void
on_changed (HcMessageEntry *self)
{
  update (self);
}

/* To clear the entry is no user's action. */
static void
on_typed (HcMessageEntry *self)
{
  if (gtk_text_buffer_get_char_count (self->buffer) > 0)
    g_signal_emit (self, typed_signal, 0);
}

/* The text scrolls to a new line before its view has grown for it, and stays
 * there. What fits needs no scrolling. */
static void
on_scrolled (HcMessageEntry *self,
             GtkAdjustment  *adjustment)
{
  int room = gtk_scrolled_window_get_max_content_height (GTK_SCROLLED_WINDOW (self->scroller));

  if (gtk_adjustment_get_upper (adjustment) <= room && gtk_adjustment_get_value (adjustment) > 0)
    gtk_adjustment_set_value (adjustment, 0);
}

static gboolean
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

/* An input method has the first word: Enter may choose what it proposes. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                HcMessageEntry        *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (!is_enter (keyval) || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (gtk_text_view_im_context_filter_keypress (self->view, event))
    return GDK_EVENT_STOP;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.send-entry", NULL);
  return GDK_EVENT_STOP;
}

static gboolean
hc_message_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HC_MESSAGE_ENTRY (widget)->view));
}

static void
hc_message_entry_dispose (GObject *object)
{
  HcMessageEntry *self = HC_MESSAGE_ENTRY (object);

  g_clear_pointer (&self->placeholder_text, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_MESSAGE_ENTRY);

  G_OBJECT_CLASS (hc_message_entry_parent_class)->dispose (object);
}

static void
hc_message_entry_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  HcMessageEntry *self = HC_MESSAGE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_PLACEHOLDER:
      g_value_set_string (value, self->placeholder_text);
      break;
    case PROP_CAPACITY:
      g_value_set_uint (value, self->capacity);
      break;
    case PROP_SENDABLE:
      g_value_set_boolean (value, self->sendable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_placeholder (HcMessageEntry *self,
                 const char     *text)
{
  g_free (self->placeholder_text);
  self->placeholder_text = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, text != NULL ? text : "",
                                  -1);
}

static void
hc_message_entry_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  HcMessageEntry *self = HC_MESSAGE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_PLACEHOLDER:
      set_placeholder (self, g_value_get_string (value));
      break;
    case PROP_CAPACITY:
      self->capacity = g_value_get_uint (value);
      update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_PLACEHOLDER] =
    g_param_spec_string ("placeholder", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | flags);
  properties[PROP_CAPACITY] =
    g_param_spec_uint ("capacity", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | flags);
  properties[PROP_SENDABLE] =
    g_param_spec_boolean ("sendable", NULL, NULL,
                          FALSE,
                          G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_message_entry_class_init (HcMessageEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_message_entry_dispose;
  object_class->get_property = hc_message_entry_get_property;
  object_class->set_property = hc_message_entry_set_property;
  widget_class->grab_focus = hc_message_entry_grab_focus;
  install_properties (object_class);

  /**
   * HcMessageEntry::typed:
   * @self: the entry
   *
   * The user is writing something.
   */
  typed_signal =
    g_signal_new ("typed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "messageentry");
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-message-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, room);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, frame);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, placeholder);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, scroller);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, send_area);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, view);
  gtk_widget_class_bind_template_child (widget_class, HcMessageEntry, buffer);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
}

/* Only when it is wanted: a chooser makes thousands of widgets as soon as it is there, and GTK 4.8
 * leaks if it is gone before it has made them. */
static void
create_emoji_chooser (GtkMenuButton *button,
                      gpointer       self)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_object (chooser, "emoji-picked",
                           G_CALLBACK (hc_message_entry_insert), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, chooser);
}

static void
hc_message_entry_init (HcMessageEntry *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->emoji_button, create_emoji_chooser, self, NULL);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "value-changed",
                           G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * hc_message_entry_dup_text:
 * @self: an entry
 *
 * Gets what has been written.
 *
 * Returns: (transfer full): the text
 */
char *
hc_message_entry_dup_text (HcMessageEntry *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (HC_IS_MESSAGE_ENTRY (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/**
 * hc_message_entry_clear:
 * @self: an entry
 *
 * Empties it for the next message. There is no way back by Undo: what has
 * been sent can't be unsent.
 */
void
hc_message_entry_clear (HcMessageEntry *self)
{
  g_return_if_fail (HC_IS_MESSAGE_ENTRY (self));

  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, "", 0);
  gtk_text_buffer_end_irreversible_action (self->buffer);
}

/**
 * hc_message_entry_insert:
 * @self: an entry
 * @text: what to write
 *
 * Writes at the cursor, in place of the selection.
 */
void
hc_message_entry_insert (HcMessageEntry *self,
                         const char     *text)
{
  g_return_if_fail (HC_IS_MESSAGE_ENTRY (self));
  g_return_if_fail (text != NULL);

  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * hc_message_entry_is_sendable:
 * @self: an entry
 *
 * Tells whether something is in it that fits in a message.
 *
 * Returns: %TRUE if so
 */
gboolean
hc_message_entry_is_sendable (HcMessageEntry *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE_ENTRY (self), FALSE);

  return self->sendable;
}

/**
 * hc_message_entry_forward_key:
 * @self: an entry
 * @controller: what has just seen a key press
 *
 * Takes a key that was pressed somewhere else, and the focus with it.
 *
 * Returns: %TRUE if the key was of use
 */
gboolean
hc_message_entry_forward_key (HcMessageEntry        *self,
                              GtkEventControllerKey *controller)
{
  g_return_val_if_fail (HC_IS_MESSAGE_ENTRY (self), FALSE);

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return gtk_event_controller_key_forward (controller, GTK_WIDGET (self->view));
}
