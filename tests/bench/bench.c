/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define N_ROUNDS 15
#define N_QUICK_ROUNDS 3

static guint64
read_number (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static void
print_machine (const char *when)
{
  double load[3] = { 0 };
  const guint64 somaxconn = read_number ("/proc/sys/net/core/somaxconn");

  getloadavg (load, G_N_ELEMENTS (load));
  g_print ("%s: %u CPUs, load %.2f %.2f %.2f, somaxconn %" G_GUINT64_FORMAT "\n", when,
           bench_get_n_cpus (), load[0], load[1], load[2], somaxconn);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
parse (Bench  *self,
       int    *seed,
       int     argc,
       char  **argv)
{
  const GOptionEntry entries[] = {
    { "quick", 'q', 0, G_OPTION_ARG_NONE, &self->is_quick,
      "Fewer and smaller rounds (or set HC_BENCH_QUICK=1)", NULL },
    { "rounds", 'n', 0, G_OPTION_ARG_INT, &self->n_rounds, "How often to measure", "N" },
    { "only", 'o', 0, G_OPTION_ARG_STRING, &self->only,
      "Compare only what has this in its title", "TEXT" },
    { "seed", 's', 0, G_OPTION_ARG_INT, seed, "For the same order once more", "SEED" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("SERVER FLOOR");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Say SERVER and FLOOR; see --help");
      exit (2);
    }
  self->server = g_strdup (argv[1]);
  self->floor = g_strdup (argv[2]);
}

/**
 * bench_begin:
 * @self: (out caller-allocates): what the benchmark is told
 * @argc: how many arguments
 * @argv: the command line
 *
 * Reads the command line, prints what the figures depend on and pins this
 * process to CPU 1, so that it leaves CPU 0 to the servers. Where it may, it
 * goes before the machine's other programs, and so do the servers.
 */
void
bench_begin (Bench  *self,
             int     argc,
             char  **argv)
{
  int seed = g_random_int_range (0, G_MAXINT);

  *self = (Bench) { .is_quick = g_strcmp0 (g_getenv ("HC_BENCH_QUICK"), "1") == 0 };
  parse (self, &seed, argc, argv);
  if (self->n_rounds <= 0)
    self->n_rounds = self->is_quick ? N_QUICK_ROUNDS : N_ROUNDS;
  self->random = g_rand_new_with_seed (seed);
  raise_descriptor_limit ();
  setpriority (PRIO_PROCESS, 0, -20);
  bench_pin (1);

  /* A benchmark that crashes says so with what it has found until then. */
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_print ("%s build, %d rounds, seed %d, priority %d\n", BUILDTYPE, self->n_rounds, seed,
           getpriority (PRIO_PROCESS, 0));
  print_machine ("Before");
}

/**
 * bench_end:
 * @self: what the benchmark was told
 *
 * Prints what has become of the machine meanwhile.
 */
void
bench_end (Bench *self)
{
  g_print ("\n");
  print_machine ("After");
  g_free (self->server);
  g_free (self->floor);
  g_free (self->only);
  g_rand_free (self->random);
}

/**
 * bench_limit_queued:
 * @n: how many connections shall wait to be accepted
 *
 * Looks how many the kernel lets wait, and says so if these are too many.
 *
 * Returns: how many there can be
 */
guint
bench_limit_queued (guint n)
{
  guint64 limit = read_number ("/proc/sys/net/core/somaxconn");

  if (n <= limit)
    return n;
  g_print ("somaxconn allows only %" G_GUINT64_FORMAT " connections to wait, not %u\n", limit, n);
  return limit;
}
