/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LossyRelay:
 *
 * A network between a caller and a callee on the loopback address: it stands
 * for the callee before the caller and the other way round, as a NAT does. It
 * lives in the test's own thread and main context.
 */
typedef struct _LossyRelay LossyRelay;

/**
 * LossyRelayFilter:
 * @from_caller: who has sent it
 * @data: (array length=length): a datagram
 * @length: how many bytes
 * @user_data: what was given with the function
 *
 * Looks at what passes.
 *
 * Returns: %TRUE to let it pass
 */
typedef gboolean (*LossyRelayFilter) (gboolean      from_caller,
                                      const guint8 *data,
                                      gsize         length,
                                      gpointer      user_data);

LossyRelay *lossy_relay_new        (guint16           callee_port,
                                    double            loss,
                                    guint32           seed);
void        lossy_relay_free       (LossyRelay       *self);
guint16     lossy_relay_get_port   (LossyRelay       *self);
guint16     lossy_relay_get_source (LossyRelay       *self);
void        lossy_relay_set_filter (LossyRelay       *self,
                                    LossyRelayFilter  filter,
                                    gpointer          user_data);
void        lossy_relay_rebind     (LossyRelay       *self);
guint       lossy_relay_get_n_lost (LossyRelay       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LossyRelay, lossy_relay_free)

G_END_DECLS
