/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-stream-connection.h"

#include <errno.h>
#include <sys/socket.h>

/* Larger than a packet, so that a read that doesn't fill it was the last. */
#define BUFFER_SIZE 4096

/* How often to read before the others have their turn: the original's CHAT is
 * ended by the stream, which comes right behind it. */
#define MAX_READS 2

/* How much more than a packet is worth reading for a clean end. */
#define MAX_DRAINED (64 * 1024)

typedef enum
{
  READING,
  ASKING,
  HELD,
  WRITING,
  DRAINING,
} State;

struct _HcStreamConnection
{
  HcPoll poll;
  HcStreamPool *pool;
  GList age;
  GList silence;
  HcOrigin origin;
  gint64 deadline;
  State state;
  gboolean is_silent;

  /* While the request waits for somebody, and for how long. */
  HcHold *hold;
  guint hold_seconds;

  /* While the rendezvous is being called: its answer waits until it is back. */
  gboolean is_calling;

  /* Whether there is, or may be, more to read than the request. */
  gboolean has_more;

  HcPacketReader *reader;
  char *reply;
  gsize reply_length;
  gsize n_written;
  gsize n_drained;
};

static void
connection_free (HcStreamConnection *self)
{
  g_clear_pointer (&self->reader, hc_packet_reader_free);
  g_free (self->reply);
  g_free (self);
}

static void
end_silence (HcStreamConnection *self)
{
  if (self->is_silent)
    g_queue_unlink (&self->pool->silent, &self->silence);
  self->is_silent = FALSE;
}

static void
watch (HcStreamConnection *self,
       guint               events)
{
  if (!hc_poller_watch (self->pool->poller, &self->poll, events))
    hc_stream_connection_close (self);
}

static void
drain (HcStreamConnection *self)
{
  char buffer[BUFFER_SIZE];
  gssize n;

  do
    {
      n = recv (self->poll.fd, buffer, sizeof buffer, 0);
      self->n_drained += MAX (n, 0);
    }
  while (n > 0 && self->n_drained < MAX_DRAINED);

  if (n < 0 && errno == EAGAIN)
    watch (self, EPOLLIN);
  else
    hc_stream_connection_close (self);
}

/* Closing a socket with unread bytes resets the connection, and the reset
 * overtakes the reply. */
static void
finish (HcStreamConnection *self)
{
  if (!self->has_more)
    {
      hc_stream_connection_close (self);
      return;
    }
  self->state = DRAINING;
  shutdown (self->poll.fd, SHUT_WR);
  drain (self);
}

static void
write_reply (HcStreamConnection *self)
{
  gssize n = send (self->poll.fd, self->reply + self->n_written,
                   self->reply_length - self->n_written, MSG_NOSIGNAL);

  if (n < 0 && errno != EAGAIN)
    {
      hc_stream_connection_close (self);
      return;
    }

  self->n_written += MAX (n, 0);
  if (self->n_written < self->reply_length)
    watch (self, EPOLLOUT);
  else
    finish (self);
}

static void
answer (HcStreamConnection *self)
{
  self->state = WRITING;
  if (self->reply != NULL)
    write_reply (self);
  else
    hc_stream_connection_close (self);
}

/* From now on the client may take its time, and so may the server. */
static void
begin_hold (HcStreamConnection *self)
{
  HcStreamPool *pool = self->pool;

  g_queue_unlink (&pool->open, &self->age);
  g_queue_push_tail_link (&pool->held[self->hold_seconds], &self->age);
  pool->n_held++;
  self->deadline = hc_poller_get_time (pool->poller) + self->hold_seconds * G_TIME_SPAN_SECOND;
  hc_stream_pool_wake (pool, self->deadline);
  watch (self, EPOLLIN | EPOLLRDHUP);
}

static void
end_hold (HcStreamConnection *self)
{
  HcStreamPool *pool = self->pool;

  self->hold = NULL;
  g_queue_unlink (&pool->held[self->hold_seconds], &self->age);
  pool->n_held--;
}

/* Another deadline, as if it had just connected. */
static void
resume (HcStreamConnection *self)
{
  HcStreamPool *pool = self->pool;

  end_hold (self);
  g_queue_push_tail_link (&pool->open, &self->age);
  self->deadline = hc_poller_get_time (pool->poller) + pool->timeout;
  hc_stream_pool_wake (pool, self->deadline);
}

static void
on_held (HcHold   *hold,
         guint     seconds,
         gpointer  user_data)
{
  HcStreamConnection *self = user_data;

  if (self->pool == NULL)
    {
      hc_hold_drop (hold, self->origin.time);
      return;
    }

  self->hold = hold;
  self->hold_seconds = seconds;
  self->state = HELD;
  if (!self->is_calling)
    begin_hold (self);
}

/* More may have come while the registry was thinking. */
static gboolean
has_unread_bytes (HcStreamConnection *self)
{
  char byte;

  return recv (self->poll.fd, &byte, 1, MSG_PEEK) > 0;
}

static void
keep_reply (HcStreamConnection *self,
            HcPacket           *reply)
{
  char buffer[HC_PACKET_MAX_LENGTH];
  gsize length = hc_packet_write (reply, buffer, sizeof buffer);

  self->reply_length = MIN (length, sizeof buffer);
  self->reply = g_memdup2 (buffer, self->reply_length);
}

static void
on_reply (HcPacket *reply,
          gpointer  user_data)
{
  HcStreamConnection *self = user_data;

  if (self->pool == NULL)
    {
      connection_free (self);
      return;
    }

  if (self->state == HELD)
    resume (self);
  if (reply != NULL)
    keep_reply (self, reply);
  self->state = WRITING;
  if (!self->is_calling)
    {
      self->has_more = self->has_more || has_unread_bytes (self);
      answer (self);
    }
}

static void
ask (HcStreamConnection *self,
     const char         *frame,
     gsize               length)
{
  self->state = ASKING;
  self->is_calling = TRUE;
  hc_rendezvous_handle (self->pool->rendezvous, &self->origin, frame, length,
                        on_reply, on_held, self);
  self->is_calling = FALSE;

  if (self->state == ASKING)
    hc_poller_unwatch (self->pool->poller, &self->poll);
  else if (self->state == HELD)
    begin_hold (self);
  else
    answer (self);
}

/* Returns whether more is needed. */
static gboolean
take_bytes (HcStreamConnection *self,
            const char         *data,
            gsize               length)
{
  HcPacketReader *reader = self->reader != NULL ? self->reader : self->pool->spare;
  const char *frame;
  gsize frame_length;
  gsize n_taken = hc_packet_reader_push (reader, data, length, &frame, &frame_length);

  if (frame != NULL)
    {
      self->has_more = n_taken < length || length == BUFFER_SIZE ||
                       frame_length > HC_PACKET_MAX_LENGTH;
      ask (self, frame, frame_length);
      return FALSE;
    }

  if (self->reader == NULL)
    {
      self->reader = self->pool->spare;
      self->pool->spare = hc_packet_reader_new ();
    }
  return TRUE;
}

static void
take_end (HcStreamConnection *self)
{
  const char *frame;
  gsize frame_length;

  if (self->reader != NULL && hc_packet_reader_finish (self->reader, &frame, &frame_length))
    ask (self, frame, frame_length);
  else
    hc_stream_connection_close (self);
}

static void
receive (HcStreamConnection *self)
{
  gssize n = 1;

  self->origin.time = hc_poller_get_time (self->pool->poller);
  for (guint i = 0; i < MAX_READS && n > 0; i++)
    {
      char buffer[BUFFER_SIZE];

      n = recv (self->poll.fd, buffer, sizeof buffer, 0);
      if (n >= 0)
        end_silence (self);
      if (n > 0 && !take_bytes (self, buffer, n))
        return;
    }

  if (n == 0)
    take_end (self);
  else if (n > 0 || errno == EAGAIN)
    watch (self, EPOLLIN);
  else
    hc_stream_connection_close (self);
}

/* Nobody has to say anything while it waits. Who closes, has gone. */
static void
listen_held (HcStreamConnection *self)
{
  char buffer[BUFFER_SIZE];
  gssize n = recv (self->poll.fd, buffer, sizeof buffer, 0);

  self->has_more |= n > 0;
  self->n_drained += MAX (n, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN) || self->n_drained >= MAX_DRAINED)
    hc_stream_connection_close (self);
}

static void
on_events (HcPoll *poll,
           guint   events)
{
  HcStreamConnection *self = poll->owner;

  switch (self->state)
    {
    case READING:
      receive (self);
      break;
    case HELD:
      listen_held (self);
      break;
    case WRITING:
      write_reply (self);
      break;
    case DRAINING:
      drain (self);
      break;
    case ASKING:
    default:
      break;
    }
}

/**
 * hc_stream_connection_open:
 * @pool: the pool it belongs to
 * @fd: (transfer full): a connected non-blocking TCP socket
 * @origin: where it is connected to, and since when
 *
 * Serves one request: reads it, has it answered, sends the reply and closes.
 * All that may happen before this returns. The connection frees itself.
 *
 *     client                  server
 *       | request               |
 *       |---------------------->|   in any number of segments
 *       |                 reply |
 *       |<----------------------|   if there is one
 *       |                   end |
 *       |<----------------------|
 */
void
hc_stream_connection_open (HcStreamPool   *pool,
                           int             fd,
                           const HcOrigin *origin)
{
  HcStreamConnection *self = g_new0 (HcStreamConnection, 1);

  hc_poll_init (&self->poll, fd, on_events, self);
  self->pool = pool;
  self->origin = *origin;
  self->deadline = origin->time + pool->timeout;
  self->age.data = self;
  self->silence.data = self;
  self->is_silent = TRUE;
  g_queue_push_tail_link (&pool->open, &self->age);
  g_queue_push_tail_link (&pool->silent, &self->silence);
  receive (self);
}

/**
 * hc_stream_connection_close:
 * @self: a connection
 *
 * Closes the connection. It is freed now, or when the registry has answered.
 */
void
hc_stream_connection_close (HcStreamConnection *self)
{
  HcStreamPool *pool = self->pool;
  HcHold *hold = self->hold;

  end_silence (self);
  if (hold != NULL)
    end_hold (self);
  else
    g_queue_unlink (&pool->open, &self->age);
  hc_poller_close (pool->poller, &self->poll);
  self->pool = NULL;
  if (hold != NULL)
    hc_hold_drop (hold, hc_poller_get_time (pool->poller));
  else if (self->state != ASKING)
    connection_free (self);
  pool->closed (pool->user_data);
}

/**
 * hc_stream_connection_release:
 * @self: a connection that is held
 *
 * Ends a wait whose time is over: the reply is that there is still nobody.
 */
void
hc_stream_connection_release (HcStreamConnection *self)
{
  hc_hold_expire (self->hold);
}

/**
 * hc_stream_connection_get_deadline:
 * @self: a connection
 *
 * Gets when the connection is to be closed, whatever it has come to.
 *
 * Returns: the time, in monotonic microseconds
 */
gint64
hc_stream_connection_get_deadline (HcStreamConnection *self)
{
  return self->deadline;
}
