/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_KEY_LENGTH:
 *
 * How many bytes name a client's key: the SHA-256 of its public key.
 */
#define HC_KEY_LENGTH 32

/**
 * HC_TOKEN_LENGTH:
 *
 * How many bytes a registration's token has.
 */
#define HC_TOKEN_LENGTH 16

/**
 * HC_TICKET_LENGTH:
 *
 * How many bytes a ticket has.
 */
#define HC_TICKET_LENGTH 16

/**
 * HC_SESSION_LENGTH:
 *
 * How many bytes name a match of two clients.
 */
#define HC_SESSION_LENGTH 8

/**
 * HC_DIGEST_LENGTH:
 *
 * How many bytes a SHA-256 has.
 */
#define HC_DIGEST_LENGTH 32

/**
 * HC_NONCE_LENGTH:
 *
 * How many random bytes each side gives to the safety code.
 */
#define HC_NONCE_LENGTH 16

void     hc_key_compute        (GBytes       *public_key,
                                guint8        key[HC_KEY_LENGTH]);
GBytes  *hc_proof_get_message  (const char   *cookie,
                                const char   *id,
                                const char   *address,
                                guint16       port,
                                const char   *key);
void     hc_ticket_compute     (const guint8  token[HC_TOKEN_LENGTH],
                                const char   *caller_id,
                                const guint8  caller_key[HC_KEY_LENGTH],
                                const guint8  session[HC_SESSION_LENGTH],
                                guint8        ticket[HC_TICKET_LENGTH]);
gboolean hc_secret_equal       (const guint8 *a,
                                const guint8 *b,
                                gsize         length);

G_END_DECLS
