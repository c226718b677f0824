/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HC_REDIS_DEFAULT_PORT:
 *
 * Where Redis listens unless it is told otherwise.
 */
#define HC_REDIS_DEFAULT_PORT 6379

/**
 * HcRedisAddress:
 * @target: what to connect to
 * @name: how to call it: the URL without what is secret
 * @user: (nullable): who to be there
 * @password: (nullable): and the proof
 * @database: the number of the database
 *
 * Where a Redis is, and what to say there first.
 */
typedef struct
{
  GSocketConnectable *target;
  char *name;
  char *user;
  char *password;
  guint database;
} HcRedisAddress;

gboolean        hc_redis_address_is_one (const char            *url);
HcRedisAddress *hc_redis_address_parse  (const char            *url,
                                         GError               **error);
HcRedisAddress *hc_redis_address_copy   (const HcRedisAddress  *self);
void            hc_redis_address_free   (HcRedisAddress        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcRedisAddress, hc_redis_address_free)

G_END_DECLS
