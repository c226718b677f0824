/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-stream-pool.h"
#include "hc-stream-connection.h"
#include "hc-timer.h"

/* Returns whether the first of a queue still has time, or there is none. */
static gboolean
is_in_time (HcStreamPool *self,
            GQueue       *queue)
{
  HcStreamConnection *oldest = g_queue_peek_head (queue);
  gint64 deadline;

  if (oldest == NULL)
    return TRUE;
  deadline = hc_stream_connection_get_deadline (oldest);
  if (deadline <= hc_poller_get_time (self->poller))
    return FALSE;
  hc_stream_pool_wake (self, deadline);
  return TRUE;
}

static gboolean
on_deadline (gpointer user_data)
{
  HcStreamPool *self = user_data;

  while (!is_in_time (self, &self->open))
    hc_stream_connection_close (g_queue_peek_head (&self->open));
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    while (!is_in_time (self, &self->held[i]))
      hc_stream_connection_release (g_queue_peek_head (&self->held[i]));
  return G_SOURCE_CONTINUE;
}

static HcStreamConnection *
find_oldest_held (HcStreamPool *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    if (self->held[i].length > 0)
      return g_queue_peek_head (&self->held[i]);
  return NULL;
}

/* Whoever says nothing goes first: those who flood a server with connections
 * mostly leave it at that. */
static void
make_room (HcStreamPool *self)
{
  HcStreamConnection *oldest;

  if (self->open.length + self->n_held < self->max_connections)
    return;
  oldest = g_queue_peek_head (&self->silent);
  if (oldest == NULL)
    oldest = g_queue_peek_head (&self->open);
  if (oldest == NULL)
    oldest = find_oldest_held (self);
  hc_stream_connection_close (oldest);
}

/**
 * hc_stream_pool_new:
 * @context: the main context of @poller
 * @poller: watches their descriptors
 * @rendezvous: answers their requests
 * @max_connections: how many there may be; at least 1
 * @timeout: how long each may take from beginning to end, in microseconds
 * @closed: runs after one was closed
 * @user_data: data for @closed
 *
 * Creates a pool without connections. @poller and @rendezvous must outlive it.
 *
 * Returns: (transfer full): a pool, to be freed with hc_stream_pool_free()
 */
HcStreamPool *
hc_stream_pool_new (GMainContext     *context,
                    HcPoller         *poller,
                    HcRendezvous     *rendezvous,
                    guint             max_connections,
                    gint64            timeout,
                    HcStreamPoolFunc  closed,
                    gpointer          user_data)
{
  HcStreamPool *self;

  g_return_val_if_fail (max_connections > 0, NULL);

  self = g_new0 (HcStreamPool, 1);
  self->poller = poller;
  self->rendezvous = rendezvous;
  self->spare = hc_packet_reader_new ();
  self->timer = hc_timer_new (context, on_deadline, self);
  self->max_connections = max_connections;
  self->timeout = timeout;
  self->closed = closed;
  self->user_data = user_data;
  return self;
}

/**
 * hc_stream_pool_free:
 * @self: a pool
 *
 * Closes all its connections and frees the pool.
 */
void
hc_stream_pool_free (HcStreamPool *self)
{
  HcStreamConnection *oldest;

  while ((oldest = g_queue_peek_head (&self->open)) != NULL)
    hc_stream_connection_close (oldest);
  while ((oldest = find_oldest_held (self)) != NULL)
    hc_stream_connection_close (oldest);
  hc_timer_free (self->timer);
  hc_packet_reader_free (self->spare);
  g_free (self);
}

/**
 * hc_stream_pool_add:
 * @self: a pool
 * @fd: (transfer full): a connected non-blocking TCP socket
 * @origin: where it is connected to
 *
 * Serves one request on a connection, which may be over when this returns. If
 * there are too many connections, the oldest silent one is closed for it.
 */
void
hc_stream_pool_add (HcStreamPool   *self,
                    int             fd,
                    const HcOrigin *origin)
{
  make_room (self);
  hc_stream_pool_wake (self, origin->time + self->timeout);
  hc_stream_connection_open (self, fd, origin);
}

/**
 * hc_stream_pool_wake:
 * @self: a pool
 * @deadline: when to look at the connections' deadlines, in monotonic microseconds
 *
 * Sets the timer, unless it goes off earlier.
 */
void
hc_stream_pool_wake (HcStreamPool *self,
                     gint64        deadline)
{
  gint64 next = g_source_get_ready_time (self->timer);

  if (next < 0 || deadline < next)
    g_source_set_ready_time (self->timer, deadline);
}
