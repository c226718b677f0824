/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-datagram-listener.h"
#include "hc-bind.h"
#include "hc-datagram-batch.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/socket.h>

/* Many people may ask at once, and nobody tells them when they aren't heard. */
#define RECEIVE_BUFFER_SIZE (1024 * 1024)

struct _HcDatagramListener
{
  HcPoller *poller;
  HcRendezvous *rendezvous;
  HcDatagramBatch *requests;
  GPtrArray *sockets;
};

/* A socket lives as long as there are requests to be answered on it. */
typedef struct
{
  HcPoll poll;
  HcDatagramListener *listener;
  HcDatagramBatch *replies;

  /* While requests are handled: their replies are sent together. */
  gboolean is_handling;
} Socket;

typedef struct
{
  Socket *socket;
  HcDatagramRoute route;
} Request;

static void
socket_clear (gpointer data)
{
  Socket *self = data;

  hc_datagram_batch_free (self->replies);
}

static void
socket_release (gpointer data)
{
  g_rc_box_release_full (data, socket_clear);
}

static void
add_reply (Socket                *self,
           const HcDatagramRoute *route,
           HcPacket              *reply)
{
  HcDatagram *datagram = hc_datagram_batch_add (self->replies);
  gsize length;

  if (datagram == NULL)
    {
      hc_datagram_batch_send (self->replies, self->poll.fd);
      datagram = hc_datagram_batch_add (self->replies);
    }
  datagram->route = *route;
  length = hc_packet_write (reply, datagram->data, HC_PACKET_MAX_LENGTH);
  datagram->length = MIN (length, HC_PACKET_MAX_LENGTH);
  if (!self->is_handling)
    hc_datagram_batch_send (self->replies, self->poll.fd);
}

static void
on_reply (HcPacket *reply,
          gpointer  user_data)
{
  Request *request = user_data;

  if (reply != NULL && request->socket->poll.fd >= 0)
    add_reply (request->socket, &request->route, reply);
  socket_release (request->socket);
  g_free (request);
}

static void
take_datagram (Socket           *socket,
               const HcDatagram *datagram)
{
  HcDatagramListener *self = socket->listener;
  Request *request = g_new (Request, 1);
  HcOrigin origin;

  request->socket = g_rc_box_acquire (socket);
  request->route = datagram->route;
  hc_origin_init (&origin, G_SOCKET_TYPE_DATAGRAM, &datagram->route.remote,
                  hc_poller_get_time (self->poller));
  if (datagram->route.has_local)
    origin.local = datagram->route.local;
  hc_rendezvous_handle (self->rendezvous, &origin, datagram->data, datagram->length,
                        on_reply, NULL, request);
}

static void
on_datagrams (HcPoll *poll,
              guint   events)
{
  Socket *socket = poll->owner;
  HcDatagramBatch *requests = socket->listener->requests;
  guint n = hc_datagram_batch_receive (requests, poll->fd);

  socket->is_handling = TRUE;
  for (guint i = 0; i < n; i++)
    take_datagram (socket, hc_datagram_batch_get (requests, i));
  socket->is_handling = FALSE;
  hc_datagram_batch_send (socket->replies, poll->fd);
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
  self->requests = hc_datagram_batch_new ();
  self->sockets = g_ptr_array_new_with_free_func (socket_release);
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
  hc_datagram_batch_free (self->requests);
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
  socket->replies = hc_datagram_batch_new ();
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
  Socket *socket = NULL;

  for (guint i = 0; i < self->sockets->len; i++)
    {
      HcIp bound;

      socket = g_ptr_array_index (self->sockets, i);
      hc_bind_get_address (socket->poll.fd, &bound);
      if (hc_ip_equal (&bound, local))
        break;
    }
  return socket;
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
  HcDatagramRoute route;

  if (socket == NULL)
    return;

  hc_datagram_route_init (&route, socket->poll.fd, target);
  add_reply (socket, &route, packet);
}
