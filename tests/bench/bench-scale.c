/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of the server's cost and memory when many people are there. */

#include "comparison.h"
#include "workload.h"

#define N_QUEUED 3000

static BenchCost
measure_drain (BenchServer *server,
               gpointer     workload)
{
  return bench_server_drain_streams (server, workload);
}

static void
compare (Bench                 *bench,
         const char            *title,
         const BenchContestant *contestants,
         guint                  n_contestants)
{
  g_autoptr (GArray) workload = bench_workload_new_meetings (bench_limit_queued (N_QUEUED));

  bench_compare (bench, &(BenchComparison) {
    .title = title,
    .figure = BENCH_CPU,
    .n_starts = 1,
    .contestants = contestants,
    .n_contestants = n_contestants,
    .measure = measure_drain,
    .user_data = workload,
  });
}

static void
compare_registered (Bench *bench)
{
  const BenchContestant contestants[] = {
    { { .name = "nobody registered" }, .reference = BENCH_NO_REFERENCE },
    { { .name = "nobody registered again (A/A)" }, 0, BENCH_CONTROL },
    { { .name = "100,000 registered", .n_registered = 100000 }, 0, BENCH_AT_MOST, 1.3 },
    { { .name = "1,000,000 registered", .n_registered = 999000 }, 0, BENCH_NO_GOAL },
  };

  compare (bench, "TCP drain with others registered", contestants,
           G_N_ELEMENTS (contestants) - (bench->is_quick ? 1 : 0));
}

static void
compare_silent (Bench *bench)
{
  const BenchContestant contestants[] = {
    { { .name = "no other connection" }, .reference = BENCH_NO_REFERENCE },
    { { .name = "no other connection again (A/A)" }, 0, BENCH_CONTROL },
    { { .name = "5,000 silent connections", .n_silent = 5000 }, 0, BENCH_AT_MOST, 1.1 },
  };

  compare (bench, "TCP drain with silent connections held", contestants,
           G_N_ELEMENTS (contestants));
}

static gsize
measure_resident (Bench              *bench,
                  const BenchSubject *subject)
{
  BenchServer server;
  gsize resident;

  bench_server_start (&server, bench, subject);
  bench_process_wait_until_idle (server.process);
  resident = bench_process_get_resident (server.process);
  bench_server_stop (&server);
  return resident;
}

static void
print_memory (Bench *bench)
{
  gsize floor = measure_resident (bench, &(BenchSubject) { .is_floor = TRUE, .is_cold = TRUE });
  gsize idle = measure_resident (bench, &(BenchSubject) { .is_cold = TRUE });
  gsize warm = measure_resident (bench, &(BenchSubject) { 0 });
  gsize silent = measure_resident (bench, &(BenchSubject) { .n_silent = 5000 });
  gsize registered = measure_resident (bench, &(BenchSubject) { .n_registered = 100000 });

  g_print ("\nResident memory of the server's process\n");
  g_print ("  idle                         %8.2f MiB   <= 8 %s   (the floor's: %.2f)\n",
           idle / 1048576.0, idle <= 8 * 1048576 ? "reached" : "NOT REACHED", floor / 1048576.0);
  g_print ("  after its first requests     %8.2f MiB\n", warm / 1048576.0);
  g_print ("  a silent connection          %8.0f bytes\n", (double) (silent - warm) / 5000);
  g_print ("  a registered client          %8.0f bytes <= 200 %s\n",
           (double) (registered - warm) / 100000,
           registered - warm <= 200 * 100000 ? "reached" : "NOT REACHED");
}

int
main (int    argc,
      char **argv)
{
  Bench bench;

  bench_begin (&bench, argc, argv);
  print_memory (&bench);
  compare_silent (&bench);
  compare_registered (&bench);
  bench_end (&bench);
  return 0;
}
