/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-memory-registry.h"
#include "hc-ready-list.h"

#define LEASE (30 * G_TIME_SPAN_SECOND)
#define LIFETIME G_TIME_SPAN_HOUR

/* How long the same request over UDP is a retransmission. */
#define RETRANSMISSION (10 * G_TIME_SPAN_SECOND)

struct _HcMemoryRegistry
{
  GObject parent_instance;

  /* A set of their IDs; see find_client(). */
  GHashTable *clients;
  HcReadyList ready;
  guint64 last_number;
  guint max_clients;

  /* What ends next stands first: all leases last equally long, and so do all
   * lives. Both are looked at when something is asked, so no timer is needed. */
  GQueue leases;
  GQueue lives;
};

static void hc_memory_registry_registry_init (HcRegistryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcMemoryRegistry, hc_memory_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_REGISTRY,
                                                      hc_memory_registry_registry_init))

static gboolean
is_retransmission (const HcOrigin *origin,
                   gint64          since)
{
  return origin->transport == G_SOCKET_TYPE_DATAGRAM && origin->time - since < RETRANSMISSION;
}

static HcRegistration *
find_client (HcMemoryRegistry *self,
             const char       *id)
{
  return hc_registration_from_id (g_hash_table_lookup (self->clients, id));
}

static void
free_client (gpointer id)
{
  g_free (hc_registration_from_id (id));
}

static void
end_lease (HcMemoryRegistry *self,
           HcRegistration   *client)
{
  if (client->holder == NULL)
    return;
  g_queue_unlink (&self->leases, &client->place);
  client->holder->held = NULL;
  client->holder = NULL;
}

static void
put_back (HcMemoryRegistry *self,
          HcRegistration   *client)
{
  end_lease (self, client);
  hc_ready_list_put_back (&self->ready, client);
}

static void
lease (HcMemoryRegistry *self,
       HcRegistration   *client,
       HcRegistration   *caller,
       gint64            time)
{
  end_lease (self, client);
  hc_ready_list_remove (&self->ready, client);
  hc_ready_list_remove (&self->ready, caller);
  client->holder = caller;
  caller->held = client;
  client->caller_number = caller->number;
  client->leased_at = time;
  g_queue_push_tail_link (&self->leases, &client->place);
}

static void
end_registration (HcMemoryRegistry *self,
                  HcRegistration   *client)
{
  if (client->held != NULL)
    put_back (self, client->held);
  end_lease (self, client);
  hc_ready_list_remove (&self->ready, client);
  g_queue_unlink (&self->lives, &client->life);
  g_hash_table_remove (self->clients, client->id);
}

static void
add_registration (HcMemoryRegistry *self,
                  HcRegistration   *client)
{
  client->number = ++self->last_number;
  g_queue_push_tail_link (&self->lives, &client->life);
  g_hash_table_add (self->clients, client->id);
}

static void
renew (HcMemoryRegistry *self,
       HcRegistration   *client,
       gint64            time)
{
  client->renewed_at = time;
  g_queue_unlink (&self->lives, &client->life);
  g_queue_push_tail_link (&self->lives, &client->life);
}

static void
advance_to (HcMemoryRegistry *self,
            gint64            time)
{
  HcRegistration *first;

  while ((first = g_queue_peek_head (&self->leases)) != NULL &&
         time - first->leased_at >= LEASE)
    put_back (self, first);
  while ((first = g_queue_peek_head (&self->lives)) != NULL &&
         time - first->renewed_at >= LIFETIME)
    end_registration (self, first);
}

static void
hc_memory_registry_register (HcRegistry     *registry,
                             const HcOrigin *origin,
                             const char     *id,
                             const HcIp     *declared,
                             guint16         port,
                             HcRegistryFunc  callback,
                             gpointer        user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_DONE };
  HcRegistration *known;

  advance_to (self, origin->time);
  known = find_client (self, id);
  if (known != NULL && !hc_registration_is_the_same (known, origin, declared, port))
    result.status = HC_REGISTRY_TAKEN;
  else if (known == NULL && g_hash_table_size (self->clients) >= self->max_clients)
    result.status = HC_REGISTRY_FULL;
  else if (known == NULL || !is_retransmission (origin, known->registered_at))
    {
      if (known != NULL)
        end_registration (self, known);
      add_registration (self, hc_registration_new (id, origin, declared, port));
    }

  callback (&result, user_data);
}

/* Returns who is handed to the caller, who keeps or loses what it held. */
static HcRegistration *
claim (HcMemoryRegistry *self,
       HcRegistration   *caller,
       const HcOrigin   *origin)
{
  HcRegistration *earlier = caller->held;
  HcRegistration *next;

  if (earlier != NULL && is_retransmission (origin, earlier->leased_at))
    return earlier;

  next = hc_ready_list_find_next (&self->ready, caller);
  if (next != NULL && earlier != NULL)
    put_back (self, earlier);
  else if (next == NULL)
    next = earlier;
  if (next != NULL)
    lease (self, next, caller, origin->time);
  return next;
}

static void
hc_memory_registry_bridge (HcRegistry     *registry,
                           const HcOrigin *origin,
                           const char     *id,
                           HcRegistryFunc  callback,
                           gpointer        user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_UNKNOWN };
  HcRegistration *caller;
  HcRegistration *peer = NULL;

  advance_to (self, origin->time);
  caller = find_client (self, id);
  if (hc_registration_is_owned_by (caller, origin))
    {
      result.status = HC_REGISTRY_NOBODY;
      renew (self, caller, origin->time);
      if (caller->holder == NULL)
        {
          peer = claim (self, caller, origin);
          if (peer == NULL && !caller->is_ready)
            hc_ready_list_append (&self->ready, caller);
        }
    }
  if (peer != NULL)
    {
      result.status = HC_REGISTRY_DONE;
      result.peer_id = peer->id;
      result.peer_address = hc_registration_get_address_for (peer, &caller->source);
      result.peer_port = peer->port;
    }

  callback (&result, user_data);
}

static void
hc_memory_registry_chat (HcRegistry     *registry,
                         const HcOrigin *origin,
                         const char     *caller_id,
                         const char     *callee_id,
                         HcRegistryFunc  callback,
                         gpointer        user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_UNKNOWN };
  HcRegistration *caller;
  HcRegistration *callee;

  advance_to (self, origin->time);
  caller = find_client (self, caller_id);
  callee = find_client (self, callee_id);
  if (caller != NULL && callee != NULL && hc_registration_is_linked (caller, callee) &&
      (hc_registration_is_owned_by (caller, origin) ||
       hc_registration_is_owned_by (callee, origin)))
    {
      result.status = HC_REGISTRY_DONE;
      result.parties[result.n_parties++] = caller->source;
      result.parties[result.n_parties++] = callee->source;
      end_registration (self, caller);
      end_registration (self, callee);
    }
  else if (hc_registration_is_owned_by (caller, origin))
    end_registration (self, caller);

  callback (&result, user_data);
}

static void
hc_memory_registry_quit (HcRegistry     *registry,
                         const HcOrigin *origin,
                         const char     *id,
                         HcRegistryFunc  callback,
                         gpointer        user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_UNKNOWN };
  HcRegistration *client;

  advance_to (self, origin->time);
  client = find_client (self, id);
  if (hc_registration_is_owned_by (client, origin))
    {
      result.status = HC_REGISTRY_DONE;
      end_registration (self, client);
    }

  callback (&result, user_data);
}

static void
hc_memory_registry_finalize (GObject *object)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (object);

  g_hash_table_unref (self->clients);

  G_OBJECT_CLASS (hc_memory_registry_parent_class)->finalize (object);
}

static void
hc_memory_registry_class_init (HcMemoryRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_memory_registry_finalize;
}

static void
hc_memory_registry_init (HcMemoryRegistry *self)
{
  self->clients = g_hash_table_new_full (hc_registration_hash, g_str_equal, free_client, NULL);
}

static void
hc_memory_registry_registry_init (HcRegistryInterface *iface)
{
  iface->register_client = hc_memory_registry_register;
  iface->bridge = hc_memory_registry_bridge;
  iface->chat = hc_memory_registry_chat;
  iface->quit = hc_memory_registry_quit;
}

/**
 * hc_memory_registry_new:
 * @max_clients: how many clients it may hold; at least 1
 *
 * Creates a registry in this process's memory. It answers before a request's
 * function returns, and takes the same time for each request however many
 * clients there are. A registration lasts an hour from its last BRIDGE.
 *
 * Returns: (transfer full): a registry
 */
HcRegistry *
hc_memory_registry_new (guint max_clients)
{
  HcMemoryRegistry *self;

  g_return_val_if_fail (max_clients > 0, NULL);

  self = g_object_new (HC_TYPE_MEMORY_REGISTRY, NULL);
  self->max_clients = max_clients;
  return HC_REGISTRY (self);
}

/**
 * hc_memory_registry_get_n_clients:
 * @self: a registry
 *
 * Gets how many clients are registered. Those whose time has run out since the
 * last request are still counted.
 *
 * Returns: how many
 */
guint
hc_memory_registry_get_n_clients (HcMemoryRegistry *self)
{
  g_return_val_if_fail (HC_IS_MEMORY_REGISTRY (self), 0);

  return g_hash_table_size (self->clients);
}
