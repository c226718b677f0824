/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-poller.h"

#include <errno.h>
#include <gio/gio.h>
#include <unistd.h>

/* How many events are handled before the other sources have their turn. */
#define BATCH 64

struct _HcPoller
{
  GSource source;

  int fd;
  struct epoll_event batch[BATCH];
  int n_events;
  int next_event;
};

static gboolean
hc_poller_dispatch (GSource     *source,
                    GSourceFunc  callback,
                    gpointer     user_data)
{
  HcPoller *self = (HcPoller *) source;

  /* In a main loop within a handler: the rest of the batch comes first. */
  if (self->n_events > 0)
    return G_SOURCE_CONTINUE;

  self->n_events = epoll_wait (self->fd, self->batch, BATCH, 0);
  self->next_event = 0;
  while (self->next_event < self->n_events)
    {
      struct epoll_event *event = &self->batch[self->next_event++];
      HcPoll *poll = event->data.ptr;

      if (poll == NULL)
        continue;
      poll->func (poll, event->events);
      if (g_source_is_destroyed (source))
        break;
    }
  self->n_events = 0;
  return G_SOURCE_CONTINUE;
}

static void
hc_poller_finalize (GSource *source)
{
  HcPoller *self = (HcPoller *) source;

  close (self->fd);
}

static GSourceFuncs source_funcs = {
  .dispatch = hc_poller_dispatch,
  .finalize = hc_poller_finalize,
};

/* One handler may close what another one of the same batch is waiting for. */
static void
forget_events (HcPoller *self,
               HcPoll   *poll)
{
  for (int i = self->next_event; i < self->n_events; i++)
    if (self->batch[i].data.ptr == poll)
      self->batch[i].data.ptr = NULL;
}

/**
 * hc_poll_init:
 * @self: (out caller-allocates): a descriptor's place in its owner
 * @fd: the descriptor
 * @func: handles its events
 * @owner: whose descriptor it is
 *
 * Prepares a descriptor for being watched.
 */
void
hc_poll_init (HcPoll     *self,
              int         fd,
              HcPollFunc  func,
              gpointer    owner)
{
  *self = (HcPoll) { .fd = fd, .func = func, .owner = owner };
}

/**
 * hc_poller_new:
 * @context: the main context that handles the events
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Creates a set of descriptors that is one source of a main loop. The loop
 * itself is poll(2), which takes longer for each descriptor it watches,
 * whether or not anything happens there.
 *
 * Returns: (transfer full): a poller, to be freed with hc_poller_free(), or
 *   %NULL with @error set
 */
HcPoller *
hc_poller_new (GMainContext  *context,
               GError       **error)
{
  int fd = epoll_create1 (EPOLL_CLOEXEC);
  HcPoller *self;

  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "Can't watch connections: %s", g_strerror (code));
      return NULL;
    }

  self = (HcPoller *) g_source_new (&source_funcs, sizeof *self);
  self->fd = fd;
  g_source_set_static_name (&self->source, "HcPoller");

  /* GLib takes the descriptors of a source that can't recurse out of the loop
   * while it is dispatched, which costs four system calls each time. */
  g_source_set_can_recurse (&self->source, TRUE);
  g_source_add_unix_fd (&self->source, fd, G_IO_IN);
  g_source_attach (&self->source, context);
  return self;
}

/**
 * hc_poller_free:
 * @self: a poller
 *
 * Frees the poller. The descriptors in it stay open.
 */
void
hc_poller_free (HcPoller *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * hc_poller_get_time:
 * @self: a poller
 *
 * Gets when the main loop last woke up: one look at the clock for all that
 * happened at once.
 *
 * Returns: the time, in monotonic microseconds
 */
gint64
hc_poller_get_time (HcPoller *self)
{
  return g_source_get_time (&self->source);
}

/**
 * hc_poller_watch:
 * @self: a poller
 * @poll: an open descriptor
 * @events: the `EPOLL*` events to watch for, level-triggered; errors and
 *   hang-ups always are
 *
 * Watches a descriptor, or changes what it is watched for.
 *
 * Returns: %FALSE if the kernel has no room for it
 */
gboolean
hc_poller_watch (HcPoller *self,
                 HcPoll   *poll,
                 guint     events)
{
  struct epoll_event event = { .events = events, .data.ptr = poll };

  if (poll->is_watched && poll->events == events)
    return TRUE;
  if (epoll_ctl (self->fd, poll->is_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
                 poll->fd, &event) < 0)
    return FALSE;

  poll->is_watched = TRUE;
  poll->events = events;
  return TRUE;
}

/**
 * hc_poller_unwatch:
 * @self: a poller
 * @poll: a descriptor
 *
 * Stops watching a descriptor. Its handler won't run any more.
 */
void
hc_poller_unwatch (HcPoller *self,
                   HcPoll   *poll)
{
  if (!poll->is_watched)
    return;
  epoll_ctl (self->fd, EPOLL_CTL_DEL, poll->fd, NULL);
  forget_events (self, poll);
  poll->is_watched = FALSE;
}

/**
 * hc_poller_close:
 * @self: a poller
 * @poll: an open descriptor, watched or not
 *
 * Closes a descriptor, which takes it out of the set without another system
 * call. Its handler won't run any more.
 */
void
hc_poller_close (HcPoller *self,
                 HcPoll   *poll)
{
  if (poll->is_watched)
    forget_events (self, poll);
  close (poll->fd);
  poll->fd = -1;
  poll->is_watched = FALSE;
}
