/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server says of somebody, and what of it isn't believed. */

#include "hc-address.h"
#include "hc-match.h"

#include <string.h>

#define KEY "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define SESSION "AgICAgICAgI"
#define TICKET "AwMDAwMDAwMDAwMDAwMDAw"

#define V1(ip) "BRIDGEACK\r\nclientID: bob\r\nIP: " ip "\r\nPort: 6001\r\n"
#define CALLER "Version: 2\r\nRole: caller\r\nKey: " KEY "\r\nSession: " SESSION "\r\n" \
               "Ticket: " TICKET "\r\n"
#define CALLEE "Version: 2\r\nRole: callee\r\nKey: " KEY "\r\nSession: " SESSION "\r\n"

static HcMatch *
read_from (const char  *text,
           const char  *server,
           GError     **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (server, 5000);
  g_autofree char *whole = g_strconcat (text, "\r\n", NULL);
  g_autoptr (HcPacket) packet =
    hc_packet_parse (whole, strlen (whole), HC_DIALECT_RENDEZVOUS, error);

  return packet != NULL ? hc_match_new_from_server (packet, address, error) : NULL;
}

static HcMatch *
read_well (const char *text)
{
  g_autoptr (GError) error = NULL;
  HcMatch *match = read_from (text, "192.0.2.1", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hc_match_get_peer_id (match), ==, "bob");
  return match;
}

/* One after another, with a blank between. */
static char *
list (HcMatch *match)
{
  g_autoptr (GPtrArray) addresses = hc_match_list_addresses (match);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      GInetSocketAddress *address = g_ptr_array_index (addresses, i);
      g_autofree char *host =
        g_inet_address_to_string (g_inet_socket_address_get_address (address));

      g_string_append_printf (text, "%s%s:%u", i > 0 ? " " : "", host,
                              g_inet_socket_address_get_port (address));
    }
  return g_string_free (text, FALSE);
}

static void
test_v1 (void)
{
  g_autoptr (HcMatch) match = read_well (V1 ("192.0.2.9"));
  g_autofree char *addresses = list (match);

  g_assert_true (hc_match_is_caller (match));
  g_assert_false (hc_match_is_vouched (match));
  g_assert_null (hc_match_get_key (match));
  g_assert_null (hc_match_get_session (match));
  g_assert_null (hc_match_get_ticket (match));
  g_assert_cmpstr (addresses, ==, "192.0.2.9:6001");

  g_assert_finalize_object (g_steal_pointer (&match));
}

static void
test_caller (void)
{
  g_autoptr (HcMatch) match = read_well (V1 ("192.0.2.9") CALLER);

  g_assert_true (hc_match_is_caller (match));
  g_assert_true (hc_match_is_vouched (match));
  g_assert_cmpint (hc_match_get_key (match)[31], ==, 1);
  g_assert_cmpint (hc_match_get_session (match)[7], ==, 2);
  g_assert_cmpint (hc_match_get_ticket (match)[15], ==, 3);
}

/* A ticket is for those who call. */
static void
test_callee (void)
{
  g_autoptr (HcMatch) match = read_well (V1 ("192.0.2.9") CALLEE "Ticket: " TICKET "\r\n");

  g_assert_false (hc_match_is_caller (match));
  g_assert_nonnull (hc_match_get_session (match));
  g_assert_null (hc_match_get_ticket (match));
}

static void
test_v1_peer (void)
{
  g_autoptr (HcMatch) match =
    read_well (V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\n");

  g_assert_false (hc_match_is_caller (match));
  g_assert_true (hc_match_is_vouched (match));
  g_assert_null (hc_match_get_key (match));
}

/* Those lines mean nothing in v1. */
static void
test_v2_lines_in_v1 (void)
{
  g_autoptr (HcMatch) match =
    read_well (V1 ("192.0.2.9") "Role: callee\r\nKey: " KEY "\r\nSession: " SESSION "\r\n"
               "Seen: 192.0.2.10 7\r\nPath: host 192.0.2.11 7\r\nLocalIP: 10.0.0.1\r\n");
  g_autofree char *addresses = list (match);

  g_assert_true (hc_match_is_caller (match));
  g_assert_false (hc_match_is_vouched (match));
  g_assert_null (hc_match_get_key (match));
  g_assert_cmpstr (addresses, ==, "192.0.2.9:6001");
}

typedef struct
{
  const char *lines;
  const char *addresses;
} AddressCase;

static const AddressCase address_cases[] = {
  { "LocalIP: 10.0.0.7\r\nPath: host 10.0.0.8 6002\r\nPath: host 2001:db8::8 6002\r\nSeen: 192.0.2.9 7\r\n",
    "10.0.0.7:6001 10.0.0.8:6002 2001:db8::8:6002 192.0.2.9:6001 192.0.2.9:7" },
  { "Seen: 192.0.2.9 6001\r\nPath: host 192.0.2.9 6001\r\nPath: host 192.0.2.9 6001\r\n",
    "192.0.2.9:6001" },
  { "Path: host ::ffff:192.0.2.9 6001\r\n", "192.0.2.9:6001" },

  /* what is nobody's */
  { "Path: host 127.0.0.1 22\r\nPath: host ::1 22\r\nPath: host ::ffff:127.0.0.1 22\r\n",
    "192.0.2.9:6001" },
  { "Path: host 224.0.0.251 5353\r\nPath: host 255.255.255.255 9\r\nPath: host 240.0.0.1 9\r\n",
    "192.0.2.9:6001" },
  { "Path: host 0.0.0.0 22\r\nPath: host :: 22\r\nPath: host 0.1.2.3 22\r\n", "192.0.2.9:6001" },
  { "Path: host ff02::fb 5353\r\nPath: host fe80::1 22\r\nPath: host ::ffff:224.0.0.1 9\r\n",
    "192.0.2.9:6001" },
  { "Seen: 127.0.0.1 22\r\nLocalIP: 127.0.1.1\r\n", "192.0.2.9:6001" },
  { "Seen: 239.1.1.1 22\r\nLocalIP: 255.255.255.255\r\n", "192.0.2.9:6001" },

  /* kinds for later */
  { "Path: relay 192.0.2.77 9\r\nPath: hostile 192.0.2.78 9\r\nPath: host 192.0.2.79 9\r\n",
    "192.0.2.79:9 192.0.2.9:6001" },

  /* the ninth and so on */
  { "Path: host 10.0.0.1 1\r\nPath: host 10.0.0.2 1\r\nPath: host 10.0.0.3 1\r\n"
    "Path: host 10.0.0.4 1\r\nPath: host 10.0.0.5 1\r\nPath: host 10.0.0.6 1\r\n"
    "Path: host 10.0.0.7 1\r\nPath: host 10.0.0.8 1\r\nPath: host 10.0.0.9 1\r\n",
    "10.0.0.1:1 10.0.0.2:1 10.0.0.3:1 10.0.0.4:1 10.0.0.5:1 10.0.0.6:1 10.0.0.7:1 10.0.0.8:1 "
    "192.0.2.9:6001" },
};

static void
test_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (address_cases); i++)
    {
      g_autofree char *text =
        g_strconcat (V1 ("192.0.2.9") CALLER, address_cases[i].lines, NULL);
      g_autoptr (HcMatch) match = read_well (text);
      g_autofree char *addresses = list (match);

      g_assert_cmpstr (addresses, ==, address_cases[i].addresses);
    }
}

/* Whoever has the server on this host may have the peer there, too. */
static void
test_at_home (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcMatch) match = read_from (V1 ("127.0.0.1") CALLER "Path: host 127.0.0.2 9\r\n",
                                         "127.0.0.1", &error);
  g_autofree char *addresses = NULL;

  g_assert_no_error (error);
  addresses = list (match);
  g_assert_cmpstr (addresses, ==, "127.0.0.2:9 127.0.0.1:6001");
}

typedef struct
{
  const char *text;
  int code;
} FaultCase;

static const FaultCase faults[] = {
  { "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n", HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("127.0.0.1"), HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("::ffff:127.0.0.1"), HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("224.0.0.1") CALLER "Path: host 192.0.2.9 6001\r\n", HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("255.255.255.255"), HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("fe80::1"), HC_PROTOCOL_ERROR_INVALID_ADDRESS },
  { V1 ("192.0.2.9") "Version: 2\r\n", HC_PROTOCOL_ERROR_MISSING_HEADER },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: caller\r\nKey: " KEY "\r\n",
    HC_PROTOCOL_ERROR_MISSING_HEADER },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\nSession: " SESSION "\r\n",
    HC_PROTOCOL_ERROR_MISSING_HEADER },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: caller\r\nKey: " KEY "\r\nSession: " SESSION "\r\n",
    HC_PROTOCOL_ERROR_MISSING_HEADER },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: both\r\n", HC_PROTOCOL_ERROR_INVALID_VALUE },
  { V1 ("192.0.2.9") CALLER "Key: " KEY "\r\n", HC_PROTOCOL_ERROR_REPEATED_HEADER },
  { V1 ("192.0.2.9") CALLER "Session: " SESSION "\r\n", HC_PROTOCOL_ERROR_REPEATED_HEADER },
  { V1 ("192.0.2.9") CALLER "Path: host nowhere 6001\r\n", HC_PROTOCOL_ERROR_INVALID_VALUE },
  { V1 ("192.0.2.9") CALLER "Seen: 192.0.2.9\r\n", HC_PROTOCOL_ERROR_INVALID_VALUE },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\nKey: " KEY "A\r\nSession: " SESSION "\r\n",
    HC_PROTOCOL_ERROR_INVALID_VALUE },
  { V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\nKey: " KEY "\r\nSession: " SESSION "A\r\n",
    HC_PROTOCOL_ERROR_INVALID_VALUE },
};

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HcMatch) match = read_from (faults[i].text, "192.0.2.1", &error);

      g_assert_null (match);
      g_assert_error (error, HC_PROTOCOL_ERROR, faults[i].code);
    }
}

static void
test_equal (void)
{
  g_autoptr (HcMatch) match = read_well (V1 ("192.0.2.9") CALLEE);
  g_autoptr (HcMatch) same = read_well (V1 ("192.0.2.10") CALLEE "Seen: 192.0.2.9 7\r\n");
  g_autoptr (HcMatch) other =
    read_well (V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\nKey: " KEY "\r\n"
               "Session: BBBBBBBBBBA\r\n");
  g_autoptr (HcMatch) turned = read_well (V1 ("192.0.2.9") CALLER);
  g_autoptr (HcMatch) plain = read_well (V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\n");
  g_autoptr (HcMatch) plain_too = read_well (V1 ("192.0.2.9") "Version: 2\r\nRole: callee\r\n");

  g_assert_true (hc_match_equal (match, same));
  g_assert_false (hc_match_equal (match, other));
  g_assert_false (hc_match_equal (match, turned));
  g_assert_false (hc_match_equal (match, plain));
  g_assert_true (hc_match_equal (plain, plain_too));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/match/v1", test_v1);
  g_test_add_func ("/match/caller", test_caller);
  g_test_add_func ("/match/callee", test_callee);
  g_test_add_func ("/match/v1-peer", test_v1_peer);
  g_test_add_func ("/match/v2-lines-in-v1", test_v2_lines_in_v1);
  g_test_add_func ("/match/addresses", test_addresses);
  g_test_add_func ("/match/at-home", test_at_home);
  g_test_add_func ("/match/faults", test_faults);
  g_test_add_func ("/match/equal", test_equal);

  return g_test_run ();
}
