/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <hiredis/hiredis.h>

G_BEGIN_DECLS

/**
 * HC_REDIS_PIPE_MAX_PENDING:
 *
 * How many commands may wait for their replies. What is beyond them would wait
 * longer than is good for whoever asks.
 */
#define HC_REDIS_PIPE_MAX_PENDING 8192

/**
 * HcRedisPipe:
 *
 * Commands on their way to Redis, and their replies.
 */
typedef struct _HcRedisPipe HcRedisPipe;

/**
 * HcRedisArgument:
 * @data: bytes
 * @length: how many
 *
 * A part of a command.
 */
typedef struct
{
  gconstpointer data;
  gsize length;
} HcRedisArgument;

/**
 * HC_REDIS_TEXT:
 * @text: a text
 *
 * A text as an argument.
 */
#define HC_REDIS_TEXT(text) ((HcRedisArgument) { (text), strlen (text) })

/**
 * HcRedisReplyFunc:
 * @reply: (nullable): the reply, which may be an error; %NULL if none will come,
 *   though the command may have been done
 * @user_data: what was given with the command
 *
 * Takes the reply to a command. It runs exactly once for each, at the latest
 * when the pipe is freed.
 */
typedef void (*HcRedisReplyFunc) (redisReply *reply,
                                  gpointer    user_data);

/**
 * HcRedisPushFunc:
 * @message: what came without a command waiting for it
 * @user_data: data of the pipe
 *
 * Takes a message to a subscriber.
 */
typedef void (*HcRedisPushFunc) (redisReply *message,
                                 gpointer    user_data);

/**
 * HcRedisBrokenFunc:
 * @reason: what has happened
 * @user_data: data of the pipe
 *
 * Learns that nothing will go through a pipe any more. It runs once, and
 * frees the pipe.
 */
typedef void (*HcRedisBrokenFunc) (const char *reason,
                                   gpointer    user_data);

HcRedisPipe *hc_redis_pipe_new           (HcRedisPushFunc         pushed,
                                          HcRedisBrokenFunc       broken,
                                          gpointer                user_data);
void         hc_redis_pipe_free          (HcRedisPipe            *self);
void         hc_redis_pipe_open          (HcRedisPipe            *self,
                                          GMainContext           *context,
                                          GSocketConnection      *connection);
gboolean     hc_redis_pipe_send          (HcRedisPipe            *self,
                                          const HcRedisArgument  *arguments,
                                          guint                   n_arguments,
                                          HcRedisReplyFunc        func,
                                          gpointer                user_data);
guint64      hc_redis_pipe_get_n_sent    (HcRedisPipe            *self);
guint64      hc_redis_pipe_get_n_replies (HcRedisPipe            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcRedisPipe, hc_redis_pipe_free)

G_END_DECLS
