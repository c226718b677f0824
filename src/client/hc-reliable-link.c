/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-reliable-link.h"
#include "hc-reliability.h"
#include "hc-source.h"

#define CLOSE_TIMEOUT_MS 2000

/* So that a flood of datagrams doesn't keep the window from being drawn. */
#define MAX_DATAGRAMS_PER_DISPATCH 64

/*
 *   open ---- hc_link_close() ----> closing ---- all has arrived, or 2 s ----> closed
 *     '------ peer's end, error -----------------------------------------------^
 *
 * While closing, what comes in is acknowledged and dropped, so that the peer
 * can close as well.
 */
struct _HcReliableLink
{
  GObject parent_instance;

  GDatagramBased *datagrams;
  GSocketAddress *remote;
  HcDialect dialect;
  HcClock *clock;
  HcPacketLog *log;
  HcReliability *reliability;

  /* Those that have not gone out yet, for #HcLink::sent. */
  GQueue unsent;

  GSource *input;
  GSource *timer;
  gint64 timer_at;
  GSource *timeout;
  gboolean writing;
  gboolean closing;
  gboolean closed;
};

static void hc_reliable_link_iface_init (HcLinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcReliableLink, hc_reliable_link, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_LINK, hc_reliable_link_iface_init))

enum
{
  PROP_0,
  PROP_REMOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
clear_sources (HcReliableLink *self)
{
  hc_source_clear (&self->input);
  hc_source_clear (&self->timer);
  hc_source_clear (&self->timeout);
}

static void
hc_reliable_link_dispose (GObject *object)
{
  HcReliableLink *self = HC_RELIABLE_LINK (object);

  clear_sources (self);
  g_queue_clear_full (&self->unsent, g_object_unref);
  g_clear_object (&self->datagrams);
  g_clear_object (&self->remote);
  g_clear_object (&self->clock);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hc_reliable_link_parent_class)->dispose (object);
}

static void
hc_reliable_link_finalize (GObject *object)
{
  HcReliableLink *self = HC_RELIABLE_LINK (object);

  hc_reliability_free (self->reliability);

  G_OBJECT_CLASS (hc_reliable_link_parent_class)->finalize (object);
}

static void
hc_reliable_link_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_REMOTE:
      g_value_set_object (value, HC_RELIABLE_LINK (object)->remote);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_reliable_link_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_REMOTE:
      hc_reliable_link_set_remote (HC_RELIABLE_LINK (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_reliable_link_class_init (HcReliableLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_reliable_link_dispose;
  object_class->finalize = hc_reliable_link_finalize;
  object_class->get_property = hc_reliable_link_get_property;
  object_class->set_property = hc_reliable_link_set_property;

  /**
   * HcReliableLink:remote:
   *
   * Where the peer is, which whoever has the datagrams knows: a path's remote
   * can be bound to it.
   */
  properties[PROP_REMOTE] =
    g_param_spec_object ("remote", NULL, NULL,
                         G_TYPE_SOCKET_ADDRESS,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_reliable_link_init (HcReliableLink *self)
{
  self->reliability = hc_reliability_new ();
  g_queue_init (&self->unsent);
}

/* --- The end --------------------------------------------------------------- */

/* Encryption ends when nobody holds it any more, and tells the peer so. Whoever is
 * closing has no complaint if the peer does it first. */
static void
end (HcReliableLink *self,
     const GError   *error)
{
  if (self->closed)
    return;

  self->closed = TRUE;
  clear_sources (self);
  g_clear_object (&self->datagrams);
  hc_link_emit_closed (HC_LINK (self), self->closing ? NULL : error);
  if (self->closing)
    g_object_unref (self);
}

/* --- Datagrams ------------------------------------------------------------- */

/* What an ICMP message, a router or a full buffer does to a datagram is no more
 * than its loss. */
static gboolean
is_loss (const GError *error)
{
  if (error->domain != G_IO_ERROR)
    return FALSE;

  switch (error->code)
    {
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_MESSAGE_TOO_LARGE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_PERMISSION_DENIED:
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_WOULD_BLOCK:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
send_datagram (HcReliableLink *self,
               const guint8   *datagram,
               gsize           length)
{
  GOutputVector vector = { datagram, length };
  GOutputMessage message = { .vectors = &vector, .num_vectors = 1 };
  g_autoptr (GError) error = NULL;

  if (g_datagram_based_send_messages (self->datagrams, &message, 1, 0, 0, NULL, &error) < 0 &&
      !is_loss (error))
    end (self, error);
}

/* FALSE if there is none now. An ICMP error took the place of one, and more may
 * stand behind it. */
static gboolean
receive_datagram (HcReliableLink *self,
                  guint8         *buffer,
                  gsize          *length)
{
  GInputVector vector = { buffer, *length };
  GInputMessage message = { .vectors = &vector, .num_vectors = 1 };
  g_autoptr (GError) error = NULL;
  int n = g_datagram_based_receive_messages (self->datagrams, &message, 1, 0, 0, NULL, &error);

  *length = n > 0 ? message.bytes_received : 0;
  if (n > 0)
    return TRUE;
  if (n == 0)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "The peer has closed the connection");
  if (!is_loss (error))
    end (self, error);
  return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* --- Writing --------------------------------------------------------------- */

static void pump (HcReliableLink *self);

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (HcReliableLink) self = g_object_ref (user_data);

  hc_source_clear (&self->timer);
  pump (self);
  return G_SOURCE_REMOVE;
}

/* A timer that is too early is left, and set anew when it has fired: that is
 * seldom, where a deadline moves with each datagram. */
static void
set_timer (HcReliableLink *self)
{
  gint64 deadline = hc_reliability_get_deadline (self->reliability);

  if (deadline == G_MAXINT64 || (self->timer != NULL && self->timer_at <= deadline))
    return;

  hc_source_clear (&self->timer);
  self->timer_at = deadline;
  self->timer = hc_source_attach (hc_clock_create_timer (self->clock, deadline), on_timer, self);
}

static void
note_sent (HcReliableLink *self)
{
  g_autoptr (HcPacket) packet = g_queue_pop_head (&self->unsent);

  hc_packet_log_add (self->log, TRUE, HC_TRANSPORT_UDP, self->remote, packet);
  hc_link_emit_sent (HC_LINK (self), packet);
}

static void
write_all (HcReliableLink *self)
{
  gint64 now = hc_clock_get_time (self->clock);
  guint8 datagram[HC_FRAME_MAX_LENGTH];
  gboolean is_first;
  gsize length;

  while (!self->closed &&
         (length = hc_reliability_write (self->reliability, now, datagram, &is_first)) > 0)
    {
      send_datagram (self, datagram, length);
      if (is_first && !self->closed)
        note_sent (self);
    }
}

/* The last acknowledgement, without which the peer would wait. */
static void
take_leave (HcReliableLink *self)
{
  guint8 datagram[HC_FRAME_MAX_LENGTH];

  send_datagram (self, datagram, hc_reliability_write_ack (self->reliability, datagram));
  end (self, NULL);
}

static void
end_exhausted (HcReliableLink *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                                  "The connection has no more numbers to give");

  end (self, error);
}

/* Who is told that a packet was sent may send another one, which goes out
 * behind it. */
static void
pump (HcReliableLink *self)
{
  if (self->writing || self->closed)
    return;

  self->writing = TRUE;
  write_all (self);
  self->writing = FALSE;
  if (self->closed)
    return;

  set_timer (self);
  if (self->closing && hc_reliability_is_idle (self->reliability))
    take_leave (self);
  else if (hc_reliability_is_exhausted (self->reliability))
    end_exhausted (self);
}

/* --- Reading --------------------------------------------------------------- */

static void
handle_packet (HcReliableLink *self,
               GBytes         *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, self->dialect, &error);

  if (packet != NULL)
    {
      hc_packet_log_add (self->log, FALSE, HC_TRANSPORT_UDP, self->remote, packet);
      hc_link_emit_received (HC_LINK (self), packet);
      return;
    }
  hc_packet_log_add_fault (self->log, HC_TRANSPORT_UDP, self->remote, length, error);
  hc_link_emit_malformed (HC_LINK (self), error);
}

static void
handle_datagram (HcReliableLink *self,
                 const guint8   *datagram,
                 gsize           length)
{
  GBytes *packet;

  hc_reliability_take (self->reliability, datagram, length, hc_clock_get_time (self->clock));
  while (!self->closed && (packet = hc_reliability_pop (self->reliability)) != NULL)
    {
      if (!self->closing)
        handle_packet (self, packet);
      g_bytes_unref (packet);
    }
}

static gboolean
on_readable (GDatagramBased *datagrams,
             GIOCondition    condition,
             gpointer        user_data)
{
  g_autoptr (HcReliableLink) self = g_object_ref (user_data);

  for (guint i = 0; i < MAX_DATAGRAMS_PER_DISPATCH && !self->closed; i++)
    {
      /* One byte more than a frame has, so that one that is too long shows. */
      guint8 datagram[HC_FRAME_MAX_LENGTH + 1];
      gsize length = sizeof datagram;

      if (!receive_datagram (self, datagram, &length))
        break;
      if (length > 0)
        handle_datagram (self, datagram, length);
    }

  pump (self);
  return self->closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* --- The link -------------------------------------------------------------- */

static void
hc_reliable_link_send (HcLink   *link,
                       HcPacket *packet)
{
  g_autoptr (HcReliableLink) self = g_object_ref (HC_RELIABLE_LINK (link));
  g_autoptr (GBytes) bytes = NULL;

  if (self->closing || self->closed)
    return;

  bytes = hc_packet_serialise (packet);
  g_queue_push_tail (&self->unsent, g_object_ref (packet));
  hc_reliability_push (self->reliability, bytes);
  pump (self);
}

static gboolean
on_close_timeout (gpointer user_data)
{
  end (user_data, NULL);
  return G_SOURCE_REMOVE;
}

static void
hc_reliable_link_close (HcLink *link)
{
  g_autoptr (HcReliableLink) self = g_object_ref (HC_RELIABLE_LINK (link));

  if (self->closing || self->closed)
    return;

  self->closing = TRUE;
  g_object_ref (self);
  self->timeout = hc_clock_set_timer (self->clock, CLOSE_TIMEOUT_MS, on_close_timeout, self);
  pump (self);
}

static HcTransport
hc_reliable_link_get_transport (HcLink *link)
{
  return HC_TRANSPORT_UDP;
}

static GSocketAddress *
hc_reliable_link_dup_remote (HcLink *link)
{
  GSocketAddress *remote = HC_RELIABLE_LINK (link)->remote;

  return remote != NULL ? g_object_ref (remote) : NULL;
}

static void
hc_reliable_link_iface_init (HcLinkInterface *iface)
{
  iface->send = hc_reliable_link_send;
  iface->close = hc_reliable_link_close;
  iface->get_transport = hc_reliable_link_get_transport;
  iface->dup_remote = hc_reliable_link_dup_remote;
}

/**
 * hc_reliable_link_new:
 * @datagrams: what carries datagrams to one peer and back, encrypted
 * @dialect: what packets are read as
 * @clock: the time
 * @log: where to note the packets
 *
 * Lays a link over datagrams and begins to read them in the thread's default
 * main context. The peer has to do the same, with datagrams that were used for
 * no other link. When the link is closed it lets go of @datagrams.
 *
 * Returns: (transfer full): the link
 */
HcLink *
hc_reliable_link_new (GDatagramBased *datagrams,
                      HcDialect       dialect,
                      HcClock        *clock,
                      HcPacketLog    *log)
{
  HcReliableLink *self;

  g_return_val_if_fail (G_IS_DATAGRAM_BASED (datagrams), NULL);
  g_return_val_if_fail (HC_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  self = g_object_new (HC_TYPE_RELIABLE_LINK, NULL);
  self->datagrams = g_object_ref (datagrams);
  self->dialect = dialect;
  self->clock = g_object_ref (clock);
  self->log = g_object_ref (log);
  self->input = hc_source_attach (g_datagram_based_create_source (datagrams, G_IO_IN, NULL),
                                  G_SOURCE_FUNC (on_readable), self);
  return HC_LINK (self);
}

/**
 * hc_reliable_link_set_remote:
 * @self: a link
 * @remote: (nullable): where the peer is
 *
 * Sets #HcReliableLink:remote, for hc_link_dup_remote() and the log.
 */
void
hc_reliable_link_set_remote (HcReliableLink *self,
                             GSocketAddress *remote)
{
  g_return_if_fail (HC_IS_RELIABLE_LINK (self));

  if (g_set_object (&self->remote, remote))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOTE]);
}
