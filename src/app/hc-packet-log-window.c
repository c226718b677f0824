/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-follower.h"
#include "hc-packet-log-window.h"

#include <glib/gi18n.h>

struct _HcPacketLogWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkNoSelection *selection;
  GtkWidget *stack;
  GtkScrolledWindow *scroller;

  HcPacketLog *log;
  HcFollower *follower;
};

G_DEFINE_FINAL_TYPE (HcPacketLogWindow, hc_packet_log_window, ADW_TYPE_WINDOW)

static char *
dup_text (HcPacketLogWindow *self)
{
  GListModel *model = G_LIST_MODEL (self->log);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (model, i);
      g_autofree char *line = hc_packet_record_to_line (record);

      g_string_append_printf (text, "%s\n", line);
    }
  return g_string_free (text, FALSE);
}

static void
copy (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HcPacketLogWindow *self = HC_PACKET_LOG_WINDOW (widget);
  g_autofree char *text = dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Packets copied")));
}

static void
clear (GtkWidget  *widget,
       const char *action_name,
       GVariant   *parameter)
{
  hc_packet_log_clear (HC_PACKET_LOG_WINDOW (widget)->log);
}

static void
update (HcPacketLogWindow *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->log)) == 0;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), is_empty ? "empty" : "packets");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.copy", !is_empty);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.clear", !is_empty);
}

static void
hc_packet_log_window_dispose (GObject *object)
{
  HcPacketLogWindow *self = HC_PACKET_LOG_WINDOW (object);

  g_clear_object (&self->follower);
  g_clear_object (&self->log);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_PACKET_LOG_WINDOW);

  G_OBJECT_CLASS (hc_packet_log_window_parent_class)->dispose (object);
}

static void
hc_packet_log_window_class_init (HcPacketLogWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hc_packet_log_window_dispose;

  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "log.clear", NULL, clear);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/hc-packet-log-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HcPacketLogWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HcPacketLogWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, HcPacketLogWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HcPacketLogWindow, scroller);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_arrow);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_over);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_remote);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_size);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_time);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_type);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_way);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_record_words);
}

static void
hc_packet_log_window_init (HcPacketLogWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->follower = hc_follower_new (gtk_scrolled_window_get_vadjustment (self->scroller));
}

/**
 * hc_packet_log_window_new:
 * @log: a session's packet log
 *
 * Creates a window that shows it, and goes on showing what is added.
 *
 * Returns: (transfer none): a window
 */
GtkWidget *
hc_packet_log_window_new (HcPacketLog *log)
{
  HcPacketLogWindow *self = g_object_new (HC_TYPE_PACKET_LOG_WINDOW, NULL);

  self->log = g_object_ref (log);
  gtk_no_selection_set_model (self->selection, G_LIST_MODEL (log));
  g_signal_connect_object (log, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
