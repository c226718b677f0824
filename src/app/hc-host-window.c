/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-css-class.h"
#include "hc-host-window.h"
#include "hc-text.h"
#include "hc-words.h"

#include <glib/gi18n.h>

struct _HcHostWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwComboRow *mode_row;
  GtkEditable *port_row;
  GtkWidget *start_button;
  GtkListBox *addresses;

  HcHost *host;
  char *failure;
};

G_DEFINE_FINAL_TYPE (HcHostWindow, hc_host_window, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_HOST,
  PROP_FAILURE,
  N_PROPS
};

enum
{
  SIGNAL_USE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_failure (HcHostWindow *self,
             const char   *failure)
{
  if (g_strcmp0 (self->failure, failure) == 0)
    return;

  g_free (self->failure);
  self->failure = g_strdup (failure);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
}

static void
check_port (HcHostWindow *self)
{
  const char *advice = NULL;
  HcProblem problem = hc_check_port (gtk_editable_get_text (self->port_row), &advice);

  hc_widget_set_css_class (self->port_row, "error", problem == HC_PROBLEM_WRONG);
  set_failure (self, advice);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "host.start", problem != HC_PROBLEM_WRONG);
}

static void
start (GtkWidget  *widget,
       const char *action_name,
       GVariant   *parameter)
{
  HcHostWindow *self = HC_HOST_WINDOW (widget);
  gboolean is_udp = adw_combo_row_get_selected (self->mode_row) == 1;
  g_autoptr (GError) error = NULL;

  if (hc_host_is_running (self->host))
    return;
  if (!hc_host_start (self->host,
                      is_udp ? HC_TRANSPORT_UDP : HC_TRANSPORT_TCP,
                      hc_text_parse_port (gtk_editable_get_text (self->port_row)),
                      &error))
    set_failure (self, error->message);
  else
    set_failure (self, NULL);
}

static void
stop (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  hc_host_stop (HC_HOST_WINDOW (widget)->host);
}

static void
copy (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HcHostWindow *self = HC_HOST_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          g_variant_get_string (parameter, NULL));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Address copied")));
}

static void
use (GtkWidget  *widget,
     const char *action_name,
     GVariant   *parameter)
{
  HcHostWindow *self = HC_HOST_WINDOW (widget);

  g_signal_emit (self, signals[SIGNAL_USE], 0, hc_host_get_address (self->host));
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
make_copy_button (const char *address)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  /* Translators: a button; %s is an address as in 192.0.2.7:5000. */
  g_autofree char *label = g_strdup_printf (_("Copy %s"), address);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Copy"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "host.copy");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", address);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  return button;
}

static void
add_address (HcHostWindow *self,
             const char   *address)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), address);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_copy_button (address));
  gtk_widget_add_css_class (row, "address");
  gtk_list_box_append (self->addresses, row);
}

static void
update (HcHostWindow *self)
{
  g_auto (GStrv) addresses = hc_host_dup_addresses (self->host);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->addresses))) != NULL)
    gtk_list_box_remove (self->addresses, child);
  for (guint i = 0; addresses[i] != NULL; i++)
    add_address (self, addresses[i]);
}

static void
set_host (HcHostWindow *self,
          HcHost       *host)
{
  if (!g_set_object (&self->host, host))
    return;

  g_signal_connect_object (host, "notify::running", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  if (hc_host_get_transport (host) == HC_TRANSPORT_UDP)
    adw_combo_row_set_selected (self->mode_row, 1);
}

static void
hc_host_window_dispose (GObject *object)
{
  HcHostWindow *self = HC_HOST_WINDOW (object);

  g_clear_object (&self->host);
  g_clear_pointer (&self->failure, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_HOST_WINDOW);

  G_OBJECT_CLASS (hc_host_window_parent_class)->dispose (object);
}

static void
hc_host_window_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  HcHostWindow *self = HC_HOST_WINDOW (object);

  switch (prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_host_window_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  HcHostWindow *self = HC_HOST_WINDOW (object);

  switch (prop_id)
    {
    case PROP_HOST:
      set_host (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_host_window_class_init (HcHostWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_host_window_dispose;
  object_class->get_property = hc_host_window_get_property;
  object_class->set_property = hc_host_window_set_property;

  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL,
                         HC_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FAILURE] =
    g_param_spec_string ("failure", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_USE] =
    g_signal_new ("use", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "host.start", NULL, start);
  gtk_widget_class_install_action (widget_class, "host.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "host.copy", "s", copy);
  gtk_widget_class_install_action (widget_class, "host.use", NULL, use);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-host-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HcHostWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HcHostWindow, mode_row);
  gtk_widget_class_bind_template_child (widget_class, HcHostWindow, port_row);
  gtk_widget_class_bind_template_child (widget_class, HcHostWindow, start_button);
  gtk_widget_class_bind_template_child (widget_class, HcHostWindow, addresses);
  gtk_widget_class_bind_template_callback (widget_class, check_port);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_has_text);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_not);
}

static void
hc_host_window_init (HcHostWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_host_window_new:
 * @host: the app's host
 *
 * Creates a window for it. Closing the window doesn't stop the server.
 *
 * Returns: (transfer none): a window
 */
GtkWidget *
hc_host_window_new (HcHost *host)
{
  return g_object_new (HC_TYPE_HOST_WINDOW, "host", host, NULL);
}
