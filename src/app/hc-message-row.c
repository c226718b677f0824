/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-css-class.h"
#include "hc-markup.h"
#include "hc-message-row.h"
#include "hc-message-words.h"
#include "hc-window.h"

struct _HcMessageRow
{
  AdwBin parent_instance;

  GtkWidget *day;
  GtkWidget *notice;
  GtkWidget *line;
  GtkWidget *bubble;
  GtkWidget *footer;
  GtkWidget *check;
  GtkWidget *status;
  GtkWidget *retry;
  GtkWidget *cancel;

  HcSession *session;
  HcMessage *previous;
  HcMessage *message;
  HcMessage *next;
  GSignalGroup *message_signals;
  GSignalGroup *next_signals;
  gboolean selecting;
  gboolean selected;
};

G_DEFINE_FINAL_TYPE (HcMessageRow, hc_message_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SELECTING,
  PROP_SELECTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_day (HcMessageRow *self)
{
  gboolean begins = hc_message_begins_day (self->message, self->previous);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = hc_format_day (hc_message_get_time (self->message), now);

  gtk_label_set_label (GTK_LABEL (self->day), day);
  gtk_widget_set_visible (self->day, begins);
}

static void
update_footer (HcMessageRow *self)
{
  gboolean in_turns = !hc_session_get_encrypted (self->session);
  g_autofree char *footer = hc_message_dup_footer (self->message, in_turns);
  g_autofree char *explanation =
    hc_message_dup_explanation (self->message, hc_session_get_peer_id (self->session));
  HcMessageStatus status = hc_message_get_status (self->message);
  gboolean is_notice = hc_message_get_kind (self->message) == HC_MESSAGE_NOTICE;

  gtk_label_set_label (GTK_LABEL (self->status), footer);
  gtk_widget_set_tooltip_text (self->footer, explanation);
  gtk_widget_set_visible (self->footer,
                          !is_notice && hc_message_ends_group (self->message, self->next));
  gtk_widget_set_visible (self->check, status == HC_MESSAGE_STATUS_DELIVERED);
  hc_widget_set_css_class (self->status, "error", status == HC_MESSAGE_STATUS_FAILED);
}

static void
update_actions (HcMessageRow *self)
{
  HcMessageStatus status = hc_message_get_status (self->message);
  gboolean can_retry = status == HC_MESSAGE_STATUS_FAILED && hc_session_can_send (self->session);
  gboolean can_cancel = status == HC_MESSAGE_STATUS_WAITING;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.retry", can_retry);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.cancel", can_cancel);
  gtk_widget_set_visible (self->retry, can_retry);
  gtk_widget_set_visible (self->cancel, can_cancel);
}

/* The list's own widget around the row is what a screen reader stops at. */
static void
update_accessible_name (HcMessageRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *spoken = hc_message_dup_spoken (self->message,
                                                   !hc_session_get_encrypted (self->session));

  gtk_accessible_update_property (GTK_ACCESSIBLE (item != NULL ? item : GTK_WIDGET (self)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

static void
update_status (HcMessageRow *self)
{
  if (self->message == NULL)
    return;

  update_footer (self);
  update_actions (self);
  update_accessible_name (self);
}

static void
update_bubble (HcMessageRow *self)
{
  g_autofree char *markup = hc_markup_from_text (hc_message_get_text (self->message));
  HcMessageKind kind = hc_message_get_kind (self->message);
  GtkAlign align = kind == HC_MESSAGE_OUTGOING ? GTK_ALIGN_END : GTK_ALIGN_START;

  gtk_widget_set_visible (self->line, kind != HC_MESSAGE_NOTICE);
  gtk_widget_set_visible (self->notice, kind == HC_MESSAGE_NOTICE);
  gtk_label_set_markup (GTK_LABEL (kind == HC_MESSAGE_NOTICE ? self->notice : self->bubble),
                        markup);
  gtk_widget_set_halign (self->bubble, align);
  gtk_widget_set_halign (self->footer, align);
}

static void
update (HcMessageRow *self)
{
  HcMessageKind kind = hc_message_get_kind (self->message);

  hc_widget_set_css_class (self, "outgoing", kind == HC_MESSAGE_OUTGOING);
  hc_widget_set_css_class (self, "incoming", kind == HC_MESSAGE_INCOMING);
  hc_widget_set_css_class (self, "first",
                           hc_message_begins_group (self->message, self->previous));
  update_day (self);
  update_bubble (self);
  update_status (self);
}

/* The row is another message's, or nobody's, once this one is gone. */
static void
retry (GtkWidget  *widget,
       const char *action_name,
       GVariant   *parameter)
{
  HcMessageRow *self = HC_MESSAGE_ROW (widget);
  g_autoptr (HcMessage) message = g_object_ref (self->message);
  g_autoptr (GError) error = NULL;
  GtkRoot *root = gtk_widget_get_root (widget);

  if (!hc_session_send_again (self->session, message, &error) && HC_IS_WINDOW (root))
    hc_window_add_toast (HC_WINDOW (root), error->message);
}

static void
cancel (GtkWidget  *widget,
        const char *action_name,
        GVariant   *parameter)
{
  HcMessageRow *self = HC_MESSAGE_ROW (widget);
  g_autoptr (HcMessage) message = g_object_ref (self->message);

  hc_session_take_back (self->session, message);
}

static void
hc_message_row_dispose (GObject *object)
{
  HcMessageRow *self = HC_MESSAGE_ROW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->message_signals);
  g_clear_object (&self->next_signals);
  g_clear_object (&self->previous);
  g_clear_object (&self->message);
  g_clear_object (&self->next);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_MESSAGE_ROW);

  G_OBJECT_CLASS (hc_message_row_parent_class)->dispose (object);
}

static void
hc_message_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  HcMessageRow *self = HC_MESSAGE_ROW (object);

  switch (prop_id)
    {
    case PROP_SELECTING:
      g_value_set_boolean (value, self->selecting);
      break;
    case PROP_SELECTED:
      g_value_set_boolean (value, self->selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_message_row_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  HcMessageRow *self = HC_MESSAGE_ROW (object);

  switch (prop_id)
    {
    case PROP_SELECTING:
      self->selecting = g_value_get_boolean (value);
      break;
    case PROP_SELECTED:
      self->selected = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
hc_message_row_class_init (HcMessageRowClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_message_row_dispose;
  object_class->get_property = hc_message_row_get_property;
  object_class->set_property = hc_message_row_set_property;

  properties[PROP_SELECTING] =
    g_param_spec_boolean ("selecting", NULL, NULL,
                          FALSE,
                          flags);
  properties[PROP_SELECTED] =
    g_param_spec_boolean ("selected", NULL, NULL,
                          FALSE,
                          flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry);
  gtk_widget_class_install_action (widget_class, "message.cancel", NULL, cancel);
  gtk_widget_class_set_css_name (widget_class, "messagerow");
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, day);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, notice);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, line);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, footer);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, check);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, status);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, retry);
  gtk_widget_class_bind_template_child (widget_class, HcMessageRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_not);
}

static void
hc_message_row_init (HcMessageRow *self)
{
  self->message_signals = g_signal_group_new (HC_TYPE_MESSAGE);
  self->next_signals = g_signal_group_new (HC_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->message_signals, "notify::status",
                                  G_CALLBACK (update_status), self);
  g_signal_group_connect_swapped (self->next_signals, "notify::status",
                                  G_CALLBACK (update_status), self);

  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_message_row_new:
 * @session: whose messages it is for
 *
 * Creates an empty row.
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hc_message_row_new (HcSession *session)
{
  HcMessageRow *self = g_object_new (HC_TYPE_MESSAGE_ROW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (update_status), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * hc_message_row_set_messages:
 * @self: a row
 * @previous: (nullable): the message before
 * @message: (nullable): what to show, or %NULL to let go of it
 * @next: (nullable): the message after
 *
 * Gives a row its message.
 */
void
hc_message_row_set_messages (HcMessageRow *self,
                             HcMessage    *previous,
                             HcMessage    *message,
                             HcMessage    *next)
{
  gboolean changed;

  g_return_if_fail (HC_IS_MESSAGE_ROW (self));

  changed = g_set_object (&self->previous, previous);
  changed |= g_set_object (&self->message, message);
  changed |= g_set_object (&self->next, next);
  g_signal_group_set_target (self->message_signals, message);
  g_signal_group_set_target (self->next_signals, next);
  if (changed && message != NULL)
    update (self);
}
