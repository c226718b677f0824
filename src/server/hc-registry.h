/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcRegistryStatus:
 * @HC_REGISTRY_DONE: it is so
 * @HC_REGISTRY_NOBODY: nobody else is ready, so the caller is
 * @HC_REGISTRY_TAKEN: the ID belongs to somebody else
 * @HC_REGISTRY_FULL: there is no room for another client
 * @HC_REGISTRY_UNKNOWN: the ID isn't registered, or not from this address
 * @HC_REGISTRY_UNAVAILABLE: the registry can't be asked at the moment
 *
 * How a request to a registry ended.
 */
typedef enum
{
  HC_REGISTRY_DONE,
  HC_REGISTRY_NOBODY,
  HC_REGISTRY_TAKEN,
  HC_REGISTRY_FULL,
  HC_REGISTRY_UNKNOWN,
  HC_REGISTRY_UNAVAILABLE,
} HcRegistryStatus;

/**
 * HcRegistryResult:
 * @status: how the request ended
 * @peer_id: after a bridge that is done, who was handed out
 * @peer_address: the address at which the caller can reach the peer
 * @peer_port: and the port
 * @n_parties: after a chat, how many addresses there are in @parties
 * @parties: the addresses of those who have met
 *
 * What a registry answers.
 */
typedef struct
{
  HcRegistryStatus status;

  const char *peer_id;
  HcIp peer_address;
  guint16 peer_port;

  guint n_parties;
  HcIp parties[2];
} HcRegistryResult;

/**
 * HcRegistryFunc:
 * @result: what the registry answers; valid during the call
 * @user_data: what was given with the request
 *
 * Takes a registry's answer. It runs exactly once for each request, in the
 * thread of the request: either before the request's function returns, or
 * later, at the latest when the registry is disposed of.
 */
typedef void (*HcRegistryFunc) (const HcRegistryResult *result,
                                gpointer                user_data);

#define HC_TYPE_REGISTRY (hc_registry_get_type ())
G_DECLARE_INTERFACE (HcRegistry, hc_registry, HC, REGISTRY, GObject)

/**
 * HcRegistryInterface:
 * @register_client: see hc_registry_register()
 * @bridge: see hc_registry_bridge()
 * @chat: see hc_registry_chat()
 * @quit: see hc_registry_quit()
 *
 * Who is registered, who is ready, and who was handed out to whom.
 */
struct _HcRegistryInterface
{
  GTypeInterface parent_interface;

  void (*register_client) (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           const HcIp     *declared,
                           guint16         port,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
  void (*bridge)          (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
  void (*chat)            (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *caller_id,
                           const char     *callee_id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
  void (*quit)            (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
};

void hc_registry_register (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           const HcIp     *declared,
                           guint16         port,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
void hc_registry_bridge   (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
void hc_registry_chat     (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *caller_id,
                           const char     *callee_id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);
void hc_registry_quit     (HcRegistry     *self,
                           const HcOrigin *origin,
                           const char     *id,
                           HcRegistryFunc  callback,
                           gpointer        user_data);

G_END_DECLS
