/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcCommandKind:
 * @HC_COMMAND_SAY: no command: text for the peer
 * @HC_COMMAND_ID: `/id`: who am I? or, with a text, who I want to be
 * @HC_COMMAND_REGISTER: `/register`
 * @HC_COMMAND_BRIDGE: `/bridge`
 * @HC_COMMAND_CHAT: `/chat`
 * @HC_COMMAND_CANCEL: `/cancel`: stop what is under way
 * @HC_COMMAND_SAFETY: `/safety`: show the safety code
 * @HC_COMMAND_VERIFY: `/verify`: the safety codes are the same
 * @HC_COMMAND_ACCEPT: `/accept`: talk to who has another key than before
 * @HC_COMMAND_QUIT: `/quit`: leave, and end the program
 * @HC_COMMAND_HELP: `/help`
 * @HC_COMMAND_UNKNOWN: none of these
 *
 * What a line asks for.
 */
typedef enum
{
  HC_COMMAND_SAY,
  HC_COMMAND_ID,
  HC_COMMAND_REGISTER,
  HC_COMMAND_BRIDGE,
  HC_COMMAND_CHAT,
  HC_COMMAND_CANCEL,
  HC_COMMAND_SAFETY,
  HC_COMMAND_VERIFY,
  HC_COMMAND_ACCEPT,
  HC_COMMAND_QUIT,
  HC_COMMAND_HELP,
  HC_COMMAND_UNKNOWN,
} HcCommandKind;

typedef struct _HcCommand HcCommand;

HcCommand     *hc_command_parse        (const char      *line);
void           hc_command_free         (HcCommand       *self);
HcCommandKind  hc_command_get_kind     (const HcCommand *self);
const char    *hc_command_get_text     (const HcCommand *self);
gboolean       hc_command_is_immediate (const HcCommand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcCommand, hc_command_free)

G_END_DECLS
