/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * RedisServer:
 *
 * A Redis of a test's own: in a folder of its own, which goes with it, without
 * a network and without anything on disk. It ends with the test at the latest.
 */
typedef struct _RedisServer RedisServer;

#define REDIS_IS_MISSING "redis-server isn't installed (Debian: redis-server)"

gboolean     redis_server_is_installed (void);
RedisServer *redis_server_new          (void);
void         redis_server_free         (RedisServer *self);
void         redis_server_start        (RedisServer *self);
void         redis_server_kill         (RedisServer *self);
int          redis_server_get_pid      (RedisServer *self);
void         redis_server_pause        (RedisServer *self);
void         redis_server_resume       (RedisServer *self);
const char  *redis_server_get_url      (RedisServer *self);
void         redis_server_flush        (RedisServer *self);
char        *redis_server_ask          (RedisServer *self,
                                        const char  *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RedisServer, redis_server_free)

G_END_DECLS
