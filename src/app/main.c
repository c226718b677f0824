/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-application.h"

#include <glib/gi18n.h>
#include <locale.h>

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

int
main (int   argc,
      char *argv[])
{
  g_autoptr (HcApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!has_schema ())
    {
      g_printerr (_("hybridchat: the settings schema %s is missing. Install the app, or set "
                    "GSETTINGS_SCHEMA_DIR to the build’s data directory.\n"),
                  APPLICATION_ID);
      return EXIT_FAILURE;
    }

  application = hc_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
