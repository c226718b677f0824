/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys, proofs and tickets, against values that OpenSSL and Python's hashlib
 * and hmac have computed. Protocol, section 4. */

#include "hc-base64url.h"
#include "hc-credentials.h"

#include <string.h>

#define PUBLIC_KEY                                                              \
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuZKEd9ZTOlD07Ic_1PI9QTFIDU0BYhb9ioMxiD4I8EtvAEIaImnv" \
  "bBRf_vHQ3KCuKe73FbyV5-Ko92en4cfHZg"
#define KEY "Pg_MmPh9va3Wp-7OHTNd9cf3Uwv3M2Rgbx8kdVkELhA"

static void
test_key (void)
{
  g_autoptr (GBytes) public_key = hc_base64url_to_bytes (PUBLIC_KEY, strlen (PUBLIC_KEY));
  guint8 key[HC_KEY_LENGTH];
  g_autofree char *text = NULL;

  hc_key_compute (public_key, key);
  text = hc_base64url_encode (key, sizeof key);
  g_assert_cmpstr (text, ==, KEY);
}

static void
test_proof_message (void)
{
  static const char expected[] = "hc2 register\0cookie\0alice\000192.0.2.7\0006000\0" KEY;
  g_autoptr (GBytes) message = hc_proof_get_message ("cookie", "alice", "192.0.2.7", 6000, KEY);

  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                   expected, sizeof expected);
}

/* Whatever changes, or moves from one value to the next, changes the message. */
static void
test_proof_messages_differ (void)
{
  GBytes *messages[] = {
    hc_proof_get_message ("cookie", "alice", "192.0.2.7", 6000, KEY),
    hc_proof_get_message ("cookiea", "lice", "192.0.2.7", 6000, KEY),
    hc_proof_get_message ("cookie", "alice1", "92.0.2.7", 6000, KEY),
    hc_proof_get_message ("cookie", "alice", "192.0.2.76", 600, KEY),
    hc_proof_get_message ("", "cookiealice", "192.0.2.7", 6000, KEY),
    hc_proof_get_message ("cookie", "alice", "192.0.2.7", 6000, "A" KEY),
  };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    for (guint k = 0; k < i; k++)
      g_assert_false (g_bytes_equal (messages[i], messages[k]));
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    g_bytes_unref (messages[i]);
}

static void
fill (guint8 *bytes,
      gsize   length,
      guint   first)
{
  for (gsize i = 0; i < length; i++)
    bytes[i] = first + i;
}

static void
test_ticket (void)
{
  static const guint8 expected[HC_TICKET_LENGTH] = {
    0x04, 0xe2, 0x62, 0xc6, 0xdd, 0xab, 0xb9, 0xcd, 0x7b, 0x55, 0x6f, 0x3f, 0x19, 0xc6, 0xf7, 0x96,
  };
  guint8 token[HC_TOKEN_LENGTH];
  guint8 key[HC_KEY_LENGTH];
  guint8 session[HC_SESSION_LENGTH];
  guint8 ticket[HC_TICKET_LENGTH];

  fill (token, sizeof token, 0);
  fill (key, sizeof key, 100);
  fill (session, sizeof session, 200);
  hc_ticket_compute (token, "alice", key, session, ticket);
  g_assert_cmpmem (ticket, sizeof ticket, expected, sizeof expected);

  /* Another caller, key, match or callee: another ticket. */
  hc_ticket_compute (token, "alic", key, session, ticket);
  g_assert_false (hc_secret_equal (ticket, expected, sizeof ticket));
  key[31] ^= 1;
  hc_ticket_compute (token, "alice", key, session, ticket);
  g_assert_false (hc_secret_equal (ticket, expected, sizeof ticket));
  key[31] ^= 1;
  session[7] ^= 1;
  hc_ticket_compute (token, "alice", key, session, ticket);
  g_assert_false (hc_secret_equal (ticket, expected, sizeof ticket));
  session[7] ^= 1;
  token[0] ^= 1;
  hc_ticket_compute (token, "alice", key, session, ticket);
  g_assert_false (hc_secret_equal (ticket, expected, sizeof ticket));
}

static void
test_secret_equal (void)
{
  guint8 a[16] = { 1, 2, 3 };
  guint8 b[16] = { 1, 2, 3 };

  g_assert_true (hc_secret_equal (a, b, sizeof a));
  g_assert_true (hc_secret_equal (a, b, 0));
  for (guint i = 0; i < sizeof b; i++)
    {
      b[i] ^= 0x80;
      g_assert_false (hc_secret_equal (a, b, sizeof a));
      g_assert_true (hc_secret_equal (a, b, i));
      b[i] ^= 0x80;
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/credentials/key", test_key);
  g_test_add_func ("/credentials/proof-message", test_proof_message);
  g_test_add_func ("/credentials/proof-messages-differ", test_proof_messages_differ);
  g_test_add_func ("/credentials/ticket", test_ticket);
  g_test_add_func ("/credentials/secret-equal", test_secret_equal);

  return g_test_run ();
}
