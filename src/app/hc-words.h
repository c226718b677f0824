/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcProblem:
 * @HC_PROBLEM_NONE: it can be used
 * @HC_PROBLEM_EMPTY: there is nothing yet, which is no mistake
 * @HC_PROBLEM_WRONG: it can't be used as it is
 *
 * What is to be said of something that a person has typed.
 */
typedef enum
{
  HC_PROBLEM_NONE,
  HC_PROBLEM_EMPTY,
  HC_PROBLEM_WRONG,
} HcProblem;

char      *hc_isolate               (const char  *text);
HcProblem  hc_check_id              (const char  *id,
                                     const char **advice);
HcProblem  hc_check_server          (const char  *server,
                                     const char **advice);
HcProblem  hc_check_port            (const char  *port,
                                     const char **advice);
guint      hc_count_excess          (const char  *text,
                                     gsize        capacity);
char      *hc_describe_room         (const char  *text,
                                     gsize        capacity);

G_END_DECLS
