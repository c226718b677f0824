/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "registry-kind.h"
#include "hc-memory-registry.h"
#include "wait.h"

#ifdef HAVE_HIREDIS

#include "hc-redis-registry.h"
#include "redis-server.h"

/* One Redis for all cases of a program. */
static RedisServer *redis;

static gboolean
is_redis_there (const char **reason)
{
  *reason = REDIS_IS_MISSING;
  return redis_server_is_installed ();
}

static HcRegistry *
create_in_redis (guint max_clients)
{
  g_autoptr (HcRedisAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  HcRegistry *registry;

  if (redis == NULL)
    redis = redis_server_new ();
  redis_server_flush (redis);
  address = hc_redis_address_parse (redis_server_get_url (redis), &error);
  g_assert_no_error (error);
  registry = hc_redis_registry_new (address, max_clients);
  hc_redis_registry_set_own_clock (HC_REDIS_REGISTRY (registry), TRUE);
  return registry;
}

static void
on_counted (const HcRegistryResult *result,
            gpointer                user_data)
{
  HcRegistryResult *answer = user_data;

  *answer = *result;
}

static guint
count_once (HcRegistry *registry,
            gint64      time)
{
  HcRegistryResult answer = { .status = HC_REGISTRY_UNKNOWN };
  const HcOrigin origin = { .time = time };

  hc_redis_registry_ask_n_clients (HC_REDIS_REGISTRY (registry), &origin, on_counted, &answer);
  WAIT_UNTIL (answer.status != HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (answer.status, ==, HC_REGISTRY_DONE);
  return answer.n_clients;
}

/* Each question ends some of the lives that are over. */
static guint
count_in_redis (HcRegistry *registry,
                gint64      time)
{
  guint n = count_once (registry, time);
  guint earlier;

  do
    {
      earlier = n;
      n = count_once (registry, time);
    }
  while (n != earlier);
  return n;
}

/* How many keys Redis has for this. */
guint
registry_kind_count_keys (const char *prefix)
{
  g_autofree char *command =
    g_strdup_printf ("EVAL return#redis.call('KEYS','{hybridchat}:%s*') 0", prefix);
  g_autofree char *n_keys = redis_server_ask (redis, command);

  return g_ascii_strtoull (n_keys, NULL, 10);
}

void
registry_kind_end (void)
{
  g_clear_pointer (&redis, redis_server_free);
}

#else

static gboolean
is_redis_there (const char **reason)
{
  *reason = "built without hiredis (Debian: libhiredis-dev)";
  return FALSE;
}

static HcRegistry *
create_in_redis (guint max_clients)
{
  g_assert_not_reached ();
}

static guint
count_in_redis (HcRegistry *registry,
                gint64      time)
{
  g_assert_not_reached ();
}

guint
registry_kind_count_keys (const char *prefix)
{
  g_assert_not_reached ();
}

void
registry_kind_end (void)
{
}

#endif

const char *
registry_kind_get_name (RegistryKind kind)
{
  return kind == REGISTRY_IN_MEMORY ? "memory" : "redis";
}

/* Otherwise the reason is why a test is to be skipped. */
gboolean
registry_kind_is_there (RegistryKind   kind,
                        const char   **reason)
{
  return kind == REGISTRY_IN_MEMORY || is_redis_there (reason);
}

/* An empty one. */
HcRegistry *
registry_kind_create (RegistryKind kind,
                      guint        max_clients)
{
  if (kind == REGISTRY_IN_MEMORY)
    return hc_memory_registry_new (max_clients);
  return create_in_redis (max_clients);
}

/* How many clients there are. */
guint
registry_count (HcRegistry *registry,
                gint64      time)
{
  if (HC_IS_MEMORY_REGISTRY (registry))
    return hc_memory_registry_get_n_clients (HC_MEMORY_REGISTRY (registry));
  return count_in_redis (registry, time);
}
