/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * LateRegistry:
 *
 * A registry on a machine far away: it answers one request at a time, when it
 * is told to.
 */
#define LATE_TYPE_REGISTRY (late_registry_get_type ())
G_DECLARE_FINAL_TYPE (LateRegistry, late_registry, LATE, REGISTRY, GObject)

LateRegistry *late_registry_new      (void);
gboolean      late_registry_is_asked (LateRegistry     *self);
void          late_registry_answer   (LateRegistry     *self,
                                      HcRegistryStatus  status);

G_END_DECLS
