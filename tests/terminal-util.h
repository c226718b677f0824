/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "program.h"
#include "session-util.h"

G_BEGIN_DECLS

void     terminal_init       (const char        *terminal_path);
int      terminal_test_run   (void);
Program *terminal_run_with   (const char *const *arguments);
Program *terminal_run_on     (const char        *server,
                              const char        *id,
                              gboolean           on_terminal);
Program *terminal_run        (Hub               *hub,
                              const char        *id);
Program *terminal_run_called (Hub               *hub,
                              gboolean           on_terminal,
                              HcSession        **bob);

G_END_DECLS
