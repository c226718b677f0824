/* SPDX-License-Identifier: GPL-3.0-or-later */

/* People behind routers that lend them an address, which all of Linux's kind do by
 * masquerading. */

#include "town.h"
#include "wait.h"

#include <string.h>

/* Source: the project's own bounds. */
#define LIMIT_MS 3000
#define THOROUGH_TRIES 100
#define THOROUGH_IN_TIME 95
#define REASON_MS 15000

#define TRIES 5

static void
add_homes (Town      *town,
           LabRouter  hers,
           LabRouter  his)
{
  town_set_delay (town);
  lab_add_router (town->lab, "home", hers);
  lab_add_router (town->lab, "away", his);
  lab_add_guest (town->lab, "alice", "home");
  lab_add_guest (town->lab, "bob", "away");
}

/* Each time it is as if they had never met: routers forget slowly. */
static void
connect_often (Town *town)
{
  guint n_tries = town_is_thorough () ? THOROUGH_TRIES : TRIES;
  guint n_in_time = town_try (town, n_tries, LIMIT_MS);

  if (town_is_thorough ())
    g_assert_cmpuint (n_in_time, >=, THOROUGH_IN_TIME);
}

static void
test_closed (Town          *town,
             gconstpointer  data)
{
  add_homes (town, LAB_ROUTER_CLOSED, LAB_ROUTER_CLOSED);
  connect_often (town);
}

static void
test_accepting (Town          *town,
                gconstpointer  data)
{
  add_homes (town, LAB_ROUTER_ACCEPTING, LAB_ROUTER_ACCEPTING);
  connect_often (town);
}

static void
test_open (Town          *town,
           gconstpointer  data)
{
  add_homes (town, LAB_ROUTER_OPEN, LAB_ROUTER_OPEN);
  connect_often (town);
}

/* At home both have the same address, and they have chosen the same port: each is
 * told of an address that is its own. */
static void
test_same_address (Town          *town,
                   gconstpointer  data)
{
  town->port = "6000";
  add_homes (town, LAB_ROUTER_CLOSED, LAB_ROUTER_CLOSED);
  connect_often (town);
}

/* The nearest way between two is not over the router. */
static void
test_same_network (Town          *town,
                   gconstpointer  data)
{
  const char *her_address, *his_address;
  gint64 ms;

  town_set_delay (town);
  lab_add_router (town->lab, "home", LAB_ROUTER_CLOSED);
  her_address = lab_add_guest (town->lab, "alice", "home");
  his_address = lab_add_guest (town->lab, "bob", "home");
  town_match (town);
  g_assert_true (town_call (town, &ms));
  g_assert_nonnull (strstr (party_find_last (town->alice, "link")->rest, his_address));
  g_assert_nonnull (strstr (party_find_last (town->bob, "link")->rest, her_address));
  g_test_message ("after %" G_GINT64_FORMAT " ms: %s", ms,
                  party_find_last (town->alice, "link")->rest);
}

/* Nobody can say what port such a router will choose, so there is no way, and that
 * is said. */
static void
test_symmetric (Town          *town,
                gconstpointer  data)
{
  gint64 ms;

  add_homes (town, LAB_ROUTER_SYMMETRIC, LAB_ROUTER_CLOSED);
  town_match (town);
  g_assert_false (town_call (town, &ms));
  g_test_message ("after %" G_GINT64_FORMAT " ms: %s", ms,
                  party_find_last (town->alice, "failure")->rest);
  g_assert_cmpint (ms, <, REASON_MS);
  g_assert_nonnull (strstr (party_find_last (town->alice, "failure")->rest,
                            "A firewall or a router is in between"));
  g_assert_true (party_is_in (town->alice, "matched"));
  g_assert_true (party_is_in (town->bob, "waiting"));
}

int
main (int    argc,
      char **argv)
{
  town_init (&argc, &argv);
  town_add_test ("net-nat", "/closed", test_closed);
  town_add_test ("net-nat", "/accepting", test_accepting);
  town_add_test ("net-nat", "/open", test_open);
  town_add_test ("net-nat", "/same-address", test_same_address);
  town_add_test ("net-nat", "/same-network", test_same_network);
  town_add_test ("net-nat", "/symmetric", test_symmetric);
  return g_test_run ();
}
