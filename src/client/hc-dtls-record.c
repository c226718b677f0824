/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-dtls-record.h"

#define ALERT_LENGTH 2
#define ALERT_FATAL 2
#define CLIENT_HELLO 1

/* DTLS 1.2, and 1.0, which is what a first ClientHello may be marked with:
 * one's complements of 1.2 and 1.0. */
static gboolean
is_version (const guint8 *data)
{
  return data[0] == 0xfe && (data[1] == 0xfd || data[1] == 0xff);
}

static guint64
get_number (const guint8 *data,
            guint         n_bytes)
{
  guint64 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | data[i];
  return number;
}

/**
 * hc_dtls_record_parse:
 * @data: (array length=length): what is left of a datagram
 * @length: how many bytes
 * @record: (out): the first record in it, which points into @data
 *
 * Reads the header of a record.
 *
 *     type:8 | version:16 | epoch:16 | sequence number:48 | length:16 | content
 *
 * Source: RFC 6347, section 4.1.
 *
 * Returns: %TRUE if there is a whole record
 */
gboolean
hc_dtls_record_parse (const guint8 *data,
                      gsize         length,
                      HcDtlsRecord *record)
{
  gsize content;

  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  if (length <= HC_DTLS_HEADER_LENGTH || data[0] < HC_DTLS_CHANGE_CIPHER_SPEC ||
      data[0] > HC_DTLS_APPLICATION_DATA || !is_version (data + 1))
    return FALSE;

  content = get_number (data + 11, 2);
  if (content == 0 || content > length - HC_DTLS_HEADER_LENGTH)
    return FALSE;

  record->type = data[0];
  record->epoch = get_number (data + 3, 2);
  record->number = get_number (data + 3, 8);
  record->data = data;
  record->length = HC_DTLS_HEADER_LENGTH + content;
  return TRUE;
}

/**
 * hc_dtls_record_is_client_hello:
 * @record: a record
 *
 * Tells whether a handshake begins with it.
 *
 * Returns: %TRUE if it does
 */
gboolean
hc_dtls_record_is_client_hello (const HcDtlsRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  return record->type == HC_DTLS_HANDSHAKE && record->epoch == 0 &&
         record->data[HC_DTLS_HEADER_LENGTH] == CLIENT_HELLO;
}

/**
 * hc_dtls_record_get_alert:
 * @record: a record
 * @alert: (out): the alert's number, as in RFC 5246, section 7.2
 *
 * Reads an alert that anybody may have written: a fatal one in plain text.
 *
 * Returns: %TRUE if it is one
 */
gboolean
hc_dtls_record_get_alert (const HcDtlsRecord *record,
                          guint8             *alert)
{
  const guint8 *content;

  g_return_val_if_fail (record != NULL, FALSE);
  g_return_val_if_fail (alert != NULL, FALSE);

  content = record->data + HC_DTLS_HEADER_LENGTH;
  if (record->type != HC_DTLS_ALERT || record->epoch != 0 ||
      record->length != HC_DTLS_HEADER_LENGTH + ALERT_LENGTH || content[0] != ALERT_FATAL)
    return FALSE;

  *alert = content[1];
  return TRUE;
}
