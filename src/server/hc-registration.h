/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

G_BEGIN_DECLS

typedef struct _HcRegistration HcRegistration;

/**
 * HcRegistration:
 * @place: its link among the ready or among the leased, if it is either
 * @life: its link among all, in the order in which they end
 * @holder: the caller it is leased to, if any
 * @held: the client that is leased to it, if any; never both ready and this
 * @number: unlike that of any other registration, past or present
 * @port: where it can be called
 * @caller_number: the number of the one it was last handed to, or 0
 * @is_ready: whether it is among the ready
 * @turn: while it is ready: among the ready, the lowest goes first
 * @leased_at: while it is leased: when the lease began
 * @registered_at: when it began
 * @renewed_at: when its lifetime began
 * @source: the address that it came from and belongs to
 * @declared: the address that it says it has
 * @id: its client ID
 *
 * One client of an #HcMemoryRegistry, which links it into its lists without
 * further allocation. There may be a million, so what is never needed at the
 * same time shares its place. 48 bits are enough to number 1,000 registrations
 * a second for 8,900 years.
 */
struct _HcRegistration
{
  GList place;
  GList life;
  HcRegistration *holder;
  HcRegistration *held;
  guint64 number : 48;
  guint64 port : 16;
  guint64 caller_number : 48;
  guint64 is_ready : 1;
  union
  {
    gint64 turn;
    gint64 leased_at;
  };
  gint64 registered_at;
  gint64 renewed_at;
  HcIp source;
  HcIp declared;
  char id[];
};

HcRegistration *hc_registration_new             (const char           *id,
                                                 const HcOrigin       *origin,
                                                 const HcIp           *declared,
                                                 guint16               port);
gboolean        hc_registration_is_owned_by     (const HcRegistration *self,
                                                 const HcOrigin       *origin);
gboolean        hc_registration_is_the_same     (const HcRegistration *self,
                                                 const HcOrigin       *origin,
                                                 const HcIp           *declared,
                                                 guint16               port);
gboolean        hc_registration_is_linked       (const HcRegistration *self,
                                                 const HcRegistration *other);
gboolean        hc_registration_is_local_only   (const HcRegistration *self);
HcIp            hc_registration_get_address_for (const HcRegistration *self,
                                                 const HcIp           *caller);
HcRegistration *hc_registration_from_id         (gpointer              id);
guint           hc_registration_hash            (gconstpointer         id);

G_END_DECLS
