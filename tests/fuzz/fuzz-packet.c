/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is a packet, read in both dialects. */

#include "fuzz.h"

#include "packet-util.h"

#include <string.h>

/* A line may grow by a blank behind its colon. */
#define WRITTEN_MAX_LENGTH (2 * HC_PACKET_MAX_LENGTH)

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == HC_PROTOCOL_ERROR);
  g_assert_nonnull (hc_protocol_error_to_code (error->code));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (hc_text_find_control_character (error->message, strlen (error->message)));
}

static void
check_id (HcPacket *packet,
          HcHeader  header)
{
  g_assert_true (hc_client_id_validate (hc_packet_get_header (packet, header), NULL));
}

static void
check_endpoint (HcPacket *packet)
{
  g_autoptr (GSocketAddress) endpoint = hc_packet_dup_endpoint (packet);

  check_id (packet, HC_HEADER_CLIENT_ID);
  g_assert_true (G_IS_INET_SOCKET_ADDRESS (endpoint));
  g_assert_cmpint (hc_packet_get_port (packet), >, 0);
}

static void
check_part (HcPacket *packet)
{
  const char *body = hc_packet_get_body (packet);
  guint index, n_parts;

  g_assert_true (hc_packet_get_part (packet, &index, &n_parts));
  g_assert_cmpuint (index, >=, 1);
  g_assert_cmpuint (index, <=, n_parts);
  g_assert_cmpuint (hc_packet_get_number (packet, HC_HEADER_LENGTH), ==,
                    body != NULL ? strlen (body) : 0);
}

/* What the parser promises, nobody checks again. */
static void
check_promises (HcPacket *packet)
{
  gboolean is_rendezvous = hc_packet_get_dialect (packet) == HC_DIALECT_RENDEZVOUS;

  switch (hc_packet_get_packet_type (packet))
    {
    case HC_PACKET_REGISTER:
    case HC_PACKET_REGACK:
      check_endpoint (packet);
      break;

    case HC_PACKET_BRIDGEACK:
      if (*hc_packet_get_header (packet, HC_HEADER_CLIENT_ID) != '\0')
        check_endpoint (packet);
      break;

    case HC_PACKET_CHAT:
      if (is_rendezvous)
        {
          check_id (packet, HC_HEADER_CLIENT_ID1);
          check_id (packet, HC_HEADER_CLIENT_ID2);
          break;
        }
      if (hc_packet_get_dialect (packet) == HC_DIALECT_SECURE)
        {
          check_part (packet);
          break;
        }
      check_id (packet, HC_HEADER_CLIENT_ID);
      g_assert_cmpuint (hc_packet_get_n_headers (packet), ==, 1);
      break;

    case HC_PACKET_QUIT:
      if (is_rendezvous)
        check_id (packet, HC_HEADER_CLIENT_ID);
      break;

    case HC_PACKET_BRIDGE:
    case HC_PACKET_QUITACK:
    case HC_PACKET_CHATACK:
    case HC_PACKET_HELLO:
      check_id (packet, HC_HEADER_CLIENT_ID);
      break;

    case HC_PACKET_ERROR:
      g_assert_nonnull (hc_packet_get_header (packet, HC_HEADER_REASON));
      break;

    case HC_PACKET_PROBE:
    case HC_PACKET_PROBEACK:
    case HC_PACKET_REGNACK:
    case HC_PACKET_OFFER:
    case HC_PACKET_REVEAL:
    case HC_PACKET_ACK:
    case HC_PACKET_TYPING:
    case HC_PACKET_PING:
    default:
      break;
    }
}

static void
check_headers (HcPacket *packet)
{
  for (guint i = 0; i < hc_packet_get_n_headers (packet); i++)
    {
      const char *name, *value;

      hc_packet_get_nth_header (packet, i, &name, &value);
      g_assert_cmpuint (strlen (name), >, 0);
      g_assert_null (strchr (name, ':'));
      g_assert_null (hc_text_find_control_character (name, strlen (name)));
      g_assert_null (hc_text_find_control_character (value, strlen (value)));
      g_assert_nonnull (hc_packet_get_header_by_name (packet, name));
    }
}

static void
check_text (HcPacket *packet)
{
  g_autofree char *text = hc_packet_dup_text (packet);

  if (text == NULL)
    return;
  g_assert_false (hc_packet_is_hello (packet));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strchr (text, '\r'));
}

/* Written and read again it is the same packet, and written again the same
 * bytes. */
static void
check_round_trip (HcPacket *packet)
{
  char written[WRITTEN_MAX_LENGTH];
  char again[WRITTEN_MAX_LENGTH];
  gsize length = hc_packet_write (packet, written, sizeof written);
  g_autoptr (GBytes) bytes = hc_packet_serialise (packet);
  g_autoptr (HcPacket) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (length, <=, sizeof written);
  g_assert_cmpmem (written, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  copy = hc_packet_parse (written, length, hc_packet_get_dialect (packet), &error);
  if (length > HC_PACKET_MAX_LENGTH)
    {
      g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_TOO_LONG);
      return;
    }
  g_assert_no_error (error);
  test_assert_same_packet (copy, packet);
  g_assert_cmpuint (hc_packet_write (copy, again, sizeof again), ==, length);
  g_assert_cmpmem (again, length, written, length);
}

static void
check_packet (HcPacket   *packet,
              const char *data,
              gsize       size)
{
  HcPacketType type;

  g_assert_true (hc_packet_peek_type (data, size, &type));
  g_assert_cmpint (type, ==, hc_packet_get_packet_type (packet));
  if (hc_packet_get_dialect (packet) == HC_DIALECT_RENDEZVOUS)
    g_assert_cmpuint (hc_packet_peek_version (data, size), ==,
                      MAX (hc_packet_get_number (packet, HC_HEADER_VERSION), 1));
  check_promises (packet);
  check_headers (packet);
  check_text (packet);
  check_round_trip (packet);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  /* A block of exactly this length, so that a sanitiser sees a step too far. */
  g_autofree char *bytes = g_memdup2 (data, size);

  for (HcDialect dialect = HC_DIALECT_RENDEZVOUS; dialect <= HC_DIALECT_SECURE; dialect++)
    {
      g_autoptr (GError) error = NULL;
      HcPacket *packet = hc_packet_parse (bytes, size, dialect, &error);
      HcPacketType type;

      if (packet == NULL)
        {
          check_error (error);
          hc_packet_peek_type (bytes, size, &type);
          hc_packet_peek_version (bytes, size);
          continue;
        }
      g_assert_no_error (error);
      check_packet (packet, bytes, size);
      g_assert_finalize_object (packet);
    }
  return 0;
}
