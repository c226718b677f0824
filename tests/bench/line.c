/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "line.h"
#include "../lossy-relay.h"
#include "message.h"
#include "process.h"

/* Not netinet/tcp.h, in which the counts are missing. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct _Line
{
  LineEnd caller;
  LineEnd callee;

  GThread *thread;
  GMainContext *context;

  /* What the threads tell one another. */
  guint port;
  guint is_connected;
  guint is_over;

  /* How many messages the callee takes for each that it sends back. */
  guint burst;

  char *text;
  GBytes *bytes;
  LossyRelay *relay;
  LineCount passed;
  double wall;
  double cpu;
};

/* --- The one who is called, in its own thread ---------------------------------------- */

static void
answer_bytes (Line *self)
{
  const gsize length = g_bytes_get_size (self->bytes);
  gsize n_bytes = 0;
  char chunk[4096];
  gssize n;

  while ((n = recv (self->callee.socket, chunk, sizeof chunk, 0)) > 0)
    {
      n_bytes += n;
      if (n_bytes < length * g_atomic_int_get (&self->burst))
        continue;
      n_bytes = 0;
      send (self->callee.socket, g_bytes_get_data (self->bytes, NULL), length, MSG_NOSIGNAL);
    }
}

static void
on_callee_received (HcLink   *link,
                    HcPacket *packet,
                    Line     *self)
{
  if (self->callee.n_received % g_atomic_int_get (&self->burst) == 0)
    hc_link_send (link, packet);
}

/* Peers confirm by themselves. */
static void
answer_packets (Line *self)
{
  if (!self->callee.has_peer)
    g_signal_connect (self->callee.link, "received", G_CALLBACK (on_callee_received), self);
  while (!g_atomic_int_get (&self->is_over))
    g_main_context_iteration (self->context, TRUE);
  if (!self->callee.has_peer)
    g_signal_handlers_disconnect_by_data (self->callee.link, self);
}

static void
tell_caller (guint *fact,
             guint  value)
{
  g_atomic_int_set (fact, value);
  g_main_context_wakeup (NULL);
}

static gpointer
run_callee (gpointer user_data)
{
  Line *self = user_data;

  g_main_context_push_thread_default (self->context);
  tell_caller (&self->port, line_end_listen (&self->callee));
  line_end_accept (&self->callee);
  tell_caller (&self->is_connected, TRUE);
  if (self->callee.kind == LINE_SOCKETS)
    answer_bytes (self);
  else
    answer_packets (self);
  line_end_clear (&self->callee);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- The one who calls ---------------------------------------------------------------- */

static void
send_bytes (Line *self,
            guint n)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (self->bytes, &length);
  char answer[HC_PACKET_MAX_LENGTH];

  for (guint i = 0; i < n; i++)
    if (send (self->caller.socket, data, length, 0) != (gssize) length)
      g_error ("A message was not sent");
  if (recv (self->caller.socket, answer, length, MSG_WAITALL) != (gssize) length)
    g_error ("No answer has come");
}

static void
send_packets (Line *self,
              guint n)
{
  const guint wanted = self->caller.n_received + 1;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HcPacket) packet = bench_make_message ();

      hc_link_send (self->caller.link, packet);
    }
  while (self->caller.n_received < wanted)
    g_main_context_iteration (NULL, TRUE);
}

/* The last one is confirmed last. */
static void
send_messages (Line *self,
               guint n)
{
  g_autoptr (HcMessage) message = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_clear_object (&message);
      message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", self->text);
      hc_peer_send (self->caller.peer, message);
    }
  while (hc_message_get_status (message) != HC_MESSAGE_STATUS_DELIVERED)
    g_main_context_iteration (NULL, TRUE);
}

static void
send_burst (Line *self,
            guint n)
{
  if (self->caller.peer != NULL)
    send_messages (self, n);
  else if (self->caller.link != NULL)
    send_packets (self, n);
  else
    send_bytes (self, n);
}

/* --- The line --------------------------------------------------------------------- */

static gboolean
on_passing (gboolean      from_caller,
            const guint8 *data,
            gsize         length,
            gpointer      user_data)
{
  LineCount *passed = user_data;

  *(from_caller ? &passed->there : &passed->back) += length;
  return TRUE;
}

/* Nothing is lost on the way. */
static guint16
open_relay (Line    *self,
            guint16  port)
{
  self->relay = lossy_relay_new (port, 0, 1);
  lossy_relay_set_filter (self->relay, on_passing, &self->passed);
  return lossy_relay_get_port (self->relay);
}

/* What the caller has sent last may have to be sent again. */
static guint
hear_from_callee (guint *fact)
{
  while (g_atomic_int_get (fact) == 0)
    g_main_context_iteration (NULL, TRUE);
  return g_atomic_int_get (fact);
}

static void
connect_ends (Line     *self,
              gboolean  is_counted)
{
  guint16 port = hear_from_callee (&self->port);
  double wall;
  double cpu;

  if (is_counted && self->caller.kind == LINE_DTLS)
    port = open_relay (self, port);
  wall = bench_get_seconds ();
  cpu = bench_get_cpu_seconds ();
  line_end_connect (&self->caller, port);
  hear_from_callee (&self->is_connected);
  self->wall = bench_get_seconds () - wall;
  self->cpu = bench_get_cpu_seconds () - cpu;
}

static Line *
create (LineKind kind,
        gboolean has_peers,
        gboolean is_counted)
{
  Line *self = g_new0 (Line, 1);
  g_autoptr (HcPacket) packet = bench_make_message ();

  self->caller = (LineEnd) { .kind = kind, .has_peer = has_peers, .is_caller = TRUE, .socket = -1 };
  self->callee = (LineEnd) { .kind = kind, .has_peer = has_peers, .socket = -1 };
  self->burst = 1;
  self->bytes = hc_packet_serialise (packet);
  self->text = g_strdup (hc_packet_get_body (packet));
  self->context = g_main_context_new ();
  self->thread = g_thread_new ("callee", run_callee, self);
  connect_ends (self, is_counted);
  return self;
}

/**
 * line_new:
 * @kind: what carries the messages
 * @has_peers: whether two who speak v2 use it
 *
 * Returns: (transfer full): a line, both ends of which are connected
 */
Line *
line_new (LineKind kind,
          gboolean has_peers)
{
  return create (kind, has_peers, FALSE);
}

/**
 * line_new_counted:
 * @kind: what carries the messages; not %LINE_SOCKETS
 * @has_peers: whether two who speak v2 use it
 *
 * As line_new(), but slower, for line_get_count().
 *
 * Returns: (transfer full): a line, both ends of which are connected
 */
Line *
line_new_counted (LineKind kind,
                  gboolean has_peers)
{
  return create (kind, has_peers, TRUE);
}

/**
 * line_free:
 * @self: a line
 *
 * Ends a line, without farewells.
 */
void
line_free (Line *self)
{
  g_atomic_int_set (&self->is_over, TRUE);
  g_main_context_wakeup (self->context);
  if (self->caller.kind == LINE_SOCKETS)
    shutdown (self->caller.socket, SHUT_RDWR);
  g_thread_join (self->thread);
  line_end_clear (&self->caller);
  g_clear_pointer (&self->relay, lossy_relay_free);
  g_main_context_unref (self->context);
  g_bytes_unref (self->bytes);
  g_free (self->text);
  g_free (self);
}

/**
 * line_get_wall:
 * @self: a line
 *
 * Returns: how long it took to connect, in seconds
 */
double
line_get_wall (Line *self)
{
  return self->wall;
}

/**
 * line_get_cpu:
 * @self: a line
 *
 * Returns: how long both ends were busy with that, in seconds
 */
double
line_get_cpu (Line *self)
{
  return self->cpu;
}

/**
 * line_exchange:
 * @self: a line
 * @n: how many messages to send, a multiple of @burst
 * @burst: for how many of them one comes back, or is waited for until it is
 *   confirmed if the line has peers
 *
 * Sends messages of 200 bytes, in bursts, and waits until all is there.
 */
void
line_exchange (Line  *self,
               guint  n,
               guint  burst)
{
  g_atomic_int_set (&self->burst, burst);
  for (guint i = 0; i < n; i += burst)
    send_burst (self, burst);
}

/**
 * line_get_count:
 * @self: a line that counts
 *
 * Returns: how many bytes have passed until now
 */
LineCount
line_get_count (Line *self)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  if (self->relay != NULL)
    return self->passed;
  if (getsockopt (self->caller.socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    g_error ("The kernel doesn't count");
  return (LineCount) { info.tcpi_bytes_sent, info.tcpi_bytes_received };
}
