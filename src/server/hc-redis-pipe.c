/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-redis-pipe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/*
 *     server                                 Redis
 *       | command, command, command            |   all that one turn of the main
 *       |------------------------------------->|   loop has brought, in one write
 *       |                 reply, reply, reply  |
 *       |<-------------------------------------|   in the same order
 *
 * hiredis reads the replies. Its own connection isn't used: it looks names up
 * while everything waits, and its GLib adapter wakes the main loop with two
 * system calls for each command.
 */

#define BUFFER_SIZE (32 * 1024)

#define MAX_IDLE_OUTPUT (256 * 1024)

typedef struct
{
  HcRedisReplyFunc func;
  gpointer user_data;
} Pending;

typedef struct
{
  GSource source;
  HcRedisPipe *pipe;
  gpointer tag;
} PipeSource;

struct _HcRedisPipe
{
  GSocketConnection *connection;
  PipeSource *source;
  int fd;

  /* Who takes a reply may give up the pipe, which goes when it is done. */
  gboolean is_closed;

  GByteArray *output;
  gsize n_written;
  gboolean is_stuck;

  /* A ring: what was sent first is answered first. */
  Pending *pending;
  guint n_places;
  guint64 n_sent;
  guint64 n_replies;

  redisReader *reader;
  char buffer[BUFFER_SIZE];

  HcRedisPushFunc pushed;
  HcRedisBrokenFunc broken;
  gpointer user_data;
};

static void
pipe_clear (gpointer data)
{
  HcRedisPipe *self = data;

  redisReaderFree (self->reader);
  g_byte_array_unref (self->output);
  g_free (self->pending);
}

static void
watch (HcRedisPipe *self,
       gboolean     is_stuck)
{
  if (self->is_stuck == is_stuck)
    return;
  self->is_stuck = is_stuck;
  g_source_modify_unix_fd (&self->source->source, self->source->tag,
                           is_stuck ? G_IO_IN | G_IO_OUT : G_IO_IN);
}

/* What was needed once needn't be kept. */
static void
forget_output (HcRedisPipe *self)
{
  gboolean is_large = self->output->len > MAX_IDLE_OUTPUT;

  self->n_written = 0;
  g_byte_array_set_size (self->output, 0);
  if (is_large)
    {
      g_byte_array_unref (self->output);
      self->output = g_byte_array_new ();
    }
}

/* Returns what is wrong, or NULL. */
static const char *
write_output (HcRedisPipe *self)
{
  gssize n = 0;

  while (self->n_written < self->output->len && n >= 0)
    {
      n = send (self->fd, self->output->data + self->n_written,
                self->output->len - self->n_written, MSG_NOSIGNAL);
      self->n_written += MAX (n, 0);
    }
  if (n < 0 && errno != EAGAIN && errno != EINTR)
    return g_strerror (errno);

  if (self->n_written == self->output->len)
    forget_output (self);
  watch (self, n < 0);
  return NULL;
}

static void
take_reply (HcRedisPipe *self,
            redisReply  *reply)
{
  Pending *pending;

  if (self->n_replies == self->n_sent)
    {
      if (self->pushed != NULL)
        self->pushed (reply, self->user_data);
      return;
    }

  pending = &self->pending[self->n_replies++ % self->n_places];
  pending->func (reply, pending->user_data);
}

static const char *
take_replies (HcRedisPipe *self)
{
  gpointer reply = NULL;

  do
    {
      if (redisReaderGetReply (self->reader, &reply) != REDIS_OK)
        return "It doesn't speak Redis's protocol";
      if (reply != NULL)
        {
          take_reply (self, reply);
          freeReplyObject (reply);
        }
    }
  while (reply != NULL && !self->is_closed);
  return NULL;
}

/* Returns what is wrong, or NULL. */
static const char *
read_input (HcRedisPipe *self)
{
  gssize n = recv (self->fd, self->buffer, sizeof self->buffer, 0);

  if (n == 0)
    return "It has closed the connection";
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? NULL : g_strerror (errno);
  if (redisReaderFeed (self->reader, self->buffer, n) != REDIS_OK)
    return "It doesn't speak Redis's protocol";
  return take_replies (self);
}

/* Commands that have come up since the last turn of the loop go together. */
static gboolean
hc_redis_pipe_prepare (GSource *source,
                       int     *timeout)
{
  HcRedisPipe *self = ((PipeSource *) source)->pipe;

  *timeout = -1;
  return self->output->len > 0 && !self->is_stuck;
}

static gboolean
hc_redis_pipe_check (GSource *source)
{
  PipeSource *self = (PipeSource *) source;

  return g_source_query_unix_fd (source, self->tag) != 0;
}

static gboolean
hc_redis_pipe_dispatch (GSource     *source,
                        GSourceFunc  callback,
                        gpointer     user_data)
{
  PipeSource *pipe_source = (PipeSource *) source;
  HcRedisPipe *self = g_rc_box_acquire (pipe_source->pipe);
  const char *fault = NULL;

  if (g_source_query_unix_fd (source, pipe_source->tag) & (G_IO_IN | G_IO_HUP | G_IO_ERR))
    fault = read_input (self);
  if (fault == NULL && !self->is_closed && self->output->len > 0)
    fault = write_output (self);
  if (fault != NULL && !self->is_closed)
    self->broken (fault, self->user_data);
  g_rc_box_release_full (self, pipe_clear);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {
  .prepare = hc_redis_pipe_prepare,
  .check = hc_redis_pipe_check,
  .dispatch = hc_redis_pipe_dispatch,
};

/**
 * hc_redis_pipe_new:
 * @pushed: (nullable) (scope notified): takes what isn't a reply
 * @broken: (scope notified): learns of the end
 * @user_data: data for both
 *
 * Creates a pipe. It takes commands already before it is open.
 *
 * Returns: (transfer full): a pipe, to be freed with hc_redis_pipe_free()
 */
HcRedisPipe *
hc_redis_pipe_new (HcRedisPushFunc   pushed,
                   HcRedisBrokenFunc broken,
                   gpointer          user_data)
{
  HcRedisPipe *self = g_rc_box_new0 (HcRedisPipe);

  self->fd = -1;
  self->output = g_byte_array_new ();
  self->reader = redisReaderCreate ();
  self->pushed = pushed;
  self->broken = broken;
  self->user_data = user_data;
  return self;
}

static void
fail_pending (HcRedisPipe *self)
{
  while (self->n_replies < self->n_sent)
    {
      Pending pending = self->pending[self->n_replies++ % self->n_places];

      pending.func (NULL, pending.user_data);
    }
}

/**
 * hc_redis_pipe_free:
 * @self: a pipe
 *
 * Closes the connection and frees the pipe. For those who still wait for a
 * reply there is none.
 */
void
hc_redis_pipe_free (HcRedisPipe *self)
{
  self->is_closed = TRUE;
  if (self->source != NULL)
    {
      g_source_destroy (&self->source->source);
      g_source_unref (&self->source->source);
    }
  g_clear_object (&self->connection);
  fail_pending (self);
  g_rc_box_release_full (self, pipe_clear);
}

/**
 * hc_redis_pipe_open:
 * @self: a pipe that isn't open
 * @context: the main context in which all happens
 * @connection: a connection to Redis
 *
 * Sends the commands that there are, and those to come.
 */
void
hc_redis_pipe_open (HcRedisPipe       *self,
                    GMainContext      *context,
                    GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  self->connection = g_object_ref (connection);
  self->fd = g_socket_get_fd (socket);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_keepalive (socket, TRUE);

  self->source = (PipeSource *) g_source_new (&source_funcs, sizeof *self->source);
  self->source->pipe = self;
  self->source->tag = g_source_add_unix_fd (&self->source->source, self->fd, G_IO_IN);
  g_source_set_static_name (&self->source->source, "HcRedisPipe");

  /* See hc_poller_new(). */
  g_source_set_can_recurse (&self->source->source, TRUE);
  g_source_attach (&self->source->source, context);
}

static void
append_number (HcRedisPipe *self,
               char         mark,
               gsize        number)
{
  char text[32];
  int length = g_snprintf (text, sizeof text, "%c%" G_GSIZE_FORMAT "\r\n", mark, number);

  g_byte_array_append (self->output, (const guint8 *) text, length);
}

static void
add_pending (HcRedisPipe      *self,
             HcRedisReplyFunc  func,
             gpointer          user_data)
{
  if (self->n_sent - self->n_replies == self->n_places)
    {
      guint n_places = MAX (self->n_places * 2, 64);
      Pending *pending = g_new (Pending, n_places);

      for (guint64 i = self->n_replies; i < self->n_sent; i++)
        pending[i % n_places] = self->pending[i % self->n_places];
      g_free (self->pending);
      self->pending = pending;
      self->n_places = n_places;
    }
  self->pending[self->n_sent++ % self->n_places] = (Pending) { func, user_data };
}

/**
 * hc_redis_pipe_send:
 * @self: a pipe
 * @arguments: (array length=n_arguments): a command
 * @n_arguments: how many parts it has
 * @func: (scope async): takes the reply
 * @user_data: data for @func
 *
 * Sends a command, as soon as the main loop turns.
 *
 * Returns: %FALSE if too many wait already; then @func won't run
 */
gboolean
hc_redis_pipe_send (HcRedisPipe           *self,
                    const HcRedisArgument *arguments,
                    guint                  n_arguments,
                    HcRedisReplyFunc       func,
                    gpointer               user_data)
{
  if (self->n_sent - self->n_replies >= HC_REDIS_PIPE_MAX_PENDING)
    return FALSE;

  append_number (self, '*', n_arguments);
  for (guint i = 0; i < n_arguments; i++)
    {
      append_number (self, '$', arguments[i].length);
      g_byte_array_append (self->output, arguments[i].data, arguments[i].length);
      g_byte_array_append (self->output, (const guint8 *) "\r\n", 2);
    }
  add_pending (self, func, user_data);
  return TRUE;
}

/**
 * hc_redis_pipe_get_n_sent:
 * @self: a pipe
 *
 * Gets how many commands there have been.
 *
 * Returns: how many
 */
guint64
hc_redis_pipe_get_n_sent (HcRedisPipe *self)
{
  return self->n_sent;
}

/**
 * hc_redis_pipe_get_n_replies:
 * @self: a pipe
 *
 * Gets how many of the commands have been answered.
 *
 * Returns: how many
 */
guint64
hc_redis_pipe_get_n_replies (HcRedisPipe *self)
{
  return self->n_replies;
}
