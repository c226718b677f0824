/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-memory-registry.h"
#include "hc-client-id.h"
#include "hc-hash.h"
#include "hc-ready-list.h"

#include <string.h>

#define LEASE (HC_REGISTRY_LEASE_SECONDS * G_TIME_SPAN_SECOND)
#define RETRANSMISSION (HC_REGISTRY_RETRANSMISSION_SECONDS * G_TIME_SPAN_SECOND)

static const gint64 lifetimes[] = {
  HC_REGISTRY_V1_SECONDS * G_TIME_SPAN_SECOND,
  HC_REGISTRY_V2_SECONDS * G_TIME_SPAN_SECOND,
};

struct _HcMemoryRegistry
{
  GObject parent_instance;

  /* A set of their IDs, no two of them alike; see find_alike(). */
  GHashTable *clients;
  HcReadyList ready;
  guint64 last_number;
  guint max_clients;

  /* What ends next stands first: all leases last equally long, and so do all
   * lives of v1, and of v2. They are looked at when something is asked, so no
   * timer is needed. */
  GQueue leases;
  GQueue lives[2];
};

static void hc_memory_registry_registry_init (HcRegistryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcMemoryRegistry, hc_memory_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_REGISTRY,
                                                      hc_memory_registry_registry_init))

/* Whoever has this ID, or one that could be taken for it. */
static HcRegistration *
find_alike (HcMemoryRegistry *self,
            const char       *id)
{
  return hc_registration_from_id (g_hash_table_lookup (self->clients, id));
}

static HcRegistration *
find_client (HcMemoryRegistry *self,
             const char       *id)
{
  HcRegistration *client = find_alike (self, id);

  return client != NULL && strcmp (client->id, id) == 0 ? client : NULL;
}

static gboolean
is_retransmission (const HcOrigin *origin,
                   gint64          since)
{
  return origin->transport == G_SOCKET_TYPE_DATAGRAM && origin->time - since < RETRANSMISSION;
}

static HcRegistration *
get_held (const HcRegistration *client)
{
  return client->is_leased ? NULL : client->partner;
}

static void
end_lease (HcMemoryRegistry *self,
           HcRegistration   *client)
{
  if (!client->is_leased)
    return;
  g_queue_unlink (&self->leases, &client->place);
  client->partner->partner = NULL;
  client->partner = NULL;
  client->is_leased = FALSE;
}

static void
put_back (HcMemoryRegistry *self,
          HcRegistration   *client)
{
  end_lease (self, client);
  hc_ready_list_put_back (&self->ready, client);
}

static void
lease (HcMemoryRegistry        *self,
       HcRegistration          *client,
       HcRegistration          *caller,
       const HcRegistryRequest *request)
{
  end_lease (self, client);
  hc_ready_list_remove (&self->ready, client);
  hc_ready_list_remove (&self->ready, caller);
  client->is_leased = TRUE;
  client->partner = caller;
  caller->partner = client;
  client->caller_number = caller->number;
  client->leased_at = request->origin->time;
  if (client->v2 != NULL)
    memcpy (client->v2->session, request->session, HC_SESSION_LENGTH);
  g_queue_push_tail_link (&self->leases, &client->place);
}

static GQueue *
get_lives (HcMemoryRegistry     *self,
           const HcRegistration *client)
{
  return &self->lives[client->v2 != NULL];
}

static void
end_registration (HcMemoryRegistry *self,
                  HcRegistration   *client)
{
  if (get_held (client) != NULL)
    put_back (self, get_held (client));
  end_lease (self, client);
  hc_ready_list_remove (&self->ready, client);
  g_queue_unlink (get_lives (self, client), &client->life);
  g_hash_table_remove (self->clients, client->id);
  hc_registration_free (client);
}

static HcRegistration *
add_registration (HcMemoryRegistry        *self,
                  const HcRegistryRequest *request)
{
  HcRegistration *client = hc_registration_new (request);

  client->number = ++self->last_number;
  g_queue_push_tail_link (get_lives (self, client), &client->life);
  g_hash_table_add (self->clients, client->id);
  return client;
}

static void
renew (HcMemoryRegistry *self,
       HcRegistration   *client,
       gint64            time)
{
  client->renewed_at = time;
  g_queue_unlink (get_lives (self, client), &client->life);
  g_queue_push_tail_link (get_lives (self, client), &client->life);
}

static void
advance_to (HcMemoryRegistry *self,
            gint64            time)
{
  HcRegistration *first;

  while ((first = g_queue_peek_head (&self->leases)) != NULL &&
         time - first->leased_at >= LEASE)
    put_back (self, first);
  for (guint i = 0; i < G_N_ELEMENTS (lifetimes); i++)
    while ((first = g_queue_peek_head (&self->lives[i])) != NULL &&
           time - first->renewed_at >= lifetimes[i])
      end_registration (self, first);
}

/* Why a request can't be its owner's. */
static HcRegistryStatus
get_refusal (const HcRegistration    *client,
             const HcRegistryRequest *request)
{
  gboolean has_token = client != NULL && client->v2 != NULL;

  return has_token && request->version > 1 ? HC_REGISTRY_BAD_TOKEN : HC_REGISTRY_UNKNOWN;
}

static void
hc_memory_registry_register (HcRegistry              *registry,
                             const HcRegistryRequest *request,
                             HcRegistryFunc           callback,
                             gpointer                 user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_DONE };
  HcRegistration *client;

  advance_to (self, request->origin->time);
  client = find_alike (self, request->id);
  if (client != NULL && !hc_registration_can_be_renewed (client, request))
    result.status = HC_REGISTRY_TAKEN;
  else if (client == NULL && g_hash_table_size (self->clients) >= self->max_clients)
    result.status = HC_REGISTRY_FULL;
  else if (client == NULL || !is_retransmission (request->origin, client->registered_at) ||
           !hc_registration_is_the_same (client, request))
    {
      if (client != NULL)
        end_registration (self, client);
      client = add_registration (self, request);
    }

  if (result.status == HC_REGISTRY_DONE && client->v2 != NULL)
    result.token = client->v2->token;
  callback (&result, user_data);
}

/* Somebody with a token may be on the move. What is seen over UDP is worth
 * more: there a port is the same for everybody. */
static void
note_contact (HcMemoryRegistry *self,
              HcRegistration   *client,
              const HcOrigin   *origin)
{
  HcOrigin *contact = &client->v2->contact;
  gboolean has_moved = !hc_ip_equal (&client->source, &origin->address);
  gboolean was_ready = client->is_ready;

  if (has_moved || origin->transport == G_SOCKET_TYPE_DATAGRAM ||
      contact->transport == G_SOCKET_TYPE_STREAM)
    *contact = *origin;
  if (!has_moved)
    return;

  /* Who can reach it is another question now. */
  hc_ready_list_remove (&self->ready, client);
  client->source = origin->address;
  if (was_ready)
    hc_ready_list_append (&self->ready, client);
}

/* One who is ready for somebody else now begins to wait anew. */
static void
note_wanted (HcMemoryRegistry *self,
             HcRegistration   *client,
             const char       *id)
{
  if (g_strcmp0 (client->v2->with, id) == 0)
    return;
  hc_ready_list_remove (&self->ready, client);
  g_free (client->v2->with);
  client->v2->with = g_strdup (id);
}

static HcRegistration *
find_wanted (HcMemoryRegistry        *self,
             HcRegistration          *caller,
             const HcRegistryRequest *request)
{
  HcRegistration *wanted;

  if (request->peer_id == NULL)
    return hc_ready_list_find_next (&self->ready, caller);

  wanted = find_client (self, request->peer_id);
  if (wanted != NULL && wanted->is_ready && hc_registration_accepts (wanted, caller))
    return wanted;
  return NULL;
}

static gboolean
is_wanted (const HcRegistration    *client,
           const HcRegistryRequest *request)
{
  return request->peer_id == NULL || strcmp (client->id, request->peer_id) == 0;
}

/* Returns who is handed to the caller, who keeps or loses what it held. */
static HcRegistration *
claim (HcMemoryRegistry        *self,
       HcRegistration          *caller,
       const HcRegistryRequest *request,
       gboolean                *is_new)
{
  HcRegistration *earlier = get_held (caller);
  HcRegistration *next;

  *is_new = FALSE;
  if (earlier != NULL && is_wanted (earlier, request) &&
      (request->is_only_renewal || is_retransmission (request->origin, earlier->leased_at)))
    return earlier;

  next = request->is_only_renewal ? NULL : find_wanted (self, caller, request);
  if (next == NULL && earlier != NULL && is_wanted (earlier, request))
    next = earlier;
  else if (earlier != NULL)
    put_back (self, earlier);
  if (next != NULL)
    lease (self, next, caller, request);
  *is_new = next != NULL;
  return next;
}

static void
bridge (HcMemoryRegistry        *self,
        HcRegistration          *caller,
        const HcRegistryRequest *request,
        HcRegistryResult        *result)
{
  HcRegistration *peer;

  result->status = HC_REGISTRY_NOBODY;
  if (caller->is_leased)
    {
      if (caller->v2 != NULL)
        hc_registration_describe_match (caller, caller, result);
      return;
    }

  if (caller->v2 != NULL)
    note_wanted (self, caller, request->peer_id);
  peer = claim (self, caller, request, &result->is_new);
  if (peer != NULL)
    hc_registration_describe_match (caller, peer, result);
  else if (!caller->is_ready)
    hc_ready_list_append (&self->ready, caller);
  if (result->is_new && peer->v2 != NULL)
    result->callee = &peer->v2->contact;
}

static void
hc_memory_registry_bridge (HcRegistry              *registry,
                           const HcRegistryRequest *request,
                           HcRegistryFunc           callback,
                           gpointer                 user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { 0 };
  HcRegistration *caller;

  advance_to (self, request->origin->time);
  caller = find_client (self, request->id);
  if (hc_registration_is_owned_by (caller, request))
    {
      renew (self, caller, request->origin->time);
      if (caller->v2 != NULL)
        note_contact (self, caller, request->origin);
      bridge (self, caller, request, &result);
    }
  else
    result.status = get_refusal (caller, request);

  callback (&result, user_data);
}

static void
hc_memory_registry_withdraw (HcRegistry              *registry,
                             const HcRegistryRequest *request,
                             HcRegistryFunc           callback,
                             gpointer                 user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_DONE };
  HcRegistration *client;

  advance_to (self, request->origin->time);
  client = find_client (self, request->id);
  if (hc_registration_is_owned_by (client, request))
    hc_ready_list_remove (&self->ready, client);
  else
    result.status = get_refusal (client, request);

  callback (&result, user_data);
}

static void
hc_memory_registry_chat (HcRegistry              *registry,
                         const HcRegistryRequest *request,
                         HcRegistryFunc           callback,
                         gpointer                 user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { 0 };
  HcRegistration *caller;
  HcRegistration *callee;
  gboolean is_caller;

  advance_to (self, request->origin->time);
  caller = find_client (self, request->id);
  callee = find_client (self, request->peer_id);
  is_caller = hc_registration_is_owned_by (caller, request);
  result.status = is_caller ? HC_REGISTRY_UNKNOWN : get_refusal (caller, request);
  if (caller != NULL && callee != NULL && hc_registration_is_linked (caller, callee) &&
      (is_caller || hc_registration_is_owned_by (callee, request)))
    {
      result.status = HC_REGISTRY_DONE;
      result.parties[result.n_parties++] = caller->source;
      result.parties[result.n_parties++] = callee->source;
      end_registration (self, caller);
      end_registration (self, callee);
    }
  else if (is_caller)
    end_registration (self, caller);

  callback (&result, user_data);
}

static void
hc_memory_registry_quit (HcRegistry              *registry,
                         const HcRegistryRequest *request,
                         HcRegistryFunc           callback,
                         gpointer                 user_data)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);
  HcRegistryResult result = { .status = HC_REGISTRY_DONE };
  HcRegistration *client;

  advance_to (self, request->origin->time);
  client = find_client (self, request->id);
  if (hc_registration_is_owned_by (client, request))
    end_registration (self, client);
  else
    result.status = get_refusal (client, request);

  callback (&result, user_data);
}

static gboolean
hc_memory_registry_count (HcRegistry       *registry,
                          gint64            time,
                          HcRegistryCounts *counts)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (registry);

  advance_to (self, time);
  counts->n_registered = g_hash_table_size (self->clients);
  counts->n_ready = self->ready.length;
  return TRUE;
}

static void
hc_memory_registry_finalize (GObject *object)
{
  HcMemoryRegistry *self = HC_MEMORY_REGISTRY (object);

  for (guint i = 0; i < G_N_ELEMENTS (lifetimes); i++)
    while (!g_queue_is_empty (&self->lives[i]))
      end_registration (self, g_queue_peek_head (&self->lives[i]));
  g_hash_table_unref (self->clients);
  hc_ready_list_clear (&self->ready);

  G_OBJECT_CLASS (hc_memory_registry_parent_class)->finalize (object);
}

static void
hc_memory_registry_class_init (HcMemoryRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_memory_registry_finalize;
}

static gboolean
is_alike (gconstpointer id,
          gconstpointer other)
{
  return hc_client_id_is_alike (id, other);
}

static void
hc_memory_registry_init (HcMemoryRegistry *self)
{
  self->clients = g_hash_table_new (hc_hash_alike, is_alike);
}

static void
hc_memory_registry_registry_init (HcRegistryInterface *iface)
{
  iface->register_client = hc_memory_registry_register;
  iface->bridge = hc_memory_registry_bridge;
  iface->withdraw = hc_memory_registry_withdraw;
  iface->chat = hc_memory_registry_chat;
  iface->quit = hc_memory_registry_quit;
  iface->count = hc_memory_registry_count;
}

/**
 * hc_memory_registry_new:
 * @max_clients: how many clients it may hold; at least 1
 *
 * Creates a registry in this process's memory. It answers before a request's
 * function returns, and takes the same time for each request however many
 * clients there are.
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
