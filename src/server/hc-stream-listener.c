/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-stream-listener.h"
#include "hc-stream-pool.h"
#include "hc-timer.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096

/* How many connections are accepted before the others have their turn. */
#define BATCH 64

#define MIN_PAUSE (10 * G_TIME_SPAN_MILLISECOND)
#define MAX_PAUSE G_TIME_SPAN_SECOND

struct _HcStreamListener
{
  HcPoller *poller;
  HcRendezvous *rendezvous;
  HcStreamPool *pool;
  GPtrArray *sockets;

  /* While there are no descriptors to accept with. */
  GSource *retry;
  gboolean is_paused;
  gint64 pause;
};

static void
pause_accepting (HcStreamListener *self,
                 int               reason)
{
  if (self->pause == 0)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "HYBRIDCHAT_EVENT", "no-descriptors",
                      "MESSAGE", "Can't accept connections for the moment: %s", g_strerror (reason));

  self->is_paused = TRUE;
  self->pause = CLAMP (self->pause * 2, MIN_PAUSE, MAX_PAUSE);
  for (guint i = 0; i < self->sockets->len; i++)
    hc_poller_unwatch (self->poller, g_ptr_array_index (self->sockets, i));
  g_source_set_ready_time (self->retry, hc_poller_get_time (self->poller) + self->pause);
}

static void
resume_accepting (HcStreamListener *self)
{
  self->is_paused = FALSE;
  g_source_set_ready_time (self->retry, -1);
  for (guint i = 0; i < self->sockets->len; i++)
    if (!hc_poller_watch (self->poller, g_ptr_array_index (self->sockets, i), EPOLLIN))
      {
        pause_accepting (self, errno);
        break;
      }
}

static gboolean
on_retry (gpointer user_data)
{
  resume_accepting (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_connection_closed (gpointer user_data)
{
  HcStreamListener *self = user_data;

  if (self->is_paused)
    resume_accepting (self);
}

static void
take_connection (HcStreamListener *self,
                 int               fd,
                 const HcSockaddr *source)
{
  HcOrigin origin;

  hc_origin_init (&origin, G_SOCKET_TYPE_STREAM, source, hc_poller_get_time (self->poller));
  if (hc_rendezvous_is_blocked (self->rendezvous, &origin))
    close (fd);
  else
    hc_stream_pool_add (self->pool, fd, &origin);
}

/* Returns whether to try the next one now. */
static gboolean
handle_accept_error (HcStreamListener *self,
                     int               code)
{
  switch (code)
    {
    case EAGAIN:
      self->pause = 0;
      return FALSE;

    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      pause_accepting (self, code);
      return FALSE;

    default:
      /* That connection failed before it was accepted; see accept(2). */
      return TRUE;
    }
}

static void
on_connections (HcPoll *poll,
                guint   events)
{
  HcStreamListener *self = poll->owner;

  for (guint i = 0; i < BATCH; i++)
    {
      HcSockaddr source;
      socklen_t length = sizeof source;
      int fd = accept4 (poll->fd, &source.sa, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        take_connection (self, fd, &source);
      else if (!handle_accept_error (self, errno))
        break;
    }
}

/**
 * hc_stream_listener_new:
 * @context: the main context of @poller
 * @poller: watches the descriptors
 * @rendezvous: answers the requests
 * @max_connections: how many connections there may be at once
 * @timeout: how long each may take, in microseconds
 *
 * Creates a listener for TCP. @poller and @rendezvous must outlive it.
 *
 * When there are no descriptors for more connections, it stops accepting until
 * one of its own is closed or a pause is over, which doubles from 10 ms to 1 s.
 *
 * Returns: (transfer full): a listener, to be freed with hc_stream_listener_free()
 */
HcStreamListener *
hc_stream_listener_new (GMainContext *context,
                        HcPoller     *poller,
                        HcRendezvous *rendezvous,
                        guint         max_connections,
                        gint64        timeout)
{
  HcStreamListener *self = g_new0 (HcStreamListener, 1);

  self->poller = poller;
  self->rendezvous = rendezvous;
  self->sockets = g_ptr_array_new_with_free_func (g_free);
  self->retry = hc_timer_new (context, on_retry, self);
  self->pool = hc_stream_pool_new (context, poller, rendezvous, max_connections, timeout,
                                   on_connection_closed, self);
  return self;
}

/**
 * hc_stream_listener_free:
 * @self: a listener
 *
 * Closes its sockets and connections and frees the listener.
 */
void
hc_stream_listener_free (HcStreamListener *self)
{
  self->is_paused = FALSE;
  hc_stream_pool_free (self->pool);
  for (guint i = 0; i < self->sockets->len; i++)
    hc_poller_close (self->poller, g_ptr_array_index (self->sockets, i));
  g_ptr_array_unref (self->sockets);
  hc_timer_free (self->retry);
  g_free (self);
}

/**
 * hc_stream_listener_set_limits:
 * @self: a listener
 * @max_connections: see hc_stream_listener_new()
 * @timeout: see hc_stream_listener_new()
 *
 * Changes the limits for the connections to come. Those that are open keep the
 * time they were given.
 */
void
hc_stream_listener_set_limits (HcStreamListener *self,
                               guint             max_connections,
                               gint64            timeout)
{
  self->pool->max_connections = max_connections;
  self->pool->timeout = timeout;
}

/**
 * hc_stream_listener_get_n_open:
 * @self: a listener
 * @n_held: (out): how many of the connections wait for somebody
 *
 * Gets how many connections are open.
 *
 * Returns: how many
 */
guint
hc_stream_listener_get_n_open (HcStreamListener *self,
                               guint            *n_held)
{
  *n_held = self->pool->n_held;
  return self->pool->open.length + self->pool->n_held;
}

/**
 * hc_stream_listener_add:
 * @self: a listener
 * @fd: (transfer full): a bound non-blocking TCP socket
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Accepts connections on a socket.
 *
 * Returns: %TRUE if it does, else @fd is closed and @error set
 */
gboolean
hc_stream_listener_add (HcStreamListener  *self,
                        int                fd,
                        GError           **error)
{
  HcPoll *poll = g_new (HcPoll, 1);

  hc_poll_init (poll, fd, on_connections, self);
  g_ptr_array_add (self->sockets, poll);
  if (listen (fd, BACKLOG) == 0 && hc_poller_watch (self->poller, poll, EPOLLIN))
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               "Can't listen: %s", g_strerror (errno));
  hc_poller_close (self->poller, poll);
  g_ptr_array_remove (self->sockets, poll);
  return FALSE;
}
