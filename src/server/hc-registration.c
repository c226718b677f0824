/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-registration.h"

#include <string.h>

/* With 15 bytes of ID it is a block of 160 bytes; one byte more would cost 16. */
G_STATIC_ASSERT (G_STRUCT_OFFSET (HcRegistration, id) <= 136);

static HcRegistrationV2 *
v2_new (const HcRegistryRequest *request)
{
  gsize paths_size = request->n_paths * sizeof (HcPath);
  HcRegistrationV2 *self = g_malloc0 (sizeof *self + paths_size);

  memcpy (self->token, request->token, sizeof self->token);
  memcpy (self->key, request->key, sizeof self->key);
  self->contact = *request->origin;
  self->n_paths = request->n_paths;
  if (paths_size > 0)
    memcpy (self->paths, request->paths, paths_size);
  return self;
}

/**
 * hc_registration_new:
 * @request: a REGISTER
 *
 * Creates the record of a client that is not ready yet.
 *
 * Returns: (transfer full): a registration, to be freed with
 *   hc_registration_free()
 */
HcRegistration *
hc_registration_new (const HcRegistryRequest *request)
{
  gsize size = strlen (request->id) + 1;
  HcRegistration *self = g_malloc0 (G_STRUCT_OFFSET (HcRegistration, id) + size);

  memcpy (self->id, request->id, size);
  self->place.data = self;
  self->life.data = self;
  self->registered_at = request->origin->time;
  self->renewed_at = request->origin->time;
  self->source = request->origin->address;
  self->declared = request->declared;
  self->port = request->port;
  if (request->version > 1)
    self->v2 = v2_new (request);
  return self;
}

/**
 * hc_registration_free:
 * @self: a registration that is in no list
 *
 * Frees the registration.
 */
void
hc_registration_free (HcRegistration *self)
{
  if (self->v2 != NULL)
    g_free (self->v2->with);
  g_free (self->v2);
  g_free (self);
}

/**
 * hc_registration_is_owned_by:
 * @self: (nullable): a registration
 * @request: a request about it
 *
 * Tells whether a request is the owner's own. A v1 client has nothing to show
 * but its address; its port changes from request to request. Who shows a token is
 * none: it has had the ID before, and somebody beside it has it now.
 *
 * Returns: %TRUE if there is a registration, and its owner asks
 */
gboolean
hc_registration_is_owned_by (const HcRegistration    *self,
                             const HcRegistryRequest *request)
{
  if (self == NULL)
    return FALSE;
  if (self->v2 == NULL)
    return request->token == NULL && hc_ip_equal (&self->source, &request->origin->address);
  return request->token != NULL &&
         hc_secret_equal (self->v2->token, request->token, HC_TOKEN_LENGTH);
}

/**
 * hc_registration_is_the_same:
 * @self: a registration
 * @request: a REGISTER of the same ID
 *
 * Tells a client that registers again from where it is from another one that
 * wants its ID. Two people behind one address differ in their ports.
 *
 * Returns: %TRUE if it is the same client, in the same place
 */
gboolean
hc_registration_is_the_same (const HcRegistration    *self,
                             const HcRegistryRequest *request)
{
  return hc_ip_equal (&self->source, &request->origin->address) && self->port == request->port &&
         hc_ip_equal (&self->declared, &request->declared) &&
         (self->v2 == NULL || self->v2->contact.port == request->origin->port);
}

/**
 * hc_registration_can_be_renewed:
 * @self: a registration
 * @request: a REGISTER of the same ID, or of one that could be taken for it
 *
 * Tells whether somebody may begin anew under the ID.
 *
 * Returns: %TRUE if it is the owner, by its key or else by its place
 */
gboolean
hc_registration_can_be_renewed (const HcRegistration    *self,
                                const HcRegistryRequest *request)
{
  if (strcmp (self->id, request->id) != 0)
    return FALSE;
  if (self->v2 == NULL)
    return hc_registration_is_the_same (self, request);
  return request->key != NULL && memcmp (self->v2->key, request->key, HC_KEY_LENGTH) == 0;
}

/**
 * hc_registration_is_linked:
 * @self: a registration
 * @other: another one
 *
 * Tells whether one of the two is the last to whom the other was handed out.
 *
 * Returns: %TRUE if they may have met
 */
gboolean
hc_registration_is_linked (const HcRegistration *self,
                           const HcRegistration *other)
{
  return self->caller_number == other->number || other->caller_number == self->number;
}

/**
 * hc_registration_is_local_only:
 * @self: a registration
 *
 * Tells whether there is no address at which other hosts could reach the
 * client: it runs on the server's own host and declares nothing better.
 *
 * Returns: %TRUE if only callers on the server's host can reach it
 */
gboolean
hc_registration_is_local_only (const HcRegistration *self)
{
  return hc_ip_is_loopback (&self->source) && !hc_ip_is_reachable (&self->declared);
}

/**
 * hc_registration_accepts:
 * @self: a registration
 * @caller: another one
 *
 * Tells whether a client that is ready may be handed to a caller.
 *
 * Returns: %TRUE if the caller can reach it and it waits for nobody else
 */
gboolean
hc_registration_accepts (const HcRegistration *self,
                         const HcRegistration *caller)
{
  if (self == caller)
    return FALSE;
  if (hc_registration_is_local_only (self) && !hc_ip_is_loopback (&caller->source))
    return FALSE;
  return self->v2 == NULL || self->v2->with == NULL || strcmp (self->v2->with, caller->id) == 0;
}

/* The address that the server has seen, unless that is loopback and the other
 * is on another host. */
static HcIp
get_address_for (const HcRegistration *self,
                 const HcRegistration *other)
{
  if (hc_ip_is_loopback (&self->source) && !hc_ip_is_loopback (&other->source))
    return self->declared;
  return self->source;
}

static void
describe_v2 (const HcRegistration *self,
             const HcRegistration *other,
             HcRegistryPeer       *peer)
{
  const HcRegistrationV2 *v2 = self->v2;

  peer->key = v2->key;
  if (!hc_ip_is_loopback (&v2->contact.address) || hc_ip_is_loopback (&other->source))
    peer->seen = &v2->contact;
  peer->has_local = hc_ip_equal (&self->source, &other->source) &&
                    !hc_ip_equal (&self->source, &self->declared) &&
                    hc_ip_is_reachable (&self->declared);
  peer->local = self->declared;
  for (guint i = 0; i < v2->n_paths; i++)
    if (hc_path_is_usable (&v2->paths[i], &self->source, &other->source))
      peer->paths[peer->n_paths++] = v2->paths[i];
}

/**
 * hc_registration_describe:
 * @self: one of two who were matched
 * @other: the other one
 * @peer: (out caller-allocates): what @other is told about @self, which must
 *   outlive it
 *
 * Collects what the other needs to reach a client, and may know about it.
 */
void
hc_registration_describe (const HcRegistration *self,
                          const HcRegistration *other,
                          HcRegistryPeer       *peer)
{
  *peer = (HcRegistryPeer) {
    .id = self->id,
    .address = get_address_for (self, other),
    .port = self->port,
  };
  if (self->v2 != NULL)
    describe_v2 (self, other, peer);
}

/**
 * hc_registration_describe_match:
 * @self: one of two who were matched
 * @callee: the one who is leased to the other
 * @result: (inout): what @self is answered, which they must outlive
 *
 * Collects what there is to say about a match.
 */
void
hc_registration_describe_match (const HcRegistration *self,
                                const HcRegistration *callee,
                                HcRegistryResult     *result)
{
  const HcRegistration *caller = callee->partner;

  result->status = HC_REGISTRY_DONE;
  result->role = self == caller ? HC_REGISTRY_CALLER : HC_REGISTRY_CALLEE;
  hc_registration_describe (self == caller ? callee : caller, self, &result->peer);
  if (callee->v2 == NULL)
    return;

  hc_registration_describe (caller, callee, &result->caller);
  if (caller->v2 == NULL)
    return;
  memcpy (result->session, callee->v2->session, HC_SESSION_LENGTH);
  result->callee_token = callee->v2->token;
}

/**
 * hc_registration_from_id:
 * @id: (nullable): the ID that stands in a registration, not one equal to it
 *
 * Gets whose ID it is. A table of IDs needs no table of registrations.
 *
 * Returns: (transfer none) (nullable): the registration, or %NULL for %NULL
 */
HcRegistration *
hc_registration_from_id (gpointer id)
{
  return id != NULL ? G_STRUCT_MEMBER_P (id, -G_STRUCT_OFFSET (HcRegistration, id)) : NULL;
}
