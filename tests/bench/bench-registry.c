/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The registry alone, in this process: what a client takes in memory, and how
 * long it takes to find the one who has been ready longest among a million. */

#include "bench.h"
#include "hc-memory-registry.h"
#include "process.h"
#include "statistics.h"
#include "table.h"

#include <sys/wait.h>
#include <unistd.h>

#define N_CLIENTS 1000000
#define N_CLAIMS 10000

#define MEMORY_GOAL 200
#define CLAIM_GOAL 1.5

static void
on_result (const HcRegistryResult *result,
           gpointer                user_data)
{
  HcRegistryStatus *status = user_data;

  *status = result->status;
}

/* Everybody lives at an address of their own. */
static void
init_origin (HcOrigin *origin,
             guint     client,
             gint64    time)
{
  const HcSockaddr source = {
    .in = {
      .sin_family = AF_INET,
      .sin_port = g_htons (5000),
      .sin_addr.s_addr = g_htonl ((10u << 24) + client),
    },
  };

  hc_origin_init (origin, G_SOCKET_TYPE_STREAM, &source, time);
}

static void
put_id (char  *id,
        gsize  size,
        guint  client)
{
  g_snprintf (id, size, "client-%07u", client);
}

static void
register_client (HcRegistry *registry,
                 guint       client,
                 gint64      time)
{
  HcRegistryStatus status = HC_REGISTRY_UNAVAILABLE;
  HcRegistryRequest request = { .version = 1, .port = 5000 };
  HcOrigin origin;
  char id[32];

  init_origin (&origin, client, time);
  put_id (id, sizeof id, client);
  request.origin = &origin;
  request.id = id;
  request.declared = origin.address;
  hc_registry_register (registry, &request, on_result, &status);
  g_assert_cmpint (status, ==, HC_REGISTRY_DONE);
}

static HcRegistryStatus
bridge (HcRegistry *registry,
        guint       client,
        gint64      time)
{
  HcRegistryStatus status = HC_REGISTRY_UNAVAILABLE;
  HcRegistryRequest request = { .version = 1 };
  HcOrigin origin;
  char id[32];

  init_origin (&origin, client, time);
  put_id (id, sizeof id, client);
  request.origin = &origin;
  request.id = id;
  hc_registry_bridge (registry, &request, on_result, &status);
  return status;
}

static HcRegistry *
create_registry (guint n_clients)
{
  HcRegistry *registry = hc_memory_registry_new (n_clients);

  for (guint i = 0; i < n_clients; i++)
    register_client (registry, i, 0);
  return registry;
}

static double
measure_client_size (guint n_clients)
{
  gsize before = bench_get_resident ();
  HcRegistry *registry = create_registry (n_clients);
  gsize after = bench_get_resident ();

  g_object_unref (registry);
  return (double) (after - before) / n_clients;
}

/* In a process of its own: memory that was used before doesn't count again.
 * The first client brings the code in. */
static void
print_memory (guint n_clients)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      double size;

      measure_client_size (1);
      size = measure_client_size (n_clients);
      g_print ("  of %7u: %6.1f bytes  <= %d %s\n", n_clients, size, MEMORY_GOAL,
               size <= MEMORY_GOAL ? "reached" : "NOT REACHED");
      _exit (0);
    }
  waitpid (pid, NULL, 0);
}

/* All bridge, and so every second one is leased to the one after it; when the
 * leases have run out, half of them are ready and the others may claim them. */
static gint64
make_half_ready (HcRegistry *registry)
{
  const gint64 leased = G_TIME_SPAN_SECOND;
  const gint64 expired = leased + 31 * G_TIME_SPAN_SECOND;
  double start;

  for (guint i = 0; i < N_CLIENTS; i++)
    bridge (registry, i, leased);

  start = bench_get_cpu_seconds ();
  bridge (registry, N_CLIENTS, expired);
  g_print ("\n%u leases that run out at once take %.0f ms\n", N_CLIENTS / 2,
           (bench_get_cpu_seconds () - start) * 1e3);
  return expired;
}

static double
measure_claims (HcRegistry  *registry,
                const guint *callers,
                gint64       time)
{
  double start = bench_get_cpu_seconds ();

  for (guint i = 0; i < N_CLAIMS; i++)
    if (bridge (registry, callers[i], time) != HC_REGISTRY_DONE)
      g_error ("Nobody was ready");
  return (bench_get_cpu_seconds () - start) / N_CLAIMS * 1e6;
}

static guint *
shuffle_callers (Bench *bench)
{
  guint *callers = g_new (guint, N_CLIENTS / 2);

  for (guint i = 0; i < N_CLIENTS / 2; i++)
    callers[i] = 2 * i + 1;
  bench_shuffle (callers, N_CLIENTS / 2, bench->random);
  return callers;
}

static void
compare_claims (Bench *bench)
{
  g_autoptr (HcRegistry) registry = create_registry (N_CLIENTS);
  g_autoptr (BenchTable) table = bench_table_new ("Claim of the oldest, 1,000,000 registered and "
                                                  "500,000 ready: CPU, us");
  g_autofree guint *callers = shuffle_callers (bench);
  const guint *next = callers;
  gint64 time = make_half_ready (registry);
  guint rows[] = {
    bench_table_add_row (table, "a caller at random", BENCH_NO_REFERENCE, BENCH_NO_GOAL, 0),
    bench_table_add_row (table, "a caller at random again (A/A)", 0, BENCH_CONTROL, 0),
  };

  for (int round = 0; round < bench->n_rounds; round++)
    {
      bench_shuffle (rows, G_N_ELEMENTS (rows), bench->random);
      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          bench_table_add (table, rows[i], measure_claims (registry, next, time));
          next += N_CLAIMS;
        }
    }
  bench_table_print (table);
  g_print ("  to be at most %.1f us\n", CLAIM_GOAL);
}

int
main (int    argc,
      char **argv)
{
  Bench bench;

  bench_begin (&bench, argc, argv);
  bench.n_rounds = MIN (bench.n_rounds, N_CLIENTS / 2 / N_CLAIMS / 2);
  g_print ("\nMemory of a registered client\n");
  print_memory (100000);
  print_memory (N_CLIENTS);
  compare_claims (&bench);
  bench_end (&bench);
  return 0;
}
