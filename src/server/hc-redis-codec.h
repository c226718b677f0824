/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-redis-pipe.h"
#include "hc-registration.h"

G_BEGIN_DECLS

/**
 * HC_REDIS_SERVER_LENGTH:
 *
 * How many bytes the name of a server has among those that share a Redis.
 */
#define HC_REDIS_SERVER_LENGTH 8

/**
 * HC_REDIS_N_ARGUMENTS:
 *
 * How many arguments the script takes.
 */
#define HC_REDIS_N_ARGUMENTS 15

/**
 * HcRedisRequest:
 * @arguments: what the script is called with
 *
 * A request, as the script wants it. The rest is where the arguments are kept.
 */
typedef struct
{
  HcRedisArgument arguments[HC_REDIS_N_ARGUMENTS];
  char clock[24];
  char flags[16];
  char max_requests[16];
  char block[24];
  char *key;
  char *peer_key;
  GByteArray *contact;
  GByteArray *identity;
} HcRedisRequest;

/**
 * HcRedisMatch:
 * @caller: the one to whom the other is leased
 * @callee: that one
 *
 * Two who were matched, as the script tells of them.
 */
typedef struct
{
  HcRegistration *caller;
  HcRegistration *callee;
} HcRedisMatch;

void     hc_redis_request_init   (HcRedisRequest          *self,
                                  const char              *operation,
                                  const HcRegistryRequest *request,
                                  const char              *server,
                                  gboolean                 has_own_clock);
void     hc_redis_request_clear  (HcRedisRequest          *self);

gboolean hc_redis_match_init     (HcRedisMatch            *self,
                                  gconstpointer            bytes,
                                  gsize                    length,
                                  const char              *server);
void     hc_redis_match_clear    (HcRedisMatch            *self);
void     hc_redis_match_describe (const HcRedisMatch      *self,
                                  HcRegistryRole           role,
                                  gboolean                 is_new,
                                  HcRegistryResult        *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HcRedisRequest, hc_redis_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HcRedisMatch, hc_redis_match_clear)

G_END_DECLS
