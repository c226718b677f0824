/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-text.h"

#include <string.h>

/* Long enough for the digits of any number here. */
typedef char Digits[24];

static const char *
write_number (gint64 number,
              Digits digits)
{
  g_snprintf (digits, sizeof (Digits), "%" G_GINT64_FORMAT, number);
  return digits;
}

/* --- In plain view -------------------------------------------------------- */

static HcPacket *
peer_probe_new (HcPacketType  type,
                const char   *session)
{
  const HcField fields[] = {
    { HC_HEADER_VERSION, "2" },
    { HC_HEADER_SESSION, session },
  };

  g_return_val_if_fail (session != NULL, NULL);

  return hc_packet_create (type, HC_DIALECT_PEER, fields, G_N_ELEMENTS (fields), NULL);
}

/**
 * hc_packet_new_peer_probe:
 * @session: the name of the match, as it stands in a header
 *
 * Creates what is sent to each address of a peer to find one that works.
 * Source: protocol, section 5.
 *
 * Returns: (transfer full): a PROBE between peers
 */
HcPacket *
hc_packet_new_peer_probe (const char *session)
{
  return peer_probe_new (HC_PACKET_PROBE, session);
}

/**
 * hc_packet_new_peer_probeack:
 * @session: the name of the match, as it stands in a header
 *
 * Creates the answer to a peer's PROBE.
 *
 * Returns: (transfer full): a PROBEACK between peers
 */
HcPacket *
hc_packet_new_peer_probeack (const char *session)
{
  return peer_probe_new (HC_PACKET_PROBEACK, session);
}

/**
 * hc_packet_new_offer:
 * @session: the name of the match, as it stands in a header; where no server has
 *   given one, the caller makes it up
 * @ticket: (nullable): the server's word for the caller, as it stands in a header
 *
 * Creates what follows a hello to say that the caller speaks v2. It is behind
 * the hello's blank line, where a v1 peer doesn't look. Source: protocol,
 * section 4.
 *
 * Returns: (transfer full): an offer
 */
HcPacket *
hc_packet_new_offer (const char *session,
                     const char *ticket)
{
  const HcField fields[] = {
    { HC_HEADER_SESSION, session },
    { HC_HEADER_TICKET, ticket },
  };

  g_return_val_if_fail (session != NULL, NULL);

  return hc_packet_create (HC_PACKET_OFFER, HC_DIALECT_PEER, fields, ticket != NULL ? 2 : 1, NULL);
}

/**
 * hc_packet_new_offering_hello:
 * @id: the caller's ID
 * @session: see hc_packet_new_offer()
 * @ticket: (nullable): see hc_packet_new_offer()
 *
 * Creates a hello with its offer in one datagram.
 *
 * Returns: (transfer full): a CHAT between peers
 */
HcPacket *
hc_packet_new_offering_hello (const char *id,
                              const char *session,
                              const char *ticket)
{
  const HcField field = { HC_HEADER_CLIENT_ID, id };
  g_autofree char *body = NULL;

  g_return_val_if_fail (hc_client_id_validate (id, NULL), NULL);
  g_return_val_if_fail (session != NULL, NULL);

  body = g_strconcat (HC_OFFER_PREFIX "2\r\nSession: ", session,
                      ticket != NULL ? "\r\nTicket: " : "", ticket != NULL ? ticket : "", NULL);
  return hc_packet_create (HC_PACKET_CHAT, HC_DIALECT_PEER, &field, 1, body);
}

/**
 * hc_packet_new_chatack:
 * @id: the callee's ID
 *
 * Creates the answer to a hello with an offer: what follows is encrypted.
 *
 * Returns: (transfer full): a CHATACK
 */
HcPacket *
hc_packet_new_chatack (const char *id)
{
  const HcField fields[] = {
    { HC_HEADER_CLIENT_ID, id },
    { HC_HEADER_VERSION, "2" },
  };

  g_return_val_if_fail (hc_client_id_validate (id, NULL), NULL);

  return hc_packet_create (HC_PACKET_CHATACK, HC_DIALECT_PEER, fields, G_N_ELEMENTS (fields), NULL);
}

/* --- Encrypted ------------------------------------------------------------ */

/**
 * hc_packet_new_hello:
 * @fields: (array length=n_fields): its headers
 * @n_fields: how many
 *
 * Creates what both say first inside encryption.
 *
 * Returns: (transfer full): a HELLO
 */
HcPacket *
hc_packet_new_hello (const HcField *fields,
                     guint          n_fields)
{
  return hc_packet_create (HC_PACKET_HELLO, HC_DIALECT_SECURE, fields, n_fields, NULL);
}

/**
 * hc_packet_new_reveal:
 * @nonce: the nonce that HELLO has committed to, as it stands in a header
 *
 * Creates what both say when they have heard the other's HELLO.
 *
 * Returns: (transfer full): a REVEAL
 */
HcPacket *
hc_packet_new_reveal (const char *nonce)
{
  const HcField field = { HC_HEADER_NONCE, nonce };

  g_return_val_if_fail (nonce != NULL, NULL);

  return hc_packet_create (HC_PACKET_REVEAL, HC_DIALECT_SECURE, &field, 1, NULL);
}

/**
 * hc_packet_new_part:
 * @number: the part's number in its direction, from 1
 * @sent: when the message was written, in milliseconds since 1970
 * @index: which part of the message it is, from 1
 * @n_parts: how many there are, at most %HC_MAX_PARTS
 * @text: (array length=length): whole characters of UTF-8
 * @length: how many bytes, at most %HC_PART_MAX_LENGTH
 *
 * Creates a part of a message.
 *
 * Returns: (transfer full): a CHAT inside encryption
 */
HcPacket *
hc_packet_new_part (guint32     number,
                    gint64      sent,
                    guint       index,
                    guint       n_parts,
                    const char *text,
                    gsize       length)
{
  g_autofree char *body = g_strndup (text, length);
  Digits part, seq, time, size;
  const HcField fields[] = {
    { HC_HEADER_SEQ, write_number (number, seq) },
    { HC_HEADER_SENT, write_number (sent, time) },
    { HC_HEADER_PART, part },
    { HC_HEADER_LENGTH, write_number (length, size) },
  };

  g_return_val_if_fail (index >= 1 && index <= n_parts && n_parts <= HC_MAX_PARTS, NULL);
  g_return_val_if_fail (length <= HC_PART_MAX_LENGTH, NULL);

  g_snprintf (part, sizeof part, "%u/%u", index, n_parts);
  return hc_packet_create (HC_PACKET_CHAT, HC_DIALECT_SECURE, fields, G_N_ELEMENTS (fields),
                           length > 0 ? body : NULL);
}

/**
 * hc_packet_new_ack:
 * @number: the last part of the last message that is in the conversation, or 0
 *
 * Creates the word that a message has arrived, which is also the answer to a
 * PING.
 *
 * Returns: (transfer full): an ACK
 */
HcPacket *
hc_packet_new_ack (guint32 number)
{
  Digits seq;
  const HcField field = { HC_HEADER_SEQ, write_number (number, seq) };

  return hc_packet_create (HC_PACKET_ACK, HC_DIALECT_SECURE, &field, 1, NULL);
}

/**
 * hc_packet_new_typing:
 *
 * Creates the word that somebody is writing, good for a few seconds.
 *
 * Returns: (transfer full): a TYPING
 */
HcPacket *
hc_packet_new_typing (void)
{
  return hc_packet_create (HC_PACKET_TYPING, HC_DIALECT_SECURE, NULL, 0, NULL);
}

/**
 * hc_packet_new_ping:
 *
 * Creates the question whether anybody is there, which an ACK answers.
 *
 * Returns: (transfer full): a PING
 */
HcPacket *
hc_packet_new_ping (void)
{
  return hc_packet_create (HC_PACKET_PING, HC_DIALECT_SECURE, NULL, 0, NULL);
}

/**
 * hc_packet_new_end:
 *
 * Creates the orderly end of a conversation.
 *
 * Returns: (transfer full): a QUIT inside encryption
 */
HcPacket *
hc_packet_new_end (void)
{
  return hc_packet_create (HC_PACKET_QUIT, HC_DIALECT_SECURE, NULL, 0, NULL);
}
