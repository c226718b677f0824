/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-command.h"
#include "hc-screen.h"
#include "hc-session.h"

G_BEGIN_DECLS

/**
 * HcInterpreter:
 *
 * Does what commands ask for, one at a time, and says what comes of it.
 *
 * A command takes as long as what it asks for: `/register` until the ID is
 * ours, a message until it is sent, which may have to wait for a call, or for
 * the peer's turn to end.
 */
#define HC_TYPE_INTERPRETER (hc_interpreter_get_type ())
G_DECLARE_FINAL_TYPE (HcInterpreter, hc_interpreter, HC, INTERPRETER, GObject)

HcInterpreter *hc_interpreter_new       (HcSession     *session,
                                         HcScreen      *screen);
gboolean       hc_interpreter_is_busy   (HcInterpreter *self);
void           hc_interpreter_begin     (HcInterpreter *self,
                                         HcCommand     *command);
void           hc_interpreter_interrupt (HcInterpreter *self,
                                         HcCommand     *command);

G_END_DECLS
