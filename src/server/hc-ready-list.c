/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-ready-list.h"

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

static GQueue *
find_queue (HcReadyList          *self,
            const HcRegistration *registration)
{
  Class class = registration->turn < 0 ? PUT_BACK : APPENDED;

  return &self->queues[class][hc_registration_is_local_only (registration)];
}

static void
push (HcReadyList    *self,
      HcRegistration *registration,
      Class           class)
{
  g_return_if_fail (!registration->is_ready);

  registration->is_ready = TRUE;
  registration->turn = get_offset (class) + self->next_turn[class]++;
  g_queue_push_tail_link (find_queue (self, registration), &registration->place);
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
  if (!registration->is_ready)
    return;
  g_queue_unlink (find_queue (self, registration), &registration->place);
  registration->is_ready = FALSE;
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

/**
 * hc_ready_list_find_next:
 * @self: a list
 * @caller: the client who asks, which may be in the list
 *
 * Finds the client that has been ready longest, isn't the caller and can be
 * reached by it.
 *
 * Returns: (transfer none) (nullable): the client, which is still in the list
 */
HcRegistration *
hc_ready_list_find_next (HcReadyList          *self,
                         const HcRegistration *caller)
{
  guint n_kinds = hc_ip_is_loopback (&caller->source) ? 2 : 1;
  HcRegistration *next = NULL;

  for (guint class = 0; class < 2; class++)
    for (guint kind = 0; kind < n_kinds; kind++)
      {
        HcRegistration *other = peek_other (&self->queues[class][kind], caller);

        if (other != NULL && (next == NULL || other->turn < next->turn))
          next = other;
      }
  return next;
}
