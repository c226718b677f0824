/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-notifier.h"
#include "hc-words.h"

#include <glib/gi18n.h>

struct _HcNotifier
{
  GObject parent_instance;

  HcWindow *window;
  GSettings *settings;
  gboolean shown;
};

G_DEFINE_FINAL_TYPE (HcNotifier, hc_notifier, G_TYPE_OBJECT)

static GApplication *
get_application (HcNotifier *self)
{
  return G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self->window)));
}

static char *
dup_notification_id (HcNotifier *self)
{
  return g_strdup_printf ("window-%u",
                          gtk_application_window_get_id (GTK_APPLICATION_WINDOW (self->window)));
}

static void
notify (HcNotifier *self,
        const char *title,
        const char *body)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *id = dup_notification_id (self);
  guint window_id = gtk_application_window_get_id (GTK_APPLICATION_WINDOW (self->window));

  if (get_application (self) == NULL || gtk_window_is_active (GTK_WINDOW (self->window)) ||
      !g_settings_get_boolean (self->settings, "notifications"))
    return;

  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.present-window", "u", window_id);
  g_application_send_notification (get_application (self), id, notification);
  self->shown = TRUE;
}

static void
withdraw (HcNotifier *self)
{
  g_autofree char *id = NULL;

  if (!self->shown || !gtk_window_is_active (GTK_WINDOW (self->window)) ||
      get_application (self) == NULL)
    return;

  id = dup_notification_id (self);
  g_application_withdraw_notification (get_application (self), id);
  self->shown = FALSE;
}

static void
on_state_changed (HcNotifier *self,
                  GParamSpec *pspec,
                  HcSession  *session)
{
  g_autofree char *peer = hc_isolate (hc_session_get_peer_id (session));
  g_autofree char *title = NULL;

  if (hc_session_get_state (session) != HC_SESSION_CHATTING || !hc_session_get_incoming (session))
    return;

  /* Translators: a notification; %s is the other person's ID. */
  title = g_strdup_printf (_("%s is calling"), peer);
  notify (self, title, _("You can talk now."));
}

static void
on_items_changed (HcNotifier *self,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GListModel *conversation)
{
  g_autoptr (HcMessage) message = NULL;

  if (added == 0)
    return;

  message = g_list_model_get_item (conversation, position + added - 1);
  if (hc_message_get_kind (message) == HC_MESSAGE_INCOMING)
    notify (self, hc_message_get_sender_id (message), hc_message_get_text (message));
}

static void
hc_notifier_dispose (GObject *object)
{
  HcNotifier *self = HC_NOTIFIER (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hc_notifier_parent_class)->dispose (object);
}

static void
hc_notifier_class_init (HcNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_notifier_dispose;
}

static void
hc_notifier_init (HcNotifier *self)
{
}

/**
 * hc_notifier_new:
 * @window: the window that owns the notifier, and outlives it
 * @settings: says whether notifications are wanted
 *
 * Creates a notifier for a window.
 *
 * Returns: (transfer full): a notifier
 */
HcNotifier *
hc_notifier_new (HcWindow  *window,
                 GSettings *settings)
{
  HcNotifier *self = g_object_new (HC_TYPE_NOTIFIER, NULL);
  HcSession *session = hc_window_get_session (window);

  self->window = window;
  self->settings = g_object_ref (settings);
  g_signal_connect_object (window, "notify::is-active",
                           G_CALLBACK (withdraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hc_session_get_conversation (session), "items-changed",
                           G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  return self;
}
