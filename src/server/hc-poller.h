/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include <sys/epoll.h>

G_BEGIN_DECLS

typedef struct _HcPoller HcPoller;
typedef struct _HcPoll HcPoll;

/**
 * HcPollFunc:
 * @poll: what was watched
 * @events: the `EPOLL*` events that there are
 *
 * Handles a descriptor's events. It may watch, unwatch and close any
 * descriptor, free any #HcPoll, and free the poller.
 */
typedef void (*HcPollFunc) (HcPoll *poll,
                            guint   events);

/**
 * HcPoll:
 * @fd: the descriptor, or -1
 * @events: the `EPOLL*` events that are watched
 * @is_watched: whether it is watched
 * @func: handles them
 * @owner: whose descriptor it is
 *
 * One descriptor of an #HcPoller. It is part of its owner's struct, so that
 * watching takes neither an allocation nor a look-up.
 */
struct _HcPoll
{
  int fd;
  guint events;
  gboolean is_watched;
  HcPollFunc func;
  gpointer owner;
};

void hc_poll_init (HcPoll     *self,
                   int         fd,
                   HcPollFunc  func,
                   gpointer    owner);

HcPoller *hc_poller_new      (GMainContext  *context,
                              GError       **error);
void      hc_poller_free     (HcPoller      *self);
gint64    hc_poller_get_time (HcPoller      *self);
gboolean  hc_poller_watch    (HcPoller      *self,
                              HcPoll        *poll,
                              guint          events);
void      hc_poller_unwatch  (HcPoller      *self,
                              HcPoll        *poll);
void      hc_poller_close    (HcPoller      *self,
                              HcPoll        *poll);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcPoller, hc_poller_free)

G_END_DECLS
