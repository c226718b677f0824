/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody can do who gets hold of a genuine record on its way: be where
 * the other one seems to be, but no longer than until the next one comes. */

#include "hc-dtls-record.h"
#include "secure-pair.h"
#include "wait.h"

#include <string.h>

/* A record of the newest epoch and number that there are, which is not from
 * anybody who has the keys. */
static const guint8 forged[] = {
  HC_DTLS_APPLICATION_DATA, 0xfe, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 4,
  1, 2, 3, 4,
};

typedef struct
{
  SecurePair *pair;
  GSocket *attacker;
  GSocketAddress *attackers_address;
  GByteArray *stolen;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  fixture->pair = secure_pair_new (0, 0);
  secure_pair_connect (fixture->pair);
  secure_pair_exchange (fixture->pair);

  fixture->attacker = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                    G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (fixture->attacker, any, FALSE, NULL));
  fixture->attackers_address = g_socket_get_local_address (fixture->attacker, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  secure_pair_free (fixture->pair);
  g_object_unref (fixture->attacker);
  g_object_unref (fixture->attackers_address);
  g_byte_array_unref (fixture->stolen);
}

/* Takes the next datagram to the caller off the network. */
static gboolean
steal (gboolean      from_caller,
       const guint8 *data,
       gsize         length,
       gpointer      user_data)
{
  Fixture *fixture = user_data;

  if (from_caller || fixture->stolen != NULL)
    return TRUE;
  fixture->stolen = g_byte_array_new ();
  g_byte_array_append (fixture->stolen, data, length);
  return FALSE;
}

static void
send_stolen (Fixture *fixture)
{
  const guint16 port = hc_datagram_socket_get_port (fixture->pair->caller.socket);
  g_autoptr (GSocketAddress) caller = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  gssize n = g_socket_send_to (fixture->attacker, caller, (const char *) fixture->stolen->data,
                               fixture->stolen->len, NULL, NULL);

  g_assert_cmpint (n, ==, fixture->stolen->len);
}

static gboolean
is_remote_at (Fixture *fixture,
              guint16  port)
{
  g_autoptr (GSocketAddress) remote = hc_datagram_path_dup_remote (fixture->pair->caller.path);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (remote)) == port;
}

/* The caller hears "stolen" from the attacker, and follows: it can't know. */
static void
steal_and_send (Fixture  *fixture,
                gboolean  is_forged)
{
  SecureEnd *caller = &fixture->pair->caller;
  const guint16 port =
    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (fixture->attackers_address));

  lossy_relay_set_filter (fixture->pair->relay, steal, fixture);
  secure_end_send (&fixture->pair->callee, "stolen");
  WAIT_UNTIL (fixture->stolen != NULL);
  if (is_forged)
    {
      g_autoptr (GByteArray) mixed = g_byte_array_new ();

      g_byte_array_append (mixed, fixture->stolen->data, HC_RECORD_PREFIX_LENGTH);
      g_byte_array_append (mixed, forged, sizeof forged);
      g_byte_array_append (mixed, fixture->stolen->data + HC_RECORD_PREFIX_LENGTH,
                           fixture->stolen->len - HC_RECORD_PREFIX_LENGTH);
      g_byte_array_unref (fixture->stolen);
      fixture->stolen = g_steal_pointer (&mixed);
    }

  g_string_truncate (caller->received, 0);
  send_stolen (fixture);
  WAIT_UNTIL (caller->received->len > 0);
  g_assert_cmpstr (caller->received->str, ==, "stolen\n");
  g_assert_true (is_remote_at (fixture, port));
}

static void
assert_recovers (Fixture *fixture)
{
  SecureEnd *caller = &fixture->pair->caller;

  g_string_truncate (caller->received, 0);
  secure_end_send (&fixture->pair->callee, "genuine");
  WAIT_UNTIL (caller->received->len > 0);
  g_assert_cmpstr (caller->received->str, ==, "genuine\n");
  g_assert_true (is_remote_at (fixture, lossy_relay_get_port (fixture->pair->relay)));
  secure_pair_exchange (fixture->pair);
}

static void
test_stolen (Fixture       *fixture,
             gconstpointer  data)
{
  steal_and_send (fixture, FALSE);
  assert_recovers (fixture);
}

/* The forged one before it says that nothing newer will ever come. */
static void
test_behind_forged (Fixture       *fixture,
                    gconstpointer  data)
{
  steal_and_send (fixture, TRUE);
  assert_recovers (fixture);
}

/* Again, and late: it doesn't lead anywhere. */
static void
test_replayed (Fixture       *fixture,
               gconstpointer  data)
{
  steal_and_send (fixture, FALSE);
  assert_recovers (fixture);
  send_stolen (fixture);
  secure_pair_exchange (fixture->pair);
  g_assert_true (is_remote_at (fixture, lossy_relay_get_port (fixture->pair->relay)));
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/secure-forgery/stolen", test_stolen);
  add ("/secure-forgery/behind-forged", test_behind_forged);
  add ("/secure-forgery/replayed", test_replayed);

  return g_test_run ();
}
