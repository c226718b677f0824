/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-endpoint.h"

#include <string.h>

/* What IP, UDP and DTLS add to a datagram. */
#define OVERHEAD 74

struct _SimEndpoint
{
  GObject parent_instance;

  SimNetwork *network;
  SimConditions conditions;
  guint address;
  guint remote;

  GQueue incoming;
  guint64 newest_serial;
  gint64 busy_until;
  gboolean broken;

  guint n_sent;
  guint64 n_bytes;
};

typedef struct
{
  GSource source;
  SimEndpoint *endpoint;
} SimInput;

static void sim_endpoint_iface_init (GDatagramBasedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimEndpoint, sim_endpoint, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_DATAGRAM_BASED,
                                                      sim_endpoint_iface_init))

static void
sim_endpoint_dispose (GObject *object)
{
  SimEndpoint *self = SIM_ENDPOINT (object);

  if (self->network != NULL)
    sim_network_detach (self->network, self->address);
  g_clear_object (&self->network);
  g_queue_clear_full (&self->incoming, (GDestroyNotify) g_bytes_unref);

  G_OBJECT_CLASS (sim_endpoint_parent_class)->dispose (object);
}

static void
sim_endpoint_class_init (SimEndpointClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sim_endpoint_dispose;
}

static void
sim_endpoint_init (SimEndpoint *self)
{
  g_queue_init (&self->incoming);
}

/* --- Sending --------------------------------------------------------------- */

static gboolean
happens (SimEndpoint *self,
         double       probability)
{
  return probability > 0 && g_rand_double (sim_network_get_random (self->network)) < probability;
}

/* When the bottleneck has let a datagram through, or -1 if its queue is full. */
static gint64
pass_bottleneck (SimEndpoint *self,
                 gsize        length)
{
  gint64 now = sim_network_get_time (self->network);
  gint64 start = MAX (self->busy_until, now);

  if (self->conditions.rate == 0)
    return now;
  if (start - now > self->conditions.queue)
    return -1;

  self->busy_until = start + length * G_TIME_SPAN_SECOND / self->conditions.rate;
  return self->busy_until;
}

static void
send_one (SimEndpoint *self,
          GBytes      *bytes,
          gint64       passed)
{
  gint64 arrival = passed + self->conditions.delay;

  if (self->conditions.jitter > 0)
    arrival += g_rand_double_range (sim_network_get_random (self->network), 0, self->conditions.jitter);
  sim_network_send (self->network, self->address, self->remote, bytes, arrival);
}

static void
send_datagram (SimEndpoint *self,
               GBytes      *bytes)
{
  gsize length = g_bytes_get_size (bytes) + OVERHEAD;
  gint64 passed = pass_bottleneck (self, length);

  self->n_sent++;
  self->n_bytes += length;
  if (passed < 0 || happens (self, self->conditions.loss))
    return;

  send_one (self, bytes, passed);
  if (happens (self, self->conditions.duplication))
    send_one (self, bytes, passed);
}

static GBytes *
gather (const GOutputMessage *message)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < message->num_vectors; i++)
    g_byte_array_append (bytes, message->vectors[i].buffer, message->vectors[i].size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
fails (SimEndpoint  *self,
       GError      **error)
{
  static const GIOErrorEnum codes[] = {
    G_IO_ERROR_CONNECTION_REFUSED, G_IO_ERROR_HOST_UNREACHABLE, G_IO_ERROR_NETWORK_UNREACHABLE,
  };

  if (!happens (self, self->conditions.errors))
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR,
                       codes[g_rand_int_range (sim_network_get_random (self->network),
                                               0, G_N_ELEMENTS (codes))],
                       "An ICMP message");
  return TRUE;
}

static gboolean
is_broken (SimEndpoint  *self,
           GError      **error)
{
  if (self->broken)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
  return self->broken;
}

static int
sim_endpoint_send_messages (GDatagramBased  *datagrams,
                            GOutputMessage  *messages,
                            guint            n_messages,
                            int              flags,
                            gint64           timeout,
                            GCancellable    *cancellable,
                            GError         **error)
{
  SimEndpoint *self = SIM_ENDPOINT (datagrams);

  g_assert_cmpint (timeout, ==, 0);
  if (is_broken (self, error) || fails (self, error))
    return -1;

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GBytes) bytes = gather (&messages[i]);

      send_datagram (self, bytes);
      messages[i].bytes_sent = g_bytes_get_size (bytes);
    }
  return n_messages;
}

/* --- Receiving ------------------------------------------------------------- */

static void
on_datagram (SimDatagram *datagram,
             gpointer     user_data)
{
  SimEndpoint *self = user_data;

  if (datagram->serial > self->newest_serial)
    {
      self->newest_serial = datagram->serial;
      self->remote = datagram->from;
    }
  g_queue_push_tail (&self->incoming, g_bytes_ref (datagram->bytes));
  sim_datagram_free (datagram);
}

static void
scatter (GInputMessage *message,
         GBytes        *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  message->bytes_received = 0;
  message->flags = 0;
  for (guint i = 0; i < message->num_vectors && message->bytes_received < length; i++)
    {
      gsize n = MIN (message->vectors[i].size, length - message->bytes_received);

      memcpy (message->vectors[i].buffer, data + message->bytes_received, n);
      message->bytes_received += n;
    }
}

static int
sim_endpoint_receive_messages (GDatagramBased  *datagrams,
                               GInputMessage   *messages,
                               guint            n_messages,
                               int              flags,
                               gint64           timeout,
                               GCancellable    *cancellable,
                               GError         **error)
{
  SimEndpoint *self = SIM_ENDPOINT (datagrams);
  guint n = 0;

  g_assert_cmpint (timeout, ==, 0);
  if (fails (self, error))
    return -1;

  while (n < n_messages && !g_queue_is_empty (&self->incoming))
    {
      g_autoptr (GBytes) bytes = g_queue_pop_head (&self->incoming);

      scatter (&messages[n++], bytes);
    }
  if (n > 0 || self->broken)
    return n;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "There is no datagram");
  return -1;
}

/* --- Waiting --------------------------------------------------------------- */

static gboolean
is_readable (GSource *source)
{
  SimEndpoint *endpoint = ((SimInput *) source)->endpoint;

  return endpoint->broken || !g_queue_is_empty (&endpoint->incoming);
}

static gboolean
on_prepare (GSource *source,
            int     *timeout)
{
  *timeout = -1;
  return is_readable (source);
}

static gboolean
on_dispatch (GSource     *source,
             GSourceFunc  func,
             gpointer     user_data)
{
  GDatagramBasedSourceFunc callback = (GDatagramBasedSourceFunc) (void (*) (void)) func;

  return callback (G_DATAGRAM_BASED (((SimInput *) source)->endpoint), G_IO_IN, user_data);
}

static void
on_finalize (GSource *source)
{
  g_object_unref (((SimInput *) source)->endpoint);
}

static GSourceFuncs input_funcs = {
  .prepare = on_prepare,
  .check = is_readable,
  .dispatch = on_dispatch,
  .finalize = on_finalize,
};

static GSource *
sim_endpoint_create_source (GDatagramBased *datagrams,
                            GIOCondition    condition,
                            GCancellable   *cancellable)
{
  SimInput *input;

  g_assert_cmpint (condition, ==, G_IO_IN);
  input = (SimInput *) g_source_new (&input_funcs, sizeof (SimInput));
  input->endpoint = SIM_ENDPOINT (g_object_ref (datagrams));
  return &input->source;
}

static GIOCondition
sim_endpoint_condition_check (GDatagramBased *datagrams,
                              GIOCondition    condition)
{
  SimEndpoint *self = SIM_ENDPOINT (datagrams);

  return condition & (G_IO_OUT | (g_queue_is_empty (&self->incoming) ? 0 : G_IO_IN));
}

/* Nothing on the main loop waits. */
static gboolean
sim_endpoint_condition_wait (GDatagramBased  *datagrams,
                             GIOCondition     condition,
                             gint64           timeout,
                             GCancellable    *cancellable,
                             GError         **error)
{
  g_assert_not_reached ();
}

static void
sim_endpoint_iface_init (GDatagramBasedInterface *iface)
{
  iface->receive_messages = sim_endpoint_receive_messages;
  iface->send_messages = sim_endpoint_send_messages;
  iface->create_source = sim_endpoint_create_source;
  iface->condition_check = sim_endpoint_condition_check;
  iface->condition_wait = sim_endpoint_condition_wait;
}

/* --- The endpoint ---------------------------------------------------------- */

/**
 * sim_endpoint_new:
 * @network: a network
 * @address: an address that nobody has
 * @remote: the other end's
 *
 * Returns: (transfer full): one end, with a perfect way to the other
 */
SimEndpoint *
sim_endpoint_new (SimNetwork *network,
                  guint       address,
                  guint       remote)
{
  SimEndpoint *self = g_object_new (SIM_TYPE_ENDPOINT, NULL);

  self->network = g_object_ref (network);
  self->address = address;
  self->remote = remote;
  sim_network_attach (network, address, on_datagram, self);
  return self;
}

/**
 * sim_endpoint_set_conditions:
 * @self: an end
 * @conditions: how what it sends is treated
 *
 * Makes the way to the other end worse, or better.
 */
void
sim_endpoint_set_conditions (SimEndpoint         *self,
                             const SimConditions *conditions)
{
  self->conditions = *conditions;
}

/**
 * sim_endpoint_move:
 * @self: an end
 * @address: an address that nobody has
 *
 * Gives an end another address. What is on its way to the old one vanishes, and
 * the other end learns of it by the next datagram that comes.
 */
void
sim_endpoint_move (SimEndpoint *self,
                   guint        address)
{
  sim_network_detach (self->network, self->address);
  self->address = address;
  sim_network_attach (self->network, address, on_datagram, self);
}

/**
 * sim_endpoint_inject:
 * @self: an end
 * @data: (array length=length): a datagram
 * @length: how many bytes
 *
 * Makes an end receive what the other end's program may have made up.
 */
void
sim_endpoint_inject (SimEndpoint *self,
                     const void  *data,
                     gsize        length)
{
  g_queue_push_tail (&self->incoming, g_bytes_new (data, length));
}

/**
 * sim_endpoint_break:
 * @self: an end
 *
 * Ends the association here, as a DTLS connection that was closed or has seen
 * an alert. What has come before can still be read.
 */
void
sim_endpoint_break (SimEndpoint *self)
{
  self->broken = TRUE;
}

/**
 * sim_endpoint_get_n_sent:
 * @self: an end
 *
 * Returns: how many datagrams it has sent, lost or not
 */
guint
sim_endpoint_get_n_sent (SimEndpoint *self)
{
  return self->n_sent;
}

/**
 * sim_endpoint_get_n_bytes:
 * @self: an end
 *
 * Returns: how many bytes these had on the wire
 */
guint64
sim_endpoint_get_n_bytes (SimEndpoint *self)
{
  return self->n_bytes;
}
