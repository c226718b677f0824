/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BenchProcess:
 *
 * A server under measurement: a process of its own, pinned to one CPU.
 */
typedef struct _BenchProcess BenchProcess;

BenchProcess *bench_process_start            (const char *const *argv,
                                              guint              cpu);
void          bench_process_stop             (BenchProcess      *self);
pid_t         bench_process_get_pid          (BenchProcess      *self);
guint16       bench_process_get_port         (BenchProcess      *self);
void          bench_process_pause            (BenchProcess      *self);
void          bench_process_resume           (BenchProcess      *self);
void          bench_process_wait_until_idle  (BenchProcess      *self);
double        bench_process_get_cpu_seconds  (BenchProcess      *self);
gsize         bench_process_get_resident     (BenchProcess      *self);

guint         bench_get_n_cpus               (void);
void          bench_pin                      (guint              cpu);
gsize         bench_get_resident             (void);
double        bench_get_cpu_seconds          (void);
double        bench_get_seconds              (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchProcess, bench_process_stop)

G_END_DECLS
