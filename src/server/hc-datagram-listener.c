/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-datagram-listener.h"
#include "hc-bind.h"
#include "hc-datagram-route.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/socket.h>

/* How many datagrams are handled before the others have their turn. */
#define BATCH 64

/* One byte more than a packet may have, so that one too long is seen to be. */
#define BUFFER_SIZE (HC_PACKET_MAX_LENGTH + 1)

/* Many people may ask at once, and nobody tells them when they aren't heard. */
#define RECEIVE_BUFFER_SIZE (1024 * 1024)

struct _HcDatagramListener
{
  HcPoller *poller;
  HcRendezvous *rendezvous;
  GPtrArray *sockets;
};

/* A socket lives as long as there are requests to be answered on it. */
typedef struct
{
  HcPoll poll;
  HcDatagramListener *listener;
} Socket;

typedef struct
{
  Socket *socket;
  HcDatagramRoute route;
} Request;

static void
on_reply (HcPacket *reply,
          gpointer  user_data)
{
  Request *request = user_data;
  char buffer[HC_PACKET_MAX_LENGTH];

  if (reply != NULL && request->socket->poll.fd >= 0)
    hc_datagram_route_send (&request->route, request->socket->poll.fd, buffer,
                            hc_packet_write (reply, buffer, sizeof buffer));
  g_rc_box_release (request->socket);
  g_free (request);
}

static void
take_datagram (Socket                *socket,
               const HcDatagramRoute *route,
               const char            *data,
               gsize                  length)
{
  HcDatagramListener *self = socket->listener;
  Request *request = g_new (Request, 1);
  HcOrigin origin;

  request->socket = g_rc_box_acquire (socket);
  request->route = *route;
  hc_origin_init (&origin, G_SOCKET_TYPE_DATAGRAM, &route->remote,
                  hc_poller_get_time (self->poller));
  if (route->has_local)
    origin.local = route->local;
  hc_rendezvous_handle (self->rendezvous, &origin, data, length, on_reply, NULL, request);
}

static void
on_datagrams (HcPoll *poll,
              guint   events)
{
  for (guint i = 0; i < BATCH; i++)
    {
      char buffer[BUFFER_SIZE];
      HcDatagramRoute route;
      gssize n = hc_datagram_route_receive (&route, poll->fd, buffer, sizeof buffer);

      /* Anything else is an ICMP error of an earlier reply: a lost packet. */
      if (n < 0 && errno == EAGAIN)
        break;
      if (n >= 0)
        take_datagram (poll->owner, &route, buffer, n);
    }
}

/**
 * hc_datagram_listener_new:
 * @poller: watches the descriptors
 * @rendezvous: answers the requests
 *
 * Creates a listener for UDP. @poller and @rendezvous must outlive it.
 *
 * Returns: (transfer full): a listener, to be freed with
 *   hc_datagram_listener_free()
 */
HcDatagramListener *
hc_datagram_listener_new (HcPoller     *poller,
                          HcRendezvous *rendezvous)
{
  HcDatagramListener *self = g_new0 (HcDatagramListener, 1);

  self->poller = poller;
  self->rendezvous = rendezvous;
  self->sockets = g_ptr_array_new_with_free_func (g_rc_box_release);
  return self;
}

/**
 * hc_datagram_listener_free:
 * @self: a listener
 *
 * Closes its sockets and frees the listener.
 */
void
hc_datagram_listener_free (HcDatagramListener *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      Socket *socket = g_ptr_array_index (self->sockets, i);

      hc_poller_close (self->poller, &socket->poll);
    }
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

/**
 * hc_datagram_listener_add:
 * @self: a listener
 * @fd: (transfer full): a bound non-blocking UDP socket
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Answers the datagrams that come to a socket.
 *
 * Returns: %TRUE if it does, else @fd is closed and @error set
 */
gboolean
hc_datagram_listener_add (HcDatagramListener  *self,
                          int                  fd,
                          GError             **error)
{
  const int size = RECEIVE_BUFFER_SIZE;
  Socket *socket = g_rc_box_new0 (Socket);

  hc_poll_init (&socket->poll, fd, on_datagrams, socket);
  socket->listener = self;
  g_ptr_array_add (self->sockets, socket);

  /* The kernel gives what it allows; less than this works too. */
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  hc_datagram_route_enable (fd);
  if (hc_poller_watch (self->poller, &socket->poll, EPOLLIN))
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               "Can't listen: %s", g_strerror (errno));
  hc_poller_close (self->poller, &socket->poll);
  g_ptr_array_remove (self->sockets, socket);
  return FALSE;
}

/* The socket that is bound to the address, or else to every one. */
static Socket *
find_socket (HcDatagramListener *self,
             const HcIp         *local)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      Socket *socket = g_ptr_array_index (self->sockets, i);
      HcIp bound;

      hc_bind_get_address (socket->poll.fd, &bound);
      if (hc_ip_equal (&bound, local) || i + 1 == self->sockets->len)
        return socket;
    }
  return NULL;
}

/**
 * hc_datagram_listener_send:
 * @self: a listener
 * @target: where a datagram came from
 * @packet: what to send there
 *
 * Sends what nobody asked for just now, from the address and port that was
 * asked before: no other would pass the target's NAT. It may be lost, as
 * datagrams may be.
 */
void
hc_datagram_listener_send (HcDatagramListener *self,
                           const HcOrigin     *target,
                           HcPacket           *packet)
{
  Socket *socket = find_socket (self, &target->local);
  char buffer[HC_PACKET_MAX_LENGTH];
  HcDatagramRoute route;

  if (socket == NULL)
    return;

  hc_datagram_route_init (&route, socket->poll.fd, target);
  hc_datagram_route_send (&route, socket->poll.fd, buffer,
                          hc_packet_write (packet, buffer, sizeof buffer));
}
