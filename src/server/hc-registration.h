/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

G_BEGIN_DECLS

typedef struct _HcRegistration HcRegistration;

/**
 * HcRegistrationV2:
 * @token: whoever shows it is the client
 * @key: its key
 * @session: what the match is called in which it is leased
 * @contact: where it was seen last, over UDP rather than over TCP
 * @with: (nullable): the only client that it is ready for
 * @n_paths: how many paths it has
 * @paths: its paths
 *
 * What there is about a client of v2, and not about one of v1.
 */
typedef struct
{
  guint8 token[HC_TOKEN_LENGTH];
  guint8 key[HC_KEY_LENGTH];
  guint8 session[HC_SESSION_LENGTH];
  HcOrigin contact;
  char *with;
  guint n_paths;
  HcPath paths[];
} HcRegistrationV2;

/**
 * HcRegistration:
 * @place: its link among the ready or among the leased, if it is either
 * @life: its link among all, in the order in which they end
 * @partner: the caller it is leased to, or the client that is leased to it, if
 *   either; who holds somebody is neither leased nor ready
 * @v2: (nullable): the rest, if it speaks v2
 * @number: unlike that of any other registration, past or present
 * @port: where it can be called
 * @caller_number: the number of the one it was last handed to, or 0
 * @is_ready: whether it is among the ready
 * @is_leased: whether it is among the leased
 * @turn: while it is ready: among the ready, the lowest goes first
 * @leased_at: while it is leased: when the lease began
 * @registered_at: when it began
 * @renewed_at: when its lifetime began
 * @source: the address that it came from, and in v1 belongs to
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
  HcRegistration *partner;
  HcRegistrationV2 *v2;
  guint64 number : 48;
  guint64 port : 16;
  guint64 caller_number : 48;
  guint64 is_ready : 1;
  guint64 is_leased : 1;
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

HcRegistration *hc_registration_new             (const HcRegistryRequest *request);
void            hc_registration_free            (HcRegistration          *self);
gboolean        hc_registration_is_owned_by     (const HcRegistration    *self,
                                                 const HcRegistryRequest *request);
gboolean        hc_registration_can_be_renewed  (const HcRegistration    *self,
                                                 const HcRegistryRequest *request);
gboolean        hc_registration_is_the_same     (const HcRegistration    *self,
                                                 const HcRegistryRequest *request);
gboolean        hc_registration_is_linked       (const HcRegistration    *self,
                                                 const HcRegistration    *other);
gboolean        hc_registration_is_local_only   (const HcRegistration    *self);
gboolean        hc_registration_accepts         (const HcRegistration    *self,
                                                 const HcRegistration    *caller);
void            hc_registration_describe        (const HcRegistration    *self,
                                                 const HcRegistration    *other,
                                                 HcRegistryPeer          *peer);
void            hc_registration_describe_match  (const HcRegistration    *self,
                                                 const HcRegistration    *callee,
                                                 HcRegistryResult        *result);
HcRegistration *hc_registration_from_id         (gpointer                 id);

G_END_DECLS
