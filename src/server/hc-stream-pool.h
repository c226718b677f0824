/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-reader.h"
#include "hc-poller.h"
#include "hc-rendezvous.h"

G_BEGIN_DECLS

typedef struct _HcStreamPool HcStreamPool;

typedef void (*HcStreamPoolFunc) (gpointer user_data);

/**
 * HcStreamPool:
 * @poller: watches their descriptors
 * @rendezvous: answers their requests
 * @spare: an empty reader: a connection whose request comes whole needs none
 *   of its own
 * @timer: set to the next deadline
 * @open: all connections but the held ones, oldest first; they all have equally
 *   long
 * @held: those that wait for somebody, by how long they do, oldest first
 * @n_held: how many these are
 * @silent: those which haven't sent anything yet, oldest first
 * @max_connections: how many there may be
 * @timeout: how long each may take, in microseconds
 * @closed: runs after one was closed
 * @user_data: data for @closed
 *
 * The connections of a TCP listener, and what they share.
 */
struct _HcStreamPool
{
  HcPoller *poller;
  HcRendezvous *rendezvous;
  HcPacketReader *spare;
  GSource *timer;
  GQueue open;
  GQueue held[HC_MAX_WAIT_SECONDS + 1];
  guint n_held;
  GQueue silent;
  guint max_connections;
  gint64 timeout;
  HcStreamPoolFunc closed;
  gpointer user_data;
};

HcStreamPool *hc_stream_pool_new  (GMainContext     *context,
                                   HcPoller         *poller,
                                   HcRendezvous     *rendezvous,
                                   guint             max_connections,
                                   gint64            timeout,
                                   HcStreamPoolFunc  closed,
                                   gpointer          user_data);
void          hc_stream_pool_free (HcStreamPool     *self);
void          hc_stream_pool_add  (HcStreamPool     *self,
                                   int               fd,
                                   const HcOrigin   *origin);
void          hc_stream_pool_wake (HcStreamPool     *self,
                                   gint64            deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcStreamPool, hc_stream_pool_free)

G_END_DECLS
