/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A registry in Redis against one in memory. Redis has CPU 1, the server and
 * those who ask share CPU 0, as they do without Redis. */

#include "comparison.h"
#include "redis-server.h"

#include <stdio.h>

#define N_IN_FLIGHT 64
#define N_REQUESTS 4096
#define N_STARTS 3
#define RATE_GOAL 0.6

/* In parts of the time in which it has something to do. */
#define MAX_WAIT 0.1

typedef struct
{
  RedisServer *redis;

  /* Of Redis, in all rounds: how long it ran, and would have. */
  double cpu;
  double wait;
  guint n_requests;
} Measurement;

/* Source: proc(5), schedstat. */
static void
get_redis_times (RedisServer *redis,
                 double      *cpu,
                 double      *wait)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/schedstat", redis_server_get_pid (redis));
  g_autofree char *text = NULL;
  guint64 cpu_ns = 0;
  guint64 wait_ns = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &cpu_ns, &wait_ns) != 2)
    g_error ("The kernel doesn't tell how long Redis has run");
  *cpu = cpu_ns / 1e9;
  *wait = wait_ns / 1e9;
}

static BenchCost
measure_loop (BenchServer *server,
              gpointer     user_data)
{
  Measurement *measurement = user_data;
  double cpu_before, wait_before, cpu, wait;
  BenchCost cost;

  get_redis_times (measurement->redis, &cpu_before, &wait_before);
  cost = bench_server_run_loop (server, N_IN_FLIGHT, N_REQUESTS);
  get_redis_times (measurement->redis, &cpu, &wait);

  /* In the other rounds it has nothing to do. */
  if (cpu - cpu_before > 0.001)
    {
      measurement->cpu += cpu - cpu_before;
      measurement->wait += wait - wait_before;
      measurement->n_requests += N_REQUESTS;
    }
  return cost;
}

/* Both rows of Redis suffer alike if somebody else has its CPU, so A/A doesn't
 * show that. */
static void
print_redis (const Measurement *measurement)
{
  double wait = measurement->wait / (measurement->cpu + measurement->wait);

  g_print ("\nRedis's own CPU: %.1f us for each request of the loop, of which three in four ask "
           "it\n", measurement->cpu / measurement->n_requests * 1e6);
  g_print ("It waited for its CPU in %.0f %% of the time%s\n", wait * 100,
           wait > MAX_WAIT ? ": INCONCLUSIVE on the wall, run it again when the machine is quiet"
                           : "");
}

static void
compare (Bench       *bench,
         RedisServer *redis)
{
  const char *url = redis_server_get_url (redis);
  const BenchContestant contestants[] = {
    { { .name = "in memory" }, .reference = BENCH_NO_REFERENCE },
    { { .name = "in memory again (A/A)" }, 0, BENCH_CONTROL },
    { { .name = "in Redis", .registry = url }, 0, BENCH_AT_LEAST, RATE_GOAL },
    { { .name = "in Redis again (A/A)", .registry = url }, 2, BENCH_CONTROL },
  };
  g_autofree char *title = g_strdup_printf ("TCP closed loop, %u in flight", N_IN_FLIGHT);
  Measurement measurement = { .redis = redis };

  bench_compare (bench, &(BenchComparison) {
    .title = title,
    .figure = BENCH_RATE,
    .n_starts = N_STARTS,
    .contestants = contestants,
    .n_contestants = G_N_ELEMENTS (contestants),
    .measure = measure_loop,
    .user_data = &measurement,
  });
  if (measurement.n_requests > 0)
    print_redis (&measurement);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (RedisServer) redis = NULL;
  Bench bench;

  bench_begin (&bench, argc, argv);
  if (redis_server_is_installed ())
    {
      redis = redis_server_new ();
      compare (&bench, redis);
    }
  else
    g_print ("SKIPPED: %s\n", REDIS_IS_MISSING);
  bench_end (&bench);
  return 0;
}
