/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-redis-address.h"
#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * HC_REDIS_REGISTRY_MAX_CLIENTS:
 *
 * How many clients all servers together have, unless they are told otherwise.
 */
#define HC_REDIS_REGISTRY_MAX_CLIENTS 5000000

#define HC_TYPE_REDIS_REGISTRY (hc_redis_registry_get_type ())
G_DECLARE_FINAL_TYPE (HcRedisRegistry, hc_redis_registry, HC, REDIS_REGISTRY, GObject)

HcRegistry *hc_redis_registry_new           (const HcRedisAddress *address,
                                             guint                 max_clients);
void        hc_redis_registry_set_own_clock (HcRedisRegistry      *self,
                                             gboolean              has_own_clock);
void        hc_redis_registry_ask_n_clients (HcRedisRegistry      *self,
                                             const HcOrigin       *origin,
                                             HcRegistryFunc        callback,
                                             gpointer              user_data);

G_END_DECLS
