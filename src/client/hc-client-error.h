/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HC_CLIENT_ERROR:
 *
 * The domain of what can go wrong on a user's side. The messages are
 * translated, and say what to do next.
 */
#define HC_CLIENT_ERROR (hc_client_error_quark ())

/**
 * HcClientError:
 * @HC_CLIENT_ERROR_INVALID_SERVER: the server's name or port can't be read
 * @HC_CLIENT_ERROR_NO_SERVER: nobody answers there
 * @HC_CLIENT_ERROR_REFUSED: the server or the peer said no
 * @HC_CLIENT_ERROR_TAKEN: the ID is somebody else's on this server
 * @HC_CLIENT_ERROR_FORGOTTEN: the server has ended the registration
 * @HC_CLIENT_ERROR_UNEXPECTED: it answered something else
 * @HC_CLIENT_ERROR_NO_CONVERSATION: there is nobody to send it to
 * @HC_CLIENT_ERROR_TOO_LONG: the message doesn't fit in a packet
 * @HC_CLIENT_ERROR_EMPTY: there is nothing in the message
 * @HC_CLIENT_ERROR_PORT: the port can't be opened
 * @HC_CLIENT_ERROR_IDENTITY: our own key can't be had
 * @HC_CLIENT_ERROR_CERTIFICATE: a certificate has no key that could be a peer's
 * @HC_CLIENT_ERROR_WRONG_KEY: the peer's key is not the one it should be
 * @HC_CLIENT_ERROR_UNREACHABLE: there is no way to the peer
 * @HC_CLIENT_ERROR_NOT_SECURE: the connection can't be encrypted
 * @HC_CLIENT_ERROR_KNOWN_PEERS: the keys of other people can't be read or kept
 *
 * What went wrong.
 */
typedef enum
{
  HC_CLIENT_ERROR_INVALID_SERVER,
  HC_CLIENT_ERROR_NO_SERVER,
  HC_CLIENT_ERROR_REFUSED,
  HC_CLIENT_ERROR_TAKEN,
  HC_CLIENT_ERROR_FORGOTTEN,
  HC_CLIENT_ERROR_UNEXPECTED,
  HC_CLIENT_ERROR_NO_CONVERSATION,
  HC_CLIENT_ERROR_TOO_LONG,
  HC_CLIENT_ERROR_EMPTY,
  HC_CLIENT_ERROR_PORT,
  HC_CLIENT_ERROR_IDENTITY,
  HC_CLIENT_ERROR_CERTIFICATE,
  HC_CLIENT_ERROR_WRONG_KEY,
  HC_CLIENT_ERROR_NOT_SECURE,
  HC_CLIENT_ERROR_UNREACHABLE,
  HC_CLIENT_ERROR_KNOWN_PEERS,
} HcClientError;

GQuark  hc_client_error_quark    (void);
char   *hc_client_error_describe (const GError *error,
                                  const char   *whom);

G_END_DECLS
