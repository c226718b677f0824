/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchDatagrams:
 *
 * UDP sockets, each a source of its own, that ask and wait for replies.
 */
typedef struct _BenchDatagrams BenchDatagrams;

BenchDatagrams *bench_datagrams_new      (guint16         port,
                                          guint           n_sources,
                                          GArray         *workload);
void            bench_datagrams_send     (BenchDatagrams *self);
gboolean        bench_datagrams_are_done (BenchDatagrams *self);
void            bench_datagrams_wait     (BenchDatagrams *self);
void            bench_datagrams_free     (BenchDatagrams *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDatagrams, bench_datagrams_free)

G_END_DECLS
