/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-base64url.h"
#include "hc-client-id.h"
#include "hc-credentials.h"
#include "hc-text.h"

#include <string.h>

static gboolean
check_id (const HcLine *line,
          GError      **error)
{
  gsize length = strlen (line->value);
  const char *disguise;

  if (length == 0 || length > HC_CLIENT_ID_MAX_LENGTH)
    {
      g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
                   "%s has %" G_GSIZE_FORMAT " bytes; it may have 1 to %d",
                   hc_header_names[line->header], length, HC_CLIENT_ID_MAX_LENGTH);
      return FALSE;
    }

  disguise = hc_client_id_find_disguise (line->value);
  if (disguise != NULL)
    g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
                 "%s has %s", hc_header_names[line->header], disguise);
  return disguise == NULL;
}

static gboolean
is_number (const char *text,
           gint64      min,
           gint64      max)
{
  return g_ascii_string_to_unsigned (text, 10, min, max, NULL, NULL);
}

static gboolean
is_secret (const char *text,
           gsize       length)
{
  guint8 bytes[HC_KEY_LENGTH];

  return hc_base64url_decode (text, bytes, length);
}

static gboolean
is_port (const char *text)
{
  return hc_text_parse_port (text) != 0;
}

static gboolean
is_version (const char *text)
{
  return is_number (text, 1, G_MAXUINT16);
}

static gboolean
is_lifetime (const char *text)
{
  return is_number (text, 1, G_MAXINT32);
}

static gboolean
is_wait (const char *text)
{
  return is_number (text, 0, HC_MAX_WAIT_SECONDS);
}

static gboolean
is_part_number (const char *text)
{
  return is_number (text, 0, G_MAXUINT32);
}

static gboolean
is_part_length (const char *text)
{
  return is_number (text, 0, HC_PART_MAX_LENGTH);
}

/* Up to the end of the year 9999. */
static gboolean
is_time (const char *text)
{
  return is_number (text, 0, G_GINT64_CONSTANT (253402300799999));
}

static gboolean
is_digest (const char *text)
{
  return is_secret (text, HC_DIGEST_LENGTH);
}

static gboolean
is_16_bytes (const char *text)
{
  return is_secret (text, 16);
}

static gboolean
is_session (const char *text)
{
  return is_secret (text, HC_SESSION_LENGTH);
}

/* A public key and a signature by it. */
static gboolean
is_proof (const char *text)
{
  const char *dot = strchr (text, '.');
  g_autoptr (GBytes) key = dot != NULL ? hc_base64url_to_bytes (text, dot - text) : NULL;
  g_autoptr (GBytes) signature = dot != NULL ? hc_base64url_to_bytes (dot + 1, strlen (dot + 1))
                                             : NULL;

  return key != NULL && signature != NULL;
}

/* `ip port` */
static gboolean
is_endpoint (const char *text)
{
  const char *blank = strchr (text, ' ');
  g_autofree char *address = blank != NULL ? g_strndup (text, blank - text) : NULL;

  return address != NULL && hc_text_is_address (address) && hc_text_parse_port (blank + 1) != 0;
}

/* `kind ip port`, of which a kind that nobody knows yet may become one. */
static gboolean
is_path (const char *text)
{
  const char *blank = strchr (text, ' ');

  return blank != NULL && blank > text && is_endpoint (blank + 1);
}

static gboolean
is_role (const char *text)
{
  return strcmp (text, "caller") == 0 || strcmp (text, "callee") == 0;
}

static gboolean
is_part (const char *text)
{
  guint index, n_parts;

  return hc_text_parse_part (text, &index, &n_parts);
}

/* What the value of a header has to be, and what is said of one that isn't.
 * Those that may be anything aren't here. */
typedef struct
{
  gboolean (*is_good) (const char *value);
  const char *fault;
} Rule;

#define ADDRESS { hc_text_is_address, "is no literal IPv4 or IPv6 address" }
#define PORT { is_port, "is no number from 1 to 65535" }
#define BYTES_16 { is_16_bytes, "is no base64url of 16 bytes" }
#define BYTES_32 { is_digest, "is no base64url of 32 bytes" }

static const Rule rules[HC_HEADER_OTHER] = {
  [HC_HEADER_IP] = ADDRESS,
  [HC_HEADER_LOCAL_IP] = ADDRESS,
  [HC_HEADER_PORT] = PORT,
  [HC_HEADER_UDP] = PORT,
  [HC_HEADER_VERSION] = { is_version, "is no number" },
  [HC_HEADER_EXPIRES] = { is_lifetime, "is no number of seconds" },
  [HC_HEADER_WAIT] = { is_wait, "is no number of seconds up to 25" },
  [HC_HEADER_KEY] = BYTES_32,
  [HC_HEADER_TOKEN] = BYTES_16,
  [HC_HEADER_TICKET] = BYTES_16,
  [HC_HEADER_SESSION] = { is_session, "is no base64url of 8 bytes" },
  [HC_HEADER_PROOF] = { is_proof, "is no key and signature in base64url" },
  [HC_HEADER_PATH] = { is_path, "is no kind, address and port" },
  [HC_HEADER_SEEN] = { is_endpoint, "is no address and port" },
  [HC_HEADER_ROLE] = { is_role, "is neither caller nor callee" },
  [HC_HEADER_SEQ] = { is_part_number, "is no number of a part" },
  [HC_HEADER_RESUME] = { is_part_number, "is no number of a part" },
  [HC_HEADER_SENT] = { is_time, "is no time in milliseconds" },
  [HC_HEADER_PART] = { is_part, "is not one of at most 71 parts" },
  [HC_HEADER_LENGTH] = { is_part_length, "is no number of bytes up to 928" },
  [HC_HEADER_PLAIN] = BYTES_32,
  [HC_HEADER_COMMIT] = BYTES_32,
  [HC_HEADER_NONCE] = BYTES_16,
};

static HcProtocolError
get_code (HcHeader header)
{
  if (header == HC_HEADER_IP || header == HC_HEADER_LOCAL_IP)
    return HC_PROTOCOL_ERROR_INVALID_ADDRESS;
  if (header == HC_HEADER_PORT || header == HC_HEADER_UDP)
    return HC_PROTOCOL_ERROR_INVALID_PORT;
  return HC_PROTOCOL_ERROR_INVALID_VALUE;
}

static gboolean
is_id (HcHeader header)
{
  return header == HC_HEADER_CLIENT_ID || header == HC_HEADER_CLIENT_ID1 ||
         header == HC_HEADER_CLIENT_ID2 || header == HC_HEADER_WITH;
}

/* Whether the value of a header that the protocol knows says something. What is
 * wrong with one is said without it: it may be anything. */
gboolean
hc_packet_check_value (const HcLine  *line,
                       GError       **error)
{
  const Rule *rule = line->header != HC_HEADER_OTHER ? &rules[line->header] : NULL;

  if (is_id (line->header))
    return check_id (line, error);
  if (rule == NULL || rule->is_good == NULL || rule->is_good (line->value))
    return TRUE;

  g_set_error (error, HC_PROTOCOL_ERROR, get_code (line->header), "%s %s",
               hc_header_names[line->header], rule->fault);
  return FALSE;
}
