/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-identity.h"
#include "hc-key-dialog.h"
#include "hc-notifier.h"
#include "hc-packet-log-window.h"
#include "hc-safety-window.h"
#include "hc-window-private.h"

struct _HcWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  HcConnectPage *connect_page;
  HcConversationPage *conversation_page;

  HcSession *session;
  HcHost *host;
  HcNotifier *notifier;
  GSettings *settings;
  GtkWindow *packet_log;
  gboolean was_in_conversation;
  gboolean closing;
};

G_DEFINE_FINAL_TYPE (HcWindow, hc_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_HOST,
  PROP_SETTINGS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
remember (HcWindow *self)
{
  g_settings_set_string (self->settings, "id", hc_session_get_id (self->session));
  g_settings_set_string (self->settings, "server", hc_session_get_server (self->session));
  g_settings_set_uint (self->settings, "port", hc_session_get_port (self->session));
}

/* Where the page turns, the focus goes with it. */
static void
move_focus (HcWindow *self)
{
  HcSessionState state = hc_session_get_state (self->session);
  gboolean in_conversation = state == HC_SESSION_CHATTING || state == HC_SESSION_ENDED;

  if (in_conversation)
    gtk_widget_grab_focus (GTK_WIDGET (self->conversation_page));
  else if (self->was_in_conversation)
    gtk_widget_grab_focus (GTK_WIDGET (self->connect_page));
  self->was_in_conversation = in_conversation;
}

/* In code, since in GTK 4.8 a template must not bind its own properties. */
static void
update_title (HcWindow *self)
{
  g_autofree char *title = hc_closure_title (self, hc_session_get_state (self->session),
                                             hc_session_get_peer_id (self->session));

  gtk_window_set_title (GTK_WINDOW (self), title);
}

static void
on_state_changed (HcWindow *self)
{
  update_title (self);
  if (hc_session_get_state (self->session) == HC_SESSION_REGISTERED)
    remember (self);
  move_focus (self);
}

/* Who waits has no step that could have failed: a call was refused. */
static void
on_failed (HcWindow *self)
{
  const char *failure = hc_session_get_failure (self->session);

  if (failure != NULL && hc_session_get_state (self->session) == HC_SESSION_WAITING)
    hc_window_add_toast (self, failure);
}

static void
save_size (HcWindow *self)
{
  int width, height;

  if (gtk_window_is_maximized (GTK_WINDOW (self)) || gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, 360));
  g_settings_set_int (self->settings, "window-height", MAX (height, 294));
}

static gboolean
hc_window_close_request (GtkWindow *window)
{
  HcWindow *self = HC_WINDOW (window);

  save_size (self);
  if (self->closing)
    return GDK_EVENT_STOP;
  self->closing = TRUE;
  hc_window_begin_close (self, self->host);
  return GDK_EVENT_STOP;
}

static void
set_settings (HcWindow  *self,
              GSettings *settings)
{
  g_autofree char *id = g_settings_get_string (settings, "id");
  g_autofree char *server = g_settings_get_string (settings, "server");

  self->settings = g_object_ref (settings);
  if (id[0] != '\0')
    hc_session_set_id (self->session, id);
  if (server[0] != '\0')
    hc_session_set_server (self->session, server);
  hc_session_set_port (self->session, g_settings_get_uint (settings, "port"));
  g_settings_bind (settings, "require-encryption", self->session, "encryption-required",
                   G_SETTINGS_BIND_GET);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
}

/* libadwaita would load a style-hc.css by itself, which newer versions call
 * deprecated; what they have instead is too new for the baseline. */
static void
update_contrast (HcWindow *self)
{
  if (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    gtk_widget_add_css_class (GTK_WIDGET (self), "high-contrast");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "high-contrast");
}

static void
hc_window_constructed (GObject *object)
{
  HcWindow *self = HC_WINDOW (object);

  G_OBJECT_CLASS (hc_window_parent_class)->constructed (object);

  self->notifier = hc_notifier_new (self, self->settings);
  if (g_str_equal (PROFILE, "devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

static void
hc_window_dispose (GObject *object)
{
  HcWindow *self = HC_WINDOW (object);

  g_clear_pointer (&self->packet_log, gtk_window_destroy);
  g_clear_object (&self->notifier);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_WINDOW);

  G_OBJECT_CLASS (hc_window_parent_class)->dispose (object);
}

/* The widgets speak of the session until the last of them is gone. */
static void
hc_window_finalize (GObject *object)
{
  HcWindow *self = HC_WINDOW (object);

  g_object_unref (self->session);
  g_clear_object (&self->host);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hc_window_parent_class)->finalize (object);
}

static void
hc_window_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  HcWindow *self = HC_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_window_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  HcWindow *self = HC_WINDOW (object);

  switch (prop_id)
    {
    case PROP_HOST:
      self->host = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      set_settings (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         HC_TYPE_SESSION,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL,
                         HC_TYPE_HOST,
                         construct);
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL,
                         G_TYPE_SETTINGS,
                         construct);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_window_class_init (HcWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = hc_window_constructed;
  object_class->dispose = hc_window_dispose;
  object_class->finalize = hc_window_finalize;
  object_class->get_property = hc_window_get_property;
  object_class->set_property = hc_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = hc_window_close_request;
  install_properties (object_class);

  g_type_ensure (HC_TYPE_CONNECT_PAGE);
  g_type_ensure (HC_TYPE_CONVERSATION_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HcWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HcWindow, connect_page);
  gtk_widget_class_bind_template_child (widget_class, HcWindow, conversation_page);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_page);
}

static void
watch_contrast (HcWindow *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (update_contrast), self, G_CONNECT_SWAPPED);
  update_contrast (self);
}

static void
on_typed (HcWindow *self)
{
  if (g_settings_get_boolean (self->settings, "send-typing"))
    hc_session_announce_typing (self->session);
}

static void
watch (HcWindow *self)
{
  HcMessageEntry *entry = hc_conversation_page_get_entry (self->conversation_page);
  HcMessageList *list = hc_conversation_page_get_list (self->conversation_page);

  g_signal_connect_object (self->session, "notify",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state",
                           G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->session, "notify::failure",
                           G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connect_page, "notify::problem",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "notify::sendable",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "typed", G_CALLBACK (on_typed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::key-changed",
                           G_CALLBACK (hc_window_show_key_change), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (list, "notify::selecting",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "notify::n-selected",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hc_session_get_conversation (self->session), "items-changed",
                           G_CALLBACK (hc_window_update_actions), self, G_CONNECT_SWAPPED);
}

static void
hc_window_init (HcWindow *self)
{
  g_autofree char *folder = hc_identity_dup_default_folder ();

  self->session = hc_session_new ();
  hc_session_set_data_folder (self->session, folder);
  gtk_widget_init_template (GTK_WIDGET (self));
  hc_window_install_actions (self);
  watch (self);
  watch_contrast (self);
  hc_window_update_actions (self);
}

/**
 * hc_window_new:
 * @application: the app
 * @host: its host
 * @settings: where ID, server, port and size are remembered
 *
 * Creates a window with a session of its own.
 *
 * Returns: (transfer none): a window, which is not shown yet
 */
HcWindow *
hc_window_new (GtkApplication *application,
               HcHost         *host,
               GSettings      *settings)
{
  return g_object_new (HC_TYPE_WINDOW,
                       "application", application,
                       "host", host,
                       "settings", settings,
                       NULL);
}

/**
 * hc_window_get_session:
 * @self: a window
 *
 * Gets the window's session.
 *
 * Returns: (transfer none): the session
 */
HcSession *
hc_window_get_session (HcWindow *self)
{
  g_return_val_if_fail (HC_IS_WINDOW (self), NULL);

  return self->session;
}

/**
 * hc_window_add_toast:
 * @self: a window
 * @words: what to say
 *
 * Says something that passes.
 */
void
hc_window_add_toast (HcWindow   *self,
                     const char *words)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (HC_IS_WINDOW (self));
  g_return_if_fail (words != NULL);

  escaped = g_markup_escape_text (words, -1);
  if (hc_session_get_state (self->session) >= HC_SESSION_CHATTING)
    hc_conversation_page_add_toast (self->conversation_page, adw_toast_new (escaped));
  else
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

HcConnectPage *
hc_window_get_connect_page (HcWindow *self)
{
  return self->connect_page;
}

HcConversationPage *
hc_window_get_conversation_page (HcWindow *self)
{
  return self->conversation_page;
}

void
hc_window_cancel_close (HcWindow *self)
{
  self->closing = FALSE;
}

void
hc_window_show_packet_log (HcWindow *self)
{
  if (self->packet_log == NULL)
    {
      HcPacketLog *log = hc_session_get_packet_log (self->session);

      self->packet_log = GTK_WINDOW (hc_packet_log_window_new (log));
      gtk_window_set_hide_on_close (self->packet_log, TRUE);
    }
  gtk_window_present (self->packet_log);
}

void
hc_window_show_safety_code (HcWindow *self)
{
  GtkWindow *window = GTK_WINDOW (hc_safety_window_new (self->session));

  gtk_window_set_transient_for (window, GTK_WINDOW (self));
  gtk_window_set_destroy_with_parent (window, TRUE);
  gtk_window_present (window);
}

void
hc_window_show_key_change (HcWindow *self)
{
  if (hc_session_get_key_change (self->session) != NULL)
    hc_key_dialog_present (GTK_WINDOW (self), self->session);
}
