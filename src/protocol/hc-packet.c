/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-text.h"

#include <string.h>

#define CRLF "\r\n"
#define BLANK_LINE CRLF CRLF

G_DEFINE_FINAL_TYPE (HcPacket, hc_packet, G_TYPE_OBJECT)

const char *const hc_packet_type_names[HC_N_PACKET_TYPES] = {
  [HC_PACKET_PROBE] = "PROBE",
  [HC_PACKET_PROBEACK] = "PROBEACK",
  [HC_PACKET_REGISTER] = "REGISTER",
  [HC_PACKET_REGACK] = "REGACK",
  [HC_PACKET_REGNACK] = "REGNACK",
  [HC_PACKET_BRIDGE] = "BRIDGE",
  [HC_PACKET_BRIDGEACK] = "BRIDGEACK",
  [HC_PACKET_CHAT] = "CHAT",
  [HC_PACKET_QUIT] = "QUIT",
  [HC_PACKET_QUITACK] = "QUITACK",
  [HC_PACKET_ERROR] = "ERROR",
  [HC_PACKET_OFFER] = "Version: 2",
  [HC_PACKET_CHATACK] = "CHATACK",
  [HC_PACKET_HELLO] = "HELLO",
  [HC_PACKET_REVEAL] = "REVEAL",
  [HC_PACKET_ACK] = "ACK",
  [HC_PACKET_TYPING] = "TYPING",
  [HC_PACKET_PING] = "PING",
};

const char *const hc_header_names[HC_HEADER_OTHER] = {
  [HC_HEADER_CLIENT_ID] = "clientID",
  [HC_HEADER_CLIENT_ID1] = "clientID1",
  [HC_HEADER_CLIENT_ID2] = "clientID2",
  [HC_HEADER_IP] = "IP",
  [HC_HEADER_PORT] = "Port",
  [HC_HEADER_REASON] = "Reason",
  [HC_HEADER_VERSION] = "Version",
  [HC_HEADER_PAD] = "Pad",
  [HC_HEADER_UDP] = "Udp",
  [HC_HEADER_COOKIE] = "Cookie",
  [HC_HEADER_KEY] = "Key",
  [HC_HEADER_PROOF] = "Proof",
  [HC_HEADER_PATH] = "Path",
  [HC_HEADER_TOKEN] = "Token",
  [HC_HEADER_SEEN] = "Seen",
  [HC_HEADER_EXPIRES] = "Expires",
  [HC_HEADER_WITH] = "With",
  [HC_HEADER_WAIT] = "Wait",
  [HC_HEADER_ROLE] = "Role",
  [HC_HEADER_LOCAL_IP] = "LocalIP",
  [HC_HEADER_TICKET] = "Ticket",
  [HC_HEADER_SESSION] = "Session",
  [HC_HEADER_SEQ] = "Seq",
  [HC_HEADER_SENT] = "Sent",
  [HC_HEADER_PART] = "Part",
  [HC_HEADER_LENGTH] = "Length",
  [HC_HEADER_RESUME] = "Resume",
  [HC_HEADER_PLAIN] = "Plain",
  [HC_HEADER_COMMIT] = "Commit",
  [HC_HEADER_NONCE] = "Nonce",
};

static void
hc_packet_finalize (GObject *object)
{
  HcPacket *self = HC_PACKET (object);

  g_free (self->lines);

  G_OBJECT_CLASS (hc_packet_parent_class)->finalize (object);
}

static void
hc_packet_class_init (HcPacketClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_packet_finalize;
}

static void
hc_packet_init (HcPacket *self)
{
}

typedef struct
{
  char *bytes;
  gsize size;
  gsize length;
} Output;

static void
put (Output     *out,
     const char *text)
{
  gsize length = strlen (text);

  if (length > 0 && out->length + length <= out->size)
    memcpy (out->bytes + out->length, text, length);
  out->length += length;
}

static void
put_lines (Output   *out,
           HcPacket *self)
{
  put (out, hc_packet_type_names[self->type]);
  for (guint i = 0; i < self->n_lines; i++)
    {
      put (out, CRLF);
      put (out, self->lines[i].name);
      put (out, ": ");
      put (out, self->lines[i].value);
    }
}

/**
 * hc_packet_write:
 * @self: a packet
 * @buffer: (array length=size) (nullable): where to write it
 * @size: how many bytes there is room for
 *
 * Writes a packet's bytes, exactly as the original writes them: its CHAT to
 * the server ends with the datagram or the stream, not with a blank line.
 *
 * Returns: how many bytes the packet has; if that is more than @size, they
 *   were not all written
 */
gsize
hc_packet_write (HcPacket *self,
                 char     *buffer,
                 gsize     size)
{
  Output out = { .bytes = buffer, .size = size };

  g_return_val_if_fail (HC_IS_PACKET (self), 0);

  put_lines (&out, self);
  if (self->type == HC_PACKET_CHAT && self->dialect == HC_DIALECT_RENDEZVOUS &&
      self->body == NULL)
    return out.length;

  put (&out, CRLF);
  if (self->type == HC_PACKET_CHAT && self->dialect == HC_DIALECT_PEER && self->body != NULL)
    {
      put (&out, self->body);
      put (&out, BLANK_LINE);
      return out.length;
    }

  put (&out, CRLF);
  if (self->body != NULL)
    put (&out, self->body);
  return out.length;
}

/**
 * hc_packet_serialise:
 * @self: a packet
 *
 * Gets a packet's bytes. See hc_packet_write().
 *
 * A packet off the wire may have been written shorter than the protocol says
 * (`a:b` for `a: b`), and so have more than %HC_PACKET_MAX_LENGTH bytes here.
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
hc_packet_serialise (HcPacket *self)
{
  char *bytes;
  gsize length;

  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  length = hc_packet_write (self, NULL, 0);
  bytes = g_malloc (length);
  hc_packet_write (self, bytes, length);
  return g_bytes_new_take (bytes, length);
}

/**
 * hc_packet_get_packet_type:
 * @self: a packet
 *
 * Gets the packet's type.
 *
 * Returns: the type
 */
HcPacketType
hc_packet_get_packet_type (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), HC_PACKET_ERROR);

  return self->type;
}

/**
 * hc_packet_get_type_name:
 * @self: a packet
 *
 * Gets the packet's first line, such as `REGISTER`.
 *
 * Returns: (transfer none): the name
 */
const char *
hc_packet_get_type_name (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  return hc_packet_type_names[self->type];
}

/**
 * hc_packet_get_dialect:
 * @self: a packet
 *
 * Gets who speaks with whom in it.
 *
 * Returns: the dialect
 */
HcDialect
hc_packet_get_dialect (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), HC_DIALECT_RENDEZVOUS);

  return self->dialect;
}

/**
 * hc_packet_get_n_headers:
 * @self: a packet
 *
 * Gets how many headers the packet has, unknown ones included.
 *
 * Returns: how many
 */
guint
hc_packet_get_n_headers (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), 0);

  return self->n_lines;
}

/**
 * hc_packet_get_nth_header:
 * @self: a packet
 * @index: less than hc_packet_get_n_headers()
 * @name: (out) (transfer none): the header's name as it was written
 * @value: (out) (transfer none): its value without surrounding blanks
 *
 * Gets one header in the order of the packet.
 */
void
hc_packet_get_nth_header (HcPacket    *self,
                          guint        index,
                          const char **name,
                          const char **value)
{
  g_return_if_fail (HC_IS_PACKET (self));
  g_return_if_fail (index < self->n_lines);

  *name = self->lines[index].name;
  *value = self->lines[index].value;
}

/**
 * hc_packet_get_header:
 * @self: a packet
 * @header: which one; not %HC_HEADER_OTHER
 *
 * Gets the value of a header that the protocol knows.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL if there is none
 */
const char *
hc_packet_get_header (HcPacket *self,
                      HcHeader  header)
{
  g_return_val_if_fail (HC_IS_PACKET (self), NULL);
  g_return_val_if_fail (header < HC_HEADER_OTHER, NULL);

  for (guint i = 0; i < self->n_lines; i++)
    if (self->lines[i].header == header)
      return self->lines[i].value;
  return NULL;
}

/**
 * hc_packet_get_header_by_name:
 * @self: a packet
 * @name: a header's name, in any case
 *
 * Gets the value of any header, the first one of that name.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL if there is none
 */
const char *
hc_packet_get_header_by_name (HcPacket   *self,
                              const char *name)
{
  g_return_val_if_fail (HC_IS_PACKET (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->n_lines; i++)
    if (g_ascii_strcasecmp (self->lines[i].name, name) == 0)
      return self->lines[i].value;
  return NULL;
}

/**
 * hc_packet_get_path:
 * @self: a packet
 * @index: counted from 0
 *
 * Gets one of the ways to reach a client, `kind ip port`.
 *
 * Returns: (transfer none) (nullable): the path, or %NULL if there are not so
 *   many
 */
const char *
hc_packet_get_path (HcPacket *self,
                    guint     index)
{
  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  for (guint i = 0; i < self->n_lines; i++)
    if (self->lines[i].header == HC_HEADER_PATH && index-- == 0)
      return self->lines[i].value;
  return NULL;
}

/**
 * hc_packet_get_number:
 * @self: a packet
 * @header: one whose value is a number, such as %HC_HEADER_VERSION
 *
 * Gets the value of a header that hc_packet_parse() has found to be a number.
 *
 * Returns: the number, or 0 if there is no such header
 */
guint
hc_packet_get_number (HcPacket *self,
                      HcHeader  header)
{
  const char *value = hc_packet_get_header (self, header);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;
}

/**
 * hc_packet_get_sent:
 * @self: a packet
 *
 * Gets when a part was sent, by its sender's clock.
 *
 * Returns: milliseconds since 1970, or 0 if it doesn't say
 */
gint64
hc_packet_get_sent (HcPacket *self)
{
  const char *value = hc_packet_get_header (self, HC_HEADER_SENT);

  return value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
}

/**
 * hc_packet_get_part:
 * @self: a packet
 * @index: (out): which part of its message it is, from 1
 * @n_parts: (out): how many there are
 *
 * Gets the place of a part in its message.
 *
 * Returns: %TRUE if the packet is a part of a message
 */
gboolean
hc_packet_get_part (HcPacket *self,
                    guint    *index,
                    guint    *n_parts)
{
  const char *value = hc_packet_get_header (self, HC_HEADER_PART);

  return value != NULL && hc_text_parse_part (value, index, n_parts);
}

/**
 * hc_packet_get_port:
 * @self: a packet
 *
 * Gets the value of `Port`.
 *
 * Returns: 1 to 65535, or 0 if there is none
 */
guint16
hc_packet_get_port (HcPacket *self)
{
  const char *value = hc_packet_get_header (self, HC_HEADER_PORT);

  return value != NULL ? hc_text_parse_port (value) : 0;
}

/**
 * hc_packet_dup_endpoint:
 * @self: a packet
 *
 * Gets `IP` and `Port` as an address to connect to.
 *
 * Returns: (transfer full) (nullable): the address, or %NULL if the packet has
 *   none, as in an empty BRIDGEACK
 */
GSocketAddress *
hc_packet_dup_endpoint (HcPacket *self)
{
  const char *address = hc_packet_get_header (self, HC_HEADER_IP);
  guint16 port = hc_packet_get_port (self);

  if (address == NULL || port == 0)
    return NULL;
  return g_inet_socket_address_new_from_string (address, port);
}

/**
 * hc_packet_get_body:
 * @self: a packet
 *
 * Gets what follows the headers, as it was on the wire.
 *
 * Returns: (transfer none) (nullable): the body, or %NULL if there is none
 */
const char *
hc_packet_get_body (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  return self->body;
}

/**
 * hc_packet_is_hello:
 * @self: a packet
 *
 * Tells whether this is what a caller says first, in its TCP or its UDP form,
 * with or without an offer.
 *
 * Returns: %TRUE if it is a hello
 */
gboolean
hc_packet_is_hello (HcPacket *self)
{
  g_return_val_if_fail (HC_IS_PACKET (self), FALSE);

  return self->dialect == HC_DIALECT_PEER && self->type == HC_PACKET_CHAT &&
         (self->body == NULL || *self->body == '\0' ||
          g_str_has_prefix (self->body, HC_OFFER_PREFIX));
}

/**
 * hc_packet_dup_offer:
 * @self: a packet
 *
 * Gets the offer that came with a hello, as it does over UDP. Over TCP it is a
 * packet of its own.
 *
 * Returns: (transfer full) (nullable): an offer, or %NULL if there is none that
 *   can be read
 */
HcPacket *
hc_packet_dup_offer (HcPacket *self)
{
  const char *offer;

  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  if (!hc_packet_is_hello (self) || self->body == NULL || *self->body == '\0')
    return NULL;

  offer = self->body + strlen (CRLF);
  return hc_packet_parse (offer, strlen (offer), HC_DIALECT_PEER, NULL);
}

/**
 * hc_packet_dup_text:
 * @self: a packet
 *
 * Gets the text of a message: its body without the closing newline, with all
 * its line ends as newlines.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if this is no message
 */
char *
hc_packet_dup_text (HcPacket *self)
{
  char *text;
  gsize length;

  g_return_val_if_fail (HC_IS_PACKET (self), NULL);

  if (self->dialect != HC_DIALECT_PEER || self->type != HC_PACKET_CHAT ||
      hc_packet_is_hello (self))
    return NULL;

  text = hc_message_normalise (self->body);
  length = strlen (text);
  if (length > 0 && text[length - 1] == '\n')
    text[length - 1] = '\0';
  return text;
}
