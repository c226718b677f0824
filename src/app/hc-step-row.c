/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-css-class.h"
#include "hc-step-row.h"
#include "hc-steps.h"

struct _HcStepRow
{
  AdwPreferencesRow parent_instance;

  GtkWidget *button;

  guint step;
  guint progress;
  char *text;
};

G_DEFINE_FINAL_TYPE (HcStepRow, hc_step_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  PROP_0,
  PROP_STEP,
  PROP_PROGRESS,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update (HcStepRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  gboolean next = self->progress == HC_STEP_NEXT || self->progress == HC_STEP_FAILED;
  g_autofree char *name = NULL;

  hc_widget_set_css_class (self->button, "suggested-action", next);
  hc_widget_set_css_class (self, "failed", self->progress == HC_STEP_FAILED);

  name = hc_step_accessible_name (self->step, title, self->progress,
                                  self->text != NULL ? self->text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
hc_step_row_dispose (GObject *object)
{
  HcStepRow *self = HC_STEP_ROW (object);

  g_clear_pointer (&self->text, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_STEP_ROW);

  G_OBJECT_CLASS (hc_step_row_parent_class)->dispose (object);
}

static void
hc_step_row_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  HcStepRow *self = HC_STEP_ROW (object);

  switch (prop_id)
    {
    case PROP_STEP:
      g_value_set_uint (value, self->step);
      break;
    case PROP_PROGRESS:
      g_value_set_uint (value, self->progress);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_step_row_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  HcStepRow *self = HC_STEP_ROW (object);

  switch (prop_id)
    {
    case PROP_STEP:
      self->step = g_value_get_uint (value);
      break;
    case PROP_PROGRESS:
      self->progress = g_value_get_uint (value);
      break;
    case PROP_TEXT:
      g_free (self->text);
      self->text = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
  update (self);
}

static void
hc_step_row_class_init (HcStepRowClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_step_row_dispose;
  object_class->get_property = hc_step_row_get_property;
  object_class->set_property = hc_step_row_set_property;

  properties[PROP_STEP] =
    g_param_spec_uint ("step", NULL, NULL,
                       HC_STEP_NONE, HC_STEP_CHAT, HC_STEP_NONE,
                       flags);
  properties[PROP_PROGRESS] =
    g_param_spec_uint ("progress", NULL, NULL,
                       HC_STEP_LOCKED, HC_STEP_FAILED, HC_STEP_LOCKED,
                       flags);
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL,
                         NULL,
                         flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HcStepRow, button);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_number);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_action_name);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_button_label);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_mark);
}

static void
hc_step_row_init (HcStepRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hc_step_row_get_button:
 * @self: a row
 *
 * Gets the button that takes the step, or cancels it.
 *
 * Returns: (transfer none): the button
 */
GtkWidget *
hc_step_row_get_button (HcStepRow *self)
{
  g_return_val_if_fail (HC_IS_STEP_ROW (self), NULL);

  return self->button;
}
