/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-ready-list.h"
#include "hc-hash.h"

typedef enum
{
  PUT_BACK,
  APPENDED,
} Class;

/* Turns of the ones put back count up from here, the others from 0, so that
 * one comparison of turns is all it takes. */
#define FIRST_TURN_PUT_BACK G_MININT64

static gint64
get_offset (Class class)
{
  return class == PUT_BACK ? FIRST_TURN_PUT_BACK : 0;
}

static Class
get_class (const HcRegistration *registration)
{
  return registration->turn < 0 ? PUT_BACK : APPENDED;
}

static const char *
get_wanted (const HcRegistration *registration)
{
  return registration->v2 != NULL ? registration->v2->with : NULL;
}

/* Those who wait for one client: two queues, one for each class. */
static HcReadyQueue *
find_suitors (HcReadyList *self,
              const char  *id)
{
  return self->suitors != NULL ? g_hash_table_lookup (self->suitors, id) : NULL;
}

static HcReadyQueue *
ensure_suitors (HcReadyList *self,
                const char  *id)
{
  HcReadyQueue *queues = find_suitors (self, id);

  if (queues != NULL)
    return queues;

  if (self->suitors == NULL)
    self->suitors = g_hash_table_new_full (hc_hash_string, g_str_equal, g_free, g_free);
  queues = g_new0 (HcReadyQueue, 2);
  g_hash_table_insert (self->suitors, g_strdup (id), queues);
  return queues;
}

static gboolean
is_empty (const HcReadyQueue *queues)
{
  for (guint class = 0; class < 2; class++)
    for (guint reach = 0; reach < 2; reach++)
      if (queues[class].by_reach[reach].length > 0)
        return FALSE;
  return TRUE;
}

static void
push (HcReadyList    *self,
      HcRegistration *registration,
      Class           class)
{
  const char *wanted = get_wanted (registration);
  HcReadyQueue *queues = wanted != NULL ? ensure_suitors (self, wanted) : self->queues;
  guint reach = hc_registration_is_local_only (registration);

  g_return_if_fail (!registration->is_ready);

  self->length++;
  registration->is_ready = TRUE;
  registration->turn = get_offset (class) + self->next_turn[class]++;
  g_queue_push_tail_link (&queues[class].by_reach[reach], &registration->place);
}

/**
 * hc_ready_list_clear:
 * @self: a list
 *
 * Frees what the list holds.
 */
void
hc_ready_list_clear (HcReadyList *self)
{
  g_clear_pointer (&self->suitors, g_hash_table_unref);
}

/**
 * hc_ready_list_append:
 * @self: a list
 * @registration: a client that is neither ready nor leased
 *
 * Makes a client the newest of the ready.
 */
void
hc_ready_list_append (HcReadyList    *self,
                      HcRegistration *registration)
{
  push (self, registration, APPENDED);
}

/**
 * hc_ready_list_put_back:
 * @self: a list
 * @registration: a client that was handed out in vain
 *
 * Makes a client ready again, before all who were never handed out. Those put
 * back stay in the order in which that happened.
 */
void
hc_ready_list_put_back (HcReadyList    *self,
                        HcRegistration *registration)
{
  push (self, registration, PUT_BACK);
}

/**
 * hc_ready_list_remove:
 * @self: a list
 * @registration: a client that may be in it
 *
 * Takes a client out of the list.
 */
void
hc_ready_list_remove (HcReadyList    *self,
                      HcRegistration *registration)
{
  const char *wanted = get_wanted (registration);
  HcReadyQueue *queues = wanted != NULL ? find_suitors (self, wanted) : self->queues;
  guint reach = hc_registration_is_local_only (registration);

  if (!registration->is_ready)
    return;
  g_queue_unlink (&queues[get_class (registration)].by_reach[reach], &registration->place);
  self->length--;
  registration->is_ready = FALSE;
  if (wanted != NULL && is_empty (queues))
    g_hash_table_remove (self->suitors, wanted);
}

static HcRegistration *
peek_other (GQueue               *queue,
            const HcRegistration *caller)
{
  GList *link = queue->head;

  if (link != NULL && link->data == caller)
    link = link->next;
  return link != NULL ? link->data : NULL;
}

static HcRegistration *
find_first (HcReadyQueue         *queues,
            const HcRegistration *caller)
{
  guint n_reaches = hc_ip_is_loopback (&caller->source) ? 2 : 1;
  HcRegistration *first = NULL;

  for (guint class = 0; class < 2; class++)
    for (guint reach = 0; reach < n_reaches; reach++)
      {
        HcRegistration *other = peek_other (&queues[class].by_reach[reach], caller);

        if (other != NULL && (first == NULL || other->turn < first->turn))
          first = other;
      }
  return first;
}

/**
 * hc_ready_list_find_next:
 * @self: a list
 * @caller: the client who asks, which may be in the list
 *
 * Finds the client that has been waiting longest for this caller, or else the
 * one that has been ready longest for anybody, isn't the caller and can be
 * reached by it.
 *
 * Returns: (transfer none) (nullable): the client, which is still in the list
 */
HcRegistration *
hc_ready_list_find_next (HcReadyList          *self,
                         const HcRegistration *caller)
{
  HcReadyQueue *suitors = find_suitors (self, caller->id);
  HcRegistration *next = suitors != NULL ? find_first (suitors, caller) : NULL;

  return next != NULL ? next : find_first (self->queues, caller);
}
