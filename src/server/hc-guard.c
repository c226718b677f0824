/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-guard.h"
#include "hc-hash.h"

#define MAX_BLOCK (HC_GUARD_MAX_BLOCK_SECONDS * G_TIME_SPAN_SECOND)

typedef struct
{
  HcIp network;

  /* What may be forged and what isn't are counted apart. */
  gboolean is_proven;

  GList link;
  gint64 last_request;
  gint64 blocked_until;
  gint64 vouched_until;

  /* How often the next block is doubled, and until when that is remembered. */
  gint64 doublings_until;
  guint doublings;

  guint n_requests;
} Entry;

struct _HcGuard
{
  GHashTable *entries;

  /* Forged sources must not push out those that are blocked for good reason. */
  GQueue by_age[2];
  gint64 block;
  guint max_requests;
  guint max_addresses;
  guint64 n_blocks;
};

static guint
entry_hash (gconstpointer key)
{
  const Entry *self = key;

  return hc_hash_bytes (&self->network, sizeof self->network);
}

static gboolean
entry_equal (gconstpointer a,
             gconstpointer b)
{
  const Entry *self = a;
  const Entry *other = b;

  return self->is_proven == other->is_proven && hc_ip_equal (&self->network, &other->network);
}

/* Whether forgetting the entry would change nothing. */
static gboolean
entry_is_stale (const Entry *self,
                gint64       idle,
                gint64       time)
{
  return time >= self->blocked_until && time >= self->doublings_until &&
         time >= self->vouched_until && time - self->last_request >= idle;
}

static Entry *
find_entry (HcGuard    *self,
            const HcIp *address,
            gboolean    is_proven)
{
  Entry key = { .network = hc_ip_get_network (address), .is_proven = is_proven };

  return g_hash_table_lookup (self->entries, &key);
}

static void
remove_entry (HcGuard *self,
              Entry   *entry)
{
  g_queue_unlink (&self->by_age[entry->is_proven], &entry->link);
  g_hash_table_remove (self->entries, entry);
}

static void
make_room (HcGuard *self,
           GQueue  *by_age,
           gint64   time)
{
  Entry *oldest;

  while ((oldest = g_queue_peek_head (by_age)) != NULL &&
         (entry_is_stale (oldest, self->block, time) || by_age->length >= self->max_addresses))
    remove_entry (self, oldest);
}

static Entry *
add_entry (HcGuard        *self,
           const HcOrigin *origin)
{
  gboolean is_proven = hc_origin_is_proven (origin);
  Entry *entry;

  make_room (self, &self->by_age[is_proven], origin->time);
  entry = g_new0 (Entry, 1);
  entry->network = hc_ip_get_network (&origin->address);
  entry->is_proven = is_proven;
  entry->link.data = entry;
  entry->last_request = origin->time;
  g_hash_table_add (self->entries, entry);
  g_queue_push_tail_link (&self->by_age[entry->is_proven], &entry->link);
  return entry;
}

/* The one heard of last is forgotten last. */
static Entry *
touch_entry (HcGuard        *self,
             const HcOrigin *origin)
{
  Entry *entry = find_entry (self, &origin->address, hc_origin_is_proven (origin));

  if (entry == NULL)
    return add_entry (self, origin);
  g_queue_unlink (&self->by_age[entry->is_proven], &entry->link);
  g_queue_push_tail_link (&self->by_age[entry->is_proven], &entry->link);
  return entry;
}

/* A datagram's source may be forged: nobody is to be locked out for longer
 * by somebody else. */
static void
block_entry (HcGuard *self,
             Entry   *entry,
             gint64   time)
{
  gint64 block = self->block;

  self->n_blocks++;
  entry->n_requests = 0;
  if (entry->is_proven)
    {
      for (guint i = 0; i < entry->doublings && block < MAX_BLOCK; i++)
        block = MIN (block * 2, MAX_BLOCK);
      entry->doublings++;
      entry->doublings_until = time + block + MAX_BLOCK;
    }
  entry->blocked_until = time + block;
}

static void
forget_what_is_over (HcGuard *self,
                     Entry   *entry,
                     gint64   time)
{
  if (time - entry->last_request >= self->block)
    entry->n_requests = 0;
  if (time >= entry->doublings_until)
    entry->doublings = 0;
}

/**
 * hc_guard_new:
 * @max_requests: how many requests an address has before a CHAT, or 0 to
 *   admit everything
 * @block_seconds: how long it is blocked when it makes more; at least 1
 * @max_addresses: how many addresses to remember, of each kind; the one heard
 *   of least recently is forgotten for a new one
 *
 * Creates a guard, which counts requests by address (IPv6: by /64).
 *
 * A block lasts @block_seconds and ends by itself, whatever is sent during it;
 * then the address has @max_requests again. Each further block takes twice as
 * long, up to %HC_GUARD_MAX_BLOCK_SECONDS, until the address has behaved for as
 * long. Requests are forgotten when none has come for @block_seconds.
 *
 * Requests whose source may be forged are counted apart from those whose source
 * is proven, and their block never doubles: nobody is to be locked out by
 * somebody else.
 *
 * Source: protocol, section 2.
 *
 * Returns: (transfer full): a guard, to be freed with hc_guard_free()
 */
HcGuard *
hc_guard_new (guint max_requests,
              guint block_seconds,
              guint max_addresses)
{
  HcGuard *self;

  g_return_val_if_fail (block_seconds > 0, NULL);
  g_return_val_if_fail (max_addresses > 0, NULL);

  self = g_new0 (HcGuard, 1);
  self->entries = g_hash_table_new_full (entry_hash, entry_equal, g_free, NULL);
  self->block = block_seconds * G_TIME_SPAN_SECOND;
  self->max_requests = max_requests;
  self->max_addresses = max_addresses;
  return self;
}

/**
 * hc_guard_set_limits:
 * @self: a guard
 * @max_requests: see hc_guard_new()
 * @block_seconds: see hc_guard_new()
 *
 * Changes the limits for the requests to come. Blocks that have begun last as
 * long as they were to.
 */
void
hc_guard_set_limits (HcGuard *self,
                     guint    max_requests,
                     guint    block_seconds)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (block_seconds > 0);

  self->max_requests = max_requests;
  self->block = block_seconds * G_TIME_SPAN_SECOND;
}

/**
 * hc_guard_get_limits:
 * @self: a guard
 *
 * Gets the limits, for somebody else who counts in the guard's place.
 *
 * Returns: the limits
 */
HcGuardLimits
hc_guard_get_limits (HcGuard *self)
{
  return (HcGuardLimits) {
    .max_requests = self->max_requests,
    .block_seconds = self->block / G_TIME_SPAN_SECOND,
  };
}

/**
 * hc_guard_free:
 * @self: a guard
 *
 * Frees the guard.
 */
void
hc_guard_free (HcGuard *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

/**
 * hc_guard_admit:
 * @self: a guard
 * @origin: where a complete request came from
 *
 * Counts a request.
 *
 * Returns: %FALSE if it is to be refused
 */
gboolean
hc_guard_admit (HcGuard        *self,
                const HcOrigin *origin)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->max_requests == 0)
    return TRUE;

  entry = touch_entry (self, origin);
  if (origin->time < entry->blocked_until)
    return FALSE;

  forget_what_is_over (self, entry, origin->time);
  entry->last_request = origin->time;
  if (entry->n_requests < self->max_requests)
    {
      entry->n_requests++;
      return TRUE;
    }

  block_entry (self, entry, origin->time);
  return FALSE;
}

/**
 * hc_guard_is_blocked:
 * @self: a guard
 * @origin: where something comes from, and when
 *
 * Tells whether nothing is to be heard from an address. This counts nothing.
 *
 * Returns: %TRUE if it is blocked and nobody there was vouched for
 */
gboolean
hc_guard_is_blocked (HcGuard        *self,
                     const HcOrigin *origin)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, TRUE);

  if (self->max_requests == 0)
    return FALSE;

  entry = find_entry (self, &origin->address, hc_origin_is_proven (origin));
  return entry != NULL && origin->time < entry->blocked_until &&
         origin->time >= entry->vouched_until;
}

/**
 * hc_guard_is_exhausted:
 * @self: a guard
 * @origin: where something comes from, and when
 *
 * Tells whether a request that counts would be refused. This counts nothing.
 *
 * Returns: %TRUE if the address is blocked, whoever was vouched for there
 */
gboolean
hc_guard_is_exhausted (HcGuard        *self,
                       const HcOrigin *origin)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, TRUE);

  entry = find_entry (self, &origin->address, hc_origin_is_proven (origin));
  return entry != NULL && origin->time < entry->blocked_until;
}

/**
 * hc_guard_block:
 * @self: a guard
 * @origin: where a request came from that was refused by somebody else
 * @until: until when others from there needn't be counted to be refused
 *
 * Takes over a block from somebody who counts in the guard's place.
 */
void
hc_guard_block (HcGuard        *self,
                const HcOrigin *origin,
                gint64          until)
{
  g_return_if_fail (self != NULL);

  if (self->max_requests > 0)
    touch_entry (self, origin)->blocked_until = until;
}

/**
 * hc_guard_forgive:
 * @self: a guard
 * @address: somebody's address
 *
 * Gives an address all its requests again and ends its block. How long the
 * next block takes is not forgotten.
 */
void
hc_guard_forgive (HcGuard    *self,
                  const HcIp *address)
{
  g_return_if_fail (self != NULL);

  for (guint is_proven = 0; is_proven < 2; is_proven++)
    {
      Entry *entry = find_entry (self, address, is_proven);

      if (entry == NULL)
        continue;
      entry->n_requests = 0;
      entry->blocked_until = 0;
    }
}

/**
 * hc_guard_vouch:
 * @self: a guard
 * @origin: where a request came from that doesn't count, which is proven
 * @until: until when there may be more of them
 *
 * Lets an address be heard even while it is blocked: somebody there has a
 * token, and not everybody behind one address is the one to be blocked. What
 * does count is refused as before.
 */
void
hc_guard_vouch (HcGuard        *self,
                const HcOrigin *origin,
                gint64          until)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (hc_origin_is_proven (origin));

  if (self->max_requests > 0)
    touch_entry (self, origin)->vouched_until = until;
}

/**
 * hc_guard_get_n_addresses:
 * @self: a guard
 *
 * Gets how many addresses the guard remembers.
 *
 * Returns: how many
 */
guint
hc_guard_get_n_addresses (HcGuard *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->entries);
}

/**
 * hc_guard_get_n_blocks:
 * @self: a guard
 *
 * Gets how often the guard has blocked an address.
 *
 * Returns: how often
 */
guint64
hc_guard_get_n_blocks (HcGuard *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_blocks;
}
