/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How requests are counted in Redis for several servers: the rules of
 * test-guard.c. The time is what each request says it is. */

#include "registry-kind.h"
#include "wait.h"

#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define MAX_REQUESTS 10
#define BLOCK_SECONDS 60

#define ALICE "192.0.2.1"
#define BOB "192.0.2.2"

typedef struct
{
  HcRegistry *registry;
  gint64 now;
  GSocketType transport;
  gboolean has_cookie;
  HcGuardLimits limits;

  guint n_answers;
  HcRegistryStatus status;
} Fixture;

static void
on_answer (const HcRegistryResult *result,
           gpointer                user_data)
{
  Fixture *fixture = user_data;

  fixture->n_answers++;
  fixture->status = result->status;
}

static HcOrigin
make_origin (Fixture    *fixture,
             const char *source)
{
  HcOrigin origin = {
    .time = fixture->now,
    .transport = fixture->transport,
    .has_cookie = fixture->has_cookie,
  };

  g_assert_true (hc_ip_init_from_string (&origin.address, source));
  return origin;
}

static gboolean
ask_from (Fixture        *fixture,
          const HcOrigin *origin)
{
  const HcRegistryRequest request = {
    .origin = origin,
    .version = 1,
    .charge = HC_REGISTRY_CHARGE_ALL,
    .limits = fixture->limits,
  };

  fixture->n_answers = 0;
  hc_registry_charge (fixture->registry, &request, on_answer, fixture);
  WAIT_UNTIL (fixture->n_answers > 0);
  g_assert_cmpuint (fixture->n_answers, ==, 1);
  g_assert_true (fixture->status == HC_REGISTRY_DONE || fixture->status == HC_REGISTRY_REFUSED);
  return fixture->status == HC_REGISTRY_DONE;
}

static gboolean
ask (Fixture    *fixture,
     const char *source)
{
  HcOrigin origin = make_origin (fixture, source);

  return ask_from (fixture, &origin);
}

/* How many it has left; with the one beyond them a block begins. */
static guint
use_up (Fixture    *fixture,
        const char *source)
{
  guint n = 0;

  while (ask (fixture, source))
    n++;
  return n;
}

/* Begins a block and goes to its end, which is one request. */
static void
assert_block (Fixture    *fixture,
              const char *source,
              guint       seconds)
{
  use_up (fixture, source);
  fixture->now += seconds * SECOND - 1;
  g_assert_false (ask (fixture, source));
  fixture->now += 1;
  g_assert_true (ask (fixture, source));
}

static void
test_limit (Fixture *fixture)
{
  g_assert_cmpuint (use_up (fixture, ALICE), ==, MAX_REQUESTS);
  g_assert_false (ask (fixture, ALICE));
  g_assert_cmpuint (use_up (fixture, BOB), ==, MAX_REQUESTS);
}

static void
test_block_ends (Fixture *fixture)
{
  assert_block (fixture, ALICE, BLOCK_SECONDS);
  g_assert_cmpuint (use_up (fixture, ALICE), ==, MAX_REQUESTS - 1);
}

static void
test_doubling (Fixture *fixture)
{
  static const guint expected[] = { 60, 120, 240, 480, 900, 900 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_block (fixture, ALICE, expected[i]);

  /* One who behaves for as long begins at the beginning. */
  fixture->now += HC_GUARD_MAX_BLOCK_SECONDS * SECOND;
  assert_block (fixture, ALICE, 60);
}

static void
test_datagrams (Fixture *fixture)
{
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  for (guint i = 0; i < 4; i++)
    assert_block (fixture, ALICE, BLOCK_SECONDS);
  use_up (fixture, ALICE);

  /* Who shows a cookie is another one, as good as a connection. */
  fixture->has_cookie = TRUE;
  g_assert_cmpuint (use_up (fixture, ALICE), ==, MAX_REQUESTS);
  fixture->transport = G_SOCKET_TYPE_STREAM;
  g_assert_false (ask (fixture, ALICE));
  fixture->now += BLOCK_SECONDS * SECOND;
  assert_block (fixture, ALICE, 2 * BLOCK_SECONDS);
}

static void
test_idle (Fixture *fixture)
{
  for (guint i = 0; i < MAX_REQUESTS; i++)
    g_assert_true (ask (fixture, ALICE));
  fixture->now += BLOCK_SECONDS * SECOND;
  for (guint i = 0; i < MAX_REQUESTS; i++)
    g_assert_true (ask (fixture, ALICE));
  fixture->now += BLOCK_SECONDS * SECOND - 1;
  g_assert_false (ask (fixture, ALICE));
}

static void
test_networks (Fixture *fixture)
{
  g_assert_cmpuint (use_up (fixture, "2001:db8:0:1::1"), ==, MAX_REQUESTS);
  g_assert_false (ask (fixture, "2001:db8:0:1:ffff:ffff:ffff:ffff"));
  g_assert_true (ask (fixture, "2001:db8:0:2::1"));
  g_assert_cmpuint (use_up (fixture, ALICE), ==, MAX_REQUESTS);
  g_assert_true (ask (fixture, "192.0.2.0"));
}

/* An address's place in the script's table. */
static char *
get_bucket (const HcOrigin *origin)
{
  char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA1, origin->address.in6.s6_addr, 16);

  digest[3] = '\0';
  return digest;
}

/* Others with the same place as the first one. */
static void
find_others (Fixture  *fixture,
             HcOrigin *origins,
             guint     n)
{
  g_autofree char *bucket = get_bucket (&origins[0]);
  guint n_found = 1;

  for (guint32 i = 0; n_found < n; i++)
    {
      HcOrigin origin = make_origin (fixture, "10.0.0.0");
      g_autofree char *other = NULL;

      memcpy (origin.address.in6.s6_addr + 13, &i, 3);
      other = get_bucket (&origin);
      if (strcmp (other, bucket) == 0)
        origins[n_found++] = origin;
    }
}

/* However many there are, so many are remembered, and then the one heard of
 * least recently makes way. */
static void
test_bounded (Fixture *fixture)
{
  HcOrigin origins[17] = { make_origin (fixture, ALICE) };

  fixture->limits.max_requests = 1;
  find_others (fixture, origins, G_N_ELEMENTS (origins));
  for (guint i = 0; i < G_N_ELEMENTS (origins) - 1; i++)
    {
      g_assert_true (ask_from (fixture, &origins[i]));
      g_assert_false (ask_from (fixture, &origins[i]));
    }
  g_assert_false (ask_from (fixture, &origins[0]));
  g_assert_true (ask_from (fixture, &origins[16]));
  g_assert_cmpuint (registry_kind_count_keys ("g:"), ==, 1);

  /* The first has been heard of since; the second has gone. */
  g_assert_false (ask_from (fixture, &origins[0]));
  g_assert_false (ask_from (fixture, &origins[16]));
  g_assert_true (ask_from (fixture, &origins[1]));
}

static void
test_off (Fixture *fixture)
{
  HcOrigin origin = make_origin (fixture, ALICE);
  const HcRegistryRequest request = { .origin = &origin, .version = 1, .id = "alice" };

  for (guint i = 0; i < 3 * MAX_REQUESTS; i++)
    {
      fixture->n_answers = 0;
      hc_registry_bridge (fixture->registry, &request, on_answer, fixture);
      WAIT_UNTIL (fixture->n_answers == 1);
      g_assert_cmpint (fixture->status, ==, HC_REGISTRY_UNKNOWN);
    }
  g_assert_cmpuint (registry_kind_count_keys ("g:"), ==, 0);
}

static const struct { const char *name; void (*test) (Fixture *fixture); } cases[] = {
  { "limit", test_limit },
  { "block-ends", test_block_ends },
  { "doubling", test_doubling },
  { "datagrams", test_datagrams },
  { "idle", test_idle },
  { "networks", test_networks },
  { "bounded", test_bounded },
  { "off", test_off },
};

static void
run (gconstpointer data)
{
  Fixture fixture = {
    .now = 5000 * SECOND,
    .transport = G_SOCKET_TYPE_STREAM,
    .limits = { MAX_REQUESTS, BLOCK_SECONDS },
  };
  const char *reason;

  if (!registry_kind_is_there (REGISTRY_IN_REDIS, &reason))
    {
      g_test_skip (reason);
      return;
    }
  fixture.registry = registry_kind_create (REGISTRY_IN_REDIS, 1000);
  cases[GPOINTER_TO_UINT (data)].test (&fixture);
  g_assert_finalize_object (G_OBJECT (fixture.registry));
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/redis-guard/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), run);
    }
  status = g_test_run ();
  registry_kind_end ();
  return status;
}
