/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-credentials.h"

#include <string.h>

#define SHA256_LENGTH 32

/* What is signed or authenticated says first what it is for, so that nothing
 * made for one purpose serves another. */
#define PROOF_PURPOSE "hc2 register"
#define TICKET_PURPOSE "hc2"

/**
 * hc_key_compute:
 * @public_key: a SubjectPublicKeyInfo in DER (RFC 5280, section 4.1)
 * @key: (out caller-allocates): the name of the key
 *
 * Computes what names a key in a `Key` header: its SHA-256.
 */
void
hc_key_compute (GBytes *public_key,
                guint8  key[HC_KEY_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = HC_KEY_LENGTH;
  gsize size;
  const guint8 *data = g_bytes_get_data (public_key, &size);

  g_checksum_update (checksum, data, size);
  g_checksum_get_digest (checksum, key, &length);
}

/* Every text with its NUL, so that no two lists of texts give the same bytes. */
static void
append_text (GByteArray *bytes,
             const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, strlen (text) + 1);
}

/**
 * hc_proof_get_message:
 * @cookie: the server's cookie, as it stands in the header
 * @id: the client ID to register
 * @address: its address, as it stands in the header
 * @port: its port
 * @key: its key, as it stands in the header
 *
 * Gets what a client signs with its key to show that the key is its own, here,
 * now and for this registration. Source: protocol, section 4.
 *
 * Returns: (transfer full): the bytes to sign
 */
GBytes *
hc_proof_get_message (const char *cookie,
                      const char *id,
                      const char *address,
                      guint16     port,
                      const char *key)
{
  GByteArray *bytes = g_byte_array_new ();
  char port_text[6];

  g_snprintf (port_text, sizeof port_text, "%u", port);
  append_text (bytes, PROOF_PURPOSE);
  append_text (bytes, cookie);
  append_text (bytes, id);
  append_text (bytes, address);
  append_text (bytes, port_text);
  append_text (bytes, key);
  return g_byte_array_free_to_bytes (bytes);
}

/**
 * hc_ticket_compute:
 * @token: the callee's token
 * @caller_id: the caller's client ID
 * @caller_key: the caller's key
 * @session: the match
 * @ticket: (out caller-allocates): the ticket
 *
 * Computes what tells a callee that the server sent this caller, with this key.
 * Source: protocol, section 4.
 */
void
hc_ticket_compute (const guint8  token[HC_TOKEN_LENGTH],
                   const char   *caller_id,
                   const guint8  caller_key[HC_KEY_LENGTH],
                   const guint8  session[HC_SESSION_LENGTH],
                   guint8        ticket[HC_TICKET_LENGTH])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, token, HC_TOKEN_LENGTH);
  guint8 digest[SHA256_LENGTH];
  gsize length = sizeof digest;

  g_hmac_update (hmac, (const guchar *) TICKET_PURPOSE, sizeof TICKET_PURPOSE);
  g_hmac_update (hmac, (const guchar *) caller_id, strlen (caller_id) + 1);
  g_hmac_update (hmac, caller_key, HC_KEY_LENGTH);
  g_hmac_update (hmac, session, HC_SESSION_LENGTH);
  g_hmac_get_digest (hmac, digest, &length);
  memcpy (ticket, digest, HC_TICKET_LENGTH);
}

/**
 * hc_secret_equal:
 * @a: (array length=length): a secret
 * @b: (array length=length): what somebody says it is
 * @length: how many bytes
 *
 * Compares in a time that doesn't tell how much of a guess was right.
 *
 * Returns: %TRUE if they are equal
 */
gboolean
hc_secret_equal (const guint8 *a,
                 const guint8 *b,
                 gsize         length)
{
  volatile guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}
