/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-packet-record.h"

/* Every packet gets a record and hardly any is looked at, so that words are only
 * made for whoever asks: the local time alone would cost three looks at the
 * file system. */
struct _HcPacketRecord
{
  GObject parent_instance;

  gint64 real_time;
  gboolean outgoing;
  HcTransport transport;
  GSocketAddress *address;
  HcPacket *packet;
  char *fault;
  gsize length;

  /* %NULL until somebody asks. */
  GDateTime *time;
  char *remote;
  char *headers;
};

G_DEFINE_FINAL_TYPE (HcPacketRecord, hc_packet_record, G_TYPE_OBJECT)

static void
hc_packet_record_finalize (GObject *object)
{
  HcPacketRecord *self = HC_PACKET_RECORD (object);

  g_clear_object (&self->address);
  g_clear_object (&self->packet);
  g_free (self->fault);
  g_clear_pointer (&self->time, g_date_time_unref);
  g_free (self->remote);
  g_free (self->headers);

  G_OBJECT_CLASS (hc_packet_record_parent_class)->finalize (object);
}

static void
hc_packet_record_class_init (HcPacketRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_packet_record_finalize;
}

static void
hc_packet_record_init (HcPacketRecord *self)
{
  self->real_time = g_get_real_time ();
}

/* What is said inside of the encryption is nobody's business, not even the log's. */
static gboolean
shows_body (HcPacket *packet)
{
  const char *body = hc_packet_get_body (packet);

  return body != NULL && *body != '\0' && hc_packet_get_dialect (packet) != HC_DIALECT_SECURE;
}

static char *
dup_headers (HcPacket *packet)
{
  GString *headers = g_string_new (NULL);

  for (guint i = 0; i < hc_packet_get_n_headers (packet); i++)
    {
      const char *name, *value;

      hc_packet_get_nth_header (packet, i, &name, &value);
      g_string_append_printf (headers, "%s%s: %s", i > 0 ? "\n" : "", name, value);
    }
  if (shows_body (packet))
    g_string_append_printf (headers, "\n\n%s", hc_packet_get_body (packet));
  return g_strchomp (g_string_free (headers, FALSE));
}

static HcPacketRecord *
record_new (gboolean        outgoing,
            HcTransport     transport,
            GSocketAddress *remote,
            gsize           length)
{
  HcPacketRecord *self = g_object_new (HC_TYPE_PACKET_RECORD, NULL);

  self->outgoing = outgoing;
  self->transport = transport;
  g_set_object (&self->address, remote);
  self->length = length;
  return self;
}

/**
 * hc_packet_record_new:
 * @outgoing: whether we sent it
 * @transport: what carried it
 * @remote: (nullable): to or from whom
 * @packet: the packet
 *
 * Notes down a packet that passes now.
 *
 * Returns: (transfer full): a record
 */
HcPacketRecord *
hc_packet_record_new (gboolean        outgoing,
                      HcTransport     transport,
                      GSocketAddress *remote,
                      HcPacket       *packet)
{
  HcPacketRecord *self;

  g_return_val_if_fail (HC_IS_PACKET (packet), NULL);

  self = record_new (outgoing, transport, remote, hc_packet_write (packet, NULL, 0));
  self->packet = g_object_ref (packet);
  return self;
}

/**
 * hc_packet_record_new_fault:
 * @transport: what carried it
 * @remote: (nullable): from whom
 * @length: how many bytes came
 * @fault: what is wrong with them
 *
 * Notes down bytes that came now and are no packet.
 *
 * Returns: (transfer full): a record
 */
HcPacketRecord *
hc_packet_record_new_fault (HcTransport     transport,
                            GSocketAddress *remote,
                            gsize           length,
                            const GError   *fault)
{
  HcPacketRecord *self;

  g_return_val_if_fail (fault != NULL, NULL);

  self = record_new (FALSE, transport, remote, length);
  self->fault = g_strdup (fault->message);
  return self;
}

/**
 * hc_packet_record_get_time:
 * @self: a record
 *
 * Gets when the packet passed.
 *
 * Returns: (transfer none): local time
 */
GDateTime *
hc_packet_record_get_time (HcPacketRecord *self)
{
  g_autoptr (GDateTime) second = NULL;

  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), NULL);

  if (self->time == NULL)
    {
      second = g_date_time_new_from_unix_local (self->real_time / G_TIME_SPAN_SECOND);
      self->time = g_date_time_add (second, self->real_time % G_TIME_SPAN_SECOND);
    }
  return self->time;
}

/**
 * hc_packet_record_is_outgoing:
 * @self: a record
 *
 * Tells which way the packet went.
 *
 * Returns: %TRUE if we sent it
 */
gboolean
hc_packet_record_is_outgoing (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), FALSE);

  return self->outgoing;
}

/**
 * hc_packet_record_get_transport:
 * @self: a record
 *
 * Gets what carried the packet.
 *
 * Returns: the transport
 */
HcTransport
hc_packet_record_get_transport (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), HC_TRANSPORT_UNKNOWN);

  return self->transport;
}

/**
 * hc_packet_record_get_remote:
 * @self: a record
 *
 * Gets to or from whom the packet went, as address and port.
 *
 * Returns: (transfer none): text such as `192.0.2.7:5000`
 */
const char *
hc_packet_record_get_remote (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), NULL);

  if (self->remote == NULL && self->address != NULL)
    self->remote = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (self->address));
  return self->remote != NULL ? self->remote : "";
}

/**
 * hc_packet_record_get_type_name:
 * @self: a record
 *
 * Gets the packet's first line.
 *
 * Returns: (transfer none): text such as `REGISTER`, empty if it was no packet
 */
const char *
hc_packet_record_get_type_name (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), NULL);

  return self->packet != NULL ? hc_packet_get_type_name (self->packet) : "";
}

/**
 * hc_packet_record_get_headers:
 * @self: a record
 *
 * Gets the packet's headers, a line each, and behind an empty line its body,
 * unless it was said encrypted.
 *
 * Returns: (transfer none): the text, possibly empty
 */
const char *
hc_packet_record_get_headers (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), NULL);

  if (self->headers == NULL && self->packet != NULL)
    self->headers = dup_headers (self->packet);
  return self->headers != NULL ? self->headers : "";
}

/**
 * hc_packet_record_get_length:
 * @self: a record
 *
 * Gets how long the packet was.
 *
 * Returns: its length in bytes
 */
gsize
hc_packet_record_get_length (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), 0);

  return self->length;
}

/**
 * hc_packet_record_get_fault:
 * @self: a record
 *
 * Gets what was wrong with bytes that are no packet.
 *
 * Returns: (transfer none) (nullable): the fault, or %NULL for a good packet
 */
const char *
hc_packet_record_get_fault (HcPacketRecord *self)
{
  g_return_val_if_fail (HC_IS_PACKET_RECORD (self), NULL);

  return self->fault;
}
