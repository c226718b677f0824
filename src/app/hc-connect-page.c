/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-connect-page.h"
#include "hc-css-class.h"
#include "hc-step-row.h"
#include "hc-steps.h"
#include "hc-text.h"
#include "hc-words.h"

#include <glib/gi18n.h>

struct _HcConnectPage
{
  AdwBin parent_instance;

  GtkEditable *id_row;
  GtkEditable *server_row;
  GtkEditable *port_row;
  HcStepRow *register_row;
  HcStepRow *bridge_row;
  HcStepRow *chat_row;

  HcSession *session;
  HcHost *host;
  char *problem;
  char *advice;
  HcStep busy_step;
  HcStep failed_step;
};

G_DEFINE_FINAL_TYPE (HcConnectPage, hc_connect_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_HOST,
  PROP_PROBLEM,
  PROP_ADVICE,
  PROP_FAILED_STEP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_string (HcConnectPage *self,
            char         **field,
            const char    *value,
            guint          prop_id)
{
  if (g_strcmp0 (*field, value) == 0)
    return;

  g_free (*field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
mark_row (GtkEditable *row,
          HcProblem    problem)
{
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (row));
  gboolean is_wrong = problem == HC_PROBLEM_WRONG;

  hc_widget_set_css_class (row, "error", is_wrong);
  gtk_accessible_update_state (GTK_ACCESSIBLE (text),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

/* What is wrong stands under the fields; what is only missing is said where the
 * step can't be taken. */
static void
check_fields (HcConnectPage *self)
{
  const char *advice = NULL;
  const char *problem = NULL;
  HcProblem port = hc_check_port (gtk_editable_get_text (self->port_row), &advice);
  HcProblem server = hc_check_server (gtk_editable_get_text (self->server_row), &advice);
  HcProblem id = hc_check_id (gtk_editable_get_text (self->id_row), &advice);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->port_row),
                                 port == HC_PROBLEM_EMPTY ? _("Your port (automatic)")
                                                          : _("Your port"));
  mark_row (self->id_row, id);
  mark_row (self->server_row, server);
  mark_row (self->port_row, port);

  if (id == HC_PROBLEM_EMPTY)
    problem = _("Choose an ID first");
  else if (server == HC_PROBLEM_EMPTY)
    problem = _("Say which server to use first");
  set_string (self, &self->problem, advice != NULL ? advice : problem, PROP_PROBLEM);
  set_string (self, &self->advice, advice, PROP_ADVICE);
}

static void
push_fields (HcConnectPage *self)
{
  const char *id = gtk_editable_get_text (self->id_row);
  const char *server = gtk_editable_get_text (self->server_row);
  const char *port = gtk_editable_get_text (self->port_row);

  if (!hc_session_can_register (self->session))
    return;
  if (hc_check_id (id, NULL) == HC_PROBLEM_NONE)
    hc_session_set_id (self->session, id);
  if (hc_check_server (server, NULL) == HC_PROBLEM_NONE)
    hc_session_set_server (self->session, server);
  if (hc_check_port (port, NULL) != HC_PROBLEM_WRONG)
    hc_session_set_port (self->session, hc_text_parse_port (port));
}

static void
on_field_changed (HcConnectPage *self)
{
  check_fields (self);
  if (self->session != NULL)
    push_fields (self);
}

static void
on_field_activated (HcConnectPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.register", NULL);
}

static void
show_text (GtkEditable *row,
           const char  *text)
{
  if (g_strcmp0 (gtk_editable_get_text (row), text) != 0)
    gtk_editable_set_text (row, text != NULL ? text : "");
}

/* A field that is being typed in and not yet right is not overwritten: the
 * session still holds the last right one. */
static void
pull_fields (HcConnectPage *self,
             GParamSpec    *pspec)
{
  guint port = hc_session_get_port (self->session);
  g_autofree char *port_text = port > 0 ? g_strdup_printf ("%u", port) : g_strdup ("");
  const char *name = pspec != NULL ? pspec->name : NULL;

  if (name == NULL || g_str_equal (name, "id"))
    show_text (self->id_row, hc_session_get_id (self->session));
  if (name == NULL || g_str_equal (name, "server"))
    show_text (self->server_row, hc_session_get_server (self->session));
  if (name == NULL || g_str_equal (name, "port"))
    show_text (self->port_row, port_text);
}

static void
set_failed_step (HcConnectPage *self,
                 HcStep         step)
{
  if (self->failed_step == step)
    return;

  self->failed_step = step;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILED_STEP]);
}

static void
update_failed_step (HcConnectPage *self)
{
  gboolean failed = hc_session_get_failure (self->session) != NULL;

  set_failed_step (self, failed ? self->busy_step : HC_STEP_NONE);
}

/* GTK complains if an entry becomes insensitive while it has the focus. */
static void
leave_fields (HcConnectPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && GTK_IS_TEXT (focus) && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) &&
      !hc_closure_is_offline (NULL, hc_session_get_state (self->session)))
    gtk_widget_grab_focus (hc_step_row_get_button (self->register_row));
}

static GtkWidget *
find_next_button (HcConnectPage *self)
{
  HcStepRow *rows[] = { self->chat_row, self->bridge_row, self->register_row };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (gtk_widget_is_sensitive (hc_step_row_get_button (rows[i])))
      return hc_step_row_get_button (rows[i]);
  return NULL;
}

static gboolean
hc_connect_page_grab_focus (GtkWidget *widget)
{
  HcConnectPage *self = HC_CONNECT_PAGE (widget);
  GtkWidget *button = find_next_button (self);

  return gtk_widget_grab_focus (button != NULL ? button : GTK_WIDGET (self->id_row));
}

/* The focus goes on with the steps, unless somebody is writing. */
static void
move_focus (HcConnectPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (focus == NULL || (GTK_IS_BUTTON (focus) && gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_state_changed (HcConnectPage *self)
{
  HcStep step = hc_step_from_state (hc_session_get_state (self->session));

  if (step != HC_STEP_NONE)
    self->busy_step = step;
  update_failed_step (self);
  move_focus (self);
}

static void
set_session (HcConnectPage *self,
             HcSession     *session)
{
  static const char *const fields[] = { "notify::id", "notify::server", "notify::port" };

  if (!g_set_object (&self->session, session) || session == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_signal_connect_object (session, fields[i],
                             G_CALLBACK (pull_fields), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (leave_fields), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (session, "notify::failure",
                           G_CALLBACK (update_failed_step), self, G_CONNECT_SWAPPED);
  pull_fields (self, NULL);
  check_fields (self);
  on_state_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
hc_connect_page_dispose (GObject *object)
{
  HcConnectPage *self = HC_CONNECT_PAGE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->host);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->advice, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HC_TYPE_CONNECT_PAGE);

  G_OBJECT_CLASS (hc_connect_page_parent_class)->dispose (object);
}

static void
hc_connect_page_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  HcConnectPage *self = HC_CONNECT_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_ADVICE:
      g_value_set_string (value, self->advice);
      break;
    case PROP_FAILED_STEP:
      g_value_set_uint (value, self->failed_step);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_connect_page_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  HcConnectPage *self = HC_CONNECT_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case PROP_HOST:
      if (g_set_object (&self->host, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
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
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL,
                         HC_TYPE_HOST,
                         G_PARAM_READWRITE | flags);
  properties[PROP_PROBLEM] =
    g_param_spec_string ("problem", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | flags);
  properties[PROP_ADVICE] =
    g_param_spec_string ("advice", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | flags);
  properties[PROP_FAILED_STEP] =
    g_param_spec_uint ("failed-step", NULL, NULL,
                       HC_STEP_NONE, HC_STEP_CHAT, HC_STEP_NONE,
                       G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_connect_page_class_init (HcConnectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hc_connect_page_dispose;
  object_class->get_property = hc_connect_page_get_property;
  object_class->set_property = hc_connect_page_set_property;
  widget_class->grab_focus = hc_connect_page_grab_focus;
  install_properties (object_class);

  g_type_ensure (HC_TYPE_STEP_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/hc-connect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, id_row);
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, port_row);
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, register_row);
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, bridge_row);
  gtk_widget_class_bind_template_child (widget_class, HcConnectPage, chat_row);
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_field_activated);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_has_text);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_hosting);
  gtk_widget_class_bind_template_callback (widget_class, hc_closure_is_offline);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_progress);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_reason);
  gtk_widget_class_bind_template_callback (widget_class, hc_step_text);
}

static void
hc_connect_page_init (HcConnectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  check_fields (self);
}

/**
 * hc_connect_page_is_complete:
 * @self: a page
 *
 * Tells whether all that is needed to register has been given, and is right.
 *
 * Returns: %TRUE if it is
 */
gboolean
hc_connect_page_is_complete (HcConnectPage *self)
{
  g_return_val_if_fail (HC_IS_CONNECT_PAGE (self), FALSE);

  return self->problem == NULL;
}
