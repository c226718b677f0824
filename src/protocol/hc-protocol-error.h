/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_PROTOCOL_ERROR:
 *
 * The domain of everything that can be wrong with bytes off the wire.
 */
#define HC_PROTOCOL_ERROR (hc_protocol_error_quark ())

/**
 * HcProtocolError:
 * @HC_PROTOCOL_ERROR_EMPTY: there is nothing in it
 * @HC_PROTOCOL_ERROR_TOO_LONG: over %HC_PACKET_MAX_LENGTH bytes
 * @HC_PROTOCOL_ERROR_INVALID_UTF8: not UTF-8
 * @HC_PROTOCOL_ERROR_CONTROL_CHARACTER: a control character where text belongs
 * @HC_PROTOCOL_ERROR_UNKNOWN_TYPE: the first line names no packet
 * @HC_PROTOCOL_ERROR_MALFORMED_HEADER: a line without name and colon
 * @HC_PROTOCOL_ERROR_MISSING_HEADER: the type needs a header that isn't there
 * @HC_PROTOCOL_ERROR_REPEATED_HEADER: a header stands twice
 * @HC_PROTOCOL_ERROR_INVALID_ID: a client ID that is empty, over 64 bytes, or not
 *   what it looks like
 * @HC_PROTOCOL_ERROR_INVALID_ADDRESS: no literal IPv4 or IPv6 address
 * @HC_PROTOCOL_ERROR_INVALID_PORT: outside 1-65535
 * @HC_PROTOCOL_ERROR_INVALID_VALUE: a v2 header that says nothing
 *
 * What is wrong with a packet. Source: protocol, section 1.
 */
typedef enum
{
  HC_PROTOCOL_ERROR_EMPTY,
  HC_PROTOCOL_ERROR_TOO_LONG,
  HC_PROTOCOL_ERROR_INVALID_UTF8,
  HC_PROTOCOL_ERROR_CONTROL_CHARACTER,
  HC_PROTOCOL_ERROR_UNKNOWN_TYPE,
  HC_PROTOCOL_ERROR_MALFORMED_HEADER,
  HC_PROTOCOL_ERROR_MISSING_HEADER,
  HC_PROTOCOL_ERROR_REPEATED_HEADER,
  HC_PROTOCOL_ERROR_INVALID_ID,
  HC_PROTOCOL_ERROR_INVALID_ADDRESS,
  HC_PROTOCOL_ERROR_INVALID_PORT,
  HC_PROTOCOL_ERROR_INVALID_VALUE,
} HcProtocolError;

GQuark      hc_protocol_error_quark   (void);
const char *hc_protocol_error_to_code (int error);

G_END_DECLS
