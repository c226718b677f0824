/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-redis-connection.h"
#include "hc-timer.h"

#include <string.h>

/*
 *     server                                 Redis
 *       | AUTH, SELECT, the owner's greeting   |
 *       |------------------------------------->|
 *       |                            OK, OK, OK|   it is up
 *       |<-------------------------------------|
 *       | commands                             |
 *       |------------------------------------->|
 *       |                              replies |
 *       |<-------------------------------------|
 *       :               the end                :   it is down, and tried again after
 *       :                                      :   100 ms, 200 ms, ... 5 s, 5 s, ...
 */

typedef enum
{
  /* Nobody knows yet: who asks now waits for the first attempt's end. */
  BEGINNING,
  UP,
  DOWN,
} State;

/* How long it takes to read what has come meanwhile, if it is this process that
 * has slept. */
#define SECOND_LOOK_MS 100

struct _HcRedisConnection
{
  HcRedisAddress *address;
  GMainContext *context;
  GSocketClient *client;
  State state;

  /* Of the attempt or the connection that there is. */
  HcRedisPipe *pipe;
  GCancellable *cancellable;

  /* When to try again, or to look whether Redis has answered what it was asked
   * until then. */
  GSource *timer;
  guint pause_ms;
  gboolean is_watching;
  gboolean is_second_look;
  guint64 n_awaited;

  HcRedisGreetFunc greet;
  HcRedisPushFunc pushed;
  HcRedisChangedFunc changed;
  gpointer user_data;
};

static void
set_timer (HcRedisConnection *self,
           gint64             milliseconds)
{
  g_source_set_ready_time (self->timer,
                           g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND);
}

static void
begin_watching (HcRedisConnection *self)
{
  self->is_watching = TRUE;
  self->is_second_look = FALSE;
  self->n_awaited = hc_redis_pipe_get_n_sent (self->pipe);
  set_timer (self, HC_REDIS_PATIENCE_SECONDS * 1000);
}

static void
change (HcRedisConnection *self,
        State              state,
        const char        *fault)
{
  if (self->state == state)
    return;
  self->state = state;
  if (self->changed != NULL)
    self->changed (fault, self->user_data);
}

/* Those who wait for a reply are told last: they may give up the connection. */
static void
fail (HcRedisConnection *self,
      const char        *fault)
{
  HcRedisPipe *pipe = g_steal_pointer (&self->pipe);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_timer (self, self->pause_ms);
  self->pause_ms = MIN (self->pause_ms * 2, HC_REDIS_MAX_PAUSE_MS);
  change (self, DOWN, fault);
  hc_redis_pipe_free (pipe);
}

static void
on_broken (const char *reason,
           gpointer    user_data)
{
  fail (user_data, reason);
}

static void
on_pushed (redisReply *message,
           gpointer    user_data)
{
  HcRedisConnection *self = user_data;

  if (self->pushed != NULL)
    self->pushed (message, self->user_data);
}

/* The first bad reply is the reason; the others follow from it. */
static void
on_said (redisReply *reply,
         gpointer    user_data)
{
  HcRedisConnection *self = user_data;

  if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
    fail (self, reply->str);
}

static void
on_greeted (redisReply *reply,
            gpointer    user_data)
{
  HcRedisConnection *self = user_data;

  if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
    {
      on_said (reply, self);
      return;
    }
  self->pause_ms = HC_REDIS_MIN_PAUSE_MS;
  change (self, UP, NULL);
}

static void
say_who (HcRedisConnection *self)
{
  const HcRedisAddress *address = self->address;
  g_autofree char *database = g_strdup_printf ("%u", address->database);
  HcRedisArgument auth[3] = { HC_REDIS_TEXT ("AUTH") };
  const HcRedisArgument select[] = { HC_REDIS_TEXT ("SELECT"), HC_REDIS_TEXT (database) };
  guint n = 1;

  if (address->user != NULL)
    auth[n++] = HC_REDIS_TEXT (address->user);
  if (address->password != NULL)
    {
      auth[n++] = HC_REDIS_TEXT (address->password);
      hc_redis_pipe_send (self->pipe, auth, n, on_said, self);
    }
  hc_redis_pipe_send (self->pipe, select, G_N_ELEMENTS (select), on_said, self);
}

/* The attempt may have been given up meanwhile, with all that belonged to it. */
static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  HcRedisConnection *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      fail (self, error->message);
      return;
    }

  hc_redis_pipe_open (self->pipe, self->context, connection);
  begin_watching (self);
}

static void
connect_to_redis (HcRedisConnection *self)
{
  self->cancellable = g_cancellable_new ();
  self->pipe = hc_redis_pipe_new (on_pushed, on_broken, self);
  say_who (self);
  self->greet (self->pipe, on_greeted, self, self->user_data);
  begin_watching (self);
  g_main_context_push_thread_default (self->context);
  g_socket_client_connect_async (self->client, self->address->target, self->cancellable,
                                 on_connected, self);
  g_main_context_pop_thread_default (self->context);
}

static void
watch (HcRedisConnection *self)
{
  guint64 n_replies = hc_redis_pipe_get_n_replies (self->pipe);

  if (n_replies < self->n_awaited && self->is_second_look)
    fail (self, "It doesn't answer");
  else if (n_replies < self->n_awaited)
    {
      self->is_second_look = TRUE;
      set_timer (self, SECOND_LOOK_MS);
    }
  else if (n_replies < hc_redis_pipe_get_n_sent (self->pipe))
    begin_watching (self);
  else
    self->is_watching = FALSE;
}

static gboolean
on_timer (gpointer user_data)
{
  HcRedisConnection *self = user_data;

  if (self->pipe != NULL)
    watch (self);
  else
    connect_to_redis (self);
  return G_SOURCE_CONTINUE;
}

/**
 * hc_redis_connection_new:
 * @address: where Redis is
 * @greet: (scope notified): says what comes first
 * @pushed: (nullable) (scope notified): takes what isn't a reply
 * @changed: (nullable) (scope notified): learns whether Redis can be reached
 * @user_data: data for all of them
 *
 * Connects to Redis, in the thread-default main context, and does so again
 * whenever the connection is lost.
 *
 * Returns: (transfer full): a connection, to be freed with
 *   hc_redis_connection_free()
 */
HcRedisConnection *
hc_redis_connection_new (const HcRedisAddress *address,
                         HcRedisGreetFunc      greet,
                         HcRedisPushFunc       pushed,
                         HcRedisChangedFunc    changed,
                         gpointer              user_data)
{
  HcRedisConnection *self = g_new0 (HcRedisConnection, 1);

  self->address = hc_redis_address_copy (address);
  self->context = g_main_context_ref_thread_default ();
  self->client = g_object_new (G_TYPE_SOCKET_CLIENT, "enable-proxy", FALSE, NULL);
  self->timer = hc_timer_new (self->context, on_timer, self);
  self->pause_ms = HC_REDIS_MIN_PAUSE_MS;
  self->greet = greet;
  self->pushed = pushed;
  self->changed = changed;
  self->user_data = user_data;
  connect_to_redis (self);
  return self;
}

/**
 * hc_redis_connection_free:
 * @self: a connection
 *
 * Closes the connection. For those who still wait for a reply there is none.
 */
void
hc_redis_connection_free (HcRedisConnection *self)
{
  HcRedisPipe *pipe = g_steal_pointer (&self->pipe);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  hc_timer_free (self->timer);
  if (pipe != NULL)
    hc_redis_pipe_free (pipe);
  g_object_unref (self->client);
  g_main_context_unref (self->context);
  hc_redis_address_free (self->address);
  g_free (self);
}

/**
 * hc_redis_connection_send:
 * @self: a connection
 * @arguments: (array length=n_arguments): a command
 * @n_arguments: how many parts it has
 * @func: (scope async): takes the reply
 * @func_data: data for @func
 *
 * Sends a command. The very first attempt to reach Redis is waited for; later
 * nothing is.
 *
 * Returns: %FALSE if Redis can't be reached, or is asked for too much already;
 *   then @func won't run
 */
gboolean
hc_redis_connection_send (HcRedisConnection     *self,
                          const HcRedisArgument *arguments,
                          guint                  n_arguments,
                          HcRedisReplyFunc       func,
                          gpointer               func_data)
{
  if (self->state == DOWN || self->pipe == NULL ||
      !hc_redis_pipe_send (self->pipe, arguments, n_arguments, func, func_data))
    return FALSE;

  if (!self->is_watching)
    begin_watching (self);
  return TRUE;
}

/**
 * hc_redis_connection_renew:
 * @self: a connection
 * @reason: why
 *
 * Gives up the connection, if there is one, and makes another: this Redis is of
 * no use, but there may soon be another one, or a better one, at its address.
 */
void
hc_redis_connection_renew (HcRedisConnection *self,
                           const char        *reason)
{
  if (self->pipe != NULL)
    fail (self, reason);
}
