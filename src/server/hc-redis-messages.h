/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-redis-address.h"

G_BEGIN_DECLS

/**
 * HcRedisMessages:
 *
 * What other servers tell this one.
 */
typedef struct _HcRedisMessages HcRedisMessages;

/**
 * HcRedisMessageFunc:
 * @bytes: (array length=length): a message
 * @length: how many bytes it has
 * @user_data: what was given with the function
 *
 * Takes a message.
 */
typedef void (*HcRedisMessageFunc) (gconstpointer bytes,
                                    gsize         length,
                                    gpointer      user_data);

HcRedisMessages *hc_redis_messages_new           (const HcRedisAddress *address,
                                                  const char           *channel,
                                                  HcRedisMessageFunc    func,
                                                  gpointer              user_data);
void             hc_redis_messages_free          (HcRedisMessages      *self);
void             hc_redis_messages_note_question (HcRedisMessages      *self);
void             hc_redis_messages_note_answer   (HcRedisMessages      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcRedisMessages, hc_redis_messages_free)

G_END_DECLS
