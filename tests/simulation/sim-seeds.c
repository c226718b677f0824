/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-seeds.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SHORT_RUN 2000
#define LONG_RUN 10000
#define MAX_FAILURES 5

static guint64 n_seeds;
static gboolean has_only_seed;
static guint64 only_seed;

/* What a crash shows, ready to be written by a signal handler. */
static char current[64];

static void
on_crash (int number)
{
  if (current[0] != '\0' && write (STDERR_FILENO, current, strlen (current)) < 0)
    signal (number, SIG_DFL);
  signal (number, SIG_DFL);
  raise (number);
}

static gboolean
take_number (const char *argument,
             const char *option,
             guint64    *number)
{
  return g_str_has_prefix (argument, option) &&
         g_ascii_string_to_unsigned (argument + strlen (option), 10, 0, G_MAXUINT32, number, NULL);
}

/**
 * sim_seeds_init:
 * @argc: (inout): see main()
 * @argv: (inout): see main()
 *
 * Takes `--seed=N` (that one alone) and `--seeds=N` (from 1 to N) from the
 * arguments. Call it before g_test_init(), which has a `--seed` of its own.
 * Without them it is 2,000 seeds, and 10,000 with `-m slow`.
 */
void
sim_seeds_init (int    *argc,
                char ***argv)
{
  int n_kept = 1;

  for (int i = 1; i < *argc; i++)
    {
      const char *argument = (*argv)[i];

      if (take_number (argument, "--seed=", &only_seed))
        has_only_seed = TRUE;
      else if (!take_number (argument, "--seeds=", &n_seeds))
        (*argv)[n_kept++] = (*argv)[i];
    }
  (*argv)[n_kept] = NULL;
  *argc = n_kept;

  signal (SIGABRT, on_crash);
  signal (SIGSEGV, on_crash);
  signal (SIGTRAP, on_crash);
}

static gboolean
run_seed (SimSeedFunc func,
          guint32     seed)
{
  g_autofree char *fault = NULL;

  g_snprintf (current, sizeof current, "# It was --seed=%u\n", seed);
  fault = func (seed);
  current[0] = '\0';
  if (fault == NULL)
    return TRUE;

  g_test_message ("%s", fault);
  g_test_message ("It was seed %u: run it alone with -p %s --seed=%u", seed, g_test_get_path (), seed);
  g_test_fail ();
  return FALSE;
}

/**
 * sim_seeds_run:
 * @func: a simulation
 *
 * Runs a simulation with many seeds. The test fails if one does, and
 * says which.
 */
void
sim_seeds_run (SimSeedFunc func)
{
  guint n_failures = 0;
  clock_t start = clock ();

  if (has_only_seed)
    {
      run_seed (func, only_seed);
      return;
    }

  if (n_seeds == 0)
    n_seeds = g_test_slow () ? LONG_RUN : SHORT_RUN;
  for (guint64 seed = 1; seed <= n_seeds && n_failures < MAX_FAILURES; seed++)
    n_failures += !run_seed (func, seed);
  g_test_message ("%" G_GUINT64_FORMAT " seeds, %.1f s of CPU time", n_seeds,
                  (double) (clock () - start) / CLOCKS_PER_SEC);
}
