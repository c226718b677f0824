/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-preferences-window.h"

struct _HcPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GtkSwitch *require_encryption;
  GtkSwitch *send_typing;
  GtkSwitch *notifications;
};

G_DEFINE_FINAL_TYPE (HcPreferencesWindow, hc_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
hc_preferences_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HC_TYPE_PREFERENCES_WINDOW);

  G_OBJECT_CLASS (hc_preferences_window_parent_class)->dispose (object);
}

static void
hc_preferences_window_class_init (HcPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hc_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/hc-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HcPreferencesWindow, require_encryption);
  gtk_widget_class_bind_template_child (widget_class, HcPreferencesWindow, send_typing);
  gtk_widget_class_bind_template_child (widget_class, HcPreferencesWindow, notifications);
}

static void
hc_preferences_window_init (HcPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_preferences_window_new:
 * @settings: what is chosen in it
 *
 * Creates a window that changes the settings at once.
 *
 * Returns: (transfer none): a window, which is not shown yet
 */
GtkWidget *
hc_preferences_window_new (GSettings *settings)
{
  HcPreferencesWindow *self = g_object_new (HC_TYPE_PREFERENCES_WINDOW, NULL);

  g_settings_bind (settings, "require-encryption", self->require_encryption, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "send-typing", self->send_typing, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notifications", self->notifications, "active",
                   G_SETTINGS_BIND_DEFAULT);
  return GTK_WIDGET (self);
}
