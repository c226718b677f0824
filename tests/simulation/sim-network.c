/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-network.h"
#include "hc-source.h"

typedef struct
{
  SimArriveFunc func;
  gpointer user_data;
} Station;

struct _SimNetwork
{
  GObject parent_instance;

  SimClock *clock;
  GRand *random;
  GHashTable *stations;
  GSequence *on_their_way;
  GSource *timer;
  guint64 last_serial;
  gboolean partitioned;
};

G_DEFINE_FINAL_TYPE (SimNetwork, sim_network, G_TYPE_OBJECT)

static void
sim_network_dispose (GObject *object)
{
  SimNetwork *self = SIM_NETWORK (object);

  hc_source_clear (&self->timer);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (sim_network_parent_class)->dispose (object);
}

static void
sim_network_finalize (GObject *object)
{
  SimNetwork *self = SIM_NETWORK (object);

  g_sequence_free (self->on_their_way);
  g_hash_table_unref (self->stations);
  g_rand_free (self->random);

  G_OBJECT_CLASS (sim_network_parent_class)->finalize (object);
}

static void
sim_network_class_init (SimNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sim_network_dispose;
  object_class->finalize = sim_network_finalize;
}

static void
sim_network_init (SimNetwork *self)
{
  self->stations = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->on_their_way = g_sequence_new ((GDestroyNotify) sim_datagram_free);
}

/* --- Arrivals -------------------------------------------------------------- */

static int
compare_arrivals (gconstpointer a,
                  gconstpointer b,
                  gpointer      user_data)
{
  const SimDatagram *one = a;
  const SimDatagram *other = b;

  if (one->arrival != other->arrival)
    return one->arrival < other->arrival ? -1 : 1;
  return one->serial < other->serial ? -1 : one->serial > other->serial;
}

/* Nobody has that address any more: it is gone. */
static void
arrive (SimNetwork  *self,
        SimDatagram *datagram)
{
  Station *station = g_hash_table_lookup (self->stations, GUINT_TO_POINTER (datagram->to));

  if (station != NULL)
    station->func (datagram, station->user_data);
  else
    sim_datagram_free (datagram);
}

static SimDatagram *
pop_arrived (SimNetwork *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->on_their_way);
  SimDatagram *datagram;

  if (g_sequence_iter_is_end (first))
    return NULL;
  datagram = g_sequence_get (first);
  if (datagram->arrival > sim_network_get_time (self))
    return NULL;

  datagram = g_memdup2 (datagram, sizeof *datagram);
  g_bytes_ref (datagram->bytes);
  g_sequence_remove (first);
  return datagram;
}

static void set_timer (SimNetwork *self);

static gboolean
on_arrival (gpointer user_data)
{
  SimNetwork *self = user_data;
  SimDatagram *datagram;

  while ((datagram = pop_arrived (self)) != NULL)
    arrive (self, datagram);
  set_timer (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (SimNetwork *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->on_their_way);
  SimDatagram *next;

  hc_source_clear (&self->timer);
  if (g_sequence_iter_is_end (first))
    return;

  next = g_sequence_get (first);
  self->timer = hc_source_attach (hc_clock_create_timer (HC_CLOCK (self->clock), next->arrival),
                                  on_arrival, self);
}

/* --- The network ----------------------------------------------------------- */

/**
 * sim_network_new:
 * @clock: the time
 * @seed: what decides all that is left to chance
 *
 * Returns: (transfer full): a network without anybody in it
 */
SimNetwork *
sim_network_new (SimClock *clock,
                 guint32   seed)
{
  SimNetwork *self = g_object_new (SIM_TYPE_NETWORK, NULL);

  self->clock = g_object_ref (clock);
  self->random = g_rand_new_with_seed (seed);
  return self;
}

/**
 * sim_network_get_time:
 * @self: a network
 *
 * Returns: its clock's time
 */
gint64
sim_network_get_time (SimNetwork *self)
{
  return hc_clock_get_time (HC_CLOCK (self->clock));
}

/**
 * sim_network_get_random:
 * @self: a network
 *
 * Returns: (transfer none): where all chance comes from
 */
GRand *
sim_network_get_random (SimNetwork *self)
{
  return self->random;
}

/**
 * sim_network_set_partitioned:
 * @self: a network
 * @partitioned: whether it is cut in two
 *
 * Cuts the network, and joins it again. What is sent meanwhile is lost.
 */
void
sim_network_set_partitioned (SimNetwork *self,
                             gboolean    partitioned)
{
  self->partitioned = partitioned;
}

/**
 * sim_network_get_partitioned:
 * @self: a network
 *
 * Returns: whether it is cut in two
 */
gboolean
sim_network_get_partitioned (SimNetwork *self)
{
  return self->partitioned;
}

/**
 * sim_network_attach:
 * @self: a network
 * @address: an address that nobody has
 * @func: what takes datagrams for it
 * @user_data: what to give to @func
 *
 * Gives somebody an address.
 */
void
sim_network_attach (SimNetwork    *self,
                    guint          address,
                    SimArriveFunc  func,
                    gpointer       user_data)
{
  Station station = { func, user_data };

  g_assert_false (g_hash_table_contains (self->stations, GUINT_TO_POINTER (address)));
  g_hash_table_insert (self->stations, GUINT_TO_POINTER (address),
                       g_memdup2 (&station, sizeof station));
}

/**
 * sim_network_detach:
 * @self: a network
 * @address: somebody's address
 *
 * Takes an address away. What comes to it from now on vanishes.
 */
void
sim_network_detach (SimNetwork *self,
                    guint       address)
{
  g_hash_table_remove (self->stations, GUINT_TO_POINTER (address));
}

/**
 * sim_network_send:
 * @self: a network
 * @from: the sender's address
 * @to: where to
 * @bytes: a datagram
 * @arrival: when it comes
 *
 * Sends a datagram on its way.
 */
void
sim_network_send (SimNetwork *self,
                  guint       from,
                  guint       to,
                  GBytes     *bytes,
                  gint64      arrival)
{
  SimDatagram *datagram;

  if (self->partitioned)
    return;

  datagram = g_new (SimDatagram, 1);
  *datagram = (SimDatagram) {
    .serial = ++self->last_serial,
    .arrival = arrival,
    .from = from,
    .to = to,
    .bytes = g_bytes_ref (bytes),
  };
  g_sequence_insert_sorted (self->on_their_way, datagram, compare_arrivals, NULL);
  set_timer (self);
}

/**
 * sim_datagram_free:
 * @self: a datagram
 *
 * Frees a datagram.
 */
void
sim_datagram_free (SimDatagram *self)
{
  g_bytes_unref (self->bytes);
  g_free (self);
}
