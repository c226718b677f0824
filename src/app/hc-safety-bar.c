/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-safety-bar.h"
#include "hc-safety-words.h"

struct _HcSafetyBar
{
  AdwBin parent_instance;

  GtkWidget *proposal;

  HcSession *session;
  gboolean dismissed;
};

G_DEFINE_FINAL_TYPE (HcSafetyBar, hc_safety_bar, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What is folded away would still take the focus. */
static void
update (HcSafetyBar *self)
{
  gboolean wanted = hc_session_get_state (self->session) == HC_SESSION_CHATTING &&
                    hc_session_get_trust (self->session) == HC_TRUST_NEW && !self->dismissed;

  gtk_widget_set_visible (self->proposal, wanted);
}

static void
on_state_changed (HcSafetyBar *self)
{
  if (hc_session_get_state (self->session) != HC_SESSION_CHATTING)
    self->dismissed = FALSE;
  update (self);
}

static void
dismiss (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  HcSafetyBar *self = HC_SAFETY_BAR (widget);

  self->dismissed = TRUE;
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (widget)), GTK_DIR_TAB_FORWARD);
  update (self);
}

static void
set_session (HcSafetyBar *self,
             HcSession   *session)
{
  if (!g_set_object (&self->session, session) || session == NULL)
    return;

  g_signal_connect_object (session, "notify::trust", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
hc_safety_bar_dispose (GObject *object)
{
  HcSafetyBar *self = HC_SAFETY_BAR (object);

  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_SAFETY_BAR);

  G_OBJECT_CLASS (hc_safety_bar_parent_class)->dispose (object);
}

static void
hc_safety_bar_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  HcSafetyBar *self = HC_SAFETY_BAR (object);

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
hc_safety_bar_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  HcSafetyBar *self = HC_SAFETY_BAR (object);

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
hc_safety_bar_class_init (HcSafetyBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_safety_bar_dispose;
  object_class->get_property = hc_safety_bar_get_property;
  object_class->set_property = hc_safety_bar_set_property;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         HC_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "proposal.dismiss", NULL, dismiss);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-safety-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HcSafetyBar, proposal);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_first_meeting);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_not);
}

static void
hc_safety_bar_init (HcSafetyBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
