/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "statistics.h"

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Between two values, in proportion. */
static double
get_quantile (const GArray *sorted,
              double        fraction)
{
  double place = fraction * (sorted->len - 1);
  guint below = (guint) place;
  guint above = MIN (below + 1, sorted->len - 1);
  double low = g_array_index (sorted, double, below);

  return low + (place - below) * (g_array_index (sorted, double, above) - low);
}

/**
 * bench_summarise:
 * @values: (element-type double): measurements of one thing; not empty
 *
 * Returns: their median and quartiles
 */
BenchSummary
bench_summarise (const GArray *values)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *) values);

  g_array_sort (sorted, compare);
  return (BenchSummary) {
    .median = get_quantile (sorted, 0.5),
    .lower = get_quantile (sorted, 0.25),
    .upper = get_quantile (sorted, 0.75),
  };
}

/**
 * bench_summarise_ratios:
 * @values: (element-type double): measurements of one thing, a round each
 * @references: (element-type double): of another, of the same rounds
 *
 * Compares two things round by round: what slowed a whole round down has no
 * part in it.
 *
 * Returns: the median and quartiles of the rounds' ratios
 */
BenchSummary
bench_summarise_ratios (const GArray *values,
                        const GArray *references)
{
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));

  g_assert_cmpuint (values->len, ==, references->len);
  for (guint i = 0; i < values->len; i++)
    {
      double ratio = g_array_index (values, double, i) / g_array_index (references, double, i);

      g_array_append_val (ratios, ratio);
    }
  return bench_summarise (ratios);
}

/**
 * bench_shuffle:
 * @order: (array length=n): numbers
 * @n: how many
 * @random: decides
 *
 * Puts the numbers in random order, each order being as likely.
 */
void
bench_shuffle (guint *order,
               guint  n,
               GRand *random)
{
  for (guint i = n; i > 1; i--)
    {
      guint j = g_rand_int_range (random, 0, i);
      guint other = order[j];

      order[j] = order[i - 1];
      order[i - 1] = other;
    }
}
