/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchSummary:
 * @median: half of the values are less
 * @lower: a quarter of them are less
 * @upper: three quarters of them are less
 *
 * What is left of many measurements. Means are of no use here: whatever else
 * the machine does only ever adds.
 */
typedef struct
{
  double median;
  double lower;
  double upper;
} BenchSummary;

BenchSummary bench_summarise        (const GArray *values);
BenchSummary bench_summarise_ratios (const GArray *values,
                                     const GArray *references);
void         bench_shuffle          (guint        *order,
                                     guint         n,
                                     GRand        *random);

G_END_DECLS
