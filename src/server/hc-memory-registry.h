/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * HC_MEMORY_REGISTRY_MAX_CLIENTS:
 *
 * How many clients a registry holds, unless it is told otherwise: a quarter
 * of a gigabyte at most if they speak v1, half a gigabyte if they speak v2 and
 * have as many paths as they may.
 */
#define HC_MEMORY_REGISTRY_MAX_CLIENTS 1000000

#define HC_TYPE_MEMORY_REGISTRY (hc_memory_registry_get_type ())
G_DECLARE_FINAL_TYPE (HcMemoryRegistry, hc_memory_registry, HC, MEMORY_REGISTRY, GObject)

HcRegistry *hc_memory_registry_new           (guint             max_clients);
guint       hc_memory_registry_get_n_clients (HcMemoryRegistry *self);

G_END_DECLS
