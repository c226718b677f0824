/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-application.h"
#include "hc-host-window.h"
#include "hc-options.h"
#include "hc-preferences-window.h"
#include "hc-window.h"

#include <glib/gi18n.h>

/* As the other programs: a bad option ends with 2. */
#define EXIT_BAD_OPTION 2

struct _HcApplication
{
  AdwApplication parent_instance;

  HcHost *host;
  GSettings *settings;
  GtkWidget *host_window;
};

G_DEFINE_FINAL_TYPE (HcApplication, hc_application, ADW_TYPE_APPLICATION)

static HcWindow *
open_window (HcApplication *self)
{
  HcWindow *window = hc_window_new (GTK_APPLICATION (self), self->host, self->settings);

  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static HcWindow *
find_window (HcApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    if (HC_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static void
use_server (HcApplication *self,
            const char    *server)
{
  HcWindow *window = find_window (self);

  if (window == NULL)
    window = open_window (self);
  if (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "set-server"))
    g_action_group_activate_action (G_ACTION_GROUP (window), "set-server",
                                    g_variant_new_string (server));
  else
    hc_window_add_toast (window, _("Leave the server first, then use this one"));
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_new_window (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       application)
{
  open_window (application);
}

static void
on_host_server (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       application)
{
  HcApplication *self = application;
  HcWindow *window = find_window (self);

  if (self->host_window == NULL)
    {
      self->host_window = hc_host_window_new (self->host);
      g_object_add_weak_pointer (G_OBJECT (self->host_window), (gpointer *) &self->host_window);
      g_signal_connect_object (self->host_window, "use", G_CALLBACK (use_server), self,
                               G_CONNECT_SWAPPED);
      gtk_application_add_window (GTK_APPLICATION (self), GTK_WINDOW (self->host_window));
    }
  gtk_window_set_transient_for (GTK_WINDOW (self->host_window), GTK_WINDOW (window));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self->host_window), TRUE);
  gtk_window_present (GTK_WINDOW (self->host_window));
}

static void
on_present_window (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       application)
{
  guint id = g_variant_get_uint32 (parameter);
  GtkWindow *window = gtk_application_get_window_by_id (application, id);

  if (window != NULL)
    gtk_window_present (window);
}

static void
on_preferences (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       application)
{
  GtkWidget *window = hc_preferences_window_new (HC_APPLICATION (application)->settings);

  gtk_window_set_transient_for (GTK_WINDOW (window),
                                gtk_application_get_active_window (application));
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       application)
{
  const char *developers[] = { _("The Hybrid Chat developers"), NULL };

  adw_show_about_window (gtk_application_get_active_window (application),
                         "application-name", _("Hybrid Chat"),
                         "application-icon", APPLICATION_ID,
                         "version", VERSION,
                         "developer-name", developers[0],
                         "developers", developers,
                         "copyright", _("© 2026 The Hybrid Chat developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "website", "https://github.com/hybridchat/hybridchat",
                         "issue-url", "https://github.com/hybridchat/hybridchat/issues",
                         "comments", _("A server introduces two people, and then they talk "
                                       "directly: what you say never passes through it."),
                         /* Translators: your names, one a line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

/* Every window is asked to close, so that a conversation isn't lost by mistake. */
static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       application)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (application));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static const GActionEntry entries[] = {
  { "new-window", on_new_window },
  { "host-server", on_host_server },
  { "present-window", on_present_window, "u" },
  { "preferences", on_preferences },
  { "about", on_about },
  { "quit", on_quit },
};

static const struct
{
  const char *action;
  const char *accels[3];
} accels[] = {
  { "app.new-window", { "<Control>n" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control>q" } },
  { "win.close", { "<Control>w" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "win.register", { "<Alt>1" } },
  { "win.bridge", { "<Alt>2" } },
  { "win.chat", { "<Alt>3" } },
  { "win.cancel", { "Escape" } },
  { "win.quit-chat", { "<Control>d" } },
  { "win.new-chat", { "<Control><Shift>n" } },
  { "win.packet-log", { "<Control>l" } },
  { "win.safety-code", { "<Control>k" } },
  { "win.save-transcript", { "<Control>s" } },
  { "win.copy-conversation", { "<Control><Shift>c" } },
};

static void
set_accels (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
}

static void
hc_application_startup (GApplication *application)
{
  HcApplication *self = HC_APPLICATION (application);

  G_APPLICATION_CLASS (hc_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  self->host = hc_host_new ();
  self->settings = g_settings_new (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (GTK_APPLICATION (self));
}

/* A launch from the menu, which comes by D-Bus and not by the command line, opens another window
 * too: whoever wants the one that is there finds it in the desktop's overview. */
static void
hc_application_activate (GApplication *application)
{
  open_window (HC_APPLICATION (application));
}

/* GSettings aborts where a schema is missing: a program from a build that is
 * not installed deserves a sentence instead. */
static gboolean
has_schema (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  return schema != NULL;
}

static int
hc_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("hybridchat %s\n", VERSION);
      return EXIT_SUCCESS;
    }
  if (!hc_options_check (options, &error))
    {
      g_printerr ("hybridchat: %s\n", error->message);
      return EXIT_BAD_OPTION;
    }
  if (!has_schema ())
    {
      g_printerr (_("hybridchat: the settings schema %s is missing. Install the app, or set "
                    "GSETTINGS_SCHEMA_DIR to the build’s data directory.\n"),
                  APPLICATION_ID);
      return EXIT_FAILURE;
    }
  return G_APPLICATION_CLASS (hc_application_parent_class)
    ->handle_local_options (application, options);
}

static int
hc_application_command_line (GApplication            *application,
                             GApplicationCommandLine *command_line)
{
  HcApplication *self = HC_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  HcWindow *window = hc_window_new (GTK_APPLICATION (self), self->host, self->settings);

  hc_options_apply_to (options, hc_window_get_session (window));
  gtk_window_present (GTK_WINDOW (window));
  if (g_variant_dict_contains (options, "host-server"))
    g_action_group_activate_action (G_ACTION_GROUP (self), "host-server", NULL);
  return EXIT_SUCCESS;
}

static void
hc_application_shutdown (GApplication *application)
{
  HcApplication *self = HC_APPLICATION (application);

  if (self->host != NULL)
    hc_host_stop (self->host);
  g_clear_object (&self->host);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (hc_application_parent_class)->shutdown (application);
}

static void
hc_application_class_init (HcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = hc_application_startup;
  application_class->activate = hc_application_activate;
  application_class->handle_local_options = hc_application_handle_local_options;
  application_class->command_line = hc_application_command_line;
  application_class->shutdown = hc_application_shutdown;
}

static void
hc_application_init (HcApplication *self)
{
  hc_options_add_to (G_APPLICATION (self));
}

/**
 * hc_application_new:
 *
 * Creates the app. Its settings' schema must be there.
 *
 * Returns: (transfer full): the app
 */
HcApplication *
hc_application_new (void)
{
  return g_object_new (HC_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", RESOURCE_PATH,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       NULL);
}
