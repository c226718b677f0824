/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many requests an address has, and what happens then: protocol, section 2. */

#include "hc-guard.h"

#include <string.h>

#define MAX_REQUESTS 10
#define BLOCK_SECONDS 60
#define SECOND G_TIME_SPAN_SECOND

typedef struct
{
  HcGuard *guard;
  gint64 now;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->guard = hc_guard_new (MAX_REQUESTS, BLOCK_SECONDS, HC_GUARD_MAX_ADDRESSES);
  fixture->now = 1000 * SECOND;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  hc_guard_free (fixture->guard);
}

static HcIp
make_ip (const char *text)
{
  HcIp ip;

  g_assert_true (hc_ip_init_from_string (&ip, text));
  return ip;
}

static HcOrigin
make_origin (Fixture     *fixture,
             const char  *address,
             GSocketType  transport)
{
  return (HcOrigin) {
    .time = fixture->now,
    .address = make_ip (address),
    .transport = transport,
  };
}

static gboolean
ask (Fixture     *fixture,
     const char  *address,
     GSocketType  transport)
{
  HcOrigin origin = make_origin (fixture, address, transport);

  return hc_guard_admit (fixture->guard, &origin);
}

static gboolean
is_blocked_over (Fixture     *fixture,
                 const char  *address,
                 GSocketType  transport)
{
  HcOrigin origin = make_origin (fixture, address, transport);

  return hc_guard_is_blocked (fixture->guard, &origin);
}

static gboolean
is_blocked (Fixture    *fixture,
            const char *address)
{
  return is_blocked_over (fixture, address, G_SOCKET_TYPE_STREAM);
}

static void
forgive (Fixture    *fixture,
         const char *address)
{
  HcIp ip = make_ip (address);

  hc_guard_forgive (fixture->guard, &ip);
}

static void
assert_admitted (Fixture    *fixture,
                 const char *address,
                 guint       n_requests)
{
  for (guint i = 0; i < n_requests; i++)
    g_assert_true (ask (fixture, address, G_SOCKET_TYPE_STREAM));
}

/* Uses up all requests and one more, and measures the block that follows. */
static gint64
measure_block (Fixture     *fixture,
               const char  *address,
               GSocketType  transport)
{
  gint64 start = fixture->now;

  for (guint i = 0; i < MAX_REQUESTS; i++)
    g_assert_true (ask (fixture, address, transport));
  g_assert_false (ask (fixture, address, transport));
  while (is_blocked_over (fixture, address, transport))
    fixture->now += SECOND;
  return (fixture->now - start) / SECOND;
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  g_assert_false (is_blocked (fixture, "192.0.2.1"));
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
}

static void
test_others (Fixture       *fixture,
             gconstpointer  data)
{
  measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  fixture->now -= SECOND;
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  assert_admitted (fixture, "192.0.2.2", MAX_REQUESTS);
}

static void
test_block_ends (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, BLOCK_SECONDS);
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
}

static void
test_block_is_not_lengthened (Fixture       *fixture,
                              gconstpointer  data)
{
  for (guint i = 0; i <= MAX_REQUESTS; i++)
    ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  for (guint i = 0; i < BLOCK_SECONDS; i++)
    {
      g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
      fixture->now += SECOND;
    }
  g_assert_true (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
}

static void
test_doubling (Fixture       *fixture,
               gconstpointer  data)
{
  static const gint64 expected[] = { 60, 120, 240, 480, 900, 900, 900 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, expected[i]);
}

static void
test_doubling_is_forgotten (Fixture       *fixture,
                            gconstpointer  data)
{
  measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  fixture->now += (HC_GUARD_MAX_BLOCK_SECONDS - 1) * SECOND;
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, 240);
  fixture->now += HC_GUARD_MAX_BLOCK_SECONDS * SECOND;
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, 60);
}

/* Somebody else may have sent the datagrams. */
static void
test_datagrams_never_double (Fixture       *fixture,
                             gconstpointer  data)
{
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_DATAGRAM), ==,
                     BLOCK_SECONDS);
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, BLOCK_SECONDS);
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_DATAGRAM), ==,
                   BLOCK_SECONDS);
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==,
                   2 * BLOCK_SECONDS);
}

/* With a cookie they are as good as a connection. */
static void
test_cookie (Fixture       *fixture,
             gconstpointer  data)
{
  HcOrigin origin = make_origin (fixture, "192.0.2.1", G_SOCKET_TYPE_DATAGRAM);

  origin.has_cookie = TRUE;
  for (guint i = 0; i < MAX_REQUESTS; i++)
    g_assert_true (hc_guard_admit (fixture->guard, &origin));
  g_assert_false (hc_guard_admit (fixture->guard, &origin));
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  fixture->now += BLOCK_SECONDS * SECOND;
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==,
                   2 * BLOCK_SECONDS);
}

/* Whoever forges datagrams blocks those who can't prove better, and nobody
 * else; nor are the blocked forgotten for it. */
static void
test_forged (Fixture       *fixture,
             gconstpointer  data)
{
  for (guint i = 0; i <= MAX_REQUESTS; i++)
    ask (fixture, "192.0.2.1", G_SOCKET_TYPE_DATAGRAM);
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_DATAGRAM));
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));

  for (guint i = 0; i < HC_GUARD_MAX_ADDRESSES; i++)
    {
      HcOrigin origin = make_origin (fixture, "10.0.0.0", G_SOCKET_TYPE_DATAGRAM);

      memcpy (origin.address.in6.s6_addr + 12, &i, sizeof i);
      hc_guard_admit (fixture->guard, &origin);
    }
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  g_assert_cmpuint (hc_guard_get_n_addresses (fixture->guard), ==, HC_GUARD_MAX_ADDRESSES + 1);
}

/* Behind one address, one who has a token is still heard while others are
 * blocked. */
static void
test_vouch (Fixture       *fixture,
            gconstpointer  data)
{
  HcOrigin origin = make_origin (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);

  for (guint i = 0; i <= MAX_REQUESTS; i++)
    ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  hc_guard_vouch (fixture->guard, &origin, fixture->now + 10 * SECOND);
  g_assert_false (is_blocked (fixture, "192.0.2.1"));
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
  fixture->now += 10 * SECOND;
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
}

static void
test_idle (Fixture       *fixture,
           gconstpointer  data)
{
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  fixture->now += BLOCK_SECONDS * SECOND;
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);

  /* A pause that is too short. */
  fixture->now += BLOCK_SECONDS * SECOND - 1;
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
}

static void
test_forgive (Fixture       *fixture,
              gconstpointer  data)
{
  forgive (fixture, "192.0.2.1");
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  forgive (fixture, "192.0.2.2");
  g_assert_cmpuint (hc_guard_get_n_addresses (fixture->guard), ==, 1);
  forgive (fixture, "192.0.2.1");
  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  g_assert_false (ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM));
}

/* A chat ends a block, but not the memory of it. */
static void
test_forgive_blocked (Fixture       *fixture,
                      gconstpointer  data)
{
  measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  for (guint i = 0; i <= MAX_REQUESTS; i++)
    ask (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM);
  g_assert_true (is_blocked (fixture, "192.0.2.1"));
  forgive (fixture, "192.0.2.1");
  g_assert_cmpint (measure_block (fixture, "192.0.2.1", G_SOCKET_TYPE_STREAM), ==, 240);
}

static void
test_networks (Fixture       *fixture,
               gconstpointer  data)
{
  assert_admitted (fixture, "2001:db8:0:1::1", MAX_REQUESTS);
  g_assert_false (ask (fixture, "2001:db8:0:1:ffff:ffff:ffff:ffff", G_SOCKET_TYPE_STREAM));
  g_assert_true (ask (fixture, "2001:db8:0:2::1", G_SOCKET_TYPE_STREAM));

  assert_admitted (fixture, "192.0.2.1", MAX_REQUESTS);
  g_assert_false (ask (fixture, "::ffff:192.0.2.1", G_SOCKET_TYPE_STREAM));
  g_assert_true (ask (fixture, "192.0.2.0", G_SOCKET_TYPE_STREAM));
}

static void
test_off (void)
{
  g_autoptr (HcGuard) guard = hc_guard_new (0, BLOCK_SECONDS, HC_GUARD_MAX_ADDRESSES);
  HcOrigin origin = { .address = make_ip ("192.0.2.1") };

  for (guint i = 0; i < 1000; i++)
    g_assert_true (hc_guard_admit (guard, &origin));
  g_assert_false (hc_guard_is_blocked (guard, &origin));
  g_assert_cmpuint (hc_guard_get_n_addresses (guard), ==, 0);
}

static void
ask_from_number (HcGuard *guard,
                 guint    number)
{
  g_autofree char *text = g_strdup_printf ("10.%u.%u.%u", number >> 16, number >> 8 & 255,
                                           number & 255);
  HcOrigin origin = { .time = number, .address = make_ip (text) };

  hc_guard_admit (guard, &origin);
}

static void
test_bounded (void)
{
  g_autoptr (HcGuard) guard = hc_guard_new (1, BLOCK_SECONDS, 100);
  const HcOrigin blocked = { .time = 100, .address = make_ip ("10.0.0.0") };

  ask_from_number (guard, 0);
  ask_from_number (guard, 0);
  for (guint i = 1; i < 100; i++)
    ask_from_number (guard, i);
  g_assert_cmpuint (hc_guard_get_n_addresses (guard), ==, 100);
  g_assert_true (hc_guard_is_blocked (guard, &blocked));

  /* Whoever goes on asking is not the one that is forgotten. */
  ask_from_number (guard, 0);
  ask_from_number (guard, 100);
  g_assert_true (hc_guard_is_blocked (guard, &blocked));
  for (guint i = 101; i < 50000; i++)
    ask_from_number (guard, i);
  g_assert_cmpuint (hc_guard_get_n_addresses (guard), ==, 100);
  g_assert_false (hc_guard_is_blocked (guard, &blocked));
}

/* What changes nothing any more isn't kept until the table is full. */
static void
test_stale_is_dropped (Fixture       *fixture,
                       gconstpointer  data)
{
  assert_admitted (fixture, "192.0.2.1", 1);
  assert_admitted (fixture, "192.0.2.2", 1);
  g_assert_cmpuint (hc_guard_get_n_addresses (fixture->guard), ==, 2);
  fixture->now += BLOCK_SECONDS * SECOND;
  assert_admitted (fixture, "192.0.2.3", 1);
  g_assert_cmpuint (hc_guard_get_n_addresses (fixture->guard), ==, 1);
}

#define ADD(name, func) g_test_add ("/guard/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  ADD ("limit", test_limit);
  ADD ("others", test_others);
  ADD ("block/ends", test_block_ends);
  ADD ("block/is-not-lengthened", test_block_is_not_lengthened);
  ADD ("doubling", test_doubling);
  ADD ("doubling/is-forgotten", test_doubling_is_forgotten);
  ADD ("doubling/never-for-datagrams", test_datagrams_never_double);
  ADD ("cookie", test_cookie);
  ADD ("forged", test_forged);
  ADD ("vouch", test_vouch);
  ADD ("idle", test_idle);
  ADD ("forgive", test_forgive);
  ADD ("forgive/blocked", test_forgive_blocked);
  ADD ("networks", test_networks);
  ADD ("stale-is-dropped", test_stale_is_dropped);
  g_test_add_func ("/guard/off", test_off);
  g_test_add_func ("/guard/bounded", test_bounded);

  return g_test_run ();
}
