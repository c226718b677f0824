/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchConnections:
 *
 * TCP connections with a request each, which has been sent.
 */
typedef struct _BenchConnections BenchConnections;

BenchConnections *bench_connections_new      (guint16           port,
                                              GArray           *workload);
gboolean          bench_connections_are_done (BenchConnections *self);
void              bench_connections_wait     (BenchConnections *self);
void              bench_connections_free     (BenchConnections *self);

int              *bench_hold_silent          (guint16           port,
                                              guint             n);
void              bench_release_silent       (int              *fds,
                                              guint             n);

void              bench_run_closed_loop      (guint16           port,
                                              guint             n_connections,
                                              guint             n_each);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchConnections, bench_connections_free)

G_END_DECLS
