/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_N_SAFETY_SYMBOLS:
 *
 * How many things a symbol of a safety code can be.
 */
#define HC_N_SAFETY_SYMBOLS 64

const char *hc_safety_symbol_get_emoji (guint symbol);
const char *hc_safety_symbol_get_name  (guint symbol);

G_END_DECLS
