/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One packet of five is lost in each direction, the server's too. */

#include "town.h"
#include "wait.h"

#define LOSS 20

/* Source: the project's own bound, 95 of 100. */
#define LIMIT_MS 3000
#define THOROUGH_TRIES 100
#define THOROUGH_IN_TIME 95
#define THOROUGH_MESSAGES 1000

#define TRIES 10
#define MESSAGES 100

static void
add_people (Town *town)
{
  lab_add_host (town->lab, "alice");
  lab_add_host (town->lab, "bob");
  lab_lose (town->lab, LOSS);
}

static void
test_connect (Town          *town,
              gconstpointer  data)
{
  guint n_tries = town_is_thorough () ? THOROUGH_TRIES : TRIES;
  guint n_in_time;

  add_people (town);
  n_in_time = town_try (town, n_tries, LIMIT_MS);
  if (town_is_thorough ())
    g_assert_cmpuint (n_in_time, >=, THOROUGH_IN_TIME);
}

static void
describe_times (const char *what,
                Party      *from,
                gsize       max_length)
{
  g_autoptr (GArray) times = town_measure (from, max_length);

  g_test_message ("%s: %u, from sent to delivered median %" G_GINT64_FORMAT " ms, 95%% %"
                  G_GINT64_FORMAT " ms, worst %" G_GINT64_FORMAT " ms", what, times->len,
                  get_percentile (times, 50), get_percentile (times, 95),
                  get_percentile (times, 100));
}

/* Both speak at once. */
static void
test_messages (Town          *town,
               gconstpointer  data)
{
  guint count = town_is_thorough () ? THOROUGH_MESSAGES : MESSAGES;
  gint64 ms;

  add_people (town);
  town_match (town);
  g_assert_true (town_call (town, &ms));
  party_tell (town->alice, "talk 1 %u", count);
  party_tell (town->bob, "talk 1 %u", count);
  town_await_messages (town->alice, town->bob, count);
  town_await_messages (town->bob, town->alice, count);
  town_assert_told (town->alice, town->bob);
  town_assert_told (town->bob, town->alice);
  describe_times ("all messages", town->alice, G_MAXSIZE);
  describe_times ("those of up to 200 bytes", town->alice, 200);
}

int
main (int    argc,
      char **argv)
{
  town_init (&argc, &argv);
  town_add_udp_test ("net-loss", "/connect", test_connect);
  town_add_udp_test ("net-loss", "/messages", test_messages);
  return g_test_run ();
}
