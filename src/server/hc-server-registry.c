/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-registry.h"
#include "hc-redis-address.h"

#ifdef HAVE_HIREDIS
#include "hc-redis-registry.h"
#endif

#include <glib/gi18n-lib.h>

#define MEMORY "memory"

/* The name may have a password in it. */
static gboolean
refuse (GError     **error,
        const char  *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, words);
  return FALSE;
}

#ifdef HAVE_HIREDIS

static gboolean
check_support (GError **error)
{
  return TRUE;
}

static HcRegistry *
create_shared (const HcRedisAddress *address)
{
  return hc_redis_registry_new (address, HC_REDIS_REGISTRY_MAX_CLIENTS);
}

#else

static gboolean
check_support (GError **error)
{
  return refuse (error, _("this hybridchat-server was built without Redis (meson option “redis”)"));
}

static HcRegistry *
create_shared (const HcRedisAddress *address)
{
  g_assert_not_reached ();
}

#endif

/* Returns NULL without an error for a registry in memory. */
static HcRedisAddress *
parse_name (const char  *name,
            GError     **error)
{
  if (g_str_equal (name, MEMORY))
    return NULL;
  if (hc_redis_address_is_one (name))
    return check_support (error) ? hc_redis_address_parse (name, error) : NULL;
  refuse (error, _("the registry is neither “memory” nor a redis://HOST:PORT/DATABASE"));
  return NULL;
}

/**
 * hc_server_registry_check:
 * @name: `memory`, or the URL of a Redis
 * @error: return location for a #GError in %G_IO_ERROR, which has nothing of
 *   @name in its message
 *
 * Checks what somebody has chosen for a registry.
 *
 * Returns: %TRUE if there is such a one
 */
gboolean
hc_server_registry_check (const char  *name,
                          GError     **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HcRedisAddress) address = parse_name (name, &failure);

  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/**
 * hc_server_registry_create:
 * @name: see hc_server_registry_check()
 * @registry: (out) (transfer full) (nullable): the registry, or %NULL for the
 *   one in memory that each server has by itself
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Creates the registry that somebody has chosen, in the thread-default main
 * context. Whether a Redis can be reached, doesn't matter yet.
 *
 * Returns: %TRUE if there is such a one
 */
gboolean
hc_server_registry_create (const char  *name,
                           HcRegistry **registry,
                           GError     **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HcRedisAddress) address = parse_name (name, &failure);

  *registry = NULL;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (address != NULL)
    *registry = create_shared (address);
  return TRUE;
}
