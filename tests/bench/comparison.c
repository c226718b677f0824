/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "comparison.h"
#include "statistics.h"

#include <string.h>

typedef struct
{
  Bench *bench;
  const BenchComparison *comparison;
  BenchServer *servers;
  BenchTable *cpu;
  BenchTable *shared;
  BenchTable *wall;
} Contest;

static BenchTable *
create_table (const BenchComparison *comparison,
              BenchFigure            figure,
              const char            *unit)
{
  g_autofree char *title = g_strdup_printf ("%s: %s", comparison->title, unit);
  BenchTable *table = bench_table_new (title);

  for (guint i = 0; i < comparison->n_contestants; i++)
    {
      const BenchContestant *contestant = &comparison->contestants[i];
      gboolean has_goal = figure == comparison->figure || contestant->goal == BENCH_CONTROL;

      bench_table_add_row (table, contestant->subject.name, contestant->reference,
                           has_goal ? contestant->goal : BENCH_NO_GOAL, contestant->limit);
    }
  return table;
}

/* In another order each time: the machine's moods then meet all alike. */
static void
run_round (Contest *self,
           guint   *order)
{
  const BenchComparison *comparison = self->comparison;

  bench_shuffle (order, comparison->n_contestants, self->bench->random);
  for (guint i = 0; i < comparison->n_contestants; i++)
    {
      BenchCost cost = comparison->measure (&self->servers[order[i]], comparison->user_data);

      bench_table_add (self->cpu, order[i], cost.cpu);
      bench_table_add (self->shared, order[i], 1e3 / cost.both);
      bench_table_add (self->wall, order[i], 1e3 / cost.wall);
    }
}

static void
run_rounds (Contest *self,
            guint    n_rounds)
{
  const BenchComparison *comparison = self->comparison;
  g_autofree guint *order = g_new (guint, comparison->n_contestants);

  for (guint i = 0; i < comparison->n_contestants; i++)
    {
      order[i] = i;
      bench_server_start (&self->servers[i], self->bench, &comparison->contestants[i].subject);
    }
  for (guint round = 0; round < n_rounds; round++)
    run_round (self, order);
  for (guint i = 0; i < comparison->n_contestants; i++)
    bench_server_stop (&self->servers[i]);
}

/**
 * bench_compare:
 * @bench: what the benchmark was told
 * @comparison: what to compare
 *
 * Measures all contestants, interleaved, and prints what has come of it.
 */
void
bench_compare (Bench                 *bench,
               const BenchComparison *comparison)
{
  g_autofree BenchServer *servers = g_new (BenchServer, comparison->n_contestants);
  g_autoptr (BenchTable) cpu = create_table (comparison, BENCH_CPU,
                                             "the server's CPU, us a request");
  g_autoptr (BenchTable) shared = create_table (comparison, BENCH_RATE,
                                                "1000 requests a second of both's CPU time");
  g_autoptr (BenchTable) wall = create_table (comparison, BENCH_RATE,
                                              "1000 requests a second on the wall");
  Contest contest = {
    .bench = bench,
    .comparison = comparison,
    .servers = servers,
    .cpu = cpu,
    .shared = shared,
    .wall = wall,
  };
  guint n_done = 0;

  if (bench->only != NULL && strstr (comparison->title, bench->only) == NULL)
    return;

  for (guint start = 0; start < comparison->n_starts; start++)
    {
      guint n_until_now = bench->n_rounds * (start + 1) / comparison->n_starts;

      run_rounds (&contest, n_until_now - n_done);
      n_done = n_until_now;
    }
  bench_table_print (cpu);
  if (comparison->figure == BENCH_RATE)
    bench_table_print (shared);
  bench_table_print (wall);
}
