/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcCommand:
 * @HC_COMMAND_NONE: it is a message
 * @HC_COMMAND_ID: `/id`: who am I?
 * @HC_COMMAND_REGISTER: `/register`
 * @HC_COMMAND_BRIDGE: `/bridge`
 * @HC_COMMAND_CHAT: `/chat`
 * @HC_COMMAND_QUIT: `/quit`: leave the conversation
 * @HC_COMMAND_HELP: `/help`
 * @HC_COMMAND_UNKNOWN: it begins with a slash, and is none of these
 *
 * What can be typed in place of a message, as in the original program.
 */
typedef enum
{
  HC_COMMAND_NONE,
  HC_COMMAND_ID,
  HC_COMMAND_REGISTER,
  HC_COMMAND_BRIDGE,
  HC_COMMAND_CHAT,
  HC_COMMAND_QUIT,
  HC_COMMAND_HELP,
  HC_COMMAND_UNKNOWN,
} HcCommand;

HcCommand   hc_command_parse (const char  *text,
                              const char **message);

G_END_DECLS
