/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-rendezvous-private.h"
#include "hc-base64url.h"

#include <string.h>

/* Takes the packet. The callbacks are the caller's to set. */
HcRequest *
hc_request_new (HcRendezvous   *rendezvous,
                const HcOrigin *origin,
                HcPacket       *packet,
                gsize           length)
{
  HcRequest *self = g_new (HcRequest, 1);

  *self = (HcRequest) {
    .rendezvous = g_object_ref (rendezvous),
    .origin = *origin,
    .packet = packet,
    .version = 1,
    .length = length,
  };
  return self;
}

void
hc_request_free (HcRequest *self)
{
  g_object_unref (self->packet);
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
  };
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
void
hc_request_reply (HcRequest *request,
                  HcPacket  *packet)
{
  g_autoptr (HcRequest) self = request;
  g_autoptr (HcPacket) reply = packet;

  if (reply != NULL && !may_send (self, reply))
    g_clear_object (&reply);
  hc_metrics_count (self->rendezvous->metrics, hc_packet_get_packet_type (self->packet),
                    self->outcome, self->was_held ? -1 : self->origin.time);
  hc_rendezvous_log (self->rendezvous, &self->origin,
                     hc_packet_get_type_name (self->packet), reply);
  self->callback (reply, self->user_data);
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
