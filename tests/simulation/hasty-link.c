/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hasty-link.h"
#include "hc-source.h"

#define DELAY_MS 1000

struct _HastyLink
{
  GObject parent_instance;

  HcLink *link;
  HcClock *clock;
  GQueue held;
  GSource *timer;
};

static void hasty_link_iface_init (HcLinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HastyLink, hasty_link, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_LINK, hasty_link_iface_init))

static void
drop_held (HastyLink *self)
{
  hc_source_clear (&self->timer);
  g_queue_clear_full (&self->held, g_object_unref);
}

static void
hasty_link_dispose (GObject *object)
{
  HastyLink *self = HASTY_LINK (object);

  drop_held (self);
  g_clear_object (&self->link);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (hasty_link_parent_class)->dispose (object);
}

static void
hasty_link_class_init (HastyLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hasty_link_dispose;
}

static void
hasty_link_init (HastyLink *self)
{
  g_queue_init (&self->held);
}

/* --- From the peer --------------------------------------------------------- */

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (HastyLink) self = g_object_ref (user_data);
  HcPacket *packet;

  hc_source_clear (&self->timer);
  while ((packet = g_queue_pop_head (&self->held)) != NULL)
    {
      hc_link_emit_received (HC_LINK (self), packet);
      g_object_unref (packet);
    }
  return G_SOURCE_REMOVE;
}

static void
confirm (HastyLink *self,
         HcPacket  *packet)
{
  g_autoptr (HcPacket) ack = hc_packet_new_ack (hc_packet_get_number (packet, HC_HEADER_SEQ));

  hc_link_send (self->link, ack);
}

static void
on_received (HastyLink *self,
             HcPacket  *packet)
{
  if (hc_packet_get_packet_type (packet) == HC_PACKET_CHAT)
    confirm (self, packet);
  else if (g_queue_is_empty (&self->held))
    {
      hc_link_emit_received (HC_LINK (self), packet);
      return;
    }

  g_queue_push_tail (&self->held, g_object_ref (packet));
  if (self->timer == NULL)
    self->timer = hc_clock_set_timer (self->clock, DELAY_MS, on_timer, self);
}

static void
on_closed (HastyLink    *self,
           const GError *error)
{
  drop_held (self);
  hc_link_emit_closed (HC_LINK (self), error);
}

/* --- To the peer ----------------------------------------------------------- */

static void
hasty_link_send (HcLink   *link,
                 HcPacket *packet)
{
  hc_link_send (HASTY_LINK (link)->link, packet);
}

static void
hasty_link_close (HcLink *link)
{
  drop_held (HASTY_LINK (link));
  hc_link_close (HASTY_LINK (link)->link);
}

static HcTransport
hasty_link_get_transport (HcLink *link)
{
  return hc_link_get_transport (HASTY_LINK (link)->link);
}

static GSocketAddress *
hasty_link_dup_remote (HcLink *link)
{
  return hc_link_dup_remote (HASTY_LINK (link)->link);
}

static void
hasty_link_iface_init (HcLinkInterface *iface)
{
  iface->send = hasty_link_send;
  iface->close = hasty_link_close;
  iface->get_transport = hasty_link_get_transport;
  iface->dup_remote = hasty_link_dup_remote;
}

/**
 * hasty_link_new:
 * @link: a link inside encryption
 * @clock: the time
 *
 * Returns: (transfer full): a link that does what @link does, but for the bug
 */
HcLink *
hasty_link_new (HcLink  *link,
                HcClock *clock)
{
  HastyLink *self = g_object_new (HASTY_TYPE_LINK, NULL);

  self->link = g_object_ref (link);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (link, "received", G_CALLBACK (on_received), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "malformed", G_CALLBACK (hc_link_emit_malformed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "sent", G_CALLBACK (hc_link_emit_sent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  return HC_LINK (self);
}
