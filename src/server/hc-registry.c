/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-registry.h"

G_DEFINE_INTERFACE (HcRegistry, hc_registry, G_TYPE_OBJECT)

static void
hc_registry_default_init (HcRegistryInterface *iface)
{
}

/**
 * hc_registry_register:
 * @self: a registry
 * @origin: where the request came from
 * @id: a valid client ID
 * @declared: the address that the client says it has
 * @port: the port where it can be called
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Registers a client, which belongs to the address that the request came from.
 *
 * A client that registers the same ID, declared address and port from the same
 * address again has begun anew, and isn't ready any more. Over UDP, within ten
 * seconds, that is the same request once more, and changes nothing. Anything
 * else under a registered ID is %HC_REGISTRY_TAKEN.
 *
 * All arguments are valid during the call only. Source: protocol, section 2.
 */
void
hc_registry_register (HcRegistry     *self,
                      const HcOrigin *origin,
                      const char     *id,
                      const HcIp     *declared,
                      guint16         port,
                      HcRegistryFunc  callback,
                      gpointer        user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (origin != NULL && id != NULL && declared != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->register_client (self, origin, id, declared, port,
                                                 callback, user_data);
}

/**
 * hc_registry_bridge:
 * @self: a registry
 * @origin: where the request came from
 * @id: the caller's ID
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Asks for somebody who is ready, and renews the caller's registration.
 *
 * The answer is the client that has been ready longest and that this caller
 * can reach, never the caller; it is leased to the caller for 30 seconds. If
 * there is none, the answer is %HC_REGISTRY_NOBODY and the caller is ready
 * from now on; one who was ready before keeps its turn. A caller who is leased
 * to somebody is about to be called: it gets %HC_REGISTRY_NOBODY, and stays
 * leased. A lease that runs out makes its client ready again, before all who
 * were never handed out.
 *
 * A caller who asks again during its lease couldn't reach that client: it gets
 * another one, if there is another, and the first is ready again. Over UDP,
 * within ten seconds, that is the same request once more, and has the same
 * answer.
 *
 * All arguments are valid during the call only. Source: protocol, section 2.
 */
void
hc_registry_bridge (HcRegistry     *self,
                    const HcOrigin *origin,
                    const char     *id,
                    HcRegistryFunc  callback,
                    gpointer        user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (origin != NULL && id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->bridge (self, origin, id, callback, user_data);
}

/**
 * hc_registry_chat:
 * @self: a registry
 * @origin: where the request came from
 * @caller_id: the one who called
 * @callee_id: the one who was called
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Takes the notice that two clients have met.
 *
 * If it comes from the address of one of them, and one was the last to whom
 * the other was handed out, both registrations end and the answer is
 * %HC_REGISTRY_DONE with their addresses. People type slowly, so the lease may
 * have run out meanwhile.
 *
 * Otherwise only the caller's own registration ends, if the notice comes from
 * its address, for it has met somebody: nobody ends another's registration,
 * and no addresses are given. The answer is %HC_REGISTRY_UNKNOWN.
 *
 * All arguments are valid during the call only. Source: protocol, section 2.
 */
void
hc_registry_chat (HcRegistry     *self,
                  const HcOrigin *origin,
                  const char     *caller_id,
                  const char     *callee_id,
                  HcRegistryFunc  callback,
                  gpointer        user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (origin != NULL && caller_id != NULL && callee_id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->chat (self, origin, caller_id, callee_id, callback, user_data);
}

/**
 * hc_registry_quit:
 * @self: a registry
 * @origin: where the request came from
 * @id: the ID of the one who leaves
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Ends a registration, if the request comes from its address. Otherwise
 * nothing changes, and the answer is %HC_REGISTRY_UNKNOWN.
 *
 * All arguments are valid during the call only. Source: protocol, section 2.
 */
void
hc_registry_quit (HcRegistry     *self,
                  const HcOrigin *origin,
                  const char     *id,
                  HcRegistryFunc  callback,
                  gpointer        user_data)
{
  g_return_if_fail (HC_IS_REGISTRY (self));
  g_return_if_fail (origin != NULL && id != NULL && callback != NULL);

  HC_REGISTRY_GET_IFACE (self)->quit (self, origin, id, callback, user_data);
}
