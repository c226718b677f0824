/* SPDX-License-Identifier: GPL-3.0-or-later */

/* That a key is its owner's: protocol, section 4. */

#include "hc-credentials.h"
#include "hc-proof.h"
#include "identity.h"

#include <string.h>

/* By OpenSSL: ecparam -name prime256v1 -genkey; ec -pubout -outform DER;
 * dgst -sha256 -sign, over "hc2 register", "cookie", "alice", "192.0.2.7",
 * "6000" and the key, each with a NUL behind it. */
#define PUBLIC_KEY                                                              \
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuZKEd9ZTOlD07Ic_1PI9QTFIDU0BYhb9ioMxiD4I8EtvAEIaImnv" \
  "bBRf_vHQ3KCuKe73FbyV5-Ko92en4cfHZg"
#define SIGNATURE                                                               \
  "MEYCIQDh9Va4IZ2_AcwC8kZd9u9m52HcAdBxkOvjpE37aSkwaAIhALdtx7xUq2dHA9FJWAMzoKgW2QiwC6gKzPdW" \
  "9igxSCNr"
#define PROOF PUBLIC_KEY "." SIGNATURE
#define KEY "Pg_MmPh9va3Wp-7OHTNd9cf3Uwv3M2Rgbx8kdVkELhA"

static HcPacket *
make_register (const char *cookie,
               const char *id,
               const char *address,
               guint       port,
               const char *key,
               const char *proof)
{
  g_autofree char *wire =
    g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: %s\r\nPort: %u\r\nVersion: 2\r\n"
                     "Cookie: %s\r\nKey: %s\r\nProof: %s\r\n\r\n",
                     id, address, port, cookie, key, proof);
  g_autoptr (GError) error = NULL;
  HcPacket *packet = hc_packet_parse (wire, strlen (wire), HC_DIALECT_RENDEZVOUS, &error);

  g_assert_no_error (error);
  return packet;
}

static gboolean
check (const char *cookie,
       const char *id,
       const char *address,
       guint       port,
       const char *key,
       const char *proof)
{
  g_autoptr (HcPacket) packet = make_register (cookie, id, address, port, key, proof);
  g_autoptr (GError) error = NULL;
  gboolean result = hc_proof_check (packet, &error);

  g_assert_true (result == (error == NULL));
  if (error != NULL)
    g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE);
  return result;
}

static void
test_openssl (void)
{
  g_assert_true (check ("cookie", "alice", "192.0.2.7", 6000, KEY, PROOF));
}

/* For anything else than what was signed, it proves nothing. */
static void
test_replayed (void)
{
  g_autoptr (Identity) other = identity_new ();

  g_assert_false (check ("cookie2", "alice", "192.0.2.7", 6000, KEY, PROOF));
  g_assert_false (check ("cookie", "mallory", "192.0.2.7", 6000, KEY, PROOF));
  g_assert_false (check ("cookie", "alice", "192.0.2.66", 6000, KEY, PROOF));
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6001, KEY, PROOF));
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, other->key, PROOF));
}

/* A key that somebody has seen, with a signature by its own. */
static void
test_copied_key (void)
{
  g_autoptr (Identity) mallory = identity_new ();
  g_autoptr (GBytes) message = hc_proof_get_message ("cookie", "alice", "192.0.2.7", 6000, KEY);
  g_autofree char *own = identity_sign (mallory, message);
  g_autofree char *mixed = g_strconcat (PUBLIC_KEY, strchr (own, '.'), NULL);

  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, KEY, own));
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, KEY, mixed));
}

static void
test_own (void)
{
  g_autoptr (Identity) alice = identity_new ();
  g_autofree char *proof = identity_prove (alice, "c", "alice", "::1", 1);

  g_assert_true (check ("c", "alice", "::1", 1, alice->key, proof));
}

static void
test_broken (void)
{
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, KEY, PUBLIC_KEY ".Zm9v"));
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, KEY, "Zm9v." SIGNATURE));
  g_assert_false (check ("cookie", "alice", "192.0.2.7", 6000, KEY, SIGNATURE "." PUBLIC_KEY));
}

static void
test_missing (void)
{
  static const char *const wires[] = {
    "REGISTER\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\nVersion: 2\r\nCookie: c\r\n\r\n",
    "REGISTER\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\nVersion: 2\r\nCookie: c\r\nKey: " KEY "\r\n\r\n",
    "REGISTER\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\nVersion: 2\r\nCookie: c\r\nProof: " PROOF
    "\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    {
      g_autoptr (HcPacket) packet = hc_packet_parse (wires[i], strlen (wires[i]),
                                                     HC_DIALECT_RENDEZVOUS, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (hc_proof_check (packet, &error));
      g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE);
    }
}

/* Keys of other kinds, each named rightly. */
static void
test_other_kinds (void)
{
  static const struct { const char *key; const char *public_key; } others[] = {
    /* Ed25519 */
    { "Hrvf4FK05m6Zv4fif6JL9fyQHSnRUzorStgZJUqjI18",
      "MCowBQYDK2VwAyEA5Sl6z1ag63eiuCrcCSpJoFPrCFnjjm9Ih24kkvup41o" },
    /* P-384 */
    { "8eGfC10yAAeghEM2RrpFbL48050N-Yl-Q6Y5ndvwf5w",
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEx3EMFclQ_s9fK7tK7O2Sr6vVyZrsBafXFiUbd9bvkflOiG2r"
      "GRfHb7rbX-IPPHpBdwNyYCMvjdlNYLczi1qVeV3Qy2Zi8EXh8WGkQ9BgFMF8nOSoFVbDYENBDwjjSLfQ" },
    /* P-256, its point compressed */
    { "GKGKPEYQIIP08e6_wjE40VSif3LcN_Btsu83u-RfuEc",
      "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACuZKEd9ZTOlD07Ic_1PI9QTFIDU0BYhb9ioMxiD4I8Es" },
    /* P-256, and a byte behind it */
    { "OabcltKp-E7_Ll53USucFh8PzpA6IhvKjUolstRWGd0",
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuZKEd9ZTOlD07Ic_1PI9QTFIDU0BYhb9ioMxiD4I8Etv"
      "AEIaImnvbBRf_vHQ3KCuKe73FbyV5-Ko92en4cfHZgA" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *proof = g_strconcat (others[i].public_key, "." SIGNATURE, NULL);
      g_autoptr (HcPacket) packet = make_register ("cookie", "alice", "192.0.2.7", 6000,
                                                   others[i].key, proof);
      g_autoptr (GError) error = NULL;

      g_assert_false (hc_proof_check (packet, &error));
      g_assert_cmpstr (error->message, ==, "Proof has no P-256 key");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proof/openssl", test_openssl);
  g_test_add_func ("/proof/own", test_own);
  g_test_add_func ("/proof/replayed", test_replayed);
  g_test_add_func ("/proof/copied-key", test_copied_key);
  g_test_add_func ("/proof/broken", test_broken);
  g_test_add_func ("/proof/missing", test_missing);
  g_test_add_func ("/proof/other-kinds", test_other_kinds);

  return g_test_run ();
}
