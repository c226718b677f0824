/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-command.h"

#include <string.h>

struct _HcCommand
{
  HcCommandKind kind;
  char *text;
};

static const struct
{
  const char *name;
  HcCommandKind kind;
} commands[] = {
  { "/id", HC_COMMAND_ID },
  { "/register", HC_COMMAND_REGISTER },
  { "/bridge", HC_COMMAND_BRIDGE },
  { "/chat", HC_COMMAND_CHAT },
  { "/cancel", HC_COMMAND_CANCEL },
  { "/safety", HC_COMMAND_SAFETY },
  { "/verify", HC_COMMAND_VERIFY },
  { "/accept", HC_COMMAND_ACCEPT },
  { "/quit", HC_COMMAND_QUIT },
  { "/help", HC_COMMAND_HELP },
};

static HcCommand *
command_new (HcCommandKind  kind,
             const char    *text)
{
  HcCommand *self = g_new (HcCommand, 1);

  self->kind = kind;
  self->text = g_strdup (text);
  return self;
}

static HcCommandKind
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return commands[i].kind;
  return HC_COMMAND_UNKNOWN;
}

/* Only an ID stands behind a command: anything else there is more likely a
 * message that happens to begin so than a command, and must not run as one. */
static HcCommand *
parse_slash (const char *line)
{
  g_autofree char *name = g_strchomp (g_strdup (line));
  char *blank = strpbrk (name, " \t");
  const char *argument = "";
  HcCommandKind kind;

  if (blank != NULL)
    {
      *blank = '\0';
      argument = g_strchug (blank + 1);
    }
  kind = find_kind (name);
  if (kind == HC_COMMAND_UNKNOWN || (*argument != '\0' && kind != HC_COMMAND_ID))
    return command_new (HC_COMMAND_UNKNOWN, line);

  return command_new (kind, argument);
}

/**
 * hc_command_parse:
 * @line: a line without its end, in UTF-8
 *
 * Reads what a line asks for. A line that begins with `//` is text that begins
 * with `/`.
 *
 * Returns: (transfer full): the command, to be freed with hc_command_free()
 */
HcCommand *
hc_command_parse (const char *line)
{
  g_return_val_if_fail (line != NULL, NULL);

  if (line[0] != '/')
    return command_new (HC_COMMAND_SAY, line);
  if (line[1] == '/')
    return command_new (HC_COMMAND_SAY, line + 1);
  return parse_slash (line);
}

/**
 * hc_command_free:
 * @self: a command
 *
 * Frees the command.
 */
void
hc_command_free (HcCommand *self)
{
  g_free (self->text);
  g_free (self);
}

/**
 * hc_command_get_kind:
 * @self: a command
 *
 * Gets what is asked for.
 *
 * Returns: the kind
 */
HcCommandKind
hc_command_get_kind (const HcCommand *self)
{
  g_return_val_if_fail (self != NULL, HC_COMMAND_UNKNOWN);

  return self->kind;
}

/**
 * hc_command_get_text:
 * @self: a command
 *
 * Gets the text to send, the ID wanted, or the whole line of an unknown
 * command.
 *
 * Returns: (transfer none): the text, which may be empty
 */
const char *
hc_command_get_text (const HcCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * hc_command_is_immediate:
 * @self: a command
 *
 * Tells whether somebody at a terminal expects the command to act at once,
 * before lines that were typed earlier and still wait.
 *
 * Returns: %TRUE if it overtakes
 */
gboolean
hc_command_is_immediate (const HcCommand *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->kind == HC_COMMAND_CANCEL || self->kind == HC_COMMAND_QUIT ||
         self->kind == HC_COMMAND_HELP;
}
