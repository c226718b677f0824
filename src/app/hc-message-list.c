/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-message-list.h"
#include "hc-message-row.h"
#include "hc-message-words.h"

struct _HcMessageList
{
  AdwBin parent_instance;

  GtkWidget *scroller;
  GtkWidget *view;
  GtkMultiSelection *selection;

  HcSession *session;
  GSignalGroup *conversation_signals;
  GHashTable *bound_items;
  guint scroll_id;
  double last_upper;
  double last_page;
  gboolean stuck;
  gboolean has_unseen;
  gboolean selecting;
};

G_DEFINE_FINAL_TYPE (HcMessageList, hc_message_list, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_HAS_UNSEEN,
  PROP_SELECTING,
  PROP_N_SELECTED,
  PROP_EMPTY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkAdjustment *
get_adjustment (HcMessageList *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}

static void
set_has_unseen (HcMessageList *self,
                gboolean       has_unseen)
{
  if (self->has_unseen == has_unseen)
    return;

  self->has_unseen = has_unseen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_UNSEEN]);
}

static gboolean
is_empty (HcMessageList *self)
{
  return self->session == NULL ||
         g_list_model_get_n_items (G_LIST_MODEL (hc_session_get_conversation (self->session))) == 0;
}

static guint
get_n_selected (HcMessageList *self)
{
  g_autoptr (GtkBitset) selected = NULL;

  if (self->selection == NULL)
    return 0;
  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  return gtk_bitset_get_size (selected);
}

static void
set_selecting (HcMessageList *self,
               gboolean       selecting)
{
  if (self->selecting == selecting)
    return;

  self->selecting = selecting;
  if (!selecting)
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTING]);
}

static void
on_selection_changed (HcMessageList *self)
{
  if (get_n_selected (self) > 0)
    set_selecting (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SELECTED]);
}

static gboolean
is_at_end (GtkAdjustment *adjustment)
{
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  return gtk_adjustment_get_value (adjustment) >= end - 1;
}

static gboolean
scroll_now (gpointer data)
{
  HcMessageList *self = data;
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  GtkAdjustment *adjustment = get_adjustment (self);

  self->scroll_id = 0;
  if (n_items > 0)
    gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", n_items - 1);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* The new row has no height before the next layout. */
static void
queue_scroll (HcMessageList *self)
{
  if (self->scroll_id == 0)
    self->scroll_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, scroll_now, self, NULL);
}

/* A value that changes with the size is the layout's doing, not the reader's. */
static void
on_value_changed (HcMessageList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  if (is_at_end (adjustment))
    {
      self->stuck = TRUE;
      set_has_unseen (self, FALSE);
    }
  else if (self->scroll_id == 0 &&
           self->last_upper == gtk_adjustment_get_upper (adjustment) &&
           self->last_page == gtk_adjustment_get_page_size (adjustment))
    self->stuck = FALSE;
}

static void
on_size_changed (HcMessageList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  self->last_upper = gtk_adjustment_get_upper (adjustment);
  self->last_page = gtk_adjustment_get_page_size (adjustment);
  if (self->stuck && !is_at_end (adjustment))
    queue_scroll (self);
}

static void
show_messages (HcMessageList *self,
               GtkListItem   *item)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint position = gtk_list_item_get_position (item);
  g_autoptr (HcMessage) message = g_list_model_get_item (model, position);
  g_autoptr (HcMessage) next = g_list_model_get_item (model, position + 1);
  g_autoptr (HcMessage) previous = NULL;

  if (position > 0)
    previous = g_list_model_get_item (model, position - 1);
  hc_message_row_set_messages (HC_MESSAGE_ROW (gtk_list_item_get_child (item)),
                               previous, message, next);
}

static void
show_new_neighbours (HcMessageList *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound_items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    show_messages (self, item);
}

static void
on_items_changed (HcMessageList *self,
                  guint          position,
                  guint          removed,
                  guint          added,
                  GListModel    *model)
{
  g_autoptr (HcMessage) last = NULL;

  show_new_neighbours (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
  if (added == 0)
    {
      set_selecting (self, FALSE);
      return;
    }

  last = g_list_model_get_item (model, position + added - 1);
  if (hc_message_get_kind (last) == HC_MESSAGE_OUTGOING)
    self->stuck = TRUE;
  if (self->stuck)
    queue_scroll (self);
  else
    set_has_unseen (self, TRUE);
}

static void
toggle_item (GtkListItem     *item,
             int              n_press,
             double           x,
             double           y,
             GtkGestureClick *click)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  GtkWidget *list = gtk_widget_get_ancestor (widget, HC_TYPE_MESSAGE_LIST);
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (HC_MESSAGE_LIST (list)->selection);
  guint position = gtk_list_item_get_position (item);

  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  if (gtk_list_item_get_selected (item))
    gtk_selection_model_unselect_item (selection, position);
  else
    gtk_selection_model_select_item (selection, position, FALSE);
}

static void
on_selecting_changed (GtkEventController *click,
                      GParamSpec         *pspec,
                      HcMessageList      *self)
{
  gtk_event_controller_set_propagation_phase (click, self->selecting ? GTK_PHASE_CAPTURE
                                                                     : GTK_PHASE_NONE);
}

static void
add_click (HcMessageList *self,
           GtkListItem   *item,
           GtkWidget     *row)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (click, "pressed", G_CALLBACK (toggle_item), item, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::selecting", G_CALLBACK (on_selecting_changed),
                           click, G_CONNECT_SWAPPED);
  on_selecting_changed (GTK_EVENT_CONTROLLER (click), NULL, self);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
}

static void
on_setup (HcMessageList *self,
          GtkListItem   *item)
{
  GtkWidget *row = hc_message_row_new (self->session);

  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
  g_object_bind_property (self, "selecting", row, "selecting", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "selecting", item, "selectable", G_BINDING_SYNC_CREATE);
  g_object_bind_property (item, "selected", row, "selected", G_BINDING_SYNC_CREATE);
  add_click (self, item, row);
}

static void
on_bind (HcMessageList *self,
         GtkListItem   *item)
{
  g_hash_table_add (self->bound_items, item);
  show_messages (self, item);
}

static void
on_unbind (HcMessageList *self,
           GtkListItem   *item)
{
  g_hash_table_remove (self->bound_items, item);
  hc_message_row_set_messages (HC_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL, NULL, NULL);
}

/* Shows the session's conversation, from its end. */
static void
set_session (HcMessageList *self,
             HcSession     *session)
{
  HcConversation *conversation;

  if (!g_set_object (&self->session, session) || session == NULL)
    return;

  conversation = hc_session_get_conversation (session);
  gtk_multi_selection_set_model (self->selection, G_LIST_MODEL (conversation));
  g_signal_group_set_target (self->conversation_signals, conversation);
  hc_message_list_scroll_to_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
hc_message_list_dispose (GObject *object)
{
  HcMessageList *self = HC_MESSAGE_LIST (object);

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->session);
  g_clear_pointer (&self->bound_items, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_MESSAGE_LIST);

  G_OBJECT_CLASS (hc_message_list_parent_class)->dispose (object);
}

static void
hc_message_list_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  HcMessageList *self = HC_MESSAGE_LIST (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_HAS_UNSEEN:
      g_value_set_boolean (value, self->has_unseen);
      break;
    case PROP_SELECTING:
      g_value_set_boolean (value, self->selecting);
      break;
    case PROP_N_SELECTED:
      g_value_set_uint (value, get_n_selected (self));
      break;
    case PROP_EMPTY:
      g_value_set_boolean (value, is_empty (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_message_list_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  HcMessageList *self = HC_MESSAGE_LIST (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case PROP_SELECTING:
      set_selecting (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         HC_TYPE_SESSION,
                         G_PARAM_READWRITE | flags);
  properties[PROP_HAS_UNSEEN] =
    g_param_spec_boolean ("has-unseen", NULL, NULL,
                          FALSE,
                          G_PARAM_READABLE | flags);
  properties[PROP_SELECTING] =
    g_param_spec_boolean ("selecting", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | flags);
  properties[PROP_N_SELECTED] =
    g_param_spec_uint ("n-selected", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | flags);
  properties[PROP_EMPTY] =
    g_param_spec_boolean ("empty", NULL, NULL,
                          TRUE,
                          G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_message_list_class_init (HcMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_message_list_dispose;
  object_class->get_property = hc_message_list_get_property;
  object_class->set_property = hc_message_list_set_property;
  install_properties (object_class);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-message-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HcMessageList, scroller);
  gtk_widget_class_bind_template_child (widget_class, HcMessageList, view);
  gtk_widget_class_bind_template_child (widget_class, HcMessageList, selection);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, hc_message_list_scroll_to_end);
}

static void
hc_message_list_init (HcMessageList *self)
{
  self->stuck = TRUE;
  self->bound_items = g_hash_table_new (NULL, NULL);
  self->conversation_signals = g_signal_group_new (HC_TYPE_CONVERSATION);
  g_signal_group_connect_data (self->conversation_signals, "items-changed",
                               G_CALLBACK (on_items_changed), self, NULL,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (get_adjustment (self), "value-changed",
                           G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_adjustment (self), "changed",
                           G_CALLBACK (on_size_changed), self, G_CONNECT_SWAPPED);
}

/**
 * hc_message_list_scroll_to_end:
 * @self: a list
 *
 * Shows the newest message, and stays with the newest.
 */
void
hc_message_list_scroll_to_end (HcMessageList *self)
{
  g_return_if_fail (HC_IS_MESSAGE_LIST (self));

  self->stuck = TRUE;
  set_has_unseen (self, FALSE);
  queue_scroll (self);
}

/**
 * hc_message_list_dup_selected:
 * @self: a list
 *
 * Writes the selected messages down, with names and times.
 *
 * Returns: (transfer full): the text, empty if none is selected
 */
char *
hc_message_list_dup_selected (HcMessageList *self)
{
  g_autoptr (GtkSelectionFilterModel) selected = NULL;

  g_return_val_if_fail (HC_IS_MESSAGE_LIST (self), NULL);

  selected = gtk_selection_filter_model_new (GTK_SELECTION_MODEL (self->selection));
  return hc_dup_transcript (G_LIST_MODEL (selected));
}
