/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "subject.h"
#include "table.h"

G_BEGIN_DECLS

/**
 * BenchFigure:
 * @BENCH_CPU: the server's CPU time for a request
 * @BENCH_RATE: how many requests are answered in a second
 *
 * What the goals are about.
 */
typedef enum
{
  BENCH_CPU,
  BENCH_RATE,
} BenchFigure;

/**
 * BenchContestant:
 * @subject: a server in some state
 * @reference: the number of the contestant it is compared with, or
 *   %BENCH_NO_REFERENCE
 * @goal: what the ratio is held against
 * @limit: and how much that is
 *
 * One of the things that are compared.
 */
typedef struct
{
  BenchSubject subject;
  guint reference;
  BenchGoal goal;
  double limit;
} BenchContestant;

/**
 * BenchMeasureFunc:
 * @server: a server that is idle
 * @user_data: data of the comparison
 *
 * Measures once what a request costs.
 *
 * Returns: the cost
 */
typedef BenchCost (*BenchMeasureFunc) (BenchServer *server,
                                       gpointer     user_data);

/**
 * BenchComparison:
 * @title: what is compared
 * @figure: what the goals are about; the server's CPU time is always printed,
 *   and the rate on the wall. A rate is also printed for a second of CPU time,
 *   which is a second on the wall if nothing else runs on that CPU
 * @n_starts: how many times the rounds are interrupted to start all servers
 *   anew: where a process happens to lie in memory makes a difference
 * @contestants: who takes part
 * @n_contestants: how many
 * @measure: measures one of them
 * @user_data: data for @measure
 *
 * One section of a benchmark's output.
 */
typedef struct
{
  const char *title;
  BenchFigure figure;
  guint n_starts;
  const BenchContestant *contestants;
  guint n_contestants;
  BenchMeasureFunc measure;
  gpointer user_data;
} BenchComparison;

void bench_compare (Bench                 *bench,
                    const BenchComparison *comparison);

G_END_DECLS
