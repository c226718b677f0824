/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-protocol-error.h"

static const char *const codes[] = {
  [HC_PROTOCOL_ERROR_EMPTY] = "empty",
  [HC_PROTOCOL_ERROR_TOO_LONG] = "too-long",
  [HC_PROTOCOL_ERROR_INVALID_UTF8] = "invalid-utf8",
  [HC_PROTOCOL_ERROR_CONTROL_CHARACTER] = "control-character",
  [HC_PROTOCOL_ERROR_UNKNOWN_TYPE] = "unknown-type",
  [HC_PROTOCOL_ERROR_MALFORMED_HEADER] = "malformed-header",
  [HC_PROTOCOL_ERROR_MISSING_HEADER] = "missing-header",
  [HC_PROTOCOL_ERROR_REPEATED_HEADER] = "repeated-header",
  [HC_PROTOCOL_ERROR_INVALID_ID] = "invalid-id",
  [HC_PROTOCOL_ERROR_INVALID_ADDRESS] = "invalid-address",
  [HC_PROTOCOL_ERROR_INVALID_PORT] = "invalid-port",
  [HC_PROTOCOL_ERROR_INVALID_VALUE] = "invalid-value",
};

G_DEFINE_QUARK (hc-protocol-error-quark, hc_protocol_error)

/**
 * hc_protocol_error_to_code:
 * @error: a #HcProtocolError
 *
 * Gets the short code that stands first in a `Reason` header, such as
 * `missing-header`.
 *
 * Returns: (transfer none): the code
 */
const char *
hc_protocol_error_to_code (int error)
{
  g_return_val_if_fail (error >= 0 && (guint) error < G_N_ELEMENTS (codes), "unknown");

  return codes[error];
}
