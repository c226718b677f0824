/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-text.h"

#include <string.h>

#define CRLF "\r\n"
#define BLANK_LINE CRLF CRLF

#define BIT(header) (1u << (header))
#define ENDPOINT (BIT (HC_HEADER_CLIENT_ID) | BIT (HC_HEADER_IP) | BIT (HC_HEADER_PORT))
#define CALL (BIT (HC_HEADER_CLIENT_ID1) | BIT (HC_HEADER_CLIENT_ID2))

#define REPEATABLE (BIT (HC_HEADER_PATH) | BIT (HC_HEADER_OTHER))

/* None of them is required. Where a packet says that it is v2's, they have to
 * be right; elsewhere they are somebody else's words and skipped. */
#define V2 (BIT (HC_HEADER_OTHER) - BIT (HC_HEADER_VERSION))

/* Which headers a packet must have, by dialect and type. */
static const guint required_headers[][HC_N_PACKET_TYPES] = {
  [HC_DIALECT_RENDEZVOUS] = {
    [HC_PACKET_REGISTER] = ENDPOINT,
    [HC_PACKET_REGACK] = ENDPOINT,
    [HC_PACKET_BRIDGE] = BIT (HC_HEADER_CLIENT_ID),
    [HC_PACKET_BRIDGEACK] = ENDPOINT,
    [HC_PACKET_CHAT] = CALL,
    [HC_PACKET_QUIT] = BIT (HC_HEADER_CLIENT_ID),
    [HC_PACKET_QUITACK] = BIT (HC_HEADER_CLIENT_ID),
    [HC_PACKET_ERROR] = BIT (HC_HEADER_REASON),
  },
  [HC_DIALECT_PEER] = {
    [HC_PACKET_CHAT] = BIT (HC_HEADER_CLIENT_ID),
    [HC_PACKET_PROBE] = BIT (HC_HEADER_SESSION),
    [HC_PACKET_PROBEACK] = BIT (HC_HEADER_SESSION),
    [HC_PACKET_OFFER] = BIT (HC_HEADER_SESSION),
    [HC_PACKET_CHATACK] = BIT (HC_HEADER_CLIENT_ID) | BIT (HC_HEADER_VERSION),
  },
  [HC_DIALECT_SECURE] = {
    [HC_PACKET_HELLO] = BIT (HC_HEADER_CLIENT_ID) | BIT (HC_HEADER_VERSION) |
                        BIT (HC_HEADER_SESSION) | BIT (HC_HEADER_PLAIN) |
                        BIT (HC_HEADER_COMMIT) | BIT (HC_HEADER_RESUME),
    [HC_PACKET_REVEAL] = BIT (HC_HEADER_NONCE),
    [HC_PACKET_CHAT] = BIT (HC_HEADER_SEQ) | BIT (HC_HEADER_SENT) | BIT (HC_HEADER_PART) |
                       BIT (HC_HEADER_LENGTH),
    [HC_PACKET_ACK] = BIT (HC_HEADER_SEQ),
  },
};

/* Which packets there are at all between whom. */
static const guint known_types[] = {
  [HC_DIALECT_RENDEZVOUS] = BIT (HC_PACKET_ERROR + 1) - 1,
  [HC_DIALECT_PEER] = BIT (HC_PACKET_CHAT) | BIT (HC_PACKET_QUIT) | BIT (HC_PACKET_PROBE) |
                      BIT (HC_PACKET_PROBEACK) | BIT (HC_PACKET_OFFER) | BIT (HC_PACKET_CHATACK),
  [HC_DIALECT_SECURE] = BIT (HC_PACKET_HELLO) | BIT (HC_PACKET_REVEAL) | BIT (HC_PACKET_CHAT) |
                        BIT (HC_PACKET_ACK) | BIT (HC_PACKET_TYPING) | BIT (HC_PACKET_PING) |
                        BIT (HC_PACKET_QUIT),
};

static gboolean
find_type (const char   *name,
           gsize         length,
           HcPacketType *type)
{
  for (guint i = 0; i < HC_N_PACKET_TYPES; i++)
    if (strlen (hc_packet_type_names[i]) == length &&
        memcmp (hc_packet_type_names[i], name, length) == 0)
      {
        *type = i;
        return TRUE;
      }
  return FALSE;
}

static HcHeader
find_header (const char *name)
{
  guint i;

  for (i = 0; i < HC_HEADER_OTHER; i++)
    if (g_ascii_strcasecmp (hc_header_names[i], name) == 0)
      break;
  return i;
}

/* Where a line ends, and in @next where the following one begins. */
static const char *
find_line_end (const char  *start,
               const char  *end,
               const char **next)
{
  for (const char *at = start; (at = memchr (at, '\r', end - at)) != NULL; at++)
    if (at + 1 < end && at[1] == '\n')
      {
        *next = at + 2;
        return at;
      }

  *next = end;
  return end;
}

static gboolean
check_bytes (const char  *data,
             gsize        length,
             GError     **error)
{
  const char *valid;

  if (length == 0)
    {
      g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_EMPTY,
                           "There is nothing in the packet");
      return FALSE;
    }
  if (length > HC_PACKET_MAX_LENGTH)
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_TOO_LONG,
                   "The packet is longer than %d bytes", HC_PACKET_MAX_LENGTH);
      return FALSE;
    }
  valid = memchr (data, '\0', length);
  if (valid != NULL)
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_CONTROL_CHARACTER,
                   "Byte %d is NUL", (int) (valid - data));
      return FALSE;
    }
  if (!g_utf8_validate_len (data, length, &valid))
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_UTF8,
                   "Byte %d is not UTF-8", (int) (valid - data));
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_type (HcPacket    *self,
            const char  *start,
            const char  *end,
            GError     **error)
{
  if (find_type (start, end - start, &self->type) &&
      (known_types[self->dialect] & BIT (self->type)) != 0)
    return TRUE;

  if (hc_text_find_control_character (start, end - start) != NULL || end - start > 20)
    g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_UNKNOWN_TYPE,
                         "The first line names no packet");
  else
    g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_UNKNOWN_TYPE,
                 "There is no packet “%.*s”", (int) (end - start), start);
  return FALSE;
}

/* Ends name and value where they lie, in the packet's own copy. */
static gboolean
parse_line (HcLine  *line,
            char    *start,
            char    *end,
            guint    number,
            GError **error)
{
  char *colon = memchr (start, ':', end - start);

  if (hc_text_find_control_character (start, end - start) != NULL)
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_CONTROL_CHARACTER,
                   "There is a control character in line %u", number);
      return FALSE;
    }
  if (colon == NULL || start + strspn (start, " ") == colon)
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_MALFORMED_HEADER,
                   "Line %u is no header: it needs a name and a colon", number);
      return FALSE;
    }

  *colon = '\0';
  *end = '\0';
  line->name = g_strstrip (start);
  line->value = g_strstrip (colon + 1);
  line->header = find_header (line->name);
  return TRUE;
}

/* An empty BRIDGEACK says that nobody is ready. */
static gboolean
is_nobody (HcPacket *self)
{
  if (self->type != HC_PACKET_BRIDGEACK)
    return FALSE;

  for (guint i = 0; i < self->n_lines; i++)
    if ((BIT (self->lines[i].header) & ENDPOINT) != 0 && *self->lines[i].value != '\0')
      return FALSE;
  return TRUE;
}

static gboolean
check_once (HcPacket  *self,
            guint     *seen,
            GError   **error)
{
  *seen = 0;
  for (guint i = 0; i < self->n_lines; i++)
    {
      guint bit = BIT (self->lines[i].header);

      if ((*seen & bit & ~REPEATABLE) != 0)
        {
          g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_REPEATED_HEADER,
                       "%s stands twice in %s",
                       hc_header_names[self->lines[i].header], hc_packet_type_names[self->type]);
          return FALSE;
        }
      *seen |= bit;
    }
  return TRUE;
}

static gboolean
check_headers (HcPacket  *self,
               GError   **error)
{
  guint required = required_headers[self->dialect][self->type];
  guint checked;
  guint seen;

  if (!check_once (self, &seen, error))
    return FALSE;

  for (guint header = 0; header < HC_HEADER_OTHER; header++)
    if ((required & ~seen & BIT (header)) != 0)
      {
        g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_MISSING_HEADER,
                     "%s has no %s", hc_packet_type_names[self->type], hc_header_names[header]);
        return FALSE;
      }

  checked = is_nobody (self) ? 0 : required;
  if ((seen & BIT (HC_HEADER_VERSION)) != 0)
    checked |= V2;

  for (guint i = 0; i < self->n_lines; i++)
    if ((checked & BIT (self->lines[i].header)) != 0 &&
        !hc_packet_check_value (&self->lines[i], error))
      return FALSE;
  return TRUE;
}

/* A message inside encryption says how long it is, since any text may follow. */
static gboolean
check_length (HcPacket  *self,
              GError   **error)
{
  gsize length = self->body != NULL ? strlen (self->body) : 0;

  if (self->dialect != HC_DIALECT_SECURE || length == hc_packet_get_number (self, HC_HEADER_LENGTH))
    return TRUE;

  g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE,
               "Length says %u bytes, and there are %" G_GSIZE_FORMAT,
               hc_packet_get_number (self, HC_HEADER_LENGTH), length);
  return FALSE;
}

/* What follows the headers: in a peer's CHAT everything behind the first
 * header up to the final blank line, elsewhere what is behind a blank line. */
static const char *
find_body (HcPacket *self,
           char     *rest,
           char     *end)
{
  if (self->dialect == HC_DIALECT_PEER && self->type == HC_PACKET_CHAT)
    {
      if (rest == end || strcmp (rest, CRLF) == 0)
        return NULL;
      if (end - rest >= 4 && strcmp (end - 4, BLANK_LINE) == 0)
        end[-4] = '\0';
      return rest;
    }

  return rest < end ? rest : NULL;
}

static gboolean
parse_headers (HcPacket  *self,
               char      *rest,
               char      *end,
               GError   **error)
{
  gboolean one_only = self->dialect == HC_DIALECT_PEER && self->type == HC_PACKET_CHAT;
  guint limit = one_only ? 1 : G_MAXUINT;

  while (rest < end && self->n_lines < limit)
    {
      const char *next;
      const char *line_end = find_line_end (rest, end, &next);
      gboolean is_blank = line_end == rest;

      if (is_blank && one_only)
        break;
      if (!is_blank && !parse_line (&self->lines[self->n_lines], rest, rest + (line_end - rest),
                                    self->n_lines + 2, error))
        return FALSE;
      rest += next - rest;
      if (is_blank)
        break;
      self->n_lines++;
    }

  self->body = find_body (self, rest, end);
  return check_headers (self, error) && check_length (self, error);
}

static gsize
count_lines (const char *data,
             gsize       length)
{
  gsize n = 1;

  for (gsize i = 0; i < length; i++)
    n += data[i] == '\n';
  return n;
}

/**
 * hc_packet_parse:
 * @data: (array length=length): the bytes of one packet
 * @length: how many
 * @dialect: who speaks with whom
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Reads a packet. Its headers may stand in any order and case; unknown ones
 * are kept. The packet may end without its blank line, since the stream or
 * the datagram may have ended it.
 *
 * A client ID, address or port of a packet that needs one has been checked:
 * a caller can rely on it. Only in a BRIDGEACK all three may be empty.
 *
 * Source: protocol, sections 1 to 3.
 *
 * Returns: (transfer full): the packet, or %NULL with @error set
 */
HcPacket *
hc_packet_parse (const char  *data,
                 gsize        length,
                 HcDialect    dialect,
                 GError     **error)
{
  g_autoptr (HcPacket) self = NULL;
  const char *next;
  const char *type_end;
  char *copy;
  gsize n_lines;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_bytes (data, length, error))
    return NULL;

  self = g_object_new (HC_TYPE_PACKET, NULL);
  self->dialect = dialect;
  type_end = find_line_end (data, data + length, &next);
  if (!parse_type (self, data, type_end, error))
    return NULL;

  n_lines = count_lines (next, data + length - next);
  length -= next - data;
  self->lines = g_malloc (n_lines * sizeof (HcLine) + length + 1);
  copy = (char *) (self->lines + n_lines);
  memcpy (copy, next, length);
  copy[length] = '\0';
  if (!parse_headers (self, copy, copy + length, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * hc_packet_peek_type:
 * @data: (array length=length): bytes that may be a packet
 * @length: how many
 * @type: (out): the type that the first line names
 *
 * Looks what a packet says it is, whether or not the rest of it is right: a
 * REGISTER that can't be parsed is still answered by a REGNACK.
 *
 * Returns: %TRUE if the first line names a packet
 */
gboolean
hc_packet_peek_type (const char   *data,
                     gsize         length,
                     HcPacketType *type)
{
  const char *next;

  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (type != NULL, FALSE);

  if (length == 0)
    return FALSE;
  return find_type (data, find_line_end (data, data + length, &next) - data, type);
}

static void
strip (const char **start,
       const char **end)
{
  while (*start < *end && g_ascii_isspace (**start))
    (*start)++;
  while (*start < *end && g_ascii_isspace ((*end)[-1]))
    (*end)--;
}

/* Every request is looked at, so this allocates only for the line it finds. */
static gboolean
read_version (const char *start,
              const char *end,
              guint      *version)
{
  const char *name = hc_header_names[HC_HEADER_VERSION];
  const char *colon = memchr (start, ':', end - start);
  const char *name_end = colon;
  const char *value;
  g_autofree char *text = NULL;
  guint64 number;

  if (colon == NULL)
    return FALSE;
  strip (&start, &name_end);
  if ((gsize) (name_end - start) != strlen (name) ||
      g_ascii_strncasecmp (start, name, name_end - start) != 0)
    return FALSE;

  value = colon + 1;
  strip (&value, &end);
  text = g_strndup (value, end - value);
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;
  *version = number;
  return TRUE;
}

/**
 * hc_packet_peek_version:
 * @data: (array length=length): bytes that may be a packet
 * @length: how many
 *
 * Looks which version a packet says it is, whether or not the rest of it is
 * right: a v2 request that can't be parsed is refused in words of v2.
 *
 * Returns: the value of `Version`, or 1 if there is none
 */
guint
hc_packet_peek_version (const char *data,
                        gsize       length)
{
  const char *next = data;
  guint version = 1;

  g_return_val_if_fail (data != NULL || length == 0, 1);

  if (data == NULL)
    return version;

  while (next < data + length)
    {
      const char *start = next;
      const char *line_end = find_line_end (start, data + length, &next);

      if (line_end == start || read_version (start, line_end, &version))
        break;
    }
  return version;
}
