/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchGoal:
 * @BENCH_NO_GOAL: the ratio is for information
 * @BENCH_AT_MOST: it is to be as much or less
 * @BENCH_AT_LEAST: it is to be as much or more
 * @BENCH_CONTROL: the row is the same thing as its reference (A/A): how far
 *   it is from 1 is how far none of the table's other ratios can be trusted
 *
 * What a row's ratio is held against.
 */
typedef enum
{
  BENCH_NO_GOAL,
  BENCH_AT_MOST,
  BENCH_AT_LEAST,
  BENCH_CONTROL,
} BenchGoal;

/**
 * BENCH_NO_REFERENCE:
 *
 * Instead of a reference: the row has no ratio.
 */
#define BENCH_NO_REFERENCE G_MAXUINT

/**
 * BenchTable:
 *
 * One figure of several programs, measured in rounds: each row has one value
 * of each round.
 */
typedef struct _BenchTable BenchTable;

BenchTable *bench_table_new     (const char *title);
void        bench_table_free    (BenchTable *self);
guint       bench_table_add_row (BenchTable *self,
                                 const char *name,
                                 guint       reference,
                                 BenchGoal   goal,
                                 double      limit);
void        bench_table_add     (BenchTable *self,
                                 guint       row,
                                 double      value);
void        bench_table_print   (BenchTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTable, bench_table_free)

G_END_DECLS
