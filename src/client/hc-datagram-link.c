/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-datagram-link.h"
#include "hc-address.h"

struct _HcDatagramLink
{
  GObject parent_instance;

  HcDatagramSocket *socket;
  GSocketAddress *remote;
  guint route;

  /* Until a callee has answered we know whom we called, not where from it will
   * answer: a v1 callee may take another port than the one it waited on. */
  char *callee_id;
};

static void hc_datagram_link_iface_init (HcLinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcDatagramLink, hc_datagram_link, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_LINK, hc_datagram_link_iface_init))

static void
detach (HcDatagramLink *self)
{
  if (self->route != 0)
    hc_datagram_socket_remove_route (self->socket, self->route);
  self->route = 0;
}

static void
hc_datagram_link_dispose (GObject *object)
{
  HcDatagramLink *self = HC_DATAGRAM_LINK (object);

  detach (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->remote);

  G_OBJECT_CLASS (hc_datagram_link_parent_class)->dispose (object);
}

static void
hc_datagram_link_finalize (GObject *object)
{
  HcDatagramLink *self = HC_DATAGRAM_LINK (object);

  g_free (self->callee_id);

  G_OBJECT_CLASS (hc_datagram_link_parent_class)->finalize (object);
}

static void
hc_datagram_link_class_init (HcDatagramLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_datagram_link_dispose;
  object_class->finalize = hc_datagram_link_finalize;
}

static void
hc_datagram_link_init (HcDatagramLink *self)
{
}

/* The first answer of a callee: from its host, and in its name. */
static gboolean
is_first_answer (HcDatagramLink *self,
                 GSocketAddress *from,
                 HcPacket       *packet)
{
  const char *id = packet != NULL ? hc_packet_get_header (packet, HC_HEADER_CLIENT_ID) : NULL;

  return self->callee_id != NULL && hc_address_same_host (from, self->remote) &&
         g_strcmp0 (id, self->callee_id) == 0;
}

static void
take_packet (HcDatagramLink *self,
             GSocketAddress *from,
             HcPacket       *packet)
{
  g_clear_pointer (&self->callee_id, g_free);
  g_set_object (&self->remote, from);
  hc_packet_log_add (hc_datagram_socket_get_log (self->socket), FALSE,
                     HC_TRANSPORT_UDP, from, packet);
  hc_link_emit_received (HC_LINK (self), packet);
}

static void
take_fault (HcDatagramLink *self,
            gsize           length,
            const GError   *fault)
{
  hc_packet_log_add_fault (hc_datagram_socket_get_log (self->socket),
                           HC_TRANSPORT_UDP, self->remote, length, fault);
  hc_link_emit_malformed (HC_LINK (self), fault);
}

static gboolean
on_datagram (GSocketAddress *from,
             const char     *data,
             gsize           length,
             gpointer        user_data)
{
  g_autoptr (HcDatagramLink) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (data, length, HC_DIALECT_PEER, &error);

  if (!hc_address_equal (from, self->remote) && !is_first_answer (self, from, packet))
    return FALSE;

  if (packet != NULL)
    take_packet (self, from, packet);
  else
    take_fault (self, length, error);
  return TRUE;
}

static void
hc_datagram_link_send (HcLink   *link,
                       HcPacket *packet)
{
  g_autoptr (HcDatagramLink) self = g_object_ref (HC_DATAGRAM_LINK (link));
  g_autoptr (GError) error = NULL;

  if (self->route == 0)
    return;

  if (hc_datagram_socket_send (self->socket, self->remote, packet, &error))
    {
      hc_link_emit_sent (link, packet);
      return;
    }

  detach (self);
  hc_link_emit_closed (link, error);
}

static void
hc_datagram_link_close (HcLink *link)
{
  g_autoptr (HcDatagramLink) self = g_object_ref (HC_DATAGRAM_LINK (link));

  if (self->route == 0)
    return;

  detach (self);
  hc_link_emit_closed (link, NULL);
}

static HcTransport
hc_datagram_link_get_transport (HcLink *link)
{
  return HC_TRANSPORT_UDP;
}

static GSocketAddress *
hc_datagram_link_dup_remote (HcLink *link)
{
  return g_object_ref (HC_DATAGRAM_LINK (link)->remote);
}

static void
hc_datagram_link_iface_init (HcLinkInterface *iface)
{
  iface->send = hc_datagram_link_send;
  iface->close = hc_datagram_link_close;
  iface->get_transport = hc_datagram_link_get_transport;
  iface->dup_remote = hc_datagram_link_dup_remote;
}

static HcLink *
link_new (HcDatagramSocket *socket,
          GSocketAddress   *remote,
          const char       *callee_id)
{
  HcDatagramLink *self = g_object_new (HC_TYPE_DATAGRAM_LINK, NULL);

  self->socket = g_object_ref (socket);
  self->remote = g_object_ref (remote);
  self->callee_id = g_strdup (callee_id);
  self->route = hc_datagram_socket_add_route (socket, on_datagram, self);
  return HC_LINK (self);
}

/**
 * hc_datagram_link_new_caller:
 * @socket: our socket
 * @callee: where the one whom we call waits
 * @callee_id: its ID
 *
 * Creates the link of the one who calls.
 *
 * Returns: (transfer full): the link
 */
HcLink *
hc_datagram_link_new_caller (HcDatagramSocket *socket,
                             GSocketAddress   *callee,
                             const char       *callee_id)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (callee), NULL);
  g_return_val_if_fail (callee_id != NULL, NULL);

  return link_new (socket, callee, callee_id);
}

/**
 * hc_datagram_link_new_callee:
 * @socket: our socket
 * @caller: where the hello came from
 *
 * Creates the link of the one who has been called.
 *
 * Returns: (transfer full): the link
 */
HcLink *
hc_datagram_link_new_callee (HcDatagramSocket *socket,
                             GSocketAddress   *caller)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (caller), NULL);

  return link_new (socket, caller, NULL);
}
