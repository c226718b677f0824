/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimSeedFunc:
 * @seed: what decides all that happens
 *
 * Runs one simulation.
 *
 * Returns: (transfer full) (nullable): what went wrong, or %NULL
 */
typedef char *(*SimSeedFunc) (guint32 seed);

void sim_seeds_init (int         *argc,
                     char      ***argv);
void sim_seeds_run  (SimSeedFunc  func);

G_END_DECLS
