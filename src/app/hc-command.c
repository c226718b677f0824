/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "hc-command.h"

#include <string.h>

static const struct
{
  const char *name;
  HcCommand command;
} commands[] = {
  { "/id", HC_COMMAND_ID },
  { "/register", HC_COMMAND_REGISTER },
  { "/bridge", HC_COMMAND_BRIDGE },
  { "/chat", HC_COMMAND_CHAT },
  { "/quit", HC_COMMAND_QUIT },
  { "/help", HC_COMMAND_HELP },
};

/**
 * hc_command_parse:
 * @text: what was typed
 * @message: (out) (optional) (transfer none): within @text, what to send if it
 *   is no command
 *
 * Tells a command from a message. Two slashes at the beginning stand for a
 * message that begins with one.
 *
 * Returns: the command
 */
HcCommand
hc_command_parse (const char  *text,
                  const char **message)
{
  g_autofree char *word = NULL;

  g_return_val_if_fail (text != NULL, HC_COMMAND_NONE);

  if (message != NULL)
    *message = g_str_has_prefix (text, "//") ? text + 1 : text;
  if (text[0] != '/' || text[1] == '/')
    return HC_COMMAND_NONE;

  word = g_strchomp (g_strdup (text));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_ascii_strcasecmp (word, commands[i].name) == 0)
      return commands[i].command;
  return HC_COMMAND_UNKNOWN;
}
