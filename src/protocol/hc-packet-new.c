/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-text.h"

#include <string.h>

/* The values are copied behind the lines, as parsing does it. */
HcPacket *
hc_packet_create (HcPacketType   type,
                  HcDialect      dialect,
                  const HcField *fields,
                  guint          n_fields,
                  const char    *body)
{
  HcPacket *self = g_object_new (HC_TYPE_PACKET, NULL);
  gsize length = body != NULL ? strlen (body) + 1 : 1;
  char *text;

  for (guint i = 0; i < n_fields; i++)
    length += strlen (fields[i].value) + 1;

  self->type = type;
  self->dialect = dialect;
  self->n_lines = n_fields;
  self->lines = g_malloc (n_fields * sizeof (HcLine) + length);
  text = (char *) (self->lines + n_fields);
  for (guint i = 0; i < n_fields; i++)
    {
      self->lines[i].header = fields[i].header;
      self->lines[i].name = hc_header_names[fields[i].header];
      self->lines[i].value = text;
      text = stpcpy (text, fields[i].value) + 1;
    }
  if (body != NULL)
    self->body = strcpy (text, body);

  return self;
}

/* Returns where in the buffer the digits begin. */
static const char *
write_port (guint16  port,
            char    *buffer,
            gsize    size)
{
  char *at = buffer + size - 1;

  *at = '\0';
  for (; port > 0; port /= 10)
    *--at = '0' + port % 10;
  return at;
}

static HcPacket *
packet_new_with_endpoint (HcPacketType  type,
                          const char   *id,
                          const char   *address,
                          guint16       port)
{
  char port_text[6];
  HcField fields[] = {
    { HC_HEADER_CLIENT_ID, id },
    { HC_HEADER_IP, address },
    { HC_HEADER_PORT, write_port (port, port_text, sizeof port_text) },
  };

  g_return_val_if_fail (hc_client_id_validate (id, NULL), NULL);
  g_return_val_if_fail (address != NULL && hc_text_is_address (address), NULL);
  g_return_val_if_fail (port != 0, NULL);

  return hc_packet_create (type, HC_DIALECT_RENDEZVOUS, fields, G_N_ELEMENTS (fields), NULL);
}

static HcPacket *
packet_new_with_id (HcPacketType  type,
                    HcDialect     dialect,
                    const char   *id,
                    const char   *body)
{
  HcField field = { HC_HEADER_CLIENT_ID, id };

  g_return_val_if_fail (hc_client_id_validate (id, NULL), NULL);

  return hc_packet_create (type, dialect, &field, 1, body);
}

/**
 * hc_packet_new_probe:
 *
 * Creates the question for a server's mode: whichever transport brings an
 * answer is the one.
 *
 * Returns: (transfer full): a PROBE
 */
HcPacket *
hc_packet_new_probe (void)
{
  return hc_packet_create (HC_PACKET_PROBE, HC_DIALECT_RENDEZVOUS, NULL, 0, NULL);
}

/**
 * hc_packet_new_probeack:
 *
 * Creates the answer to a PROBE.
 *
 * Returns: (transfer full): a PROBEACK
 */
HcPacket *
hc_packet_new_probeack (void)
{
  return hc_packet_create (HC_PACKET_PROBEACK, HC_DIALECT_RENDEZVOUS, NULL, 0, NULL);
}

/**
 * hc_packet_new_register:
 * @id: a valid client ID
 * @address: a literal IPv4 or IPv6 address of this host
 * @port: where this client can be called, 1 to 65535
 *
 * Creates a registration.
 *
 * Returns: (transfer full): a REGISTER
 */
HcPacket *
hc_packet_new_register (const char *id,
                        const char *address,
                        guint16     port)
{
  return packet_new_with_endpoint (HC_PACKET_REGISTER, id, address, port);
}

/**
 * hc_packet_new_regack:
 * @id: the client ID of the REGISTER
 * @address: its address
 * @port: its port
 *
 * Creates the answer to a REGISTER that succeeded.
 *
 * Returns: (transfer full): a REGACK
 */
HcPacket *
hc_packet_new_regack (const char *id,
                      const char *address,
                      guint16     port)
{
  return packet_new_with_endpoint (HC_PACKET_REGACK, id, address, port);
}

/**
 * hc_packet_new_regnack:
 * @reason: (nullable): a code and some words, or %NULL for an ID that is taken
 *
 * Creates the answer to a REGISTER that failed.
 *
 * Returns: (transfer full): a REGNACK
 */
HcPacket *
hc_packet_new_regnack (const char *reason)
{
  HcField field = { HC_HEADER_REASON, reason };

  return hc_packet_create (HC_PACKET_REGNACK, HC_DIALECT_RENDEZVOUS, &field, reason != NULL, NULL);
}

/**
 * hc_packet_new_bridge:
 * @id: this client's ID
 *
 * Creates the request for somebody who is ready.
 *
 * Returns: (transfer full): a BRIDGE
 */
HcPacket *
hc_packet_new_bridge (const char *id)
{
  return packet_new_with_id (HC_PACKET_BRIDGE, HC_DIALECT_RENDEZVOUS, id, NULL);
}

/**
 * hc_packet_new_bridgeack:
 * @id: the ID of the client that is ready
 * @address: where it can be called
 * @port: on which port
 *
 * Creates the answer to a BRIDGE that found somebody.
 *
 * Returns: (transfer full): a BRIDGEACK
 */
HcPacket *
hc_packet_new_bridgeack (const char *id,
                         const char *address,
                         guint16     port)
{
  return packet_new_with_endpoint (HC_PACKET_BRIDGEACK, id, address, port);
}

/**
 * hc_packet_new_bridgeack_empty:
 * @reason: (nullable): a code and some words, if the request was refused
 *
 * Creates the answer to a BRIDGE that found nobody: the caller is to wait.
 *
 * Returns: (transfer full): a BRIDGEACK
 */
HcPacket *
hc_packet_new_bridgeack_empty (const char *reason)
{
  HcField fields[] = {
    { HC_HEADER_CLIENT_ID, "" },
    { HC_HEADER_IP, "" },
    { HC_HEADER_PORT, "" },
    { HC_HEADER_REASON, reason },
  };

  return hc_packet_create (HC_PACKET_BRIDGEACK, HC_DIALECT_RENDEZVOUS,
                           fields, reason != NULL ? 4 : 3, NULL);
}

/**
 * hc_packet_new_chat:
 * @caller_id: the one who called
 * @callee_id: the one who was called
 *
 * Creates the notice to the server that two clients have met.
 *
 * Returns: (transfer full): a CHAT
 */
HcPacket *
hc_packet_new_chat (const char *caller_id,
                    const char *callee_id)
{
  HcField fields[] = {
    { HC_HEADER_CLIENT_ID1, caller_id },
    { HC_HEADER_CLIENT_ID2, callee_id },
  };

  g_return_val_if_fail (hc_client_id_validate (caller_id, NULL), NULL);
  g_return_val_if_fail (hc_client_id_validate (callee_id, NULL), NULL);

  return hc_packet_create (HC_PACKET_CHAT, HC_DIALECT_RENDEZVOUS, fields, G_N_ELEMENTS (fields), NULL);
}

/**
 * hc_packet_new_quit:
 * @id: this client's ID
 *
 * Creates the notice to the server that a client has left.
 *
 * Returns: (transfer full): a QUIT
 */
HcPacket *
hc_packet_new_quit (const char *id)
{
  return packet_new_with_id (HC_PACKET_QUIT, HC_DIALECT_RENDEZVOUS, id, NULL);
}

/**
 * hc_packet_new_quitack:
 * @id: the client ID of the QUIT
 *
 * Creates the answer to a QUIT over UDP.
 *
 * Returns: (transfer full): a QUITACK
 */
HcPacket *
hc_packet_new_quitack (const char *id)
{
  return packet_new_with_id (HC_PACKET_QUITACK, HC_DIALECT_RENDEZVOUS, id, NULL);
}

/**
 * hc_packet_new_error:
 * @reason: a code and some words
 *
 * Creates the answer to what is no request of the original's.
 *
 * Returns: (transfer full): an ERROR
 */
HcPacket *
hc_packet_new_error (const char *reason)
{
  HcField field = { HC_HEADER_REASON, reason };

  g_return_val_if_fail (reason != NULL, NULL);

  return hc_packet_create (HC_PACKET_ERROR, HC_DIALECT_RENDEZVOUS, &field, 1, NULL);
}

/**
 * hc_packet_extend:
 * @self: a packet of one of the constructors
 * @fields: (array length=n_fields): headers that follow its own
 * @n_fields: how many
 *
 * Adds what v2 knows to a v1 packet. The lines of v1 stay first, and a v1
 * program skips the others. Source: protocol, section 4.
 *
 * Returns: (transfer full): a packet with all the headers
 */
HcPacket *
hc_packet_extend (HcPacket      *self,
                  const HcField *fields,
                  guint          n_fields)
{
  g_autofree HcField *all = NULL;

  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  all = g_new (HcField, self->n_lines + n_fields);
  for (guint i = 0; i < self->n_lines; i++)
    {
      g_return_val_if_fail (self->lines[i].header != HC_HEADER_OTHER, NULL);
      all[i] = (HcField) { self->lines[i].header, self->lines[i].value };
    }
  for (guint i = 0; i < n_fields; i++)
    all[self->n_lines + i] = fields[i];

  return hc_packet_create (self->type, self->dialect, all, self->n_lines + n_fields, self->body);
}

/**
 * hc_packet_new_stream_hello:
 * @id: the caller's ID
 *
 * Creates what a caller says first over TCP.
 *
 * Returns: (transfer full): a CHAT between peers
 */
HcPacket *
hc_packet_new_stream_hello (const char *id)
{
  return packet_new_with_id (HC_PACKET_CHAT, HC_DIALECT_PEER, id, NULL);
}

/**
 * hc_packet_new_datagram_hello:
 * @id: the caller's ID
 *
 * Creates what a caller says first over UDP: it has one empty line more.
 *
 * Returns: (transfer full): a CHAT between peers
 */
HcPacket *
hc_packet_new_datagram_hello (const char *id)
{
  return packet_new_with_id (HC_PACKET_CHAT, HC_DIALECT_PEER, id, "");
}

/**
 * hc_packet_new_message:
 * @id: the sender's ID
 * @text: UTF-8 of at most hc_message_get_capacity() bytes, as
 *   hc_message_normalise() gives it
 *
 * Creates a message to a peer.
 *
 * Returns: (transfer full): a CHAT between peers
 */
HcPacket *
hc_packet_new_message (const char *id,
                       const char *text)
{
  g_autofree char *body = NULL;

  g_return_val_if_fail (text != NULL && strchr (text, '\r') == NULL, NULL);
  g_return_val_if_fail (strlen (text) <= hc_message_get_capacity (id), NULL);

  body = g_strconcat (text, "\n", NULL);
  return packet_new_with_id (HC_PACKET_CHAT, HC_DIALECT_PEER, id, body);
}

/**
 * hc_packet_new_leave:
 *
 * Creates the notice to a peer that this client has left.
 *
 * Returns: (transfer full): a QUIT between peers
 */
HcPacket *
hc_packet_new_leave (void)
{
  return hc_packet_create (HC_PACKET_QUIT, HC_DIALECT_PEER, NULL, 0, NULL);
}
