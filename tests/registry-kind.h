/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

G_BEGIN_DECLS

/**
 * RegistryKind:
 * @REGISTRY_IN_MEMORY: an #HcMemoryRegistry
 * @REGISTRY_IN_REDIS: an #HcRedisRegistry, in a Redis of the test's own
 * @N_REGISTRY_KINDS: how many there are
 *
 * What the registry of a test is: the same cases are for all kinds. In all of
 * them time is what a request says it is.
 */
typedef enum
{
  REGISTRY_IN_MEMORY,
  REGISTRY_IN_REDIS,
  N_REGISTRY_KINDS,
} RegistryKind;

const char *registry_kind_get_name   (RegistryKind   kind);
gboolean    registry_kind_is_there   (RegistryKind   kind,
                                      const char   **reason);
HcRegistry *registry_kind_create     (RegistryKind   kind,
                                      guint          max_clients);
guint       registry_kind_count_keys (const char    *prefix);
void        registry_kind_end        (void);

guint       registry_count           (HcRegistry    *registry,
                                      gint64         time);

G_END_DECLS
