/* SPDX-License-Identifier: GPL-3.0-or-later */

/* UDP: what a request costs the server, in ratios to what it costs the floor. */

#include "comparison.h"
#include "workload.h"

/* As many as the receive buffer holds. */
#define N_QUEUED 1500

#define N_STARTS 3

/* A round takes milliseconds. */
#define ROUNDS_FACTOR 6

static BenchCost
measure_drain (BenchServer *server,
               gpointer     workload)
{
  return bench_server_drain_datagrams (server, workload);
}

int
main (int    argc,
      char **argv)
{
  const BenchContestant contestants[] = {
    { { .name = "floor", .is_floor = TRUE, .is_udp = TRUE }, .reference = BENCH_NO_REFERENCE },
    { { .name = "floor again (A/A)", .is_floor = TRUE, .is_udp = TRUE }, 0, BENCH_CONTROL },
    { { .name = "server", .is_udp = TRUE }, 0, BENCH_AT_MOST, 1.15 },
    { { .name = "server again (A/A)", .is_udp = TRUE }, 2, BENCH_CONTROL },
  };
  g_autoptr (GArray) workload = bench_workload_new_meetings (N_QUEUED);
  Bench bench;

  bench_begin (&bench, argc, argv);
  bench.n_rounds *= ROUNDS_FACTOR;
  bench_compare (&bench, &(BenchComparison) {
    .title = "UDP drain, 1,500 requests from 64 ports",
    .figure = BENCH_CPU,
    .n_starts = N_STARTS,
    .contestants = contestants,
    .n_contestants = G_N_ELEMENTS (contestants),
    .measure = measure_drain,
    .user_data = workload,
  });
  bench_end (&bench);
  return 0;
}
