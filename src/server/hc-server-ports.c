/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-private.h"
#include "hc-bind.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

static GSocketType
get_transport (HcServer *self)
{
  return self->is_udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM;
}

static gboolean
listen_on (HcServer     *self,
           GSocketType   transport,
           int           fd,
           GError      **error)
{
  if (transport == G_SOCKET_TYPE_DATAGRAM)
    return hc_datagram_listener_add (self->datagram_listener, fd, error);
  return hc_stream_listener_add (self->stream_listener, fd, error);
}

/* The first socket's port is everybody's. */
static gboolean
open_address (HcServer     *self,
              GSocketType   transport,
              const HcIp   *address,
              guint16      *port,
              GError      **error)
{
  int fd = hc_bind (address, *port, transport, error);

  if (fd < 0)
    return FALSE;
  *port = hc_bind_get_port (fd);
  return listen_on (self, transport, fd, error);
}

static gboolean
open_addresses (HcServer     *self,
                GSocketType   transport,
                guint16      *port,
                GError      **error)
{
  if (self->addresses == NULL || *self->addresses == NULL)
    return open_address (self, transport, NULL, port, error);

  for (guint i = 0; self->addresses[i] != NULL; i++)
    {
      HcIp address;

      if (!hc_ip_init_from_string (&address, self->addresses[i]))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” is no IP address"), self->addresses[i]);
          return FALSE;
        }
      if (!open_address (self, transport, &address, port, error))
        return FALSE;
    }
  return TRUE;
}

/* The listener closes its own, and a server may be started again. */
static gboolean
open_sockets (HcServer  *self,
              GError   **error)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      int fd = fcntl (g_array_index (self->sockets, int, i), F_DUPFD_CLOEXEC, 0);

      if (fd < 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                       "Can't use a socket: %s", g_strerror (errno));
          return FALSE;
        }
      self->bound_port = hc_bind_get_port (fd);
      if (!listen_on (self, get_transport (self), fd, error))
        return FALSE;
    }
  return TRUE;
}

/* Where there is TCP, by somebody else's choice. */
static gboolean
open_beside_sockets (HcServer *self,
                     guint16  *port)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      HcIp address;
      gboolean is_every;

      hc_bind_get_address (g_array_index (self->sockets, int, i), &address);
      is_every = hc_ip_is_unspecified (&address);
      if (!open_address (self, G_SOCKET_TYPE_DATAGRAM, is_every ? NULL : &address, port, NULL))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_open_udp (HcServer *self,
              guint16   port)
{
  gboolean is_open;

  self->datagram_listener = hc_datagram_listener_new (self->poller, self->rendezvous);
  self->udp_port = port;
  if (self->sockets->len > 0)
    is_open = open_beside_sockets (self, &self->udp_port);
  else
    is_open = open_addresses (self, G_SOCKET_TYPE_DATAGRAM, &self->udp_port, NULL);
  if (is_open)
    return TRUE;

  g_clear_pointer (&self->datagram_listener, hc_datagram_listener_free);
  self->udp_port = 0;
  return FALSE;
}

/* Beside TCP, v2 clients have UDP, with the same port where it is free. They
 * are told which, and do without if there is none. */
static void
open_udp_beside (HcServer *self)
{
  gboolean is_open = try_open_udp (self, self->bound_port);

  for (guint i = 0; !is_open && i < HC_SERVER_MAX_ATTEMPTS; i++)
    is_open = try_open_udp (self, 0);
  if (!is_open)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "HYBRIDCHAT_EVENT", "no-udp",
                      "MESSAGE", "There is no UDP port for those whom TCP doesn't lead to each other");
}

static void
on_notice (const HcOrigin *target,
           HcPacket       *notice,
           gpointer        user_data)
{
  HcServer *self = user_data;

  hc_datagram_listener_send (self->datagram_listener, target, notice);
}

/* Opens everything that the server listens on. */
gboolean
hc_server_open_ports (HcServer  *self,
                      GError   **error)
{
  gboolean is_open;

  self->bound_port = self->port;
  if (self->sockets->len > 0)
    is_open = open_sockets (self, error);
  else
    is_open = open_addresses (self, get_transport (self), &self->bound_port, error);
  if (!is_open)
    return FALSE;

  if (self->is_udp)
    self->udp_port = self->bound_port;
  else
    open_udp_beside (self);
  hc_rendezvous_set_udp (self->rendezvous, self->udp_port, !self->is_udp,
                         self->udp_port != 0 ? on_notice : NULL, self);
  return TRUE;
}
