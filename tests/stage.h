/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "person.h"

G_BEGIN_DECLS

/**
 * Stage:
 *
 * The real server and the real app, as they are built, on the display and the
 * bus of with-display.sh. One process of the app has a window for each person.
 */
typedef struct _Stage Stage;

Stage      *stage_new          (gboolean    udp);
void        stage_free         (Stage      *self);
const char *stage_get_server   (Stage      *self);
void        stage_stop_server  (Stage      *self);
Person     *stage_enter        (Stage      *self,
                                const char *id,
                                const char *server);
gboolean    stage_has_notified (Stage      *self,
                                const char *words);
void        stage_close        (Stage      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stage, stage_free)

G_END_DECLS
