/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-link.h"

G_DEFINE_INTERFACE (HcLink, hc_link, G_TYPE_OBJECT)

enum
{
  RECEIVED,
  MALFORMED,
  SENT,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
add_signal (const char *name,
            GType       argument)
{
  return g_signal_new (name, HC_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, argument);
}

static void
hc_link_default_init (HcLinkInterface *iface)
{
  /**
   * HcLink::received:
   * @self: the link
   * @packet: a packet from the peer
   *
   * Emitted for each packet in the order in which they came.
   */
  signals[RECEIVED] = add_signal ("received", HC_TYPE_PACKET);

  /**
   * HcLink::malformed:
   * @self: the link
   * @fault: (type GError): what is wrong, in %HC_PROTOCOL_ERROR
   *
   * Emitted when the peer sent bytes that are no packet, if it can be told where
   * the next one begins. If not, the link is closed.
   */
  signals[MALFORMED] = add_signal ("malformed", G_TYPE_ERROR);

  /**
   * HcLink::sent:
   * @self: the link
   * @packet: a packet from us
   *
   * Emitted when all of a packet has been handed to the network, which is not
   * to say that it arrives.
   */
  signals[SENT] = add_signal ("sent", HC_TYPE_PACKET);

  /**
   * HcLink::closed:
   * @self: the link
   * @error: (type GError) (nullable): why, or %NULL for an orderly end
   *
   * Emitted once, when nothing comes and goes any more, whoever ended it.
   */
  signals[CLOSED] = add_signal ("closed", G_TYPE_ERROR);
}

/**
 * hc_link_send:
 * @self: a link
 * @packet: what to send
 *
 * Sends a packet behind those that are on their way. #HcLink::sent or
 * #HcLink::closed tells what became of it, possibly before this returns. On a
 * link that is closed it does nothing.
 */
void
hc_link_send (HcLink   *self,
              HcPacket *packet)
{
  g_return_if_fail (HC_IS_LINK (self));
  g_return_if_fail (HC_IS_PACKET (packet));

  HC_LINK_GET_IFACE (self)->send (self, packet);
}

/**
 * hc_link_close:
 * @self: a link
 *
 * Ends the link in an orderly way: what was sent goes out first. The link
 * keeps itself alive until then, for two seconds at most.
 */
void
hc_link_close (HcLink *self)
{
  g_return_if_fail (HC_IS_LINK (self));

  HC_LINK_GET_IFACE (self)->close (self);
}

/**
 * hc_link_get_transport:
 * @self: a link
 *
 * Gets what carries the packets.
 *
 * Returns: the transport
 */
HcTransport
hc_link_get_transport (HcLink *self)
{
  g_return_val_if_fail (HC_IS_LINK (self), HC_TRANSPORT_UNKNOWN);

  return HC_LINK_GET_IFACE (self)->get_transport (self);
}

/**
 * hc_link_dup_remote:
 * @self: a link
 *
 * Gets where the peer is.
 *
 * Returns: (transfer full) (nullable): its address, or %NULL if it was gone
 *   before anybody asked
 */
GSocketAddress *
hc_link_dup_remote (HcLink *self)
{
  g_return_val_if_fail (HC_IS_LINK (self), NULL);

  return HC_LINK_GET_IFACE (self)->dup_remote (self);
}

/**
 * hc_link_emit_received:
 * @self: a link
 * @packet: a packet
 *
 * For implementations: emits #HcLink::received.
 */
void
hc_link_emit_received (HcLink   *self,
                       HcPacket *packet)
{
  g_signal_emit (self, signals[RECEIVED], 0, packet);
}

/**
 * hc_link_emit_malformed:
 * @self: a link
 * @fault: what is wrong
 *
 * For implementations: emits #HcLink::malformed.
 */
void
hc_link_emit_malformed (HcLink       *self,
                        const GError *fault)
{
  g_signal_emit (self, signals[MALFORMED], 0, fault);
}

/**
 * hc_link_emit_sent:
 * @self: a link
 * @packet: a packet
 *
 * For implementations: emits #HcLink::sent.
 */
void
hc_link_emit_sent (HcLink   *self,
                   HcPacket *packet)
{
  g_signal_emit (self, signals[SENT], 0, packet);
}

/**
 * hc_link_emit_closed:
 * @self: a link
 * @error: (nullable): why
 *
 * For implementations: emits #HcLink::closed.
 */
void
hc_link_emit_closed (HcLink       *self,
                     const GError *error)
{
  g_signal_emit (self, signals[CLOSED], 0, error);
}
