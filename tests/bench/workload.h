/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BENCH_MAX_TEXT 128

/**
 * BenchExchange:
 * @client: who asks: a number from 0
 * @request_length: how many bytes of @request are used
 * @reply_length: how many bytes of @reply are used; 0 if there is no reply
 * @request: the bytes of a request
 * @reply: the bytes that must come back
 *
 * A request, and what it is answered.
 */
typedef struct
{
  guint client;
  gsize request_length;
  gsize reply_length;
  char request[BENCH_MAX_TEXT];
  char reply[BENCH_MAX_TEXT];
} BenchExchange;

/**
 * BenchStep:
 *
 * What a client of the closed loop does, over and over again.
 */
typedef enum
{
  BENCH_STEP_PROBE,
  BENCH_STEP_REGISTER,
  BENCH_STEP_BRIDGE,
  BENCH_STEP_QUIT,
} BenchStep;

#define BENCH_N_STEPS (BENCH_STEP_QUIT + 1)

GArray *bench_workload_new_meetings  (guint          n);
GArray *bench_workload_new_registers (guint          first,
                                      guint          n);
void    bench_exchange_init_step     (BenchExchange *self,
                                      guint          client,
                                      BenchStep      step);

G_END_DECLS
