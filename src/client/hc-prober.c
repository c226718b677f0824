/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-prober.h"
#include "hc-address.h"
#include "hc-base64url.h"
#include "hc-source.h"

/* Each address gets so many probes before it has answered, at these times: the
 * server is not to be used to aim at a stranger. Many at first, since a router
 * may drop those that come before the other side's have opened it, and some
 * later, for somebody who takes a while to call. */
static const guint schedule_ms[] = { 0, 60, 150, 300, 500, 800, 1300, 2500, 5000, 10000 };

/* One that has answered is kept open. */
#define KEEPALIVE_MS 5000

/* Addresses that nobody has told us of, but that the peer probes from. */
#define MAX_LEARNED 8

/*
 *   alice                                 bob
 *     | PROBE, to each of bob's             |
 *     |------------------------------------>|
 *     |             PROBE, to each of hers  |  both at once: where a router drops
 *     |<------------------------------------|  the one, it lets the other's in
 *     |                            PROBEACK |
 *     |<------------------------------------|  this address works
 *     | PROBE, if his have not answered yet |
 *     |------------------------------------>|
 */
typedef struct
{
  GSocketAddress *address;
  guint n_probes;
  guint n_returned;
  gint64 next;
  gboolean answered;
} Candidate;

struct _HcProber
{
  GObject parent_instance;

  HcClock *clock;
  HcDatagramSocket *socket;
  guint route;
  char *session;
  GPtrArray *candidates;
  guint n_learned;
  GSocketAddress *address;
  gint64 started;
  GSource *timer;
};

G_DEFINE_FINAL_TYPE (HcProber, hc_prober, G_TYPE_OBJECT)

enum
{
  FOUND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
candidate_free (Candidate *candidate)
{
  g_object_unref (candidate->address);
  g_free (candidate);
}

static void
hc_prober_dispose (GObject *object)
{
  HcProber *self = HC_PROBER (object);

  hc_source_clear (&self->timer);
  if (self->route != 0)
    hc_datagram_socket_remove_route (self->socket, self->route);
  self->route = 0;
  g_clear_object (&self->socket);
  g_clear_object (&self->clock);
  g_clear_object (&self->address);

  G_OBJECT_CLASS (hc_prober_parent_class)->dispose (object);
}

static void
hc_prober_finalize (GObject *object)
{
  HcProber *self = HC_PROBER (object);

  g_ptr_array_unref (self->candidates);
  g_free (self->session);

  G_OBJECT_CLASS (hc_prober_parent_class)->finalize (object);
}

static void
hc_prober_class_init (HcProberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_prober_dispose;
  object_class->finalize = hc_prober_finalize;

  /**
   * HcProber::found:
   * @self: the prober
   * @address: an address that has answered
   *
   * Emitted for the first address that works. After hc_prober_start() it may be
   * emitted again.
   */
  signals[FOUND] =
    g_signal_new ("found", HC_TYPE_PROBER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_SOCKET_ADDRESS);
}

static void
hc_prober_init (HcProber *self)
{
  self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
}

/* --- Candidates ----------------------------------------------------------- */

static Candidate *
find (HcProber       *self,
      GSocketAddress *address)
{
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (self->candidates, i);

      if (hc_address_equal (candidate->address, address))
        return candidate;
    }
  return NULL;
}

static Candidate *
add (HcProber       *self,
     GSocketAddress *address)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->address = g_object_ref (address);
  g_ptr_array_add (self->candidates, candidate);
  return candidate;
}

/* --- Probing -------------------------------------------------------------- */

static void
send_to (HcProber       *self,
         GSocketAddress *address,
         HcPacket       *packet)
{
  g_autoptr (GError) error = NULL;

  if (!hc_datagram_socket_send (self->socket, address, packet, &error))
    g_debug ("No probe could be sent: %s", error->message);
}

static gint64
get_time_ms (HcProber *self)
{
  return hc_clock_get_time (self->clock) / G_TIME_SPAN_MILLISECOND;
}

static void
send_probe (HcProber  *self,
            Candidate *candidate)
{
  g_autoptr (HcPacket) packet = hc_packet_new_peer_probe (self->session);

  send_to (self, candidate->address, packet);
}

static void
probe (HcProber  *self,
       Candidate *candidate)
{
  candidate->n_probes++;
  if (candidate->answered)
    candidate->next = get_time_ms (self) + KEEPALIVE_MS;
  else if (candidate->n_probes < G_N_ELEMENTS (schedule_ms))
    candidate->next = get_time_ms (self) + schedule_ms[candidate->n_probes] -
                      schedule_ms[candidate->n_probes - 1];
  else
    candidate->next = G_MAXINT64;
  send_probe (self, candidate);
}

static void watch (HcProber *self);

static gboolean
on_time (gpointer user_data)
{
  HcProber *self = user_data;
  gint64 now = get_time_ms (self);

  hc_source_clear (&self->timer);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (self->candidates, i);

      if (candidate->next <= now)
        probe (self, candidate);
    }
  watch (self);
  return G_SOURCE_REMOVE;
}

static void
watch (HcProber *self)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < self->candidates->len; i++)
    next = MIN (next, ((Candidate *) g_ptr_array_index (self->candidates, i))->next);

  hc_source_clear (&self->timer);
  if (next != G_MAXINT64)
    self->timer = hc_clock_set_timer (self->clock, MAX (next - get_time_ms (self), 0),
                                      on_time, self);
}

/* --- Answers -------------------------------------------------------------- */

/* The peer may be seen from here at an address that the server doesn't know. */
static Candidate *
learn (HcProber       *self,
       GSocketAddress *from)
{
  if (self->n_learned >= MAX_LEARNED)
    return NULL;

  self->n_learned++;
  return add (self, from);
}

/* Where the peer probes from it can be reached now, though it may not have been
 * when we tried: we try again, as often as it has. */
static void
take_probe (HcProber       *self,
            GSocketAddress *from)
{
  g_autoptr (HcPacket) answer = hc_packet_new_peer_probeack (self->session);
  Candidate *candidate = find (self, from);

  send_to (self, from, answer);
  if (candidate == NULL)
    candidate = learn (self, from);
  if (candidate == NULL || candidate->answered ||
      candidate->n_returned >= G_N_ELEMENTS (schedule_ms))
    return;

  candidate->n_returned++;
  if (candidate->n_probes == 0)
    probe (self, candidate);
  else
    send_probe (self, candidate);
  watch (self);
}

static void
take_answer (HcProber       *self,
             GSocketAddress *from)
{
  Candidate *candidate = find (self, from);

  if (candidate == NULL || candidate->answered)
    return;

  candidate->answered = TRUE;
  candidate->next = get_time_ms (self) + KEEPALIVE_MS;
  watch (self);
  if (self->address != NULL)
    return;

  self->address = g_object_ref (candidate->address);
  g_signal_emit (self, signals[FOUND], 0, self->address);
}

static gboolean
on_datagram (GSocketAddress *from,
             const char     *data,
             gsize           length,
             gpointer        user_data)
{
  g_autoptr (HcProber) self = g_object_ref (user_data);
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_PEER, NULL);
  HcPacketType type;

  if (packet == NULL)
    return FALSE;
  type = hc_packet_get_packet_type (packet);
  if ((type != HC_PACKET_PROBE && type != HC_PACKET_PROBEACK) ||
      g_strcmp0 (hc_packet_get_header (packet, HC_HEADER_SESSION), self->session) != 0)
    return FALSE;

  hc_packet_log_add (hc_datagram_socket_get_log (self->socket), FALSE, HC_TRANSPORT_UDP, from,
                     packet);
  if (type == HC_PACKET_PROBE)
    take_probe (self, from);
  else
    take_answer (self, from);
  return TRUE;
}

/* --- The prober ----------------------------------------------------------- */

/**
 * hc_prober_new:
 * @clock: where it has the time from
 * @socket: our socket
 * @session: the name of the match
 * @addresses: (element-type GSocketAddress): where the peer may be, best first
 *
 * Begins to answer a peer's probes, and goes on as long as it lives.
 *
 * Returns: (transfer full): a prober
 */
HcProber *
hc_prober_new (HcClock          *clock,
               HcDatagramSocket *socket,
               const guint8      session[HC_SESSION_LENGTH],
               GPtrArray        *addresses)
{
  HcProber *self;

  g_return_val_if_fail (HC_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);
  g_return_val_if_fail (addresses != NULL, NULL);

  self = g_object_new (HC_TYPE_PROBER, NULL);
  self->clock = g_object_ref (clock);
  self->socket = g_object_ref (socket);
  self->session = hc_base64url_encode (session, HC_SESSION_LENGTH);
  for (guint i = 0; i < addresses->len; i++)
    add (self, g_ptr_array_index (addresses, i))->next = G_MAXINT64;
  self->route = hc_datagram_socket_add_route (socket, on_datagram, self);
  return self;
}

/**
 * hc_prober_start:
 * @self: a prober
 *
 * Begins to probe, or begins anew where a way was lost.
 */
void
hc_prober_start (HcProber *self)
{
  g_return_if_fail (HC_IS_PROBER (self));

  g_clear_object (&self->address);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (self->candidates, i);

      candidate->answered = FALSE;
      candidate->n_probes = 0;
      candidate->n_returned = 0;
      candidate->next = get_time_ms (self);
    }
  on_time (self);
}

/**
 * hc_prober_get_address:
 * @self: a prober
 *
 * Gets the address that works.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL if none has
 *   answered yet
 */
GSocketAddress *
hc_prober_get_address (HcProber *self)
{
  g_return_val_if_fail (HC_IS_PROBER (self), NULL);

  return self->address;
}
