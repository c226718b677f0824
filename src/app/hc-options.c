/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-options.h"
#include "hc-text.h"
#include "hc-words.h"

#include <glib/gi18n.h>

static const GOptionEntry entries[] = {
  { "id", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("Your ID"), N_("ID") },
  { "port", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("Your port, from 1 to 65535; automatic otherwise"), N_("PORT") },
  { "address", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("Your address, where a computer has several"), N_("ADDRESS") },
  { "server", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("The server"), N_("HOST:PORT") },
  { "host-server", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL,
    N_("Open the window that hosts a server"), NULL },
  { "new-window", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL,
    N_("Open a new window, as every launch does"), NULL },
  { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL,
    N_("Print the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, NULL },
  { NULL }
};

/**
 * hc_options_add_to:
 * @application: the app
 *
 * Declares the app's command line.
 */
void
hc_options_add_to (GApplication *application)
{
  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_parameter_string (application, NULL);
  g_application_set_option_context_summary (application, _("Talk to someone directly."));
}

static gboolean
fail (GError     **error,
      const char  *option,
      const char  *words)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: %s", option, words);
  return FALSE;
}

/**
 * hc_options_check:
 * @options: what was given on the command line
 * @error: return location for a #GError in %G_OPTION_ERROR
 *
 * Checks the values of options before a window is opened for them.
 *
 * Returns: %TRUE if they can be used
 */
gboolean
hc_options_check (GVariantDict  *options,
                  GError       **error)
{
  const char *advice = _("The value is empty.");
  g_autofree const char **rest = NULL;
  const char *value;

  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &rest))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   /* Translators: %s is a word on the command line. */
                   _("%s is no option; --help shows them."), rest[0]);
      return FALSE;
    }
  if (g_variant_dict_lookup (options, "id", "&s", &value) &&
      hc_check_id (value, &advice) != HC_PROBLEM_NONE)
    return fail (error, "id", advice);
  if (g_variant_dict_lookup (options, "server", "&s", &value) &&
      hc_check_server (value, &advice) != HC_PROBLEM_NONE)
    return fail (error, "server", advice);
  if (g_variant_dict_lookup (options, "port", "&s", &value) &&
      hc_check_port (value, &advice) != HC_PROBLEM_NONE)
    return fail (error, "port", advice);
  if (g_variant_dict_lookup (options, "address", "&s", &value) && !hc_text_is_address (value))
    return fail (error, "address", _("An address is one of this computer’s, as in 192.0.2.7."));
  return TRUE;
}

/**
 * hc_options_apply_to:
 * @options: options that have passed hc_options_check()
 * @session: a window's session
 *
 * Gives a session what was given on the command line.
 */
void
hc_options_apply_to (GVariantDict *options,
                     HcSession    *session)
{
  const char *value;

  if (g_variant_dict_lookup (options, "id", "&s", &value))
    hc_session_set_id (session, value);
  if (g_variant_dict_lookup (options, "server", "&s", &value))
    hc_session_set_server (session, value);
  if (g_variant_dict_lookup (options, "port", "&s", &value))
    hc_session_set_port (session, hc_text_parse_port (value));
  if (g_variant_dict_lookup (options, "address", "&s", &value))
    hc_session_set_address (session, value);
}
