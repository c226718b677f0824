/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-protocol"

#include "hc-packet-private.h"
#include "hc-base64url.h"
#include "hc-credentials.h"
#include "hc-text.h"

#include <string.h>

/* What is wrong with a value is said without it: it may be anything. */
static gboolean
refuse (const HcLine     *line,
        HcProtocolError   code,
        const char       *fault,
        GError          **error)
{
  g_set_error (error, HC_PROTOCOL_ERROR, code, "%s %s", hc_header_names[line->header], fault);
  return FALSE;
}

static gboolean
check_id (const HcLine *line,
          GError      **error)
{
  gsize length = strlen (line->value);

  if (length > 0 && length <= HC_CLIENT_ID_MAX_LENGTH)
    return TRUE;

  g_set_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ID,
               "%s has %" G_GSIZE_FORMAT " bytes; it may have 1 to %d",
               hc_header_names[line->header], length, HC_CLIENT_ID_MAX_LENGTH);
  return FALSE;
}

static gboolean
is_number (const char *text,
           guint       min,
           guint       max)
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
check (gboolean       good,
       const HcLine  *line,
       const char    *fault,
       GError       **error)
{
  return good || refuse (line, HC_PROTOCOL_ERROR_INVALID_VALUE, fault, error);
}

/* Whether the value of a header that the protocol knows says something. */
gboolean
hc_packet_check_value (const HcLine *line,
                       GError      **error)
{
  const char *value = line->value;

  switch (line->header)
    {
    case HC_HEADER_CLIENT_ID:
    case HC_HEADER_CLIENT_ID1:
    case HC_HEADER_CLIENT_ID2:
    case HC_HEADER_WITH:
      return check_id (line, error);

    case HC_HEADER_IP:
    case HC_HEADER_LOCAL_IP:
      return hc_text_is_address (value) ||
             refuse (line, HC_PROTOCOL_ERROR_INVALID_ADDRESS,
                     "is no literal IPv4 or IPv6 address", error);

    case HC_HEADER_PORT:
    case HC_HEADER_UDP:
      return hc_text_parse_port (value) != 0 ||
             refuse (line, HC_PROTOCOL_ERROR_INVALID_PORT, "is no number from 1 to 65535", error);

    case HC_HEADER_VERSION:
      return check (is_number (value, 1, G_MAXUINT16), line, "is no number", error);
    case HC_HEADER_EXPIRES:
      return check (is_number (value, 1, G_MAXINT32), line, "is no number of seconds", error);
    case HC_HEADER_WAIT:
      return check (is_number (value, 0, HC_MAX_WAIT_SECONDS), line,
                    "is no number of seconds up to 25", error);

    case HC_HEADER_KEY:
      return check (is_secret (value, HC_KEY_LENGTH), line, "is no base64url of 32 bytes", error);
    case HC_HEADER_TOKEN:
      return check (is_secret (value, HC_TOKEN_LENGTH), line, "is no base64url of 16 bytes", error);
    case HC_HEADER_TICKET:
      return check (is_secret (value, HC_TICKET_LENGTH), line, "is no base64url of 16 bytes",
                    error);
    case HC_HEADER_SESSION:
      return check (is_secret (value, HC_SESSION_LENGTH), line, "is no base64url of 8 bytes",
                    error);
    case HC_HEADER_PROOF:
      return check (is_proof (value), line, "is no key and signature in base64url", error);

    case HC_HEADER_PATH:
      return check (is_path (value), line, "is no kind, address and port", error);
    case HC_HEADER_SEEN:
      return check (is_endpoint (value), line, "is no address and port", error);
    case HC_HEADER_ROLE:
      return check (is_role (value), line, "is neither caller nor callee", error);

    case HC_HEADER_COOKIE:
    case HC_HEADER_PAD:
    case HC_HEADER_REASON:
    case HC_HEADER_OTHER:
    default:
      return TRUE;
    }
}
