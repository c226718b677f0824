/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-greeting.h"
#include "hc-base64url.h"

#include <string.h>

/*
 *   one                                  the other
 *     | HELLO Commit: SHA-256 of a nonce    |
 *     |------------------------------------>|
 *     |                       HELLO Commit  |  both at once
 *     |<------------------------------------|
 *     | REVEAL Nonce                        |  only when the other is bound to
 *     |------------------------------------>|  its own
 *     |                              REVEAL |
 *     |<------------------------------------|
 */
struct _HcGreeting
{
  gboolean is_caller;
  char *own_id;
  char *peer_id;
  guint8 own_key[HC_KEY_LENGTH];
  guint8 peer_key[HC_KEY_LENGTH];
  guint8 session[HC_SESSION_LENGTH];

  /* Of the present link. */
  guint8 plain[HC_DIGEST_LENGTH];
  gboolean has_ticket;
  guint8 ticket[HC_TICKET_LENGTH];

  /* The same on all links: there is one code. */
  guint8 nonce[HC_NONCE_LENGTH];
  gboolean is_bound;
  guint8 commitment[HC_DIGEST_LENGTH];
};

/**
 * hc_greeting_new:
 * @own: who we are
 * @peer: who the peer is
 * @session: the name of the match
 * @is_caller: whether we have called
 *
 * Creates what the two of a conversation say first.
 *
 * Returns: (transfer full): the greeting
 */
HcGreeting *
hc_greeting_new (const HcPeerIdentity *own,
                 const HcPeerIdentity *peer,
                 const guint8          session[HC_SESSION_LENGTH],
                 gboolean              is_caller)
{
  HcGreeting *self = g_new0 (HcGreeting, 1);

  self->is_caller = is_caller;
  self->own_id = g_strdup (own->id);
  self->peer_id = g_strdup (peer->id);
  memcpy (self->own_key, own->key, HC_KEY_LENGTH);
  memcpy (self->peer_key, peer->key, HC_KEY_LENGTH);
  memcpy (self->session, session, HC_SESSION_LENGTH);
  hc_safety_make_nonce (self->nonce);
  return self;
}

/**
 * hc_greeting_free:
 * @self: a greeting
 *
 * Frees a greeting.
 */
void
hc_greeting_free (HcGreeting *self)
{
  g_free (self->own_id);
  g_free (self->peer_id);
  g_free (self);
}

/**
 * hc_greeting_set_link:
 * @self: a greeting
 * @plain: SHA-256 of what was said on the link in plain view
 * @ticket: (nullable) (array fixed-size=16): the server's word for the caller,
 *   which the caller shows and the callee expects; %NULL if there is none
 *
 * Says what both have to know of a new link.
 */
void
hc_greeting_set_link (HcGreeting   *self,
                      const guint8  plain[HC_DIGEST_LENGTH],
                      const guint8 *ticket)
{
  memcpy (self->plain, plain, HC_DIGEST_LENGTH);
  self->has_ticket = ticket != NULL;
  if (ticket != NULL)
    memcpy (self->ticket, ticket, HC_TICKET_LENGTH);
}

/**
 * hc_greeting_make_hello:
 * @self: a greeting
 * @received: the last part of a message that has come in order, or 0
 *
 * Makes our HELLO.
 *
 * Returns: (transfer full): a packet
 */
HcPacket *
hc_greeting_make_hello (HcGreeting *self,
                        guint32     received)
{
  guint8 commitment[HC_DIGEST_LENGTH];
  g_autofree char *session = hc_base64url_encode (self->session, sizeof self->session);
  g_autofree char *plain = hc_base64url_encode (self->plain, sizeof self->plain);
  g_autofree char *ticket = hc_base64url_encode (self->ticket, sizeof self->ticket);
  g_autofree char *resume = g_strdup_printf ("%u", received);
  g_autofree char *commit = NULL;
  gboolean shows_ticket = self->is_caller && self->has_ticket;

  hc_safety_commit (self->nonce, commitment);
  commit = hc_base64url_encode (commitment, sizeof commitment);
  return hc_packet_new_hello ((const HcField[]) {
    { HC_HEADER_CLIENT_ID, self->own_id },
    { HC_HEADER_VERSION, "2" },
    { HC_HEADER_SESSION, session },
    { HC_HEADER_PLAIN, plain },
    { HC_HEADER_COMMIT, commit },
    { HC_HEADER_RESUME, resume },
    { HC_HEADER_TICKET, ticket },
  }, shows_ticket ? 7 : 6);
}

/**
 * hc_greeting_make_reveal:
 * @self: a greeting that has taken the peer's HELLO
 *
 * Makes our REVEAL.
 *
 * Returns: (transfer full): a packet
 */
HcPacket *
hc_greeting_make_reveal (HcGreeting *self)
{
  g_autofree char *nonce = hc_base64url_encode (self->nonce, sizeof self->nonce);

  return hc_packet_new_reveal (nonce);
}

static gboolean
header_equals (HcPacket     *packet,
               HcHeader      header,
               const guint8 *expected,
               gsize         length)
{
  const char *value = hc_packet_get_header (packet, header);
  guint8 bytes[HC_DIGEST_LENGTH];

  return value != NULL && hc_base64url_decode (value, bytes, length) &&
         hc_secret_equal (bytes, expected, length);
}

/**
 * hc_greeting_take_hello:
 * @self: a greeting
 * @hello: the peer's HELLO
 *
 * Checks that it is the right one, on the right link.
 *
 * Returns: (transfer none) (nullable): what is wrong, in English, or %NULL
 */
const char *
hc_greeting_take_hello (HcGreeting *self,
                        HcPacket   *hello)
{
  if (g_strcmp0 (hc_packet_get_header (hello, HC_HEADER_CLIENT_ID), self->peer_id) != 0)
    return "it goes by another ID now";
  if (!header_equals (hello, HC_HEADER_SESSION, self->session, HC_SESSION_LENGTH))
    return "its Session is another one";
  if (!header_equals (hello, HC_HEADER_PLAIN, self->plain, HC_DIGEST_LENGTH))
    return "somebody has changed what was said before the encryption";
  if (!self->is_caller && self->has_ticket &&
      !header_equals (hello, HC_HEADER_TICKET, self->ticket, HC_TICKET_LENGTH))
    return "the server has not sent it";
  if (self->is_bound && !header_equals (hello, HC_HEADER_COMMIT, self->commitment, HC_DIGEST_LENGTH))
    return "its Commit has changed";

  self->is_bound = TRUE;
  hc_base64url_decode (hc_packet_get_header (hello, HC_HEADER_COMMIT), self->commitment,
                       HC_DIGEST_LENGTH);
  return NULL;
}

/**
 * hc_greeting_take_reveal:
 * @self: a greeting that has taken the peer's HELLO
 * @reveal: the peer's REVEAL
 * @code: (out): the safety code
 *
 * Checks that the peer reveals what it has bound itself to, and makes the code.
 *
 * Returns: (transfer none) (nullable): what is wrong, in English, or %NULL
 */
const char *
hc_greeting_take_reveal (HcGreeting    *self,
                         HcPacket      *reveal,
                         HcSafetyCode **code)
{
  guint8 nonce[HC_NONCE_LENGTH];
  guint8 commitment[HC_DIGEST_LENGTH];

  hc_base64url_decode (hc_packet_get_header (reveal, HC_HEADER_NONCE), nonce, sizeof nonce);
  hc_safety_commit (nonce, commitment);
  if (!self->is_bound || !hc_secret_equal (commitment, self->commitment, HC_DIGEST_LENGTH))
    return "its Nonce is not the one that it has bound itself to";

  *code = self->is_caller
    ? hc_safety_code_new (self->own_key, self->nonce, self->peer_key, nonce, self->session)
    : hc_safety_code_new (self->peer_key, nonce, self->own_key, self->nonce, self->session);
  return NULL;
}
