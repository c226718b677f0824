/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Bench:
 * @server: the path of hybridchat-server
 * @floor: the path of the floor
 * @is_quick: whether to be done in a minute or so, for less certain figures
 * @n_rounds: how often to measure everything
 * @only: (nullable): compare only what has this in its title
 * @random: decides in which order
 *
 * What all benchmark programs are told.
 */
typedef struct
{
  char *server;
  char *floor;
  gboolean is_quick;
  int n_rounds;
  char *only;
  GRand *random;
} Bench;

void  bench_begin        (Bench      *self,
                          int         argc,
                          char      **argv);
void  bench_end          (Bench      *self);
guint bench_limit_queued (guint       n);

G_END_DECLS
