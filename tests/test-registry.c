/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is registered, who is ready and who is handed out: protocol, section 2.
 * It is the same wherever that is kept. The time is what each request says it
 * is. */

#include "registry-kind.h"
#include "wait.h"

#define SECOND G_TIME_SPAN_SECOND

/* Hosts with one client each, unless a test says otherwise. */
#define ALICE "192.0.2.1"
#define BOB "192.0.2.2"
#define CAROL "192.0.2.3"
#define DAVE "192.0.2.4"
#define MALLORY "192.0.2.66"

typedef struct
{
  RegistryKind kind;
  HcRegistry *registry;
  gint64 now;
  GSocketType transport;

  /* The last answer. */
  guint n_answers;
  HcRegistryResult result;
  char *peer_id;
} Fixture;

static void
set_up (Fixture *fixture,
        guint    max_clients)
{
  fixture->registry = registry_kind_create (fixture->kind, max_clients);
  fixture->now = 5000 * SECOND;
  fixture->transport = G_SOCKET_TYPE_STREAM;
}

static void
tear_down (Fixture *fixture)
{
  g_assert_finalize_object (G_OBJECT (fixture->registry));
  g_free (fixture->peer_id);
}

static void
on_result (const HcRegistryResult *result,
           gpointer                user_data)
{
  Fixture *fixture = user_data;

  fixture->n_answers++;
  fixture->result = *result;
  g_free (fixture->peer_id);
  fixture->peer_id = g_strdup (result->peer.id);
}

static HcOrigin
make_origin (Fixture    *fixture,
             const char *source)
{
  HcOrigin origin = { .time = fixture->now, .port = 40000, .transport = fixture->transport };

  g_assert_true (hc_ip_init_from_string (&origin.address, source));
  return origin;
}

static HcRegistryStatus
take_status (Fixture *fixture)
{
  WAIT_UNTIL (fixture->n_answers > 0);
  g_assert_cmpuint (fixture->n_answers, ==, 1);
  fixture->n_answers = 0;
  return fixture->result.status;
}

static HcRegistryStatus
enrol (Fixture    *fixture,
       const char *source,
       const char *id,
       const char *declared,
       guint16     port)
{
  HcOrigin origin = make_origin (fixture, source);
  HcRegistryRequest request = { .origin = &origin, .version = 1, .id = id, .port = port };

  g_assert_true (hc_ip_init_from_string (&request.declared, declared));
  hc_registry_register (fixture->registry, &request, on_result, fixture);
  return take_status (fixture);
}

static HcRegistryStatus
bridge (Fixture    *fixture,
        const char *source,
        const char *id)
{
  HcOrigin origin = make_origin (fixture, source);
  HcRegistryRequest request = { .origin = &origin, .version = 1, .id = id };

  hc_registry_bridge (fixture->registry, &request, on_result, fixture);
  return take_status (fixture);
}

static HcRegistryStatus
chat (Fixture    *fixture,
      const char *source,
      const char *caller_id,
      const char *callee_id)
{
  HcOrigin origin = make_origin (fixture, source);
  HcRegistryRequest request = {
    .origin = &origin,
    .version = 1,
    .id = caller_id,
    .peer_id = callee_id,
  };

  hc_registry_chat (fixture->registry, &request, on_result, fixture);
  return take_status (fixture);
}

static HcRegistryStatus
quit (Fixture    *fixture,
      const char *source,
      const char *id)
{
  HcOrigin origin = make_origin (fixture, source);
  HcRegistryRequest request = { .origin = &origin, .version = 1, .id = id };

  hc_registry_quit (fixture->registry, &request, on_result, fixture);
  return take_status (fixture);
}

static void
assert_gets (Fixture    *fixture,
             const char *source,
             const char *id,
             const char *peer_id)
{
  g_assert_cmpint (bridge (fixture, source, id), ==, HC_REGISTRY_DONE);
  g_assert_cmpstr (fixture->peer_id, ==, peer_id);
}

static void
assert_gets_nobody (Fixture    *fixture,
                    const char *source,
                    const char *id)
{
  g_assert_cmpint (bridge (fixture, source, id), ==, HC_REGISTRY_NOBODY);
  g_assert_null (fixture->peer_id);
}

static void
assert_peer_address (Fixture    *fixture,
                     const char *expected)
{
  char text[HC_IP_STRING_SIZE];

  hc_ip_to_string (&fixture->result.peer.address, text);
  g_assert_cmpstr (text, ==, expected);
}

static guint
count (Fixture *fixture)
{
  return registry_count (fixture->registry, fixture->now);
}

static void
make_id (char  *id,
         guint  number)
{
  g_snprintf (id, 16, "client-%u", number);
}

static void
enrol_all (Fixture *fixture)
{
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, CAROL, "carol", CAROL, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, DAVE, "dave", DAVE, 6000), ==, HC_REGISTRY_DONE);
}

/* Bob has got alice. */
static void
lease_alice_to_bob (Fixture *fixture)
{
  enrol_all (fixture);
  assert_gets_nobody (fixture, ALICE, "alice");
  assert_gets (fixture, BOB, "bob", "alice");
}

static void
test_taken (Fixture *fixture)
{
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, MALLORY, "alice", MALLORY, 6000), ==, HC_REGISTRY_TAKEN);
  g_assert_cmpint (enrol (fixture, MALLORY, "alice", ALICE, 6000), ==, HC_REGISTRY_TAKEN);

  /* Behind the same NAT. */
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6001), ==, HC_REGISTRY_TAKEN);
  g_assert_cmpint (enrol (fixture, ALICE, "alice", "10.0.0.1", 6000), ==, HC_REGISTRY_TAKEN);

  g_assert_cmpint (enrol (fixture, MALLORY, "alicia", MALLORY, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpuint (count (fixture), ==, 2);
}

/* Nobody passes for alice while she is there, wherever from. */
static void
test_alike (Fixture *fixture)
{
  static const char *const others[] = { "ALICE", "Alice", "\uff41lice", "\U0001d41alice" };

  enrol (fixture, ALICE, "alice", ALICE, 6000);
  enrol (fixture, BOB, "bob", BOB, 6001);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_assert_cmpint (enrol (fixture, MALLORY, others[i], MALLORY, 6666), ==, HC_REGISTRY_TAKEN);
      g_assert_cmpint (enrol (fixture, ALICE, others[i], ALICE, 6000), ==, HC_REGISTRY_TAKEN);

      /* To be hers it has to be the same. */
      g_assert_cmpint (bridge (fixture, ALICE, others[i]), ==, HC_REGISTRY_UNKNOWN);
      g_assert_cmpint (quit (fixture, ALICE, others[i]), ==, HC_REGISTRY_UNKNOWN);
      g_assert_cmpint (chat (fixture, ALICE, others[i], "bob"), ==, HC_REGISTRY_UNKNOWN);
      g_assert_cmpint (chat (fixture, BOB, others[i], "alice"), ==, HC_REGISTRY_UNKNOWN);
    }
  assert_gets_nobody (fixture, ALICE, "alice");
  quit (fixture, ALICE, "alice");
  g_assert_cmpint (enrol (fixture, CAROL, "Alice", CAROL, 6002), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_TAKEN);
}

/* One who begins anew is neither ready nor leased. */
static void
test_register_again (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, DAVE, "dave");
  g_assert_cmpint (enrol (fixture, DAVE, "dave", DAVE, 6000), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, CAROL, "carol");
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (count (fixture), ==, 3);
}

static void
test_register_again_frees_the_held (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  enrol (fixture, BOB, "bob", BOB, 6000);
  assert_gets (fixture, CAROL, "carol", "alice");
}

static void
test_register_retransmitted (Fixture *fixture)
{
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  enrol_all (fixture);
  assert_gets_nobody (fixture, ALICE, "alice");

  fixture->now += 10 * SECOND - 1;
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  assert_gets (fixture, BOB, "bob", "alice");

  /* After ten seconds somebody has begun anew. */
  fixture->now += 1;
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, CAROL, "carol");
}

static void
test_full (Fixture *fixture)
{
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, CAROL, "carol", CAROL, 6000), ==, HC_REGISTRY_FULL);
  g_assert_cmpint (enrol (fixture, MALLORY, "bob", MALLORY, 6000), ==, HC_REGISTRY_TAKEN);
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (quit (fixture, BOB, "bob"), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, CAROL, "carol", CAROL, 6000), ==, HC_REGISTRY_DONE);
}

static void
test_lifetime (Fixture *fixture)
{
  enrol_all (fixture);
  assert_gets_nobody (fixture, ALICE, "alice");
  fixture->now += 1800 * SECOND;
  assert_gets_nobody (fixture, ALICE, "alice");

  /* Half an hour later only alice, who has bridged meanwhile, is left. */
  fixture->now += 1800 * SECOND - 1;
  g_assert_cmpint (enrol (fixture, MALLORY, "bob", MALLORY, 6000), ==, HC_REGISTRY_TAKEN);
  fixture->now += 1;
  g_assert_cmpint (enrol (fixture, MALLORY, "bob", MALLORY, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, MALLORY, "alice", MALLORY, 6000), ==, HC_REGISTRY_TAKEN);
  g_assert_cmpuint (count (fixture), ==, 2);
  fixture->now += 1800 * SECOND;
  g_assert_cmpint (bridge (fixture, ALICE, "alice"), ==, HC_REGISTRY_UNKNOWN);
}

/* The life of one who is leased can end as well as that of one who holds. */
static void
test_lifetime_of_linked (Fixture *fixture)
{
  g_assert_cmpint (enrol (fixture, ALICE, "alice", ALICE, 6000), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, ALICE, "alice");
  fixture->now += 3590 * SECOND;
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  assert_gets (fixture, BOB, "bob", "alice");
  fixture->now += 10 * SECOND;
  assert_gets_nobody (fixture, BOB, "bob");
  g_assert_cmpuint (count (fixture), ==, 1);

  fixture->now += 10 * SECOND;
  g_assert_cmpint (enrol (fixture, CAROL, "carol", CAROL, 6000), ==, HC_REGISTRY_DONE);
  assert_gets (fixture, CAROL, "carol", "bob");
  fixture->now += 3600 * SECOND;
  g_assert_cmpint (bridge (fixture, BOB, "bob"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (count (fixture), ==, 0);
}

/* Who is registered isn't ready yet. */
static void
test_registered_only (Fixture *fixture)
{
  enrol_all (fixture);
  assert_gets_nobody (fixture, DAVE, "dave");
  assert_gets (fixture, ALICE, "alice", "dave");
  assert_gets_nobody (fixture, BOB, "bob");
}

static void
test_first_ready_first_out (Fixture *fixture)
{
  char id[16];
  char peer_id[16];

  /* Every second one is handed to the next, and comes back. */
  for (guint i = 0; i < 100; i++)
    {
      make_id (id, i);
      g_assert_cmpint (enrol (fixture, ALICE, id, ALICE, 6000 + i), ==, HC_REGISTRY_DONE);
      bridge (fixture, ALICE, id);
    }
  fixture->now += 30 * SECOND;
  for (guint i = 0; i < 100; i += 2)
    {
      make_id (id, 99 - i);
      make_id (peer_id, i);
      assert_gets (fixture, ALICE, id, peer_id);
    }
}

static void
test_never_oneself (Fixture *fixture)
{
  enrol_all (fixture);
  for (guint i = 0; i < 5; i++)
    assert_gets_nobody (fixture, ALICE, "alice");
  assert_gets (fixture, BOB, "bob", "alice");
  for (guint i = 0; i < 5; i++)
    assert_gets (fixture, BOB, "bob", "alice");
}

/* One who is ready and asks again keeps its turn, and then gets the other. */
static void
test_ready_asks_again (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  assert_gets_nobody (fixture, CAROL, "carol");
  fixture->now += 30 * SECOND;
  assert_gets (fixture, CAROL, "carol", "alice");

  /* Carol has a record now, so she isn't ready any more. */
  assert_gets_nobody (fixture, DAVE, "dave");
  assert_gets (fixture, BOB, "bob", "dave");
}

static void
test_lease_runs_out (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  fixture->now += 30 * SECOND - 1;
  assert_gets_nobody (fixture, CAROL, "carol");

  /* Alice, who is put back, comes before carol, who is new. */
  fixture->now += 1;
  assert_gets (fixture, DAVE, "dave", "alice");
}

static void
test_put_back_in_order (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  fixture->now += 1;
  assert_gets_nobody (fixture, CAROL, "carol");
  assert_gets (fixture, DAVE, "dave", "carol");
  fixture->now += 30 * SECOND;

  /* Both leases have run out; alice's did first. */
  g_assert_cmpint (enrol (fixture, MALLORY, "mallory", MALLORY, 6000), ==, HC_REGISTRY_DONE);
  assert_gets (fixture, MALLORY, "mallory", "alice");
  assert_gets (fixture, BOB, "bob", "carol");
}

static void
test_leased_asks (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  assert_gets_nobody (fixture, CAROL, "carol");

  /* Carol is ready, but alice is about to be called. */
  assert_gets_nobody (fixture, ALICE, "alice");
  assert_gets (fixture, DAVE, "dave", "carol");
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_DONE);
}

static void
test_caller_asks_again (Fixture *fixture)
{
  lease_alice_to_bob (fixture);

  /* There is nobody else: the same again, with a whole lease. */
  fixture->now += 20 * SECOND;
  assert_gets (fixture, BOB, "bob", "alice");
  fixture->now += 20 * SECOND;
  assert_gets_nobody (fixture, CAROL, "carol");

  /* There is: alice is ready again, and goes first. */
  assert_gets (fixture, BOB, "bob", "carol");
  assert_gets (fixture, DAVE, "dave", "alice");
}

static void
test_caller_asks_again_over_udp (Fixture *fixture)
{
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  lease_alice_to_bob (fixture);
  assert_gets_nobody (fixture, CAROL, "carol");

  fixture->now += 10 * SECOND - 1;
  assert_gets (fixture, BOB, "bob", "alice");
  fixture->now += 1;
  assert_gets (fixture, BOB, "bob", "carol");
}

/* A retransmission doesn't lengthen the lease. */
static void
test_retransmission_changes_nothing (Fixture *fixture)
{
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  lease_alice_to_bob (fixture);
  fixture->now += 9 * SECOND;
  assert_gets (fixture, BOB, "bob", "alice");
  fixture->now += 21 * SECOND;
  assert_gets (fixture, CAROL, "carol", "alice");
}

static void
test_chat (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_DONE);
  g_assert_cmpuint (fixture->result.n_parties, ==, 2);
  g_assert_cmpuint (count (fixture), ==, 2);
  g_assert_cmpint (bridge (fixture, ALICE, "alice"), ==, HC_REGISTRY_UNKNOWN);

  /* Once more ends, and gives, nothing. */
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (fixture->result.n_parties, ==, 0);
}

static void
test_chat_from_callee (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (chat (fixture, ALICE, "bob", "alice"), ==, HC_REGISTRY_DONE);
  g_assert_cmpuint (count (fixture), ==, 2);
}

static void
test_chat_in_either_order (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (chat (fixture, BOB, "alice", "bob"), ==, HC_REGISTRY_DONE);
  g_assert_cmpuint (count (fixture), ==, 2);
}

static void
test_chat_late (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  fixture->now += 600 * SECOND;
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_DONE);
  g_assert_cmpuint (count (fixture), ==, 2);
}

static void
test_chat_too_late (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  fixture->now += 30 * SECOND;
  assert_gets (fixture, CAROL, "carol", "alice");

  /* Alice is carol's now. Bob has met somebody, so he leaves alone. */
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (fixture->result.n_parties, ==, 0);
  g_assert_cmpint (bridge (fixture, BOB, "bob"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (chat (fixture, CAROL, "carol", "alice"), ==, HC_REGISTRY_DONE);
}

/* A new registration has never met those of the old one. */
static void
test_chat_after_new_registration (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  quit (fixture, BOB, "bob");
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (fixture->result.n_parties, ==, 0);
  assert_gets (fixture, CAROL, "carol", "alice");
}

static void
test_chat_of_strangers (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (enrol (fixture, MALLORY, "mallory", MALLORY, 6000), ==, HC_REGISTRY_DONE);

  g_assert_cmpint (chat (fixture, MALLORY, "bob", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (chat (fixture, MALLORY, "alice", "mallory"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (chat (fixture, MALLORY, "carol", "carol"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (count (fixture), ==, 5);

  /* Her own registration is all she can end. */
  g_assert_cmpint (chat (fixture, MALLORY, "mallory", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (fixture->result.n_parties, ==, 0);
  g_assert_cmpuint (count (fixture), ==, 4);
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_DONE);
}

static void
test_chat_with_oneself (Fixture *fixture)
{
  enrol_all (fixture);
  g_assert_cmpint (chat (fixture, ALICE, "alice", "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (fixture->result.n_parties, ==, 0);
  g_assert_cmpuint (count (fixture), ==, 3);
}

/* Bob has tried alice and then carol, and has met alice after all. */
static void
test_chat_frees_the_held (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  assert_gets_nobody (fixture, CAROL, "carol");
  assert_gets (fixture, BOB, "bob", "carol");
  g_assert_cmpint (chat (fixture, BOB, "bob", "alice"), ==, HC_REGISTRY_DONE);
  assert_gets (fixture, DAVE, "dave", "carol");
}

static void
test_quit (Fixture *fixture)
{
  lease_alice_to_bob (fixture);
  g_assert_cmpint (quit (fixture, MALLORY, "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (quit (fixture, MALLORY, "zoe"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (count (fixture), ==, 4);

  g_assert_cmpint (quit (fixture, BOB, "bob"), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (quit (fixture, BOB, "bob"), ==, HC_REGISTRY_UNKNOWN);
  assert_gets (fixture, CAROL, "carol", "alice");
  g_assert_cmpint (quit (fixture, ALICE, "alice"), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, CAROL, "carol");
}

static void
test_ownership_of_bridge (Fixture *fixture)
{
  enrol_all (fixture);
  g_assert_cmpint (bridge (fixture, MALLORY, "alice"), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpint (bridge (fixture, MALLORY, "zoe"), ==, HC_REGISTRY_UNKNOWN);
  assert_gets_nobody (fixture, BOB, "bob");
}

static void
test_address_seen (Fixture *fixture)
{
  static const char *const declared[] = { "10.0.0.1", "127.0.1.1", "224.0.0.1", "255.255.255.255",
                                          "0.0.0.0", "198.51.100.1", "ff02::1", "::1" };

  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  for (guint i = 0; i < G_N_ELEMENTS (declared); i++)
    {
      g_assert_cmpint (enrol (fixture, ALICE, "alice", declared[i], 6000), ==, HC_REGISTRY_DONE);
      assert_gets_nobody (fixture, ALICE, "alice");
      assert_gets (fixture, BOB, "bob", "alice");
      assert_peer_address (fixture, ALICE);
      g_assert_cmpuint (fixture->result.peer.port, ==, 6000);
      quit (fixture, ALICE, "alice");
    }
}

/* A client on the server's own host. */
static void
check_local_client (Fixture    *fixture,
                    const char *source,
                    const char *declared,
                    const char *for_local,
                    const char *for_remote)
{
  g_assert_cmpint (enrol (fixture, source, "local", declared, 6000), ==, HC_REGISTRY_DONE);
  assert_gets_nobody (fixture, source, "local");
  if (for_remote != NULL)
    {
      assert_gets (fixture, BOB, "bob", "local");
      assert_peer_address (fixture, for_remote);
    }
  else
    assert_gets_nobody (fixture, BOB, "bob");
  quit (fixture, BOB, "bob");
  assert_gets (fixture, "127.0.0.9", "neighbour", "local");
  assert_peer_address (fixture, for_local);
  quit (fixture, source, "local");
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
}

static void
test_address_of_local_client (Fixture *fixture)
{
  g_assert_cmpint (enrol (fixture, BOB, "bob", BOB, 6000), ==, HC_REGISTRY_DONE);
  g_assert_cmpint (enrol (fixture, "127.0.0.9", "neighbour", "127.0.0.9", 6000), ==,
                   HC_REGISTRY_DONE);

  check_local_client (fixture, "127.0.0.1", "10.0.0.7", "127.0.0.1", "10.0.0.7");
  check_local_client (fixture, "::1", "2001:db8::7", "::1", "2001:db8::7");
  check_local_client (fixture, "127.0.0.1", "127.0.1.1", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "0.0.0.0", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "239.1.2.3", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "255.255.255.255", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "::", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "fe80::1", "127.0.0.1", NULL);
  check_local_client (fixture, "127.0.0.1", "ff05::1", "127.0.0.1", NULL);
}

/* Those whom only local callers can reach don't stand in others' way, and
 * local callers take both in one order. */
static void
test_local_only_order (Fixture *fixture)
{
  enrol_all (fixture);
  for (guint i = 1; i <= 4; i++)
    {
      char id[16];

      make_id (id, i);
      g_assert_cmpint (enrol (fixture, "127.0.0.1", id, "127.0.0.1", 6000 + i), ==,
                       HC_REGISTRY_DONE);
    }
  assert_gets_nobody (fixture, "127.0.0.1", "client-1");
  assert_gets_nobody (fixture, ALICE, "alice");

  assert_gets (fixture, "127.0.0.1", "client-2", "client-1");
  assert_gets (fixture, "127.0.0.1", "client-3", "alice");
  quit (fixture, "127.0.0.1", "client-3");
  quit (fixture, "127.0.0.1", "client-2");

  /* Alice was put back first. */
  assert_gets (fixture, "127.0.0.1", "client-4", "alice");
  assert_gets (fixture, "127.0.0.1", "client-4", "client-1");
  assert_gets (fixture, BOB, "bob", "alice");
}

/* Quick enough to see by its time alone if anything looked at all clients. */
static void
test_many (Fixture *fixture)
{
  const guint n = fixture->kind == REGISTRY_IN_MEMORY ? 100000 : 3000;
  char id[16];

  for (guint i = 0; i < n; i++)
    {
      make_id (id, i);
      g_assert_cmpint (enrol (fixture, ALICE, id, ALICE, 1 + i % 60000), ==, HC_REGISTRY_DONE);
    }
  for (guint i = 0; i < n; i++)
    {
      make_id (id, i);
      g_assert_cmpint (bridge (fixture, ALICE, id), ==,
                       i % 2 == 0 ? HC_REGISTRY_NOBODY : HC_REGISTRY_DONE);
    }

  /* Half of them come back at once, and then all lives end. */
  fixture->now += 30 * SECOND;
  make_id (id, 1);
  assert_gets (fixture, ALICE, id, "client-0");
  fixture->now += 3600 * SECOND;
  g_assert_cmpint (bridge (fixture, ALICE, id), ==, HC_REGISTRY_UNKNOWN);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static const struct { const char *name; void (*test) (Fixture *fixture); guint max_clients; } cases[] = {
  { "register/taken", test_taken, 1000 },
  { "register/alike", test_alike, 1000 },
  { "register/again", test_register_again, 1000 },
  { "register/again-frees-the-held", test_register_again_frees_the_held, 1000 },
  { "register/full", test_full, 2 },
  { "register/retransmitted", test_register_retransmitted, 1000 },
  { "lifetime", test_lifetime, 1000 },
  { "lifetime/of-linked", test_lifetime_of_linked, 1000 },
  { "bridge/registered-only", test_registered_only, 1000 },
  { "bridge/first-ready-first-out", test_first_ready_first_out, 1000 },
  { "bridge/never-oneself", test_never_oneself, 1000 },
  { "bridge/ready-asks-again", test_ready_asks_again, 1000 },
  { "bridge/ownership", test_ownership_of_bridge, 1000 },
  { "lease/runs-out", test_lease_runs_out, 1000 },
  { "lease/put-back-in-order", test_put_back_in_order, 1000 },
  { "lease/leased-asks", test_leased_asks, 1000 },
  { "lease/caller-asks-again", test_caller_asks_again, 1000 },
  { "lease/caller-asks-again-over-udp", test_caller_asks_again_over_udp, 1000 },
  { "lease/retransmission-changes-nothing", test_retransmission_changes_nothing, 1000 },
  { "chat", test_chat, 1000 },
  { "chat/from-callee", test_chat_from_callee, 1000 },
  { "chat/in-either-order", test_chat_in_either_order, 1000 },
  { "chat/late", test_chat_late, 1000 },
  { "chat/too-late", test_chat_too_late, 1000 },
  { "chat/after-new-registration", test_chat_after_new_registration, 1000 },
  { "chat/of-strangers", test_chat_of_strangers, 1000 },
  { "chat/with-oneself", test_chat_with_oneself, 1000 },
  { "chat/frees-the-held", test_chat_frees_the_held, 1000 },
  { "quit", test_quit, 1000 },
  { "address/seen", test_address_seen, 1000 },
  { "address/of-local-client", test_address_of_local_client, 1000 },
  { "address/local-only-order", test_local_only_order, 1000 },
  { "many", test_many, 100000 },
};

static void
run (gconstpointer data)
{
  guint number = GPOINTER_TO_UINT (data);
  Fixture fixture = { .kind = number % N_REGISTRY_KINDS };
  const char *reason;

  if (!registry_kind_is_there (fixture.kind, &reason))
    {
      g_test_skip (reason);
      return;
    }
  set_up (&fixture, cases[number / N_REGISTRY_KINDS].max_clients);
  cases[number / N_REGISTRY_KINDS].test (&fixture);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases) * N_REGISTRY_KINDS; i++)
    {
      const char *kind = registry_kind_get_name (i % N_REGISTRY_KINDS);
      g_autofree char *path = g_strdup_printf ("/registry/%s/%s", kind,
                                               cases[i / N_REGISTRY_KINDS].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), run);
    }
  status = g_test_run ();
  registry_kind_end ();
  return status;
}
