/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-redis-codec.h"
#include "hc-client-id.h"

#include <string.h>

/*
 * What the script keeps for us, and needs to know little of:
 *
 *     contact = transport server port address     how, at which server, from which
 *                                                  port and at which address
 *     identity = declared port [key *path]
 *     path = kind port address
 *     client = id source token contact identity
 *     match = session client client                the caller and the callee
 *
 * Addresses have 16 bytes, ports 2 with the higher one first. In a client and a
 * match all else has its length in front: one byte, of an identity two.
 */
#define STREAM 't'
#define DATAGRAM 'u'

static void
append_byte (GByteArray *array,
             guint8      byte)
{
  g_byte_array_append (array, &byte, 1);
}

static void
append_port (GByteArray *array,
             guint16     port)
{
  append_byte (array, port >> 8);
  append_byte (array, port & 255);
}

static void
append_ip (GByteArray *array,
           const HcIp *ip)
{
  g_byte_array_append (array, ip->in6.s6_addr, sizeof ip->in6.s6_addr);
}

static GByteArray *
encode_contact (const HcOrigin *origin,
                const char     *server)
{
  GByteArray *array = g_byte_array_sized_new (32);

  append_byte (array, origin->transport == G_SOCKET_TYPE_STREAM ? STREAM : DATAGRAM);
  g_byte_array_append (array, (const guint8 *) server, HC_REDIS_SERVER_LENGTH);
  append_port (array, origin->port);
  append_ip (array, &origin->local);
  return array;
}

static GByteArray *
encode_identity (const HcRegistryRequest *request)
{
  GByteArray *array = g_byte_array_sized_new (64);

  append_ip (array, &request->declared);
  append_port (array, request->port);
  if (request->key != NULL)
    g_byte_array_append (array, request->key, HC_KEY_LENGTH);
  for (guint i = 0; i < request->n_paths; i++)
    {
      append_byte (array, request->paths[i].kind);
      append_port (array, request->paths[i].port);
      append_ip (array, &request->paths[i].address);
    }
  return array;
}

/* A letter for each that is so. */
static void
put_flags (char                    *flags,
           const HcRegistryRequest *request)
{
  if (request->version > 1)
    *flags++ = '2';
  if (request->origin->transport == G_SOCKET_TYPE_DATAGRAM)
    *flags++ = 'u';
  if (hc_ip_is_loopback (&request->origin->address))
    *flags++ = 'l';
  if (hc_ip_is_reachable (&request->declared))
    *flags++ = 'r';
  if (hc_origin_is_proven (request->origin))
    *flags++ = 'p';
  if (request->is_only_renewal)
    *flags++ = 'o';
  *flags = '\0';
}

static const char *
get_charge_name (HcRegistryCharge charge)
{
  switch (charge)
    {
    case HC_REGISTRY_CHARGE_ALL:
      return "all";
    case HC_REGISTRY_CHARGE_STRANGERS:
      return "strangers";
    case HC_REGISTRY_CHARGE_NOTHING:
    default:
      return "";
    }
}

static HcRedisArgument
bytes_or_none (gconstpointer bytes,
               gsize         length)
{
  return (HcRedisArgument) { bytes != NULL ? bytes : "", bytes != NULL ? length : 0 };
}

static HcRedisArgument
text_or_none (const char *text)
{
  return bytes_or_none (text, text != NULL ? strlen (text) : 0);
}

/**
 * hc_redis_request_init:
 * @self: (out caller-allocates): a request for the script
 * @operation: what is to be done
 * @request: what is asked, which must outlive @self
 * @server: the name of this server
 * @has_own_clock: whether the time is that of @request instead of Redis's
 *
 * Writes a request in the script's words.
 */
void
hc_redis_request_init (HcRedisRequest          *self,
                       const char              *operation,
                       const HcRegistryRequest *request,
                       const char              *server,
                       gboolean                 has_own_clock)
{
  const HcOrigin *origin = request->origin;

  self->key = request->id != NULL ? hc_client_id_fold (request->id) : NULL;
  self->peer_key = request->peer_id != NULL ? hc_client_id_fold (request->peer_id) : NULL;
  self->contact = encode_contact (origin, server);
  self->identity = encode_identity (request);
  self->clock[0] = '\0';
  if (has_own_clock)
    g_snprintf (self->clock, sizeof self->clock, "%" G_GINT64_FORMAT, origin->time);
  put_flags (self->flags, request);
  g_snprintf (self->max_requests, sizeof self->max_requests, "%u", request->limits.max_requests);
  g_snprintf (self->block, sizeof self->block, "%" G_GINT64_FORMAT,
              request->limits.block_seconds * G_TIME_SPAN_SECOND);

  self->arguments[0] = HC_REDIS_TEXT (operation);
  self->arguments[1] = HC_REDIS_TEXT (self->clock);
  self->arguments[2] = HC_REDIS_TEXT (self->flags);
  self->arguments[3] = text_or_none (request->id);
  self->arguments[4] = text_or_none (self->key);
  self->arguments[5] = text_or_none (request->peer_id);
  self->arguments[6] = text_or_none (self->peer_key);
  self->arguments[7] = bytes_or_none (&origin->address, sizeof origin->address);
  self->arguments[8] = bytes_or_none (request->token, HC_TOKEN_LENGTH);
  self->arguments[9] = bytes_or_none (request->session, sizeof request->session);
  self->arguments[10] = bytes_or_none (self->contact->data, self->contact->len);
  self->arguments[11] = bytes_or_none (self->identity->data, self->identity->len);
  self->arguments[12] = HC_REDIS_TEXT (get_charge_name (request->charge));
  self->arguments[13] = HC_REDIS_TEXT (self->max_requests);
  self->arguments[14] = HC_REDIS_TEXT (self->block);
}

/**
 * hc_redis_request_clear:
 * @self: a request for the script
 *
 * Frees what it holds.
 */
void
hc_redis_request_clear (HcRedisRequest *self)
{
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->peer_key, g_free);
  g_clear_pointer (&self->contact, g_byte_array_unref);
  g_clear_pointer (&self->identity, g_byte_array_unref);
}

/* What is left to be read. Whoever reads beyond the end gets zeros, and an
 * end that is no good one. */
typedef struct
{
  const guint8 *at;
  gsize left;
  gboolean is_good;
} Reader;

static const guint8 *
take (Reader *self,
      gsize   length)
{
  static const guint8 zeros[G_MAXUINT8 + 1];
  const guint8 *start = self->at;

  if (length > self->left)
    {
      *self = (Reader) { .at = zeros };
      return zeros;
    }
  self->at += length;
  self->left -= length;
  return start;
}

static guint
take_number (Reader *self,
             guint   n_bytes)
{
  guint number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | *take (self, 1);
  return number;
}

static HcIp
take_ip (Reader *self)
{
  HcIp ip;

  memcpy (ip.in6.s6_addr, take (self, sizeof ip.in6.s6_addr), sizeof ip.in6.s6_addr);
  return ip;
}

/* Something that has its length in front. */
static Reader
take_part (Reader *self,
           guint   n_bytes_of_length)
{
  gsize length = take_number (self, n_bytes_of_length);
  gboolean is_good = self->is_good && length <= self->left;

  return (Reader) { is_good ? take (self, length) : self->at, is_good ? length : 0, is_good };
}

/* Elsewhere than at this server there is nowhere to send a datagram from. */
static void
read_contact (Reader      contact,
              const char *server,
              HcOrigin   *origin)
{
  gboolean is_datagram = take_number (&contact, 1) == DATAGRAM;
  gboolean is_here = memcmp (take (&contact, HC_REDIS_SERVER_LENGTH), server,
                             HC_REDIS_SERVER_LENGTH) == 0;

  origin->transport = is_datagram && is_here ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM;
  origin->port = take_number (&contact, 2);
  origin->local = take_ip (&contact);
}

static void
read_identity (Reader             identity,
               HcRegistryRequest *request,
               HcPath            *paths)
{
  request->declared = take_ip (&identity);
  request->port = take_number (&identity, 2);
  if (request->version == 1)
    return;

  request->key = take (&identity, HC_KEY_LENGTH);
  request->paths = paths;
  while (identity.left > 0 && request->n_paths < HC_MAX_PATHS)
    {
      HcPath *path = &paths[request->n_paths++];

      path->kind = take_number (&identity, 1) == HC_PATH_RELAY ? HC_PATH_RELAY : HC_PATH_HOST;
      path->port = take_number (&identity, 2);
      path->address = take_ip (&identity);
    }
}

static HcRegistration *
take_client (Reader     *self,
             const char *server)
{
  Reader id = take_part (self, 1);
  HcOrigin origin = { .address = take_ip (self) };
  Reader token = take_part (self, 1);
  Reader contact = take_part (self, 1);
  Reader identity = take_part (self, 2);
  g_autofree char *id_text = g_strndup ((const char *) id.at, id.left);
  HcPath paths[HC_MAX_PATHS];
  HcRegistryRequest request = {
    .origin = &origin,
    .version = token.left == HC_TOKEN_LENGTH ? 2 : 1,
    .id = id_text,
    .token = token.at,
  };

  if (!identity.is_good)
    return NULL;
  if (request.version > 1)
    read_contact (contact, server, &origin);
  read_identity (identity, &request, paths);
  return hc_registration_new (&request);
}

/**
 * hc_redis_match_init:
 * @self: (out caller-allocates): a match
 * @bytes: (array length=length): what the script says
 * @length: how many bytes
 * @server: the name of this server
 *
 * Reads a match.
 *
 * Returns: %TRUE if it makes sense; either way @self is to be cleared with
 *   hc_redis_match_clear()
 */
gboolean
hc_redis_match_init (HcRedisMatch  *self,
                     gconstpointer  bytes,
                     gsize          length,
                     const char    *server)
{
  Reader reader = { bytes, length, TRUE };
  Reader session = take_part (&reader, 1);

  self->caller = take_client (&reader, server);
  self->callee = take_client (&reader, server);
  if (self->caller == NULL || self->callee == NULL)
    return FALSE;

  self->callee->partner = self->caller;
  if (self->callee->v2 != NULL && session.left == HC_SESSION_LENGTH)
    memcpy (self->callee->v2->session, session.at, HC_SESSION_LENGTH);
  return TRUE;
}

/**
 * hc_redis_match_clear:
 * @self: a match
 *
 * Frees what it holds.
 */
void
hc_redis_match_clear (HcRedisMatch *self)
{
  g_clear_pointer (&self->caller, hc_registration_free);
  g_clear_pointer (&self->callee, hc_registration_free);
}

/**
 * hc_redis_match_describe:
 * @self: a match
 * @role: which of the two is answered
 * @is_new: whether it was made just now
 * @result: (out caller-allocates): the answer, which @self must outlive
 *
 * Collects what there is to say about a match.
 */
void
hc_redis_match_describe (const HcRedisMatch *self,
                         HcRegistryRole      role,
                         gboolean            is_new,
                         HcRegistryResult   *result)
{
  const HcRegistration *who = role == HC_REGISTRY_CALLER ? self->caller : self->callee;

  *result = (HcRegistryResult) { .is_new = is_new };
  hc_registration_describe_match (who, self->callee, result);
  if (is_new && self->callee->v2 != NULL)
    result->callee = &self->callee->v2->contact;
}
