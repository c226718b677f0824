/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-redis-address.h"
#include "hc-redis-pipe.h"

G_BEGIN_DECLS

/**
 * HC_REDIS_MIN_PAUSE_MS:
 *
 * How many milliseconds after a failure Redis is tried again. Each further
 * failure doubles the pause.
 */
#define HC_REDIS_MIN_PAUSE_MS 100

/**
 * HC_REDIS_MAX_PAUSE_MS:
 *
 * And how far the doubling goes.
 */
#define HC_REDIS_MAX_PAUSE_MS 5000

/**
 * HC_REDIS_PATIENCE_SECONDS:
 *
 * How long Redis may take to answer before it counts as gone; at most twice as
 * long, which is less than a connection has by default.
 */
#define HC_REDIS_PATIENCE_SECONDS 2

typedef struct _HcRedisConnection HcRedisConnection;

/**
 * HcRedisGreetFunc:
 * @pipe: a new pipe
 * @greeted: to be given with the last command
 * @connection: the data of @greeted
 * @user_data: data of the connection
 *
 * Sends what comes first over each new connection. Its last command is good or
 * bad for all: when it is answered, the connection is up.
 */
typedef void (*HcRedisGreetFunc) (HcRedisPipe       *pipe,
                                  HcRedisReplyFunc   greeted,
                                  HcRedisConnection *connection,
                                  gpointer           user_data);

/**
 * HcRedisChangedFunc:
 * @fault: (nullable): why Redis can't be reached, or %NULL if it can again
 * @user_data: data of the connection
 *
 * Learns that Redis can be reached, and that it can't: of each only the
 * first time.
 */
typedef void (*HcRedisChangedFunc) (const char *fault,
                                    gpointer    user_data);

HcRedisConnection *hc_redis_connection_new   (const HcRedisAddress  *address,
                                              HcRedisGreetFunc       greet,
                                              HcRedisPushFunc        pushed,
                                              HcRedisChangedFunc     changed,
                                              gpointer               user_data);
void               hc_redis_connection_free  (HcRedisConnection     *self);
gboolean           hc_redis_connection_send  (HcRedisConnection     *self,
                                              const HcRedisArgument *arguments,
                                              guint                  n_arguments,
                                              HcRedisReplyFunc       func,
                                              gpointer               func_data);
void               hc_redis_connection_renew (HcRedisConnection     *self,
                                              const char            *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcRedisConnection, hc_redis_connection_free)

G_END_DECLS
