/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All that carries messages between two people, each of them in a thread of its
 * own, against blocking TCP sockets. */

#include "bench.h"
#include "line.h"
#include "process.h"
#include "statistics.h"
#include "table.h"

#include <string.h>

#define N_ROUND_TRIPS 2000
#define N_ONE_WAY 10000
#define N_HANDSHAKES 20
#define N_COUNTED 100

/* A line, and what it is compared with. The goals are about round trips. */
typedef struct
{
  const char *name;
  LineKind kind;
  gboolean has_peers;
  guint reference;
  BenchGoal goal;
  double limit;
} Contestant;

static const Contestant lines[] = {
  { "blocking sockets", LINE_SOCKETS, FALSE, BENCH_NO_REFERENCE },
  { "blocking sockets again (A/A)", LINE_SOCKETS, FALSE, 0, BENCH_CONTROL },
  { "stream link", LINE_PLAIN, FALSE, 0, BENCH_AT_LEAST, 0.5 },
  { "stream link again (A/A)", LINE_PLAIN, FALSE, 2, BENCH_CONTROL },
  { "stream link over TLS, to plain", LINE_TLS, FALSE, 2, BENCH_AT_LEAST, 0.75 },
  { "reliable link over DTLS, to TLS", LINE_DTLS, FALSE, 4, BENCH_NO_GOAL },
  { "peers over TLS, to their link", LINE_TLS, TRUE, 4, BENCH_NO_GOAL },
  { "peers over DTLS, to their link", LINE_DTLS, TRUE, 5, BENCH_NO_GOAL },
};

static const Contestant handshakes[] = {
  { "connect", LINE_SOCKETS, FALSE, BENCH_NO_REFERENCE },
  { "connect and TLS", LINE_TLS, FALSE, BENCH_NO_REFERENCE },
  { "connect and TLS again (A/A)", LINE_TLS, FALSE, 1, BENCH_CONTROL },
  { "DTLS", LINE_DTLS, FALSE, 1, BENCH_NO_GOAL },
};

/* What is put in the tables: by the CPU time of both ends together, and by the wall. */
typedef struct
{
  double cpu;
  double wall;
} Figures;

/* One section of the output. */
typedef struct
{
  const char *title;
  const char *cpu_unit;
  const char *wall_unit;
  const Contestant *contestants;
  guint n_contestants;
  gboolean has_goals;
  Figures (*measure) (const Contestant *contestant,
                      guint             n,
                      guint             burst);
  guint n;
  guint burst;
} Comparison;

/* --- Comparisons ------------------------------------------------------------------ */

static BenchTable *
create_table (const Comparison *comparison,
              const char       *unit)
{
  g_autofree char *title = g_strdup_printf ("%s: %s", comparison->title, unit);
  BenchTable *table = bench_table_new (title);

  for (guint i = 0; i < comparison->n_contestants; i++)
    {
      const Contestant *contestant = &comparison->contestants[i];
      gboolean has_goal = comparison->has_goals || contestant->goal == BENCH_CONTROL;

      bench_table_add_row (table, contestant->name, contestant->reference,
                           has_goal ? contestant->goal : BENCH_NO_GOAL, contestant->limit);
    }
  return table;
}

static void
run_round (const Comparison *comparison,
           BenchTable       *cpu,
           BenchTable       *wall,
           const guint      *order)
{
  for (guint i = 0; i < comparison->n_contestants; i++)
    {
      Figures figures = comparison->measure (&comparison->contestants[order[i]], comparison->n,
                                             comparison->burst);

      bench_table_add (cpu, order[i], figures.cpu);
      bench_table_add (wall, order[i], figures.wall);
    }
}

static void
compare (Bench            *bench,
         const Comparison *comparison)
{
  g_autoptr (BenchTable) cpu = create_table (comparison, comparison->cpu_unit);
  g_autoptr (BenchTable) wall = create_table (comparison, comparison->wall_unit);
  g_autofree guint *order = g_new (guint, comparison->n_contestants);

  if (bench->only != NULL && strstr (comparison->title, bench->only) == NULL)
    return;

  for (guint i = 0; i < comparison->n_contestants; i++)
    order[i] = i;
  for (int round = 0; round < bench->n_rounds; round++)
    {
      bench_shuffle (order, comparison->n_contestants, bench->random);
      run_round (comparison, cpu, wall, order);
    }
  bench_table_print (cpu);
  bench_table_print (wall);
}

/* --- Messages --------------------------------------------------------------------- */

/* The first ones are not measured, nor is the handshake. */
static Figures
measure_rates (const Contestant *contestant,
               guint             n,
               guint             burst)
{
  g_autoptr (Line) line = line_new (contestant->kind, contestant->has_peers);
  Figures start;

  line_exchange (line, burst, burst);
  start = (Figures) { bench_get_cpu_seconds (), bench_get_seconds () };
  line_exchange (line, n, burst);
  return (Figures) {
    .cpu = n / 1e3 / (bench_get_cpu_seconds () - start.cpu),
    .wall = n / 1e3 / (bench_get_seconds () - start.wall),
  };
}

static void
compare_rates (Bench      *bench,
               const char *title,
               guint       n,
               guint       burst)
{
  compare (bench, &(Comparison) {
    .title = title,
    .cpu_unit = "1000 a second of both ends' CPU time",
    .wall_unit = "1000 a second on the wall",
    .contestants = lines,
    .n_contestants = G_N_ELEMENTS (lines),
    .has_goals = burst == 1,
    .measure = measure_rates,
    .n = n,
    .burst = burst,
  });
}

/* --- Handshakes ------------------------------------------------------------------- */

static Figures
measure_handshakes (const Contestant *contestant,
                    guint             n,
                    guint             burst)
{
  Figures figures = { 0 };

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (Line) line = line_new (contestant->kind, FALSE);

      figures.cpu += line_get_cpu (line) / n * 1e3;
      figures.wall += line_get_wall (line) / n * 1e3;
    }
  return figures;
}

static void
compare_handshakes (Bench *bench)
{
  compare (bench, &(Comparison) {
    .title = "Handshake",
    .cpu_unit = "CPU time of both ends, ms",
    .wall_unit = "on the wall, ms",
    .contestants = handshakes,
    .n_contestants = G_N_ELEMENTS (handshakes),
    .measure = measure_handshakes,
    .n = N_HANDSHAKES,
  });
}

/* --- Bytes on the wire -------------------------------------------------------------- */

/* Messages go to and fro, one at a time, so that each is in a packet of its own and its
 * confirmation in the next one. */
static void
print_bytes (const char *name,
             LineKind    kind,
             gboolean    has_peers)
{
  g_autoptr (Line) line = line_new_counted (kind, has_peers);
  LineCount start;
  LineCount end;

  line_exchange (line, N_COUNTED, 1);
  start = line_get_count (line);
  line_exchange (line, N_COUNTED, 1);
  end = line_get_count (line);
  g_print ("  %-34s %8.2f bytes there, %8.2f back\n", name,
           (double) (end.there - start.there) / N_COUNTED,
           (double) (end.back - start.back) / N_COUNTED);
}

static void
print_all_bytes (void)
{
  g_print ("\nBytes of a 200-byte message, in TCP or UDP, and of what comes back\n");
  print_bytes ("stream link, echoed", LINE_PLAIN, FALSE);
  print_bytes ("stream link over TLS, echoed", LINE_TLS, FALSE);
  print_bytes ("reliable link over DTLS, echoed", LINE_DTLS, FALSE);
  print_bytes ("peers over TLS, confirmed", LINE_TLS, TRUE);
  print_bytes ("peers over DTLS, confirmed", LINE_DTLS, TRUE);
  g_print ("  IPv4 and TCP add 52 bytes to each segment, IPv4 and UDP 28 to each datagram.\n");
}

int
main (int    argc,
      char **argv)
{
  Bench bench;
  guint scale;

  bench_begin (&bench, argc, argv);
  scale = bench.is_quick ? 10 : 1;
  print_all_bytes ();
  compare_rates (&bench, "Round trips of 200-byte messages", N_ROUND_TRIPS / scale, 1);
  compare_rates (&bench, "One way, 200-byte messages", N_ONE_WAY / scale, N_ONE_WAY / scale);
  compare_handshakes (&bench);
  bench_end (&bench);
  return 0;
}
