/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-registry.h"

G_DEFINE_INTERFACE (HcRegistry, hc_registry, G_TYPE_OBJECT)

enum
{
  MATCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hc_registry_default_init (HcRegistryInterface *iface)
{
  /**
   * HcRegistry::matched:
   * @self: a registry
   * @result: (type gpointer): the #HcRegistryResult that its caller was given
   *
   * Somebody else who uses the same registry has handed out a client of v2,
   * whose request may be held here, or who was seen here last.
   */
  signals[MATCHED] = g_signal_new ("matched", HC_TYPE_REGISTRY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

/**
 * hc_registry_register:
 * @self: a registry
 * @request: a REGISTER
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Registers a client. A registration of v1 belongs to the address that the
 * request came from, one of v2 to whoever shows its token.
 *
 * An ID that is registered with a key can be registered anew with the same key
 * alone, from anywhere; it gets a new token, and the old one is worth nothing.
 * One without a key can be registered anew from the same address, with the same
 * declared address and port. One who begins anew isn't ready any more. Over
 * UDP, from the same source within %HC_REGISTRY_RETRANSMISSION_SECONDS, that
 * is the same request once more: it changes nothing, and the answer is the
 * same token. Anything else under a registered ID is %HC_REGISTRY_TAKEN, and so
 * is an ID that could be taken for it; see hc_client_id_is_alike().
 *
 * Source: protocol, sections 2 and 4.
 */
void
hc_registry_register (HcRegistry              *self,
                      const HcRegistryRequest *request,
                      HcRegistryFunc           callback,
                      gpointer                 user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (request->id != NULL && callback != NULL);
  g_return_if_fail ((request->version > 1) == (request->key != NULL && request->token != NULL));
  g_return_if_fail (request->n_paths <= HC_MAX_PATHS);

  HC_REGISTRY_GET_IFACE (self)->register_client (self, request, callback, user_data);
}

/**
 * hc_registry_bridge:
 * @self: a registry
 * @request: a BRIDGE
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Asks for somebody who is ready, and renews the caller's registration. From
 * the owner of a token it also tells where its client is now.
 *
 * The answer is a client that this caller can reach, never the caller: the one
 * who has been waiting longest for this very caller, or else the one who has
 * been ready longest for anybody. It is leased to the caller for
 * %HC_REGISTRY_LEASE_SECONDS. If there is none, the answer is
 * %HC_REGISTRY_NOBODY and the caller is ready from now on; one who was ready
 * before keeps its turn. A lease that runs out makes its client ready again,
 * before all who were never handed out.
 *
 * A caller who wants one client only gets that one, if it is ready and wants
 * nobody else; until then the caller is ready for that one alone.
 *
 * A caller who may only renew its registration gets nobody else than whom it has.
 *
 * A caller who is leased to somebody is about to be called, and stays leased:
 * in v2 the answer is the one it is leased to, in v1 %HC_REGISTRY_NOBODY.
 *
 * A caller who asks again during its lease couldn't reach that client: it gets
 * another one, if there is another, and the first is ready again. Over UDP,
 * within %HC_REGISTRY_RETRANSMISSION_SECONDS, that is the same request once
 * more, and has the same answer.
 *
 * Source: protocol, sections 2 and 4.
 */
void
hc_registry_bridge (HcRegistry              *self,
                    const HcRegistryRequest *request,
                    HcRegistryFunc           callback,
                    gpointer                 user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (request->id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->bridge (self, request, callback, user_data);
}

/**
 * hc_registry_withdraw:
 * @self: a registry
 * @request: the BRIDGE to take back
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Takes a client out of the ready: it has gone while it waited for the answer
 * to its BRIDGE. It stays registered, and stays leased if it is.
 */
void
hc_registry_withdraw (HcRegistry              *self,
                      const HcRegistryRequest *request,
                      HcRegistryFunc           callback,
                      gpointer                 user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (request->id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->withdraw (self, request, callback, user_data);
}

/**
 * hc_registry_chat:
 * @self: a registry
 * @request: a CHAT
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Takes the notice that two clients have met.
 *
 * If it comes from the owner of one of them, and one was the last to whom
 * the other was handed out, both registrations end and the answer is
 * %HC_REGISTRY_DONE with their addresses. People type slowly, so the lease may
 * have run out meanwhile.
 *
 * Otherwise only the caller's own registration ends, if the notice comes from
 * its owner, for it has met somebody: nobody ends another's registration,
 * and no addresses are given. The answer is %HC_REGISTRY_UNKNOWN, or
 * %HC_REGISTRY_BAD_TOKEN.
 *
 * Source: protocol, sections 2 and 4.
 */
void
hc_registry_chat (HcRegistry              *self,
                  const HcRegistryRequest *request,
                  HcRegistryFunc           callback,
                  gpointer                 user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (request->id != NULL && request->peer_id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->chat (self, request, callback, user_data);
}

/**
 * hc_registry_quit:
 * @self: a registry
 * @request: a QUIT
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Ends a registration, if the request comes from its owner. Otherwise nothing
 * changes, and the answer is %HC_REGISTRY_UNKNOWN or %HC_REGISTRY_BAD_TOKEN.
 *
 * Source: protocol, sections 2 and 4.
 */
void
hc_registry_quit (HcRegistry              *self,
                  const HcRegistryRequest *request,
                  HcRegistryFunc           callback,
                  gpointer                 user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (request->id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->quit (self, request, callback, user_data);
}

/**
 * hc_registry_is_charging:
 * @self: a registry
 *
 * Tells whether the registry counts requests, because several servers use it:
 * then what hc_guard_admit() would do is done by it, as @charge of each request
 * says.
 *
 * Returns: %TRUE if it does
 */
gboolean
hc_registry_is_charging (HcRegistry *self)
{
  g_return_val_if_fail (HC_IS_REGISTRY (self), FALSE);

  return HC_REGISTRY_GET_IFACE (self)->charge != NULL;
}

/**
 * hc_registry_charge:
 * @self: a registry that counts
 * @request: its origin, and how it counts
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Counts a request that asks the registry for nothing else. The answer is
 * %HC_REGISTRY_REFUSED if it was one too many.
 */
void
hc_registry_charge (HcRegistry              *self,
                    const HcRegistryRequest *request,
                    HcRegistryFunc           callback,
                    gpointer                 user_data)
{
  g_return_if_fail (hc_registry_is_charging (self));
  g_return_if_fail (callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->charge (self, request, callback, user_data);
}

/**
 * hc_registry_count:
 * @self: a registry
 * @time: now, in monotonic microseconds
 * @counts: (out caller-allocates): where to put the numbers
 *
 * Counts those who are registered, unless that would have to be asked for.
 *
 * Returns: whether the registry knows, or else @counts is undefined
 */
gboolean
hc_registry_count (HcRegistry       *self,
                   gint64            time,
                   HcRegistryCounts *counts)
{
  HcRegistryInterface *iface;

  g_return_val_if_fail (HC_IS_REGISTRY (self), FALSE);

  iface = HC_REGISTRY_GET_IFACE (self);
  return iface->count != NULL && iface->count (self, time, counts);
}

/**
 * hc_registry_emit_matched:
 * @self: a registry that others use too
 * @result: what one of them has answered a caller
 *
 * Emits #HcRegistry::matched. Only implementations call this, and not for what
 * they answer themselves: that is in #HcRegistryResult.
 */
void
hc_registry_emit_matched (HcRegistry             *self,
                          const HcRegistryResult *result)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (result != NULL && result->callee != NULL);

  g_signal_emit (self, signals[MATCHED], 0, result);
}
