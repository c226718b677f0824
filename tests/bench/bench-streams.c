/* SPDX-License-Identifier: GPL-3.0-or-later */

/* TCP: what a request costs the server, in ratios to what it costs the floor. */

#include "comparison.h"
#include "workload.h"

#define N_QUEUED 3000
#define N_LOOP_REQUESTS 4096
#define N_STARTS 3

static BenchCost
measure_drain (BenchServer *server,
               gpointer     workload)
{
  return bench_server_drain_streams (server, workload);
}

static void
compare_drains (Bench *bench)
{
  const BenchContestant contestants[] = {
    { { .name = "floor", .is_floor = TRUE }, .reference = BENCH_NO_REFERENCE },
    { { .name = "floor again (A/A)", .is_floor = TRUE }, 0, BENCH_CONTROL },
    { { .name = "server" }, 0, BENCH_AT_MOST, 1.15 },
    { { .name = "server again (A/A)" }, 2, BENCH_CONTROL },
  };
  guint n = bench_limit_queued (N_QUEUED);
  g_autofree char *title = g_strdup_printf ("TCP drain, %u requests", n);
  g_autoptr (GArray) workload = bench_workload_new_meetings (n);

  bench_compare (bench, &(BenchComparison) {
    .title = title,
    .figure = BENCH_CPU,
    .n_starts = N_STARTS,
    .contestants = contestants,
    .n_contestants = G_N_ELEMENTS (contestants),
    .measure = measure_drain,
    .user_data = workload,
  });
}

static BenchCost
measure_loop (BenchServer *server,
              gpointer     n_connections)
{
  return bench_server_run_loop (server, GPOINTER_TO_UINT (n_connections), N_LOOP_REQUESTS);
}

static void
compare_loops (Bench *bench,
               guint  n_connections)
{
  const BenchContestant contestants[] = {
    { { .name = "floor", .is_floor = TRUE }, .reference = BENCH_NO_REFERENCE },
    { { .name = "floor again (A/A)", .is_floor = TRUE }, 0, BENCH_CONTROL },
    { { .name = "server" }, 0, BENCH_AT_LEAST, 0.90 },
    { { .name = "server again (A/A)" }, 2, BENCH_CONTROL },
  };
  g_autofree char *title = g_strdup_printf ("TCP closed loop on one CPU, %u connections",
                                            n_connections);

  bench_compare (bench, &(BenchComparison) {
    .title = title,
    .figure = BENCH_RATE,
    .n_starts = N_STARTS,
    .contestants = contestants,
    .n_contestants = G_N_ELEMENTS (contestants),
    .measure = measure_loop,
    .user_data = GUINT_TO_POINTER (n_connections),
  });
}

int
main (int    argc,
      char **argv)
{
  Bench bench;

  bench_begin (&bench, argc, argv);
  compare_drains (&bench);
  compare_loops (&bench, 16);
  compare_loops (&bench, 64);
  compare_loops (&bench, 256);
  bench_end (&bench);
  return 0;
}
