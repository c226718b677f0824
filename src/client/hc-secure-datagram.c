/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-secure-datagram-private.h"
#include "hc-datagram-source.h"
#include "hc-source.h"

#include <string.h>

/* At most so often the last flight is sent again to one who asks for it. */
#define MIN_ANSWER_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

static void hc_secure_datagram_iface_init (GDatagramBasedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcSecureDatagram, hc_secure_datagram, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_DATAGRAM_BASED,
                                                      hc_secure_datagram_iface_init))

void
hc_secure_datagram_clear_sources (HcSecureDatagram *self)
{
  hc_source_clear (&self->input);
  hc_source_clear (&self->cancellation);
  hc_source_clear (&self->repetition);
  hc_source_clear (&self->deadline);
}

static void send_new_records (HcSecureDatagram *self);

static void
hc_secure_datagram_dispose (GObject *object)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (object);

  hc_secure_datagram_clear_sources (self);
  if (self->is_established && !self->is_closed)
    {
      hc_dtls_close (self->dtls);
      send_new_records (self);
      self->is_closed = TRUE;
    }
  g_clear_object (&self->path);
  g_clear_object (&self->identity);

  G_OBJECT_CLASS (hc_secure_datagram_parent_class)->dispose (object);
}

static void
hc_secure_datagram_finalize (GObject *object)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (object);

  g_clear_pointer (&self->dtls, hc_dtls_free);
  g_clear_pointer (&self->peer_key, hc_peer_key_free);
  g_clear_pointer (&self->hello, g_bytes_unref);
  g_clear_pointer (&self->flight, g_ptr_array_unref);
  g_clear_error (&self->refusal);

  G_OBJECT_CLASS (hc_secure_datagram_parent_class)->finalize (object);
}

static void
hc_secure_datagram_class_init (HcSecureDatagramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_secure_datagram_dispose;
  object_class->finalize = hc_secure_datagram_finalize;
}

static void
hc_secure_datagram_init (HcSecureDatagram *self)
{
}

/* --- Records -------------------------------------------------------------- */

static void
send_datagram (HcSecureDatagram *self,
               GPtrArray        *records,
               guint             start,
               guint             end)
{
  g_autofree GOutputVector *vectors = g_new (GOutputVector, end - start);
  GOutputMessage message = { .vectors = vectors, .num_vectors = end - start };

  for (guint i = start; i < end; i++)
    vectors[i - start].buffer = g_bytes_get_data (g_ptr_array_index (records, i),
                                                  &vectors[i - start].size);
  g_datagram_based_send_messages (G_DATAGRAM_BASED (self->path), &message, 1, 0, 0, NULL, NULL);
}

void
hc_secure_datagram_send (HcSecureDatagram *self,
                         GPtrArray        *records)
{
  guint start = 0;
  gsize length = 0;

  for (guint i = 0; i < records->len; i++)
    {
      gsize more = g_bytes_get_size (g_ptr_array_index (records, i));

      if (i > start && length + more > HC_DTLS_MAX_RECORD)
        {
          send_datagram (self, records, start, i);
          start = i;
          length = 0;
        }
      length += more;
    }
  if (start < records->len)
    send_datagram (self, records, start, records->len);
}

static void
send_new_records (HcSecureDatagram *self)
{
  g_autoptr (GPtrArray) records = hc_dtls_steal_records (self->dtls);

  hc_secure_datagram_send (self, records);
}

static gboolean
receive_datagram (HcSecureDatagram *self)
{
  GInputVector vector = { self->datagram, sizeof self->datagram };
  GInputMessage message = { .vectors = &vector, .num_vectors = 1 };

  self->start = self->end = 0;
  if (g_datagram_based_receive_messages (G_DATAGRAM_BASED (self->path), &message, 1, 0, 0,
                                         NULL, NULL) < 1)
    return FALSE;

  self->end = message.bytes_received;
  return TRUE;
}

/* One by one, since GnuTLS throws away a whole datagram for one record in it
 * that it doesn't like. */
gboolean
hc_secure_datagram_read (HcSecureDatagram *self,
                         HcDtlsRecord     *record)
{
  while (!hc_dtls_record_parse (self->datagram + self->start, self->end - self->start, record))
    if (!receive_datagram (self))
      return FALSE;

  self->start += record->length;
  return TRUE;
}

/* --- As a GDatagramBased -------------------------------------------------- */

static void
answer_repetition (HcSecureDatagram *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->flight == NULL || now - self->sent_at < MIN_ANSWER_INTERVAL)
    return;
  self->sent_at = now;
  hc_secure_datagram_send (self, self->flight);
}

static gssize
receive (HcSecureDatagram  *self,
         guint8            *buffer,
         gsize              size,
         GError           **error)
{
  HcDtlsRecord record;
  gssize n;

  while (!self->is_closed && hc_secure_datagram_read (self, &record))
    {
      g_autoptr (GError) local_error = NULL;

      if (record.type == HC_DTLS_HANDSHAKE)
        answer_repetition (self);
      if (record.epoch == 0 || record.type == HC_DTLS_HANDSHAKE)
        continue;

      n = hc_dtls_decrypt (self->dtls, record.data, record.length, buffer, size, &local_error);
      self->is_closed = g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      if (n > 0)
        {
          hc_datagram_path_confirm (self->path, record.number);
          return n;
        }
    }

  if (self->is_closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The other one has ended");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing has come");
  return -1;
}

static gboolean
receive_message (HcSecureDatagram  *self,
                 GInputMessage     *message,
                 GError           **error)
{
  guint8 buffer[MAX_DATAGRAM_LENGTH];
  gssize n = receive (self, buffer, sizeof buffer, error);
  gsize done = 0;

  if (n < 0)
    return FALSE;

  for (guint i = 0; i < message->num_vectors; i++)
    {
      gsize length = MIN (message->vectors[i].size, n - done);

      memcpy (message->vectors[i].buffer, buffer + done, length);
      done += length;
    }
  message->bytes_received = done;
  message->flags = 0;
  if (message->address != NULL)
    *message->address = NULL;
  if (message->control_messages != NULL)
    *message->control_messages = NULL;
  if (message->num_control_messages != NULL)
    *message->num_control_messages = 0;
  return TRUE;
}

static int
hc_secure_datagram_receive_messages (GDatagramBased  *based,
                                     GInputMessage   *messages,
                                     guint            n_messages,
                                     int              flags,
                                     gint64           timeout,
                                     GCancellable    *cancellable,
                                     GError         **error)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (based);
  guint n = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;

  while (n < n_messages && receive_message (self, &messages[n], n == 0 ? error : NULL))
    n++;
  return n > 0 || n_messages == 0 ? (int) n : -1;
}

static gboolean
send_message (HcSecureDatagram  *self,
              GOutputMessage    *message,
              GError           **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (HC_DTLS_MAX_RECORD);

  for (guint i = 0; i < message->num_vectors; i++)
    g_byte_array_append (bytes, message->vectors[i].buffer, message->vectors[i].size);
  if (!hc_dtls_encrypt (self->dtls, bytes->data, bytes->len, error))
    return FALSE;

  send_new_records (self);
  message->bytes_sent = bytes->len;
  return TRUE;
}

static int
hc_secure_datagram_send_messages (GDatagramBased  *based,
                                  GOutputMessage  *messages,
                                  guint            n_messages,
                                  int              flags,
                                  gint64           timeout,
                                  GCancellable    *cancellable,
                                  GError         **error)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (based);
  guint n = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->is_closed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The other one has ended");
      return -1;
    }

  while (n < n_messages && send_message (self, &messages[n], n == 0 ? error : NULL))
    n++;
  return n > 0 || n_messages == 0 ? (int) n : -1;
}

static GIOCondition
hc_secure_datagram_condition_check (GDatagramBased *based,
                                    GIOCondition    condition)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (based);

  if (self->is_closed)
    return (G_IO_IN | G_IO_OUT | G_IO_HUP) & condition;
  if (self->start < self->end)
    return (G_IO_IN | G_IO_OUT) & condition;
  return g_datagram_based_condition_check (G_DATAGRAM_BASED (self->path), condition);
}

static gboolean
hc_secure_datagram_condition_wait (GDatagramBased  *based,
                                   GIOCondition     condition,
                                   gint64           timeout,
                                   GCancellable    *cancellable,
                                   GError         **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (hc_secure_datagram_condition_check (based, condition) != 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "It doesn't block");
  return FALSE;
}

static void
hc_secure_datagram_iface_init (GDatagramBasedInterface *iface)
{
  iface->receive_messages = hc_secure_datagram_receive_messages;
  iface->send_messages = hc_secure_datagram_send_messages;
  iface->create_source = hc_datagram_source_new;
  iface->condition_check = hc_secure_datagram_condition_check;
  iface->condition_wait = hc_secure_datagram_condition_wait;
}

/**
 * hc_secure_datagram_get_max_data:
 * @self: an encrypted conversation
 *
 * Gets how much fits in a datagram: always more than a packet and its frame.
 *
 * Returns: how many bytes
 */
gsize
hc_secure_datagram_get_max_data (HcSecureDatagram *self)
{
  g_return_val_if_fail (HC_IS_SECURE_DATAGRAM (self), 0);

  return hc_dtls_get_max_data (self->dtls);
}
