/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"
#include "hc-base64url.h"

/* Three lines of v1, and what v2 has to say behind them:
 *
 *     Version, Role, Key, Seen, LocalIP, Ticket, Session, Path...
 */
#define MAX_FIELDS (7 + HC_MAX_PATHS)

typedef struct
{
  HcField fields[MAX_FIELDS];
  guint n_fields;
  char seen[HC_ORIGIN_STRING_SIZE];
  char local[HC_IP_STRING_SIZE];
  char paths[HC_MAX_PATHS][HC_PATH_STRING_SIZE];
} Lines;

static void
add (Lines      *self,
     HcHeader    header,
     const char *value)
{
  self->fields[self->n_fields++] = (HcField) { header, value };
}

static void
add_addresses (Lines                *self,
               const HcRegistryPeer *peer)
{
  if (peer->seen != NULL)
    {
      hc_origin_to_string (peer->seen, self->seen);
      add (self, HC_HEADER_SEEN, self->seen);
    }
  if (peer->has_local)
    {
      hc_ip_to_string (&peer->local, self->local);
      add (self, HC_HEADER_LOCAL_IP, self->local);
    }
  for (guint i = 0; i < peer->n_paths; i++)
    {
      hc_path_to_string (&peer->paths[i], self->paths[i]);
      add (self, HC_HEADER_PATH, self->paths[i]);
    }
}

static char *
make_ticket (const HcRegistryResult *result)
{
  guint8 ticket[HC_TICKET_LENGTH];

  hc_ticket_compute (result->callee_token, result->caller.id, result->caller.key, result->session,
                     ticket);
  return hc_base64url_encode (ticket, sizeof ticket);
}

static HcPacket *
create (const HcRegistryResult *result,
        const HcRegistryPeer   *peer,
        HcRegistryRole          role)
{
  g_autoptr (HcPacket) v1 = hc_record_new_v1 (peer);
  g_autofree char *session = hc_base64url_encode (result->session, HC_SESSION_LENGTH);
  g_autofree char *key = NULL;
  g_autofree char *ticket = NULL;
  Lines lines = { .n_fields = 0 };

  add (&lines, HC_HEADER_VERSION, "2");
  add (&lines, HC_HEADER_ROLE, role == HC_REGISTRY_CALLER ? "caller" : "callee");
  if (result->callee_token != NULL)
    {
      key = hc_base64url_encode (peer->key, HC_KEY_LENGTH);
      add (&lines, HC_HEADER_KEY, key);
      add (&lines, HC_HEADER_SESSION, session);
      if (role == HC_REGISTRY_CALLER)
        add (&lines, HC_HEADER_TICKET, ticket = make_ticket (result));
      add_addresses (&lines, peer);
    }
  return hc_packet_extend (v1, lines.fields, lines.n_fields);
}

/* The BRIDGEACK for somebody who speaks v1. */
HcPacket *
hc_record_new_v1 (const HcRegistryPeer *peer)
{
  char address[HC_IP_STRING_SIZE];

  hc_ip_to_string (&peer->address, address);
  return hc_packet_new_bridgeack (peer->id, address, peer->port);
}

/* The BRIDGEACK for somebody who has asked, in v2. */
HcPacket *
hc_record_new (const HcRegistryResult *result)
{
  return create (result, &result->peer, result->role);
}

/* What a callee is told unasked. */
HcPacket *
hc_record_new_callee (const HcRegistryResult *result)
{
  return create (result, &result->caller, HC_REGISTRY_CALLEE);
}

/* The BRIDGEACK of v2 that says: wait. */
HcPacket *
hc_record_new_nobody (void)
{
  g_autoptr (HcPacket) v1 = hc_packet_new_bridgeack_empty (NULL);
  const HcField version = { HC_HEADER_VERSION, "2" };

  return hc_packet_extend (v1, &version, 1);
}
