/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "table.h"
#include "statistics.h"

/* How far from 1 the ratio of a thing to itself may be. */
#define MAX_DRIFT 0.05

typedef struct
{
  const char *name;
  guint reference;
  BenchGoal goal;
  double limit;
  GArray *values;
} Row;

struct _BenchTable
{
  char *title;
  GArray *rows;
};

static void
row_clear (gpointer data)
{
  g_array_unref (((Row *) data)->values);
}

/**
 * bench_table_new:
 * @title: what is measured, in which unit
 *
 * Returns: (transfer full): a table without rows
 */
BenchTable *
bench_table_new (const char *title)
{
  BenchTable *self = g_new0 (BenchTable, 1);

  self->title = g_strdup (title);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
  return self;
}

/**
 * bench_table_free:
 * @self: a table
 *
 * Frees the table.
 */
void
bench_table_free (BenchTable *self)
{
  g_free (self->title);
  g_array_unref (self->rows);
  g_free (self);
}

/**
 * bench_table_add_row:
 * @self: a table
 * @name: (transfer none): what the row is about; must outlive the table
 * @reference: the row that it is compared with, or %BENCH_NO_REFERENCE
 * @goal: what its ratio is held against
 * @limit: and how much that is
 *
 * Returns: the row's number
 */
guint
bench_table_add_row (BenchTable *self,
                     const char *name,
                     guint       reference,
                     BenchGoal   goal,
                     double      limit)
{
  Row row = {
    .name = name,
    .reference = reference,
    .goal = goal,
    .limit = limit,
    .values = g_array_new (FALSE, FALSE, sizeof (double)),
  };

  g_array_append_val (self->rows, row);
  return self->rows->len - 1;
}

/**
 * bench_table_add:
 * @self: a table
 * @row: a row's number
 * @value: what was measured in this round
 *
 * Adds a measurement.
 */
void
bench_table_add (BenchTable *self,
                 guint       row,
                 double      value)
{
  g_array_append_val (g_array_index (self->rows, Row, row).values, value);
}

static const char *
judge (const Row *row,
       double     ratio,
       gboolean   is_conclusive)
{
  if (row->goal == BENCH_NO_GOAL || row->goal == BENCH_CONTROL)
    return "";
  if (!is_conclusive)
    return "inconclusive";
  if (row->goal == BENCH_AT_MOST)
    return ratio <= row->limit ? "reached" : "NOT REACHED";
  return ratio >= row->limit ? "reached" : "NOT REACHED";
}

static void
print_row (BenchTable *self,
           const Row  *row,
           gboolean    is_conclusive)
{
  BenchSummary value = bench_summarise (row->values);
  BenchSummary ratio;

  g_print ("  %-34s %11.3f %11.3f - %-11.3f", row->name, value.median, value.lower, value.upper);
  if (row->reference != BENCH_NO_REFERENCE)
    {
      const Row *reference = &g_array_index (self->rows, Row, row->reference);

      ratio = bench_summarise_ratios (row->values, reference->values);
      g_print (" %6.3f (%5.3f - %5.3f)", ratio.median, ratio.lower, ratio.upper);
      if (row->goal == BENCH_AT_MOST || row->goal == BENCH_AT_LEAST)
        g_print ("  %s %.2f %s", row->goal == BENCH_AT_MOST ? "<=" : ">=", row->limit,
                 judge (row, ratio.median, is_conclusive));
    }
  g_print ("\n");
}

static double
get_drift (BenchTable *self)
{
  double drift = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      if (row->goal == BENCH_CONTROL)
        {
          const Row *reference = &g_array_index (self->rows, Row, row->reference);
          double ratio = bench_summarise_ratios (row->values, reference->values).median;

          drift = MAX (drift, ABS (ratio - 1));
        }
    }
  return drift;
}

/**
 * bench_table_print:
 * @self: a table with as many values in each row
 *
 * Prints medians, quartiles, ratios and whether goals are reached, or that
 * this can't be told because a thing and itself differ too much.
 */
void
bench_table_print (BenchTable *self)
{
  double drift = get_drift (self);
  gboolean is_conclusive = drift <= MAX_DRIFT;

  g_print ("\n%s\n", self->title);
  g_print ("  %-34s %11s %11s - %-11s %6s (%s)\n", "", "median", "lower", "upper quarter", "ratio",
           "quartiles");
  for (guint i = 0; i < self->rows->len; i++)
    print_row (self, &g_array_index (self->rows, Row, i), is_conclusive);
  g_print ("  A/A differ by %.1f %%%s\n", drift * 100,
           is_conclusive ? "" : ": INCONCLUSIVE, run it again when the machine is quiet");
}
