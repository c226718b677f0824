/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "config.h"
#include "hc-terminal-options.h"
#include "hc-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* Names and text are UTF-8 in every locale, which is what the FILENAME
 * arguments of GOption leave alone. */
static gboolean
read_arguments (HcTerminalOptions   *self,
                char               **port,
                int                 *argc,
                char              ***argv,
                GError             **error)
{
  const GOptionEntry entries[] = {
    { "id", 'i', 0, G_OPTION_ARG_FILENAME, &self->id,
      N_("Your name in the conversation"), N_("ID") },
    { "server", 's', 0, G_OPTION_ARG_FILENAME, &self->server,
      N_("Where the server is"), N_("HOST:PORT") },
    { "port", 'p', 0, G_OPTION_ARG_FILENAME, port,
      N_("The port to be called at; any that is free, if not given"), N_("PORT") },
    { "address", 'a', 0, G_OPTION_ARG_FILENAME, &self->address,
      N_("The address of this computer to be called at; found out, if not given"), N_("LOCAL-IP") },
    { "require-encryption", 0, 0, G_OPTION_ARG_NONE, &self->require_encryption,
      N_("Talk to nobody whose program can't encrypt"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version,
      N_("Show the version and exit"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _("Talk to somebody directly, on a terminal or in a script."));
  g_option_context_set_description (context, _("It reads commands and messages, a line each; /help lists them."));
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError     **error,
        const char  *format,
        ...)
{
  g_autofree char *message = NULL;
  g_autofree char *harmless = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  harmless = g_utf8_make_valid (message, -1);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, harmless);
  return FALSE;
}

static gboolean
check_id (HcTerminalOptions  *self,
          GError            **error)
{
  g_autoptr (GError) fault = NULL;

  if (self->id == NULL)
    return refuse (error, _("--id is missing: who are you?"));
  if (!hc_client_id_validate (self->id, &fault))
    return refuse (error, _("--id can't be used: %s"), fault->message);
  return TRUE;
}

static gboolean
check_server (HcTerminalOptions  *self,
              GError            **error)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (self->server == NULL)
    return refuse (error, _("--server is missing: it is HOST:PORT"));
  if (g_utf8_validate (self->server, -1, NULL) && *self->server != '\0')
    address = g_network_address_parse (self->server, HC_DEFAULT_PORT, NULL);
  if (address == NULL)
    return refuse (error, _("--server=%s is not HOST:PORT"), self->server);
  return TRUE;
}

static gboolean
check_port (HcTerminalOptions  *self,
            const char         *port,
            GError            **error)
{
  if (port == NULL || g_str_equal (port, "0"))
    return TRUE;
  self->port = hc_text_parse_port (port);
  if (self->port == 0)
    return refuse (error, _("--port=%s is not a number from 0 to 65535"), port);
  return TRUE;
}

static gboolean
check_address (HcTerminalOptions  *self,
               GError            **error)
{
  if (self->address == NULL || hc_text_is_address (self->address))
    return TRUE;
  return refuse (error, _("--address=%s is not an IPv4 or IPv6 address"), self->address);
}

/**
 * hc_terminal_options_parse:
 * @argc: (inout): how many arguments; those that were read are taken out
 * @argv: (inout): the arguments
 * @error: return location for a #GError in %G_OPTION_ERROR, with one line for
 *   the user
 *
 * Reads the command line, and checks what can be checked without a network.
 * `--help` prints the help and ends the program.
 *
 * Returns: (transfer full): the options, or %NULL with @error set
 */
HcTerminalOptions *
hc_terminal_options_parse (int      *argc,
                           char   ***argv,
                           GError  **error)
{
  g_autoptr (HcTerminalOptions) self = g_new0 (HcTerminalOptions, 1);
  g_autofree char *port = NULL;

  if (!read_arguments (self, &port, argc, argv, error))
    return NULL;
  if (self->version)
    return g_steal_pointer (&self);

  if (*argc > 1)
    {
      refuse (error, _("“%s” is no option; --help lists them"), (*argv)[1]);
      return NULL;
    }
  if (!check_id (self, error) || !check_server (self, error) ||
      !check_port (self, port, error) || !check_address (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * hc_terminal_options_free:
 * @self: options
 *
 * Frees the options.
 */
void
hc_terminal_options_free (HcTerminalOptions *self)
{
  g_free (self->id);
  g_free (self->server);
  g_free (self->address);
  g_free (self);
}
