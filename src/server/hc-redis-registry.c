/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"
#define G_LOG_USE_STRUCTURED

#include "hc-redis-registry.h"
#include "hc-base64url.h"
#include "hc-random.h"
#include "hc-redis-codec.h"
#include "hc-redis-connection.h"
#include "hc-redis-messages.h"
#include "hc-server-resources.h"

#include <string.h>

/*
 *     this server                    Redis                    another server
 *       | EVALSHA, a request          |                              |
 *       |---------------------------->|  the script does it all      |
 *       |                   an answer |                              |
 *       |<----------------------------|                              |
 *       :                             |           EVALSHA, a request |
 *       :                             |<-----------------------------|
 *       |           message: a match  |                              |
 *       |<----------------------------|  where the callee is ours    |
 *       :                             | an answer                    |
 *       :                             |----------------------------->|
 */

#define SCRIPT_PATH "/io/github/hybridchat/server/hc-redis-registry.lua"

/* With braces, a cluster has all of them in one place. */
#define PREFIX "{hybridchat}:"
#define CHANNEL "hybridchat:%u:"

/* How much longer Redis keeps things than they are worth anything: so long the
 * script may take until it clears up itself. */
#define GRACE (60 * G_TIME_SPAN_SECOND)

/* How many leases and lives one request may have to end. */
#define MAX_AT_ONCE 100

struct _HcRedisRegistry
{
  GObject parent_instance;

  char *name;
  char server[HC_REDIS_SERVER_LENGTH + 1];
  char *script;
  char *digest;
  gboolean has_own_clock;

  HcRedisConnection *requests;
  HcRedisMessages *messages;

  /* What has been said, so that it is said once. */
  gboolean is_lost;
  gboolean has_complained;
};

typedef void (*TakeFunc) (HcRedisRegistry  *self,
                          redisReply       *answer,
                          HcRedisMatch     *match,
                          HcRegistryResult *result);

typedef struct
{
  HcRedisRegistry *registry;
  TakeFunc take;
  HcRegistryFunc callback;
  gpointer user_data;
} Asked;

static void hc_redis_registry_registry_init (HcRegistryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcRedisRegistry, hc_redis_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_REGISTRY,
                                                      hc_redis_registry_registry_init))

static void
hc_redis_registry_dispose (GObject *object)
{
  HcRedisRegistry *self = HC_REDIS_REGISTRY (object);

  /* Those who wait for an answer get one now. */
  g_clear_pointer (&self->requests, hc_redis_connection_free);
  g_clear_pointer (&self->messages, hc_redis_messages_free);

  G_OBJECT_CLASS (hc_redis_registry_parent_class)->dispose (object);
}

static void
hc_redis_registry_finalize (GObject *object)
{
  HcRedisRegistry *self = HC_REDIS_REGISTRY (object);

  g_free (self->name);
  g_free (self->script);
  g_free (self->digest);

  G_OBJECT_CLASS (hc_redis_registry_parent_class)->finalize (object);
}

static void
hc_redis_registry_class_init (HcRedisRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_redis_registry_dispose;
  G_OBJECT_CLASS (klass)->finalize = hc_redis_registry_finalize;
}

static void
hc_redis_registry_init (HcRedisRegistry *self)
{
  guint8 random[HC_REDIS_SERVER_LENGTH * 6 / 8];
  g_autofree char *name = NULL;

  hc_random_fill (random, sizeof random);
  name = hc_base64url_encode (random, sizeof random);
  g_strlcpy (self->server, name, sizeof self->server);
}

/* In front of it stand the numbers that it shares with us. */
static char *
create_script (const char *channels,
               guint       max_clients)
{
  g_autoptr (GBytes) text = g_resource_lookup_data (hc_server_get_resource (), SCRIPT_PATH,
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return g_strdup_printf ("local DONE, NOBODY, TAKEN, FULL, UNKNOWN, BAD_TOKEN, REFUSED = "
                          "%d, %d, %d, %d, %d, %d, %d\n"
                          "local LEASE, RETRANSMISSION, LIFE_V1, LIFE_V2, GRACE = "
                          "%de6, %de6, %de6, %de6, %" G_GINT64_FORMAT "\n"
                          "local MAX_AT_ONCE, MAX_CLIENTS, CHANNEL = %d, %u, '%s'\n%s",
                          HC_REGISTRY_DONE, HC_REGISTRY_NOBODY, HC_REGISTRY_TAKEN,
                          HC_REGISTRY_FULL, HC_REGISTRY_UNKNOWN, HC_REGISTRY_BAD_TOKEN,
                          HC_REGISTRY_REFUSED, HC_REGISTRY_LEASE_SECONDS,
                          HC_REGISTRY_RETRANSMISSION_SECONDS, HC_REGISTRY_V1_SECONDS,
                          HC_REGISTRY_V2_SECONDS, GRACE, MAX_AT_ONCE, max_clients, channels,
                          (const char *) g_bytes_get_data (text, NULL));
}

static void
on_changed (const char *fault,
            gpointer    user_data)
{
  HcRedisRegistry *self = user_data;

  if (fault != NULL)
    g_message ("%s can't be reached, so requests are refused until it can: %s", self->name, fault);
  else if (self->is_lost)
    g_message ("%s can be reached again", self->name);
  self->is_lost = fault != NULL;
}

static void
load_script (HcRedisPipe       *pipe,
                    HcRedisReplyFunc   greeted,
                    HcRedisConnection *connection,
                    gpointer           user_data)
{
  HcRedisRegistry *self = user_data;
  const HcRedisArgument load[] = {
    HC_REDIS_TEXT ("SCRIPT"), HC_REDIS_TEXT ("LOAD"), HC_REDIS_TEXT (self->script),
  };

  hc_redis_pipe_send (pipe, load, G_N_ELEMENTS (load), greeted, connection);
}

static void
on_message (gconstpointer bytes,
            gsize         length,
            gpointer      user_data)
{
  g_autoptr (HcRedisRegistry) self = g_object_ref (user_data);
  g_auto (HcRedisMatch) match = { NULL };
  HcRegistryResult result;

  if (!hc_redis_match_init (&match, bytes, length, self->server))
    return;
  hc_redis_match_describe (&match, HC_REGISTRY_CALLER, TRUE, &result);
  if (result.callee != NULL)
    hc_registry_emit_matched (HC_REGISTRY (self), &result);
}

static gboolean
is_about (const redisReply *error,
          const char       *code)
{
  return strstr (error->str, code) != NULL;
}

static void
on_loaded_again (redisReply *reply,
                 gpointer    user_data)
{
}

static void
load_again (HcRedisRegistry *self)
{
  const HcRedisArgument load[] = {
    HC_REDIS_TEXT ("SCRIPT"), HC_REDIS_TEXT ("LOAD"), HC_REDIS_TEXT (self->script),
  };

  hc_redis_connection_send (self->requests, load, G_N_ELEMENTS (load), on_loaded_again, NULL);
}

/* Somebody may have flushed the scripts; a Redis that was the master may be no
 * more, and then its name soon leads to another. */
static void
handle_error (HcRedisRegistry  *self,
              const redisReply *error,
              HcRegistryResult *result)
{
  static const char *const useless[] = { "LOADING", "READONLY", "MASTERDOWN", "NOAUTH", "NOPERM" };

  result->status = is_about (error, "OOM") ? HC_REGISTRY_FULL : HC_REGISTRY_UNAVAILABLE;
  for (guint i = 0; i < G_N_ELEMENTS (useless) && self->requests != NULL; i++)
    if (is_about (error, useless[i]))
      {
        hc_redis_connection_renew (self->requests, error->str);
        return;
      }

  if (is_about (error, "NOSCRIPT"))
    load_again (self);
  else if (!self->has_complained)
    g_message ("%s refuses a request, and this is said only once: %s", self->name, error->str);
  self->has_complained = TRUE;
}

static gboolean
is_answer (const redisReply *reply)
{
  return reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
         reply->element[0]->type == REDIS_REPLY_INTEGER;
}

static void
on_reply (redisReply *reply,
          gpointer    user_data)
{
  g_autofree Asked *asked = user_data;
  g_autoptr (HcRedisRegistry) self = g_object_ref (asked->registry);
  g_auto (HcRedisMatch) match = { NULL };
  HcRegistryResult result = { .status = HC_REGISTRY_UNAVAILABLE };

  if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
    handle_error (self, reply, &result);
  else if (reply != NULL && is_answer (reply))
    {
      result.status = reply->element[0]->integer;
      if (result.status == HC_REGISTRY_DONE && asked->take != NULL)
        asked->take (self, reply, &match, &result);
    }
  asked->callback (&result, asked->user_data);
  if (self->messages != NULL)
    hc_redis_messages_note_answer (self->messages);
}

static void
ask (HcRedisRegistry         *self,
     const char              *operation,
     const HcRegistryRequest *request,
     TakeFunc                 take,
     HcRegistryFunc           callback,
     gpointer                 user_data)
{
  g_auto (HcRedisRequest) encoded = { 0 };
  HcRedisArgument arguments[4 + HC_REDIS_N_ARGUMENTS] = {
    HC_REDIS_TEXT ("EVALSHA"), HC_REDIS_TEXT (self->digest), HC_REDIS_TEXT ("1"),
    HC_REDIS_TEXT (PREFIX),
  };
  Asked *asked = g_new (Asked, 1);

  *asked = (Asked) { self, take, callback, user_data };
  hc_redis_request_init (&encoded, operation, request, self->server, self->has_own_clock);
  memcpy (arguments + 4, encoded.arguments, sizeof encoded.arguments);
  if (self->requests != NULL &&
      hc_redis_connection_send (self->requests, arguments, G_N_ELEMENTS (arguments),
                                on_reply, asked))
    {
      hc_redis_messages_note_question (self->messages);
      return;
    }

  g_free (asked);
  callback (&(HcRegistryResult) { .status = HC_REGISTRY_UNAVAILABLE }, user_data);
}

static gboolean
is_string (const redisReply *answer,
           gsize             i,
           gsize             min_length)
{
  return answer->elements > i && answer->element[i]->type == REDIS_REPLY_STRING &&
         (gsize) answer->element[i]->len >= min_length;
}

static void
take_token (HcRedisRegistry  *self,
            redisReply       *answer,
            HcRedisMatch     *match,
            HcRegistryResult *result)
{
  if (is_string (answer, 1, HC_TOKEN_LENGTH))
    result->token = (const guint8 *) answer->element[1]->str;
}

static void
take_match (HcRedisRegistry  *self,
            redisReply       *answer,
            HcRedisMatch     *match,
            HcRegistryResult *result)
{
  gboolean is_new = answer->elements > 3 && answer->element[1]->integer != 0;
  gboolean is_caller = answer->elements > 3 && answer->element[2]->integer != 0;

  if (is_string (answer, 3, 1) &&
      hc_redis_match_init (match, answer->element[3]->str, answer->element[3]->len, self->server))
    hc_redis_match_describe (match, is_caller ? HC_REGISTRY_CALLER : HC_REGISTRY_CALLEE,
                             is_new, result);
  else
    result->status = HC_REGISTRY_UNAVAILABLE;
}

static void
take_parties (HcRedisRegistry  *self,
              redisReply       *answer,
              HcRedisMatch     *match,
              HcRegistryResult *result)
{
  for (guint i = 0; i < G_N_ELEMENTS (result->parties); i++)
    if (is_string (answer, i + 1, sizeof (HcIp)))
      memcpy (&result->parties[result->n_parties++], answer->element[i + 1]->str, sizeof (HcIp));
}

static void
take_n_clients (HcRedisRegistry  *self,
                redisReply       *answer,
                HcRedisMatch     *match,
                HcRegistryResult *result)
{
  result->n_clients = answer->elements > 1 ? answer->element[1]->integer : 0;
}

static void
hc_redis_registry_register (HcRegistry              *registry,
                            const HcRegistryRequest *request,
                            HcRegistryFunc           callback,
                            gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "register", request, take_token, callback, user_data);
}

static void
hc_redis_registry_bridge (HcRegistry              *registry,
                          const HcRegistryRequest *request,
                          HcRegistryFunc           callback,
                          gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "bridge", request, take_match, callback, user_data);
}

static void
hc_redis_registry_withdraw (HcRegistry              *registry,
                            const HcRegistryRequest *request,
                            HcRegistryFunc           callback,
                            gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "withdraw", request, NULL, callback, user_data);
}

static void
hc_redis_registry_chat (HcRegistry              *registry,
                        const HcRegistryRequest *request,
                        HcRegistryFunc           callback,
                        gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "chat", request, take_parties, callback, user_data);
}

static void
hc_redis_registry_quit (HcRegistry              *registry,
                        const HcRegistryRequest *request,
                        HcRegistryFunc           callback,
                        gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "quit", request, NULL, callback, user_data);
}

static void
hc_redis_registry_charge (HcRegistry              *registry,
                          const HcRegistryRequest *request,
                          HcRegistryFunc           callback,
                          gpointer                 user_data)
{
  ask (HC_REDIS_REGISTRY (registry), "count", request, NULL, callback, user_data);
}

static void
hc_redis_registry_registry_init (HcRegistryInterface *iface)
{
  iface->register_client = hc_redis_registry_register;
  iface->bridge = hc_redis_registry_bridge;
  iface->withdraw = hc_redis_registry_withdraw;
  iface->chat = hc_redis_registry_chat;
  iface->quit = hc_redis_registry_quit;
  iface->charge = hc_redis_registry_charge;
}

/**
 * hc_redis_registry_new:
 * @address: where Redis is
 * @max_clients: how many clients all servers together may hold; at least 1
 *
 * Creates a registry that is shared by all servers that use the same database
 * of the same Redis, which also counts requests for all of them. It works in
 * the thread-default main context of its creator, and never blocks.
 *
 * While Redis can't be reached, everything is %HC_REGISTRY_UNAVAILABLE at
 * once, and Redis is tried again and again; the log has a line when that begins
 * and one when it is over.
 *
 * Returns: (transfer full): a registry
 */
HcRegistry *
hc_redis_registry_new (const HcRedisAddress *address,
                       guint                 max_clients)
{
  HcRedisRegistry *self;
  g_autofree char *channels = NULL;
  g_autofree char *channel = NULL;

  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (max_clients > 0, NULL);

  self = g_object_new (HC_TYPE_REDIS_REGISTRY, NULL);
  self->name = g_strdup (address->name);
  channels = g_strdup_printf (CHANNEL, address->database);
  channel = g_strconcat (channels, self->server, NULL);
  self->script = create_script (channels, max_clients);
  self->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, self->script, -1);
  self->requests = hc_redis_connection_new (address, load_script, NULL, on_changed, self);
  self->messages = hc_redis_messages_new (address, channel, on_message, self);
  return HC_REGISTRY (self);
}

/**
 * hc_redis_registry_set_own_clock:
 * @self: a registry
 * @has_own_clock: whether requests bring the time
 *
 * Has lifetimes and leases go by the time of each request, as those of
 * #HcMemoryRegistry do, and not by Redis's clock. This is for tests: the
 * clocks of several servers differ.
 */
void
hc_redis_registry_set_own_clock (HcRedisRegistry *self,
                                 gboolean         has_own_clock)
{
  g_return_if_fail (HC_IS_REDIS_REGISTRY (self));

  self->has_own_clock = has_own_clock;
}

/**
 * hc_redis_registry_ask_n_clients:
 * @self: a registry
 * @origin: who wants to know, and when
 * @callback: (scope async): takes the answer
 * @user_data: data for @callback
 *
 * Asks how many clients are registered, at all servers together.
 */
void
hc_redis_registry_ask_n_clients (HcRedisRegistry *self,
                                 const HcOrigin  *origin,
                                 HcRegistryFunc   callback,
                                 gpointer         user_data)
{
  const HcRegistryRequest request = { .origin = origin, .version = 1 };

  g_return_if_fail (HC_IS_REDIS_REGISTRY (self));

  ask (self, "clients", &request, take_n_clients, callback, user_data);
}
