/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_DTLS_HEADER_LENGTH:
 *
 * How many bytes stand before the content of a record.
 */
#define HC_DTLS_HEADER_LENGTH 13

/**
 * HcDtlsType:
 *
 * What is in a record. Source: RFC 6347, section 4.1, and RFC 5246, section 6.2.1.
 */
typedef enum
{
  HC_DTLS_CHANGE_CIPHER_SPEC = 20,
  HC_DTLS_ALERT = 21,
  HC_DTLS_HANDSHAKE = 22,
  HC_DTLS_APPLICATION_DATA = 23,
} HcDtlsType;

/**
 * HcDtlsRecord:
 * @type: what is in it
 * @epoch: 0 in plain text, more if it is encrypted
 * @number: grows with every record of a sender: the epoch in the upper 16 bits
 * @data: (array length=length): the record with its header
 * @length: how many bytes
 *
 * A record of DTLS 1.2 as it lies in a datagram.
 */
typedef struct
{
  HcDtlsType type;
  guint16 epoch;
  guint64 number;
  const guint8 *data;
  gsize length;
} HcDtlsRecord;

gboolean hc_dtls_record_parse           (const guint8       *data,
                                         gsize               length,
                                         HcDtlsRecord       *record);
gboolean hc_dtls_record_is_client_hello (const HcDtlsRecord *record);
gboolean hc_dtls_record_get_alert       (const HcDtlsRecord *record,
                                         guint8             *alert);

G_END_DECLS
