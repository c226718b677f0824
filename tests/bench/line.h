/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "line-end.h"

G_BEGIN_DECLS

/**
 * Line:
 *
 * Two ends, connected over the loopback address: the caller's in the thread
 * that made it, and the other one in a thread and a main context of its own.
 */
typedef struct _Line Line;

/**
 * LineCount:
 * @there: what the caller has sent
 * @back: what the other one has
 *
 * Bytes as IP carries them, its own and TCP's or UDP's headers not counted.
 */
typedef struct
{
  guint64 there;
  guint64 back;
} LineCount;

Line      *line_new         (LineKind  kind,
                             gboolean  has_peers);
Line      *line_new_counted (LineKind  kind,
                             gboolean  has_peers);
void       line_free        (Line     *self);
double     line_get_wall    (Line     *self);
double     line_get_cpu     (Line     *self);
void       line_exchange    (Line     *self,
                             guint     n,
                             guint     burst);
LineCount  line_get_count   (Line     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Line, line_free)

G_END_DECLS
