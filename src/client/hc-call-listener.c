/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-call-listener.h"
#include "hc-datagram-link.h"
#include "hc-source.h"
#include "hc-stream-link.h"

/* A connection counts as a call once it has said hello. Those that don't are
 * let go, and so is the oldest when there are too many. */
#define HELLO_TIMEOUT_MS 10000
#define MAX_SILENT_LINKS 16

/* An offer follows its hello at once, though perhaps in another segment. */
#define OFFER_TIMEOUT_MS 300

struct _HcCallListener
{
  GObject parent_instance;

  guint16 port;
  gboolean takes_offers;
  HcPacketLog *log;

  GSocketService *service;
  GQueue silent;

  HcDatagramSocket *socket;
  guint route;
};

G_DEFINE_FINAL_TYPE (HcCallListener, hc_call_listener, G_TYPE_OBJECT)

enum
{
  CALLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hc_call_listener_dispose (GObject *object)
{
  HcCallListener *self = HC_CALL_LISTENER (object);

  hc_call_listener_close (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hc_call_listener_parent_class)->dispose (object);
}

static void
hc_call_listener_class_init (HcCallListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_call_listener_dispose;

  /**
   * HcCallListener::called:
   * @self: the listener
   * @link: a link to the one who calls
   * @packet: what it said first: a hello, or a message if the hello was lost
   * @offer: (nullable): its offer to speak v2
   *
   * Emitted when somebody calls. A link that nobody keeps is closed.
   */
  signals[CALLED] =
    g_signal_new ("called", HC_TYPE_CALL_LISTENER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HC_TYPE_LINK, HC_TYPE_PACKET, HC_TYPE_PACKET);
}

static void
hc_call_listener_init (HcCallListener *self)
{
  g_queue_init (&self->silent);
}

/* --- TCP ------------------------------------------------------------------ */

typedef struct
{
  HcCallListener *listener;
  HcLink *link;
  HcPacket *hello;
  GSource *timeout;
} SilentLink;

static void
silent_link_free (SilentLink *silent)
{
  g_signal_handlers_disconnect_by_data (silent->link, silent);
  hc_source_clear (&silent->timeout);
  g_object_unref (silent->link);
  g_clear_object (&silent->hello);
  g_free (silent);
}

/* At once, without the patience that a farewell takes: a stranger who connects
 * a thousand times a second would have all of our descriptors meanwhile. */
static void
drop_silent_link (SilentLink *silent)
{
  g_queue_remove (&silent->listener->silent, silent);
  silent_link_free (silent);
}

/* It is a call. What was said behind the hello belongs to whoever takes it. */
static void
hand_out (SilentLink *silent,
          HcPacket   *first,
          HcPacket   *offer,
          HcPacket   *more)
{
  g_autoptr (HcCallListener) self = g_object_ref (silent->listener);
  g_autoptr (HcLink) link = g_object_ref (silent->link);
  g_autoptr (HcPacket) kept = g_object_ref (first);

  g_queue_remove (&self->silent, silent);
  silent_link_free (silent);
  g_signal_emit (self, signals[CALLED], 0, link, kept, offer);
  if (more != NULL)
    hc_link_emit_received (link, more);
}

static gboolean
on_offer_timeout (gpointer user_data)
{
  SilentLink *silent = user_data;

  hand_out (silent, silent->hello, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_hello_timeout (gpointer user_data)
{
  drop_silent_link (user_data);
  return G_SOURCE_REMOVE;
}

static void
on_silent_link_ended (HcLink       *link,
                      const GError *error,
                      gpointer      user_data)
{
  drop_silent_link (user_data);
}

static void
await_offer (SilentLink *silent,
             HcPacket   *hello)
{
  silent->hello = g_object_ref (hello);
  hc_source_clear (&silent->timeout);
  silent->timeout = hc_source_timer (OFFER_TIMEOUT_MS, on_offer_timeout, silent);
}

static void
on_silent_link_received (HcLink   *link,
                         HcPacket *packet,
                         gpointer  user_data)
{
  SilentLink *silent = user_data;
  HcPacketType type = hc_packet_get_packet_type (packet);

  if (silent->hello != NULL && type == HC_PACKET_OFFER)
    hand_out (silent, silent->hello, packet, NULL);
  else if (silent->hello != NULL)
    hand_out (silent, silent->hello, NULL, packet);
  else if (type != HC_PACKET_CHAT)
    drop_silent_link (silent);
  else if (hc_packet_is_hello (packet) && silent->listener->takes_offers)
    await_offer (silent, packet);
  else
    hand_out (silent, packet, NULL, NULL);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  HcCallListener *self = user_data;
  SilentLink *silent;

  if (g_queue_get_length (&self->silent) >= MAX_SILENT_LINKS)
    drop_silent_link (g_queue_peek_head (&self->silent));

  silent = g_new0 (SilentLink, 1);
  silent->listener = self;
  silent->link = hc_stream_link_new (connection, self->log);
  silent->timeout = hc_source_timer (HELLO_TIMEOUT_MS, on_hello_timeout, silent);
  g_signal_connect (silent->link, "received", G_CALLBACK (on_silent_link_received), silent);
  g_signal_connect (silent->link, "malformed", G_CALLBACK (on_silent_link_ended), silent);
  g_signal_connect (silent->link, "closed", G_CALLBACK (on_silent_link_ended), silent);
  g_queue_push_tail (&self->silent, silent);
  return TRUE;
}

static guint16
open_address (GSocketListener  *listener,
              const char       *address,
              guint16           port,
              GError          **error)
{
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocketAddress) effective = NULL;

  g_return_val_if_fail (local != NULL, 0);

  if (!g_socket_listener_add_address (listener, local, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return 0;
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

static guint16
open_port (GSocketListener  *listener,
           const char       *address,
           guint16           port,
           GError          **error)
{
  if (address != NULL)
    return open_address (listener, address, port, error);
  if (port == 0)
    return g_socket_listener_add_any_inet_port (listener, NULL, error);
  return g_socket_listener_add_inet_port (listener, port, NULL, error) ? port : 0;
}

/**
 * hc_call_listener_new_stream:
 * @address: (nullable): a literal address of this host to listen on, or %NULL
 *   for all of them, IPv4 and IPv6
 * @port: 1 to 65535, or 0 for one that is free
 * @log: where to note the packets
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Listens for calls over TCP.
 *
 * Returns: (transfer full): a listener, or %NULL with @error set
 */
HcCallListener *
hc_call_listener_new_stream (const char   *address,
                             guint16       port,
                             HcPacketLog  *log,
                             GError      **error)
{
  g_autoptr (HcCallListener) self = NULL;

  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  self = g_object_new (HC_TYPE_CALL_LISTENER, NULL);
  self->log = g_object_ref (log);
  self->service = g_socket_service_new ();
  self->port = open_port (G_SOCKET_LISTENER (self->service), address, port, error);
  if (self->port == 0)
    return NULL;

  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return g_steal_pointer (&self);
}

/* --- UDP ------------------------------------------------------------------ */

static gboolean
on_datagram (GSocketAddress *from,
             const char     *data,
             gsize           length,
             gpointer        user_data)
{
  g_autoptr (HcCallListener) self = g_object_ref (user_data);
  g_autoptr (HcLink) link = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_PEER, &error);
  g_autoptr (HcPacket) offer = NULL;

  if (packet == NULL)
    {
      hc_packet_log_add_fault (self->log, HC_TRANSPORT_UDP, from, length, error);
      return TRUE;
    }

  hc_packet_log_add (self->log, FALSE, HC_TRANSPORT_UDP, from, packet);
  if (hc_packet_get_packet_type (packet) != HC_PACKET_CHAT)
    return TRUE;

  offer = self->takes_offers ? hc_packet_dup_offer (packet) : NULL;
  link = hc_datagram_link_new_callee (self->socket, from);
  g_signal_emit (self, signals[CALLED], 0, link, packet, offer);
  return TRUE;
}

/**
 * hc_call_listener_new_datagram:
 * @socket: our socket
 *
 * Listens for calls over UDP: for datagrams that nobody else wants.
 *
 * Returns: (transfer full): a listener
 */
HcCallListener *
hc_call_listener_new_datagram (HcDatagramSocket *socket)
{
  HcCallListener *self;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);

  self = g_object_new (HC_TYPE_CALL_LISTENER, NULL);
  self->port = hc_datagram_socket_get_port (socket);
  self->log = g_object_ref (hc_datagram_socket_get_log (socket));
  self->socket = g_object_ref (socket);
  self->route = hc_datagram_socket_add_last_route (socket, on_datagram, self);
  return self;
}

/* --- Both ----------------------------------------------------------------- */

/**
 * hc_call_listener_get_port:
 * @self: a listener
 *
 * Gets the port on which it listens.
 *
 * Returns: 1 to 65535
 */
guint16
hc_call_listener_get_port (HcCallListener *self)
{
  g_return_val_if_fail (HC_IS_CALL_LISTENER (self), 0);

  return self->port;
}

/**
 * hc_call_listener_set_takes_offers:
 * @self: a listener
 * @takes_offers: whether there is somebody who speaks v2
 *
 * Sets whether to wait for the offer that may follow a hello. At first nobody
 * does.
 */
void
hc_call_listener_set_takes_offers (HcCallListener *self,
                                   gboolean        takes_offers)
{
  g_return_if_fail (HC_IS_CALL_LISTENER (self));

  self->takes_offers = takes_offers;
}

/**
 * hc_call_listener_close:
 * @self: a listener
 *
 * Stops listening. Links that were handed out go on.
 */
void
hc_call_listener_close (HcCallListener *self)
{
  g_return_if_fail (HC_IS_CALL_LISTENER (self));

  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_clear_object (&self->service);

  while (!g_queue_is_empty (&self->silent))
    drop_silent_link (g_queue_peek_head (&self->silent));

  if (self->route != 0)
    hc_datagram_socket_remove_route (self->socket, self->route);
  self->route = 0;
}
