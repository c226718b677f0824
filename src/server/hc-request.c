/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"
#include "hc-base64url.h"

#include <string.h>

/* Takes the packet. The callbacks, and the charge, are the caller's to set. */
HcRequest *
hc_request_new (HcRendezvous   *rendezvous,
                const HcOrigin *origin,
                HcPacket       *packet,
                const char     *name,
                gsize           length)
{
  HcRequest *self = g_new (HcRequest, 1);

  *self = (HcRequest) {
    .rendezvous = g_object_ref (rendezvous),
    .origin = *origin,
    .packet = packet,
    .name = name,
    .version = 1,
    .length = length,
  };
  return self;
}

void
hc_request_free (HcRequest *self)
{
  g_clear_object (&self->packet);
  g_object_unref (self->rendezvous);
  g_free (self);
}

const char *
hc_request_get (HcRequest *self,
                HcHeader   header)
{
  return hc_packet_get_header (self->packet, header);
}

static void
ask_v2 (HcRequest         *self,
        HcRegistryRequest *asked)
{
  const char *token = hc_request_get (self, HC_HEADER_TOKEN);

  if (token != NULL && hc_base64url_decode (token, self->token, sizeof self->token))
    asked->token = self->token;
  if (asked->peer_id == NULL)
    asked->peer_id = hc_request_get (self, HC_HEADER_WITH);
}

/* Prepares what all questions to the registry have. It is valid as long as the
 * request. */
void
hc_request_ask (HcRequest         *self,
                HcRegistryRequest *asked)
{
  const char *caller_id = hc_request_get (self, HC_HEADER_CLIENT_ID1);

  *asked = (HcRegistryRequest) {
    .origin = &self->origin,
    .version = self->version,
    .id = caller_id != NULL ? caller_id : hc_request_get (self, HC_HEADER_CLIENT_ID),
    .peer_id = hc_request_get (self, HC_HEADER_CLIENT_ID2),
    .port = hc_packet_get_port (self->packet),
    .charge = self->charge,
    .limits = hc_guard_get_limits (self->rendezvous->guard),
  };
  self->charge = HC_REGISTRY_CHARGE_NOTHING;
  if (self->version > 1)
    ask_v2 (self, asked);
}

/* What the registry has answered is what becomes of the request, unless
 * something else does. */
void
hc_request_note (HcRequest              *self,
                 const HcRegistryResult *result)
{
  self->outcome = (HcOutcome) result->status;
  self->rendezvous->metrics->n_pairs += result->is_new;
}

/* Nobody gets more than was sent in their name. */
static gboolean
may_send (HcRequest *self,
          HcPacket  *reply)
{
  return self->version == 1 || hc_origin_is_proven (&self->origin) ||
         hc_packet_write (reply, NULL, 0) <= self->length;
}

/* Takes the request and the reply. */
static void
send_reply (HcRequest *request,
            HcPacket  *packet)
{
  g_autoptr (HcRequest) self = request;
  g_autoptr (HcPacket) reply = packet;

  if (reply != NULL && !may_send (self, reply))
    g_clear_object (&reply);
  hc_metrics_count (self->rendezvous->metrics, self->type, self->outcome,
                    self->was_held ? -1 : self->origin.time);
  hc_rendezvous_log (self->rendezvous, &self->origin, self->name, reply);
  self->callback (reply, self->user_data);
}

/* Where nobody can count, everybody is answered: the registry has no part in
 * it. */
static void
on_counted (const HcRegistryResult *result,
            gpointer                user_data)
{
  HcRequest *self = user_data;

  if (result->status == HC_REGISTRY_REFUSED)
    {
      hc_rendezvous_note_refusal (self->rendezvous, &self->origin);
      self->outcome = HC_OUTCOME_REFUSED;
      g_clear_object (&self->reply);
    }
  send_reply (self, g_steal_pointer (&self->reply));
}

/* Takes the request and the reply. What the registry wasn't asked for, and is
 * counted by it all the same, waits until that is done. */
void
hc_request_reply (HcRequest *self,
                  HcPacket  *reply)
{
  HcRendezvous *rendezvous = self->rendezvous;

  if (self->charge != HC_REGISTRY_CHARGE_ALL)
    {
      send_reply (self, reply);
      return;
    }

  self->reply = reply;
  self->charge = HC_REGISTRY_CHARGE_NOTHING;
  hc_registry_charge (rendezvous->registry, &(HcRegistryRequest) {
    .origin = &self->origin,
    .version = 1,
    .charge = HC_REGISTRY_CHARGE_ALL,
    .limits = hc_guard_get_limits (rendezvous->guard),
  }, on_counted, self);
}

/* A refusal to somebody who has no good cookie brings one. */
static HcPacket *
create_error (HcRequest  *self,
              const char *reason)
{
  g_autoptr (HcPacket) error = hc_packet_new_error (reason);
  HcField fields[] = { { HC_HEADER_VERSION, "2" }, { HC_HEADER_COOKIE, NULL } };
  guint n_fields = 1;
  char cookie[HC_COOKIE_SIZE];

  if (strcmp (reason, HC_REASON_BAD_COOKIE) == 0)
    {
      hc_rendezvous_make_cookie (self->rendezvous, &self->origin, cookie);
      fields[n_fields++].value = cookie;
    }
  return hc_packet_extend (error, fields, n_fields);
}

/* Takes the request. If there is no room for the words, the code has to do. */
void
hc_request_reply_error (HcRequest  *self,
                        const char *reason)
{
  g_autoptr (HcPacket) reply = create_error (self, reason);

  if (!may_send (self, reply))
    {
      g_autofree char *code = g_strndup (reason, strcspn (reason, " "));

      g_clear_object (&reply);
      reply = hc_packet_new_error (code);
    }
  hc_request_reply (self, g_steal_pointer (&reply));
}

/* Takes the request: it was one too many, all servers together. */
void
hc_request_refuse (HcRequest *self)
{
  hc_rendezvous_note_refusal (self->rendezvous, &self->origin);
  hc_request_reply (self, NULL);
}
