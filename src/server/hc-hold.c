/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"

/*
 *     client                                  server
 *       | BRIDGE Wait                           |
 *       |-------------------------------------->|   nobody: it is ready, and held
 *       :                                       :   somebody else BRIDGEs
 *       |            BRIDGEACK, Role: callee    |
 *       |<--------------------------------------|
 *
 * or the time is over, and the reply is the empty BRIDGEACK; or the client
 * closes the connection, and isn't ready any more.
 */
struct _HcHold
{
  HcRequest *request;
};

static const char *
get_id (HcHold *self)
{
  return hc_request_get (self->request, HC_HEADER_CLIENT_ID);
}

/* Takes the reply, and frees the hold. */
static void
finish (HcHold   *self,
        HcPacket *reply)
{
  HcRequest *request = self->request;

  g_hash_table_remove (request->rendezvous->holds, get_id (self));
  g_free (self);
  hc_request_reply (request, reply);
}

static void
on_withdrawn (const HcRegistryResult *result,
              gpointer                user_data)
{
  hc_request_reply (user_data, NULL);
}

/* Holds a request, if there is room. The client's last one makes way. */
gboolean
hc_hold_begin (HcRequest *request)
{
  HcRendezvous *rendezvous = request->rendezvous;
  guint seconds = hc_packet_get_number (request->packet, HC_HEADER_WAIT);
  HcHold *self;

  hc_hold_end (rendezvous, hc_request_get (request, HC_HEADER_CLIENT_ID));
  if (seconds == 0 || request->held == NULL ||
      g_hash_table_size (rendezvous->holds) >= rendezvous->max_held)
    return FALSE;

  self = g_new (HcHold, 1);
  self->request = request;
  request->was_held = TRUE;
  g_hash_table_insert (rendezvous->holds, (gpointer) get_id (self), self);
  request->held (self, seconds, request->user_data);
  return TRUE;
}

/* Lets a client go that has asked for something else meanwhile, or has
 * something to ask for. */
void
hc_hold_end (HcRendezvous *rendezvous,
             const char   *id)
{
  HcHold *self = g_hash_table_lookup (rendezvous->holds, id);

  if (self != NULL)
    hc_hold_expire (self);
}

/* Returns whether there was somebody to be told. */
gboolean
hc_hold_tell (HcRendezvous *rendezvous,
              const char   *id,
              HcPacket     *record)
{
  HcHold *self = g_hash_table_lookup (rendezvous->holds, id);

  if (self == NULL)
    return FALSE;
  self->request->outcome = HC_OUTCOME_DONE;
  finish (self, g_object_ref (record));
  return TRUE;
}

/**
 * hc_hold_expire:
 * @self: (transfer full): a held request
 *
 * Replies that there is still nobody. The client stays ready.
 */
void
hc_hold_expire (HcHold *self)
{
  finish (self, hc_record_new_nobody ());
}

/**
 * hc_hold_drop:
 * @self: (transfer full): a held request
 * @time: when its client went, in monotonic microseconds
 *
 * Gives up a request whose client has gone, who isn't ready any more. The
 * reply, which nobody waits for, is %NULL, and may come later.
 */
void
hc_hold_drop (HcHold *self,
              gint64  time)
{
  HcRequest *request = self->request;
  HcRegistryRequest asked;

  g_hash_table_remove (request->rendezvous->holds, get_id (self));
  g_free (self);
  request->origin.time = time;
  hc_request_ask (request, &asked);
  hc_registry_withdraw (request->rendezvous->registry, &asked, on_withdrawn, request);
}
