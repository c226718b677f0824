/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-datagram-socket.h"
#include "hc-address.h"
#include "hc-source.h"

#include <string.h>

/* So that a flood of datagrams doesn't keep the window from being drawn. */
#define MAX_DATAGRAMS_PER_DISPATCH 64

/* The longest datagram that IPv4 and IPv6 have. */
#define MAX_DATAGRAM_LENGTH 65535

typedef struct
{
  guint id;
  HcDatagramFunc func;
  gpointer user_data;
} Route;

typedef struct
{
  guint64 session;
  HcDatagramFunc func;
  gpointer user_data;
} SessionRoute;

struct _HcDatagramSocket
{
  GObject parent_instance;

  GSocket *socket;
  GSource *input;
  HcPacketLog *log;
  GArray *routes;
  guint last_route;
  GHashTable *sessions;
  guint64 n_dropped;
  char *datagram;
};

G_DEFINE_FINAL_TYPE (HcDatagramSocket, hc_datagram_socket, G_TYPE_OBJECT)

static void
hc_datagram_socket_dispose (GObject *object)
{
  HcDatagramSocket *self = HC_DATAGRAM_SOCKET (object);

  hc_source_clear (&self->input);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hc_datagram_socket_parent_class)->dispose (object);
}

static void
hc_datagram_socket_finalize (GObject *object)
{
  HcDatagramSocket *self = HC_DATAGRAM_SOCKET (object);

  g_array_unref (self->routes);
  g_hash_table_unref (self->sessions);
  g_free (self->datagram);

  G_OBJECT_CLASS (hc_datagram_socket_parent_class)->finalize (object);
}

static void
hc_datagram_socket_class_init (HcDatagramSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_datagram_socket_dispose;
  object_class->finalize = hc_datagram_socket_finalize;
}

static void
hc_datagram_socket_init (HcDatagramSocket *self)
{
  self->routes = g_array_new (FALSE, FALSE, sizeof (Route));
  self->sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->datagram = g_malloc (MAX_DATAGRAM_LENGTH);
}

/* --- Receiving ------------------------------------------------------------ */

/* The newest route is asked first: it is the most particular one. A route may
 * add and remove others. */
static void
deliver_packet (HcDatagramSocket *self,
                GSocketAddress   *from,
                const char       *data,
                gsize             length)
{
  for (guint i = self->routes->len; i > 0; i--)
    {
      Route route;

      if (i > self->routes->len)
        continue;
      route = g_array_index (self->routes, Route, i - 1);
      if (route.func (from, data, length, route.user_data))
        return;
    }
  self->n_dropped++;
}

static guint64
session_to_number (const guint8 session[HC_SESSION_LENGTH])
{
  guint64 number;

  memcpy (&number, session, sizeof number);
  return number;
}

static void
deliver_record (HcDatagramSocket *self,
                GSocketAddress   *from,
                const char       *data,
                gsize             length)
{
  const SessionRoute *route = NULL;
  guint64 session;

  if (length > HC_RECORD_PREFIX_LENGTH)
    {
      session = session_to_number ((const guint8 *) data + 1);
      route = g_hash_table_lookup (self->sessions, &session);
    }
  if (route == NULL || !route->func (from, data + HC_RECORD_PREFIX_LENGTH,
                                     length - HC_RECORD_PREFIX_LENGTH, route->user_data))
    self->n_dropped++;
}

/*
 *   'A'-'Z'                        a packet: whoever was added last and takes it
 *   0x01, session in 8, record     the one who has that session
 *   anything else                  nobody
 *
 * Source: protocol, section 5. Nothing is allocated for what nobody waits for.
 */
static void
deliver (HcDatagramSocket *self,
         GSocketAddress   *from,
         const char       *data,
         gsize             length)
{
  g_autoptr (GSocketAddress) plain = hc_address_unmap (from);

  if (length > 0 && g_ascii_isupper (data[0]))
    deliver_packet (self, plain, data, length);
  else if (length > 0 && data[0] == HC_RECORD_MARK)
    deliver_record (self, plain, data, length);
  else
    self->n_dropped++;
}

/* An ICMP error is a lost packet and not a broken socket, so that an error
 * only ends this round. */
static gboolean
receive_one (HcDatagramSocket *self)
{
  g_autoptr (GSocketAddress) from = NULL;
  gssize n = g_socket_receive_from (self->socket, &from, self->datagram, MAX_DATAGRAM_LENGTH,
                                    NULL, NULL);

  if (n < 0)
    return FALSE;
  if (from != NULL)
    deliver (self, from, self->datagram, n);
  return TRUE;
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  g_autoptr (HcDatagramSocket) self = g_object_ref (user_data);

  for (guint i = 0; i < MAX_DATAGRAMS_PER_DISPATCH && self->socket != NULL; i++)
    if (!receive_one (self))
      break;
  return G_SOURCE_CONTINUE;
}

/* --- Opening -------------------------------------------------------------- */

static GSocket *
open_socket (GSocketAddress  *address,
             GError         **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, error))
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  return g_steal_pointer (&socket);
}

static GSocket *
open_any (GSocketFamily   family,
          guint16         port,
          GError        **error)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, port);

  return open_socket (address, error);
}

/* Both families by one socket, or IPv4 alone where IPv6 is switched off. */
static GSocket *
open_dual (guint16   port,
           GError  **error)
{
  g_autoptr (GError) local_error = NULL;
  GSocket *socket = open_any (G_SOCKET_FAMILY_IPV6, port, &local_error);

  if (socket != NULL)
    return socket;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ||
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return open_any (G_SOCKET_FAMILY_IPV4, port, error);
}

/**
 * hc_datagram_socket_new:
 * @address: (nullable): a literal address of this host to bind to, or %NULL for
 *   all of them, IPv4 and IPv6
 * @port: 1 to 65535, or 0 for one that is free
 * @log: where to note the packets that are sent
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Opens a socket and begins to receive in the thread's default main context.
 *
 * Returns: (transfer full): the socket, or %NULL with @error set
 */
HcDatagramSocket *
hc_datagram_socket_new (const char   *address,
                        guint16       port,
                        HcPacketLog  *log,
                        GError      **error)
{
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = NULL;
  HcDatagramSocket *self;

  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  if (address != NULL)
    {
      bound = g_inet_socket_address_new_from_string (address, port);
      g_return_val_if_fail (bound != NULL, NULL);
    }

  socket = bound != NULL ? open_socket (bound, error) : open_dual (port, error);
  if (socket == NULL)
    return NULL;

  self = g_object_new (HC_TYPE_DATAGRAM_SOCKET, NULL);
  self->socket = g_steal_pointer (&socket);
  self->log = g_object_ref (log);
  self->input = hc_source_attach (g_socket_create_source (self->socket, G_IO_IN, NULL),
                                  G_SOURCE_FUNC (on_readable), self);
  return self;
}

/**
 * hc_datagram_socket_get_port:
 * @self: a socket
 *
 * Gets the port that the socket is bound to.
 *
 * Returns: 1 to 65535
 */
guint16
hc_datagram_socket_get_port (HcDatagramSocket *self)
{
  g_autoptr (GSocketAddress) local = NULL;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), 0);

  local = g_socket_get_local_address (self->socket, NULL);
  return local != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)) : 0;
}

/**
 * hc_datagram_socket_get_log:
 * @self: a socket
 *
 * Gets the log that was given with the socket.
 *
 * Returns: (transfer none): the log
 */
HcPacketLog *
hc_datagram_socket_get_log (HcDatagramSocket *self)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), NULL);

  return self->log;
}

/**
 * hc_datagram_socket_get_n_dropped:
 * @self: a socket
 *
 * Gets how many datagrams have come that nobody wanted: neither packet nor
 * record, a record of no session that we have, or a stranger's.
 *
 * Returns: their number
 */
guint64
hc_datagram_socket_get_n_dropped (HcDatagramSocket *self)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), 0);

  return self->n_dropped;
}

/* --- Sending -------------------------------------------------------------- */

/**
 * hc_datagram_socket_send_bytes:
 * @self: a socket
 * @to: where to
 * @data: (array length=length): what to send
 * @length: how many bytes
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Sends one datagram, which may be lost. It is not noted in the log.
 *
 * Returns: %TRUE if it was handed to the network
 */
gboolean
hc_datagram_socket_send_bytes (HcDatagramSocket  *self,
                               GSocketAddress    *to,
                               const void        *data,
                               gsize              length,
                               GError           **error)
{
  g_autoptr (GSocketAddress) native = NULL;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), FALSE);
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (to), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  native = g_socket_get_family (self->socket) == G_SOCKET_FAMILY_IPV6 ? hc_address_map (to)
                                                                      : g_object_ref (to);
  return g_socket_send_to (self->socket, native, data, length, NULL, error) >= 0;
}

/**
 * hc_datagram_socket_send:
 * @self: a socket
 * @to: where to
 * @packet: what to send
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Sends a packet as one datagram, which may be lost.
 *
 * Returns: %TRUE if it was handed to the network
 */
gboolean
hc_datagram_socket_send (HcDatagramSocket  *self,
                         GSocketAddress    *to,
                         HcPacket          *packet,
                         GError           **error)
{
  char bytes[HC_PACKET_MAX_LENGTH];
  gsize length;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), FALSE);
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (to), FALSE);
  g_return_val_if_fail (HC_IS_PACKET (packet), FALSE);

  length = hc_packet_write (packet, bytes, sizeof bytes);
  if (!hc_datagram_socket_send_bytes (self, to, bytes, length, error))
    return FALSE;

  hc_packet_log_add (self->log, TRUE, HC_TRANSPORT_UDP, to, packet);
  return TRUE;
}

/* --- Routes --------------------------------------------------------------- */

static Route
route_new (HcDatagramSocket *self,
           HcDatagramFunc    func,
           gpointer          user_data)
{
  return (Route) { .id = ++self->last_route, .func = func, .user_data = user_data };
}

/**
 * hc_datagram_socket_add_route:
 * @self: a socket
 * @func: who wants datagrams
 * @user_data: what to give to @func
 *
 * Offers each packet that comes to @func, before it is offered to those that
 * were added earlier.
 *
 * Returns: a number for hc_datagram_socket_remove_route()
 */
guint
hc_datagram_socket_add_route (HcDatagramSocket *self,
                              HcDatagramFunc    func,
                              gpointer          user_data)
{
  Route route;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  route = route_new (self, func, user_data);
  g_array_append_val (self->routes, route);
  return route.id;
}

/**
 * hc_datagram_socket_add_last_route:
 * @self: a socket
 * @func: who wants datagrams
 * @user_data: what to give to @func
 *
 * Offers each packet to @func that nobody else has taken, whoever is added
 * later.
 *
 * Returns: a number for hc_datagram_socket_remove_route()
 */
guint
hc_datagram_socket_add_last_route (HcDatagramSocket *self,
                                   HcDatagramFunc    func,
                                   gpointer          user_data)
{
  Route route;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  route = route_new (self, func, user_data);
  g_array_prepend_val (self->routes, route);
  return route.id;
}

/**
 * hc_datagram_socket_remove_route:
 * @self: a socket
 * @route: what hc_datagram_socket_add_route() gave
 *
 * Stops offering datagrams to a function.
 */
void
hc_datagram_socket_remove_route (HcDatagramSocket *self,
                                 guint             route)
{
  g_return_if_fail (HC_IS_DATAGRAM_SOCKET (self));

  for (guint i = 0; i < self->routes->len; i++)
    if (g_array_index (self->routes, Route, i).id == route)
      {
        g_array_remove_index (self->routes, i);
        return;
      }
}

/**
 * hc_datagram_socket_add_session:
 * @self: a socket
 * @session: (array fixed-size=8): a session, which is taken from whoever has it
 * @func: who wants its records
 * @user_data: what to give to @func
 *
 * Gives each record of a session to @func, from wherever it comes, without the
 * prefix that says whose it is.
 */
void
hc_datagram_socket_add_session (HcDatagramSocket *self,
                                const guint8      session[HC_SESSION_LENGTH],
                                HcDatagramFunc    func,
                                gpointer          user_data)
{
  SessionRoute *route;

  g_return_if_fail (HC_IS_DATAGRAM_SOCKET (self));
  g_return_if_fail (session != NULL);
  g_return_if_fail (func != NULL);

  route = g_new (SessionRoute, 1);
  *route = (SessionRoute) { session_to_number (session), func, user_data };
  g_hash_table_replace (self->sessions, &route->session, route);
}

/**
 * hc_datagram_socket_remove_session:
 * @self: a socket
 * @session: (array fixed-size=8): a session
 * @user_data: who has it
 *
 * Drops the records of a session from now on, unless somebody else has taken it.
 */
void
hc_datagram_socket_remove_session (HcDatagramSocket *self,
                                   const guint8      session[HC_SESSION_LENGTH],
                                   gpointer          user_data)
{
  const SessionRoute *route;
  guint64 number;

  g_return_if_fail (HC_IS_DATAGRAM_SOCKET (self));
  g_return_if_fail (session != NULL);

  number = session_to_number (session);
  route = g_hash_table_lookup (self->sessions, &number);
  if (route != NULL && route->user_data == user_data)
    g_hash_table_remove (self->sessions, &number);
}
