/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

G_BEGIN_DECLS

/**
 * HcTerminal:
 *
 * A session on standard input and output.
 *
 * Somebody who types may see a command fail and try again; a script may not,
 * so from anything but a terminal the first failure ends the program.
 */
#define HC_TYPE_TERMINAL (hc_terminal_get_type ())
G_DECLARE_FINAL_TYPE (HcTerminal, hc_terminal, HC, TERMINAL, GObject)

HcTerminal *hc_terminal_new (HcSession  *session);
int         hc_terminal_run (HcTerminal *self);

G_END_DECLS
