/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-registration.h"
#include "hc-hash.h"

#include <string.h>

/**
 * hc_registration_new:
 * @id: a valid client ID
 * @origin: where its REGISTER came from
 * @declared: the address it declares
 * @port: the port it declares
 *
 * Creates the record of a client that is not ready yet.
 *
 * Returns: (transfer full): a registration, to be freed with g_free()
 */
HcRegistration *
hc_registration_new (const char     *id,
                     const HcOrigin *origin,
                     const HcIp     *declared,
                     guint16         port)
{
  gsize size = strlen (id) + 1;
  HcRegistration *self = g_malloc0 (sizeof *self + size);

  memcpy (self->id, id, size);
  self->place.data = self;
  self->life.data = self;
  self->registered_at = origin->time;
  self->renewed_at = origin->time;
  self->source = origin->address;
  self->declared = *declared;
  self->port = port;
  return self;
}

/**
 * hc_registration_is_owned_by:
 * @self: (nullable): a registration
 * @origin: where a request came from
 *
 * Tells whether a request is the owner's own. A v1 client has nothing to show
 * but its address; its port changes from request to request.
 *
 * Returns: %TRUE if there is a registration, and from this address
 */
gboolean
hc_registration_is_owned_by (const HcRegistration *self,
                             const HcOrigin       *origin)
{
  return self != NULL && hc_ip_equal (&self->source, &origin->address);
}

/**
 * hc_registration_is_the_same:
 * @self: a registration
 * @origin: where a REGISTER of the same ID came from
 * @declared: the address it declares
 * @port: the port it declares
 *
 * Tells a client that registers again from another one that wants its ID.
 * Two people behind one address differ in their ports.
 *
 * Returns: %TRUE if it is the same client
 */
gboolean
hc_registration_is_the_same (const HcRegistration *self,
                             const HcOrigin       *origin,
                             const HcIp           *declared,
                             guint16               port)
{
  return hc_registration_is_owned_by (self, origin) && self->port == port &&
         hc_ip_equal (&self->declared, declared);
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
 * hc_registration_get_address_for:
 * @self: a registration
 * @caller: the caller's address
 *
 * Gets the address at which a caller can reach the client: the one that the
 * server has seen, unless that is loopback and the caller is on another host.
 *
 * Returns: the address, which is of no use if the client is local only and
 *   the caller isn't
 */
HcIp
hc_registration_get_address_for (const HcRegistration *self,
                                 const HcIp           *caller)
{
  if (hc_ip_is_loopback (&self->source) && !hc_ip_is_loopback (caller))
    return self->declared;
  return self->source;
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

/**
 * hc_registration_hash:
 * @id: a client ID
 *
 * Hashes an ID, for tables with g_str_equal().
 *
 * Returns: the hash
 */
guint
hc_registration_hash (gconstpointer id)
{
  return hc_hash_bytes (id, strlen (id));
}
