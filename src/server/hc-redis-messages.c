/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-redis-messages.h"
#include "hc-redis-connection.h"

#include <string.h>

/*
 * Messages have a connection of their own, so one may overtake the answer to a
 * question that Redis was asked before:
 *
 *     this server          Redis               another server
 *       | BRIDGE, alice      |                          |
 *       |------------------->|  she is ready            |
 *       :                    |              BRIDGE, bob |
 *       :                    |<-------------------------|
 *       |   alice was handed |                          |
 *       |<-------------------|  message                 |
 *       |       nobody ready |                          |
 *       |<-------------------|  answer: she is held     |
 *
 * So a message waits until all that was asked before it came is answered.
 */
struct _HcRedisMessages
{
  HcRedisConnection *connection;
  char *channel;
  HcRedisMessageFunc func;
  gpointer user_data;

  guint64 n_questions;
  guint64 n_answers;
  GQueue waiting;

  /* Whoever takes a message may give up the others. */
  gboolean is_closed;
};

typedef struct
{
  GBytes *bytes;
  guint64 n_questions;
} Message;

static void
message_free (gpointer data)
{
  Message *self = data;

  g_bytes_unref (self->bytes);
  g_free (self);
}

static void
subscribe (HcRedisPipe       *pipe,
           HcRedisReplyFunc   greeted,
           HcRedisConnection *connection,
           gpointer           user_data)
{
  HcRedisMessages *self = user_data;
  const HcRedisArgument command[] = { HC_REDIS_TEXT ("SUBSCRIBE"), HC_REDIS_TEXT (self->channel) };

  hc_redis_pipe_send (pipe, command, G_N_ELEMENTS (command), greeted, connection);
}

static gboolean
is_due (HcRedisMessages *self)
{
  const Message *first = g_queue_peek_head (&self->waiting);

  return first != NULL && first->n_questions <= self->n_answers;
}

static void
messages_clear (gpointer data)
{
  HcRedisMessages *self = data;

  g_queue_clear_full (&self->waiting, message_free);
  g_free (self->channel);
}

static void
deliver_what_is_due (HcRedisMessages *messages)
{
  HcRedisMessages *self = g_rc_box_acquire (messages);

  while (!self->is_closed && is_due (self))
    {
      Message *message = g_queue_pop_head (&self->waiting);
      gsize length;
      gconstpointer bytes = g_bytes_get_data (message->bytes, &length);

      self->func (bytes, length, self->user_data);
      message_free (message);
    }
  g_rc_box_release_full (self, messages_clear);
}

static void
on_message (redisReply *message,
            gpointer    user_data)
{
  HcRedisMessages *self = user_data;
  Message *waiting;

  if (message->type != REDIS_REPLY_ARRAY || message->elements != 3 ||
      message->element[2]->type != REDIS_REPLY_STRING)
    return;

  waiting = g_new (Message, 1);
  waiting->bytes = g_bytes_new (message->element[2]->str, message->element[2]->len);
  waiting->n_questions = self->n_questions;
  g_queue_push_tail (&self->waiting, waiting);
  deliver_what_is_due (self);
}

/**
 * hc_redis_messages_new:
 * @address: where Redis is
 * @channel: where to listen
 * @func: (scope notified): takes the messages
 * @user_data: data for @func
 *
 * Listens for messages. Those that come while Redis can't be reached are lost.
 *
 * Returns: (transfer full): the messages, to be freed with
 *   hc_redis_messages_free()
 */
HcRedisMessages *
hc_redis_messages_new (const HcRedisAddress *address,
                       const char           *channel,
                       HcRedisMessageFunc    func,
                       gpointer              user_data)
{
  HcRedisMessages *self = g_rc_box_new0 (HcRedisMessages);

  self->channel = g_strdup (channel);
  self->func = func;
  self->user_data = user_data;
  self->connection = hc_redis_connection_new (address, subscribe, on_message, NULL, self);
  return self;
}

/**
 * hc_redis_messages_free:
 * @self: messages
 *
 * Stops listening.
 */
void
hc_redis_messages_free (HcRedisMessages *self)
{
  self->is_closed = TRUE;
  hc_redis_connection_free (self->connection);
  g_rc_box_release_full (self, messages_clear);
}

/**
 * hc_redis_messages_note_question:
 * @self: messages
 *
 * Notes that Redis was asked something whose answer comes before the messages
 * that come from now on.
 */
void
hc_redis_messages_note_question (HcRedisMessages *self)
{
  self->n_questions++;
}

/**
 * hc_redis_messages_note_answer:
 * @self: messages
 *
 * Notes that a question is answered, or won't be, and all is done that comes of
 * it. Messages that have waited for that are delivered now.
 */
void
hc_redis_messages_note_answer (HcRedisMessages *self)
{
  self->n_answers++;
  deliver_what_is_due (self);
}
