/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-liveness.h"
#include "hc-source.h"

/* Source: protocol, section 4. */
#define PING_MS (15 * 1000)
#define LOST_MS (45 * 1000)

/* After so long without an answer the user is told, and other ways are tried. */
#define STALL_MS (5 * 1000)

/* An encrypted link on which nobody says who they are is of no use. */
#define HELLO_MS (10 * 1000)

/*
 *   started --- HELLO ---> quiet --- we ask ---> waiting --- 5 s ---> stalled
 *     |                      ^                      |                    |
 *     | 10 s                 '---- they answer -----+--------------------|
 *     v                                                                  | 45 s
 *   lost <---------------------------------------------------------------'
 */
struct _HcLiveness
{
  HcClock *clock;
  HcLivenessFunc func;
  gpointer user_data;

  gboolean greeted;
  gboolean waiting;
  gboolean stalled;

  /* In milliseconds. */
  gint64 heard;
  gint64 asked;
  GSource *timer;
};

/**
 * hc_liveness_new:
 * @clock: the time
 * @func: who is told of events
 * @user_data: what to give to @func; nothing keeps it alive
 *
 * Creates a watch over no link yet.
 *
 * Returns: (transfer full): the watch
 */
HcLiveness *
hc_liveness_new (HcClock        *clock,
                 HcLivenessFunc  func,
                 gpointer        user_data)
{
  HcLiveness *self = g_new0 (HcLiveness, 1);

  self->clock = g_object_ref (clock);
  self->func = func;
  self->user_data = user_data;
  return self;
}

/**
 * hc_liveness_free:
 * @self: a watch
 *
 * Frees a watch.
 */
void
hc_liveness_free (HcLiveness *self)
{
  hc_source_clear (&self->timer);
  g_object_unref (self->clock);
  g_free (self);
}

static gint64
get_time_ms (HcLiveness *self)
{
  return hc_clock_get_time (self->clock) / G_TIME_SPAN_MILLISECOND;
}

static gint64
get_deadline (HcLiveness *self)
{
  if (!self->greeted)
    return self->heard + HELLO_MS;
  if (!self->waiting)
    return self->heard + PING_MS;
  return self->stalled ? self->heard + LOST_MS : self->asked + STALL_MS;
}

static gboolean on_deadline (gpointer user_data);

static void
watch (HcLiveness *self)
{
  gint64 wait = get_deadline (self) - get_time_ms (self);

  hc_source_clear (&self->timer);
  self->timer = hc_clock_set_timer (self->clock, MAX (wait, 0), on_deadline, self);
}

/* The function is called last: it may free this. */
static gboolean
on_deadline (gpointer user_data)
{
  HcLiveness *self = user_data;
  HcLivenessEvent event;

  if (!self->greeted || self->stalled)
    event = HC_LIVENESS_LOST;
  else
    event = self->waiting ? HC_LIVENESS_STALLED : HC_LIVENESS_QUIET;

  self->stalled = event == HC_LIVENESS_STALLED;
  hc_source_clear (&self->timer);
  if (event == HC_LIVENESS_STALLED)
    watch (self);
  self->func (event, self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * hc_liveness_start:
 * @self: a watch
 *
 * Begins to watch over a new link.
 */
void
hc_liveness_start (HcLiveness *self)
{
  self->greeted = FALSE;
  self->waiting = FALSE;
  self->stalled = FALSE;
  self->heard = get_time_ms (self);
  watch (self);
}

/**
 * hc_liveness_greet:
 * @self: a watch
 *
 * Says that the peer has said HELLO.
 */
void
hc_liveness_greet (HcLiveness *self)
{
  self->greeted = TRUE;
}

/**
 * hc_liveness_hear:
 * @self: a watch
 * @expects_more: whether there is something that the peer has not answered yet
 *
 * Says that something has come from the peer.
 */
void
hc_liveness_hear (HcLiveness *self,
                  gboolean    expects_more)
{
  self->heard = get_time_ms (self);
  self->asked = self->heard;
  self->waiting = expects_more;
  self->stalled = FALSE;
  watch (self);
}

/**
 * hc_liveness_ask:
 * @self: a watch
 *
 * Says that something has been said which the peer is to answer.
 */
void
hc_liveness_ask (HcLiveness *self)
{
  if (self->waiting)
    return;

  self->waiting = TRUE;
  self->asked = get_time_ms (self);
  watch (self);
}

/**
 * hc_liveness_stop:
 * @self: a watch
 *
 * Watches no more.
 */
void
hc_liveness_stop (HcLiveness *self)
{
  hc_source_clear (&self->timer);
}
