/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A registry in Redis against one in memory. Redis has CPU 1, the server and
 * those who ask share CPU 0, as they do without Redis. */

#include "comparison.h"
#include "redis-server.h"

#include <stdio.h>
#include <time.h>

#define N_IN_FLIGHT 64
#define N_REQUESTS 4096
#define N_STARTS 3
#define RATE_GOAL 0.6

typedef struct
{
  RedisServer *redis;

  /* Of Redis, in all rounds. */
  double cpu;
  guint n_requests;
} Measurement;

static double
get_redis_cpu (RedisServer *redis)
{
  clockid_t clock;
  struct timespec time;

  if (clock_getcpuclockid (redis_server_get_pid (redis), &clock) != 0 ||
      clock_gettime (clock, &time) < 0)
    g_error ("Redis has no clock");
  return time.tv_sec + time.tv_nsec / 1e9;
}

static BenchCost
measure_loop (BenchServer *server,
              gpointer     user_data)
{
  Measurement *measurement = user_data;
  double before = get_redis_cpu (measurement->redis);
  BenchCost cost = bench_server_run_loop (server, N_IN_FLIGHT, N_REQUESTS);
  double used = get_redis_cpu (measurement->redis) - before;

  /* In the other rounds it has nothing to do. */
  if (used > 0.001)
    {
      measurement->cpu += used;
      measurement->n_requests += N_REQUESTS;
    }
  return cost;
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
  g_print ("\nRedis's own CPU: %.1f us for each request of the loop, of which three in four ask "
           "it\n", measurement.cpu / MAX (measurement.n_requests, 1) * 1e6);
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
