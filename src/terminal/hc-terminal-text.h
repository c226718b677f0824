/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hc_terminal_text_escape        (const char *text);
char *hc_terminal_text_format        (const char *sender_id,
                                      const char *text);
char *hc_terminal_text_format_notice (const char *text);

G_END_DECLS
