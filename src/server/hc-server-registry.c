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

/* Gives NULL for a registry in memory. */
static gboolean
parse_name (const char      *name,
            HcRedisAddress **address,
            GError         **error)
{
  *address = NULL;
  if (g_str_equal (name, MEMORY))
    return TRUE;
  if (!hc_redis_address_is_one (name))
    return refuse (error, _("it is neither “memory” nor a redis://HOST:PORT/DATABASE"));
  if (!check_support (error))
    return FALSE;
  *address = hc_redis_address_parse (name, error);
  return *address != NULL;
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
  HcRedisAddress *address;

  if (!parse_name (name, &address, error))
    return FALSE;
  g_clear_pointer (&address, hc_redis_address_free);
  return TRUE;
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
  HcRedisAddress *address;

  *registry = NULL;
  if (!parse_name (name, &address, error))
    return FALSE;
  if (address != NULL)
    *registry = create_shared (address);
  g_clear_pointer (&address, hc_redis_address_free);
  return TRUE;
}
