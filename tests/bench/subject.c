/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "subject.h"
#include "datagram-load.h"
#include "stream-load.h"
#include "workload.h"

#define N_AT_ONCE 2000
#define N_WARM_UP 700
#define N_SOURCES 64

/* As fast as may be: nothing is measured. */
static void
register_clients (BenchServer *self,
                  guint        n)
{
  for (guint first = 0; first < n; first += N_AT_ONCE)
    {
      g_autoptr (GArray) workload = bench_workload_new_registers (first, MIN (n - first, N_AT_ONCE));
      g_autoptr (BenchConnections) connections =
        bench_connections_new (bench_process_get_port (self->process), workload);

      bench_connections_wait (connections);
    }
}

static void
warm_up (BenchServer        *self,
         const BenchSubject *subject)
{
  g_autoptr (GArray) workload = bench_workload_new_meetings (N_WARM_UP);

  if (subject->is_udp)
    bench_server_drain_datagrams (self, workload);
  else
    bench_server_drain_streams (self, workload);
}

/**
 * bench_server_start:
 * @self: (out caller-allocates): a server
 * @bench: what the benchmark was told
 * @subject: what to start, and what state to bring it into
 *
 * Starts a server on CPU 0, without limits to get in the way.
 */
void
bench_server_start (BenchServer        *self,
                    Bench              *bench,
                    const BenchSubject *subject)
{
  const char *transport = subject->is_udp ? "-u" : NULL;
  const char *const floor[] = { bench->floor, transport, NULL };
  g_autofree char *registry = g_strdup_printf ("--registry=%s", subject->registry != NULL
                                                                ? subject->registry : "memory");
  const char *const server[] = {
    bench->server, "--port=0", "--max-requests=0", "--request-timeout=600", registry, transport,
    NULL,
  };

  *self = (BenchServer) {
    .process = bench_process_start (subject->is_floor ? floor : server, 0),
    .n_silent = subject->n_silent,
  };
  register_clients (self, subject->n_registered);
  self->silent = bench_hold_silent (bench_process_get_port (self->process), self->n_silent);
  if (!subject->is_cold)
    warm_up (self, subject);
}

/**
 * bench_server_stop:
 * @self: a server
 *
 * Ends it.
 */
void
bench_server_stop (BenchServer *self)
{
  bench_release_silent (self->silent, self->n_silent);
  bench_process_stop (self->process);
}

static BenchCost
get_times (BenchServer *self)
{
  double cpu = bench_process_get_cpu_seconds (self->process);

  return (BenchCost) { cpu, cpu + bench_get_cpu_seconds (), bench_get_seconds () };
}

static BenchCost
get_cost_since (BenchServer     *self,
                const BenchCost *start,
                guint            n_requests)
{
  const double unit = 1e6 / n_requests;
  BenchCost end = get_times (self);

  /* The server may have to close what has been answered. */
  bench_process_wait_until_idle (self->process);
  return (BenchCost) {
    .cpu = (bench_process_get_cpu_seconds (self->process) - start->cpu) * unit,
    .both = (end.both - start->both) * unit,
    .wall = (end.wall - start->wall) * unit,
  };
}

/**
 * bench_server_drain_streams:
 * @self: a server that is idle
 * @workload: (element-type BenchExchange): requests
 *
 * Stops the server, lets all requests wait for it, each complete and on a
 * connection of its own, and measures how it works them off. Neither the one
 * who asks nor the network has a part in this.
 *
 * Returns: what a request costs
 */
BenchCost
bench_server_drain_streams (BenchServer *self,
                            GArray      *workload)
{
  g_autoptr (BenchConnections) connections = NULL;
  BenchCost start;

  bench_process_wait_until_idle (self->process);
  bench_process_pause (self->process);
  connections = bench_connections_new (bench_process_get_port (self->process), workload);
  start = get_times (self);
  bench_process_resume (self->process);
  bench_connections_wait (connections);
  return get_cost_since (self, &start, workload->len);
}

/**
 * bench_server_drain_datagrams:
 * @self: a server that is idle
 * @workload: (element-type BenchExchange): requests
 *
 * Does the same over UDP, from 64 ports.
 *
 * Returns: what a request costs
 */
BenchCost
bench_server_drain_datagrams (BenchServer *self,
                              GArray      *workload)
{
  g_autoptr (BenchDatagrams) datagrams =
    bench_datagrams_new (bench_process_get_port (self->process), N_SOURCES, workload);
  BenchCost start;

  bench_process_wait_until_idle (self->process);
  bench_process_pause (self->process);
  bench_datagrams_send (datagrams);
  start = get_times (self);
  bench_process_resume (self->process);
  bench_datagrams_wait (datagrams);
  return get_cost_since (self, &start, workload->len);
}

/**
 * bench_server_run_loop:
 * @self: a server that is idle
 * @n_connections: how many requests are under way at any time
 * @n_requests: how many there are in all; a multiple of @n_connections
 *
 * Measures a closed loop on one CPU: this process moves to the server's for
 * as long. A faster server then is one that leaves more time to those who ask.
 *
 * Returns: what a request costs
 */
BenchCost
bench_server_run_loop (BenchServer *self,
                       guint        n_connections,
                       guint        n_requests)
{
  BenchCost start;
  BenchCost cost;

  bench_process_wait_until_idle (self->process);
  bench_pin (0);
  start = get_times (self);
  bench_run_closed_loop (bench_process_get_port (self->process), n_connections,
                         n_requests / n_connections);
  cost = get_cost_since (self, &start, n_requests);
  bench_pin (1);
  return cost;
}
