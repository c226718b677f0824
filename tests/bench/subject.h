/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "bench.h"
#include "process.h"

G_BEGIN_DECLS

/**
 * BenchSubject:
 * @name: what the table calls it
 * @is_floor: whether it is the floor instead of the server
 * @is_udp: whether it speaks UDP
 * @registry: (nullable): what it is told as its registry
 * @is_cold: whether it has never been asked anything
 * @n_registered: how many clients are registered beforehand
 * @n_silent: how many connections are held that say nothing
 *
 * A server, and the state in which it is measured.
 */
typedef struct
{
  const char *name;
  gboolean is_floor;
  gboolean is_udp;
  const char *registry;
  gboolean is_cold;
  guint n_registered;
  guint n_silent;
} BenchSubject;

/**
 * BenchServer:
 * @process: a server
 * @silent: the connections held
 * @n_silent: how many
 *
 * A subject that has been started.
 */
typedef struct
{
  BenchProcess *process;
  int *silent;
  guint n_silent;
} BenchServer;

/**
 * BenchCost:
 * @cpu: how long the server was busy
 * @both: how long the server and those who ask were busy
 * @wall: how long it took
 *
 * What a request costs, in microseconds.
 */
typedef struct
{
  double cpu;
  double both;
  double wall;
} BenchCost;

void      bench_server_start           (BenchServer        *self,
                                        Bench              *bench,
                                        const BenchSubject *subject);
void      bench_server_stop            (BenchServer        *self);
BenchCost bench_server_drain_streams   (BenchServer        *self,
                                        GArray             *workload);
BenchCost bench_server_drain_datagrams (BenchServer        *self,
                                        GArray             *workload);
BenchCost bench_server_run_loop        (BenchServer        *self,
                                        guint               n_connections,
                                        guint               n_requests);

G_END_DECLS
