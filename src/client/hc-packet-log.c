/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-packet-log.h"

/* Beyond the capacity the oldest half goes at once, so that a busy session
 * moves the array once in a while and not with each packet. */
#define CAPACITY 10000

struct _HcPacketLog
{
  GObject parent_instance;

  GPtrArray *records;
};

static GType
hc_packet_log_get_item_type (GListModel *model)
{
  return HC_TYPE_PACKET_RECORD;
}

static guint
hc_packet_log_get_n_items (GListModel *model)
{
  return HC_PACKET_LOG (model)->records->len;
}

static gpointer
hc_packet_log_get_item (GListModel *model,
                        guint       position)
{
  HcPacketLog *self = HC_PACKET_LOG (model);

  if (position >= self->records->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->records, position));
}

static void
hc_packet_log_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hc_packet_log_get_item_type;
  iface->get_n_items = hc_packet_log_get_n_items;
  iface->get_item = hc_packet_log_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HcPacketLog, hc_packet_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hc_packet_log_list_model_init))

static void
hc_packet_log_finalize (GObject *object)
{
  HcPacketLog *self = HC_PACKET_LOG (object);

  g_ptr_array_unref (self->records);

  G_OBJECT_CLASS (hc_packet_log_parent_class)->finalize (object);
}

static void
hc_packet_log_class_init (HcPacketLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_packet_log_finalize;
}

static void
hc_packet_log_init (HcPacketLog *self)
{
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hc_packet_log_new:
 *
 * Creates an empty log.
 *
 * Returns: (transfer full): a log
 */
HcPacketLog *
hc_packet_log_new (void)
{
  return g_object_new (HC_TYPE_PACKET_LOG, NULL);
}

static void
drop_oldest (HcPacketLog *self,
             guint        n)
{
  g_ptr_array_remove_range (self->records, 0, n);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

static void
take (HcPacketLog    *self,
      HcPacketRecord *record)
{
  if (self->records->len >= CAPACITY)
    drop_oldest (self, CAPACITY / 2);

  g_ptr_array_add (self->records, record);
  g_list_model_items_changed (G_LIST_MODEL (self), self->records->len - 1, 0, 1);
}

/**
 * hc_packet_log_add:
 * @self: a log
 * @outgoing: whether we sent it
 * @transport: what carried it
 * @remote: (nullable): to or from whom
 * @packet: the packet
 *
 * Notes down a packet that passes now.
 */
void
hc_packet_log_add (HcPacketLog    *self,
                   gboolean        outgoing,
                   HcTransport     transport,
                   GSocketAddress *remote,
                   HcPacket       *packet)
{
  g_return_if_fail (HC_IS_PACKET_LOG (self));

  take (self, hc_packet_record_new (outgoing, transport, remote, packet));
}

/**
 * hc_packet_log_add_fault:
 * @self: a log
 * @transport: what carried it
 * @remote: (nullable): from whom
 * @length: how many bytes came
 * @fault: what is wrong with them
 *
 * Notes down bytes that came now and are no packet.
 */
void
hc_packet_log_add_fault (HcPacketLog    *self,
                         HcTransport     transport,
                         GSocketAddress *remote,
                         gsize           length,
                         const GError   *fault)
{
  g_return_if_fail (HC_IS_PACKET_LOG (self));

  take (self, hc_packet_record_new_fault (transport, remote, length, fault));
}

/**
 * hc_packet_log_clear:
 * @self: a log
 *
 * Forgets every packet.
 */
void
hc_packet_log_clear (HcPacketLog *self)
{
  g_return_if_fail (HC_IS_PACKET_LOG (self));

  if (self->records->len > 0)
    drop_oldest (self, self->records->len);
}
