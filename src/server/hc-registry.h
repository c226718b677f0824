/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"
#include "hc-guard.h"
#include "hc-path.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HC_REGISTRY_V1_SECONDS:
 *
 * How long a registration of v1 lasts from its last REGISTER or BRIDGE.
 */
#define HC_REGISTRY_V1_SECONDS 3600

/**
 * HC_REGISTRY_V2_SECONDS:
 *
 * How long a registration of v2 does.
 */
#define HC_REGISTRY_V2_SECONDS 90

/**
 * HC_REGISTRY_LEASE_SECONDS:
 *
 * How long a client that was handed out is handed to nobody else.
 */
#define HC_REGISTRY_LEASE_SECONDS 30

/**
 * HC_REGISTRY_RETRANSMISSION_SECONDS:
 *
 * How long the same request over UDP is the same request once more.
 */
#define HC_REGISTRY_RETRANSMISSION_SECONDS 10

/**
 * HcRegistryCharge:
 * @HC_REGISTRY_CHARGE_NOTHING: it is free
 * @HC_REGISTRY_CHARGE_ALL: it counts, and is refused if it is one too many
 * @HC_REGISTRY_CHARGE_STRANGERS: it counts if it turns out not to be the
 *   owner's, or hands somebody out; somebody who has had too many may still
 *   renew a registration
 *
 * How a request counts. Source: protocol, section 2 ("The guard").
 */
typedef enum
{
  HC_REGISTRY_CHARGE_NOTHING,
  HC_REGISTRY_CHARGE_ALL,
  HC_REGISTRY_CHARGE_STRANGERS,
} HcRegistryCharge;

/**
 * HcRegistryRequest:
 * @origin: where it came from
 * @version: the version of the protocol it speaks: 1 or more
 * @id: the client's ID, in CHAT the caller's
 * @peer_id: (nullable): in CHAT the callee's ID, in BRIDGE that of the only
 *   client to be matched with
 * @token: (nullable): in REGISTER of v2 the new registration's token, elsewhere
 *   the one that is shown
 * @declared: in REGISTER, the address that the client says it has
 * @port: in REGISTER, the port where it can be called
 * @key: (nullable): in REGISTER of v2, its key, which it has proven to hold
 * @n_paths: in REGISTER of v2, how many @paths there are
 * @paths: its paths, at most %HC_MAX_PATHS
 * @session: in BRIDGE of v2, what a match is to be called
 * @is_only_renewal: in BRIDGE, whether nobody is to be handed out to the caller,
 *   who may still be ready, or keep whom it has
 * @charge: if the registry counts requests, how this one counts
 * @limits: and how many there may be
 *
 * What a registry is asked. Everything is valid during the call only. Random
 * bits come with the request, so that a registry elsewhere need not make any.
 */
typedef struct
{
  const HcOrigin *origin;
  guint version;
  const char *id;
  const char *peer_id;
  const guint8 *token;
  HcIp declared;
  guint16 port;
  const guint8 *key;
  guint n_paths;
  const HcPath *paths;
  guint8 session[HC_SESSION_LENGTH];
  gboolean is_only_renewal;
  HcRegistryCharge charge;
  HcGuardLimits limits;
} HcRegistryRequest;

/**
 * HcRegistryStatus:
 * @HC_REGISTRY_DONE: it is so
 * @HC_REGISTRY_NOBODY: nobody else is ready, so the caller is
 * @HC_REGISTRY_TAKEN: the ID belongs to somebody else
 * @HC_REGISTRY_FULL: there is no room for another client
 * @HC_REGISTRY_UNKNOWN: the ID isn't registered, or in v1 not from this address
 * @HC_REGISTRY_BAD_TOKEN: the ID is registered with another token
 * @HC_REGISTRY_REFUSED: it was one request too many, and did nothing
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
  HC_REGISTRY_BAD_TOKEN,
  HC_REGISTRY_REFUSED,
  HC_REGISTRY_UNAVAILABLE,
} HcRegistryStatus;

/**
 * HcRegistryRole:
 * @HC_REGISTRY_CALLER: the peer was handed to this client
 * @HC_REGISTRY_CALLEE: this client was handed to the peer
 *
 * Who calls whom.
 */
typedef enum
{
  HC_REGISTRY_CALLER,
  HC_REGISTRY_CALLEE,
} HcRegistryRole;

/**
 * HcRegistryPeer:
 * @id: its ID
 * @address: the address at which the other can reach it
 * @port: and the port
 * @key: (nullable): its key; %NULL if it speaks v1, and then the rest is empty
 * @seen: (nullable): where the server sees it, if that is of use to the other
 * @has_local: whether both come from one address, and so from behind one NAT
 * @local: then the address that it declares
 * @n_paths: how many @paths there are
 * @paths: those of its paths that the other can use
 *
 * What one of two who were matched is told about the other.
 */
typedef struct
{
  const char *id;
  HcIp address;
  guint16 port;
  const guint8 *key;
  const HcOrigin *seen;
  gboolean has_local;
  HcIp local;
  guint n_paths;
  HcPath paths[HC_MAX_PATHS];
} HcRegistryPeer;

/**
 * HcRegistryResult:
 * @status: how the request ended
 * @token: after REGISTER of v2 that is done, the registration's token
 * @is_new: after a BRIDGE that is done, whether it has handed somebody out
 * @role: who calls
 * @session: what the match is called
 * @peer: the other
 * @callee_token: (nullable): the callee's token, which makes the ticket; %NULL
 *   if either of the two speaks v1
 * @caller: if the callee speaks v2, what it is told about the caller
 * @callee: (nullable): where to tell it so at once, if @is_new
 * @n_parties: after CHAT, how many addresses there are in @parties
 * @parties: the addresses of those who have met
 * @n_clients: after a question for it, how many clients there are
 *
 * What a registry answers.
 */
typedef struct
{
  HcRegistryStatus status;

  const guint8 *token;

  gboolean is_new;
  HcRegistryRole role;
  guint8 session[HC_SESSION_LENGTH];
  HcRegistryPeer peer;
  const guint8 *callee_token;

  HcRegistryPeer caller;
  const HcOrigin *callee;

  guint n_parties;
  HcIp parties[2];

  guint n_clients;
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
 * HcRegistryOperation:
 * @self: a registry
 * @request: what is asked
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * What a registry does for a request.
 */
typedef void (*HcRegistryOperation) (HcRegistry              *self,
                                     const HcRegistryRequest *request,
                                     HcRegistryFunc           callback,
                                     gpointer                 user_data);

/**
 * HcRegistryCounts:
 * @n_registered: how many clients are registered
 * @n_ready: how many of them wait to be handed out
 *
 * How much there is in a registry.
 */
typedef struct
{
  guint n_registered;
  guint n_ready;
} HcRegistryCounts;

/**
 * HcRegistryInterface:
 * @register_client: see hc_registry_register()
 * @bridge: see hc_registry_bridge()
 * @withdraw: see hc_registry_withdraw()
 * @chat: see hc_registry_chat()
 * @quit: see hc_registry_quit()
 * @charge: (nullable): see hc_registry_charge()
 * @count: (nullable): see hc_registry_count()
 *
 * Who is registered, who is ready, and who was handed out to whom.
 */
struct _HcRegistryInterface
{
  GTypeInterface parent_interface;

  HcRegistryOperation register_client;
  HcRegistryOperation bridge;
  HcRegistryOperation withdraw;
  HcRegistryOperation chat;
  HcRegistryOperation quit;
  HcRegistryOperation charge;
  gboolean (*count) (HcRegistry       *self,
                     gint64            time,
                     HcRegistryCounts *counts);
};

void     hc_registry_register     (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
void     hc_registry_bridge       (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
void     hc_registry_withdraw     (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
void     hc_registry_chat         (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
void     hc_registry_quit         (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
gboolean hc_registry_is_charging  (HcRegistry              *self);
void     hc_registry_charge       (HcRegistry              *self,
                                   const HcRegistryRequest *request,
                                   HcRegistryFunc           callback,
                                   gpointer                 user_data);
void     hc_registry_emit_matched (HcRegistry              *self,
                                   const HcRegistryResult  *result);
gboolean hc_registry_count        (HcRegistry              *self,
                                   gint64                   time,
                                   HcRegistryCounts        *counts);

G_END_DECLS
