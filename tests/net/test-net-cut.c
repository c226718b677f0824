/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network goes away in the middle of a conversation, or another one comes in
 * its place: the conversation is taken up again by itself. */

#include "town.h"
#include "wait.h"

#define CUT_SECONDS 8
#define THOROUGH_CUT_SECONDS 20

static void
begin (Town *town)
{
  gint64 ms;

  lab_add_host (town->lab, "alice");
  lab_add_host (town->lab, "bob");
  town_match (town);
  g_assert_true (town_call (town, &ms));
}

/* Both say ten things, which takes until the network lets them. */
static void
say_ten (Town  *town,
         guint  first)
{
  party_tell (town->alice, "say %u 10 2000", first);
  party_tell (town->bob, "say %u 10 300", first);
}

static void
await_all (Town  *town,
           guint  count)
{
  town_await_messages (town->alice, town->bob, count);
  town_await_messages (town->bob, town->alice, count);
  town_assert_told (town->alice, town->bob);
  town_assert_told (town->bob, town->alice);
}

static gboolean
on_time (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
let_pass (guint seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add_seconds (seconds, on_time, &is_over);
  WAIT_UNTIL (is_over);
}

/* It is shown that nothing comes through, and that it does again. */
static void
assert_back (Party  *party,
             guint   mark,
             gint64  since)
{
  const PartyEvent *gone = party_await (party, mark, "interrupted", "yes");
  const PartyEvent *back;

  g_assert_cmpint (gone->ms, >=, since);
  WAIT_UNTIL (g_str_equal (party_find_last (party, "interrupted")->rest, "no"));
  back = party_find_last (party, "interrupted");
  g_test_message ("interrupted %" G_GINT64_FORMAT " ms after the cut, back %" G_GINT64_FORMAT
                  " ms after it", gone->ms - since, back->ms - since);
}

static gint64
get_ms (void)
{
  return g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND;
}

static void
test_path (Town          *town,
           gconstpointer  data)
{
  guint seconds = town_is_thorough () ? THOROUGH_CUT_SECONDS : CUT_SECONDS;
  guint hers, his;
  gint64 cut;

  begin (town);
  say_ten (town, 1);
  await_all (town, 10);
  g_assert_null (party_find (town->alice, 0, "interrupted", "yes"));
  g_assert_null (party_find (town->bob, 0, "interrupted", "yes"));

  hers = party_mark (town->alice);
  his = party_mark (town->bob);
  cut = get_ms ();
  lab_lose (town->lab, 100);
  say_ten (town, 11);
  let_pass (seconds);
  g_assert_nonnull (party_find (town->alice, hers, "interrupted", "yes"));
  g_assert_nonnull (party_find (town->bob, his, "interrupted", "yes"));
  g_assert_cmpuint (party_count (town->alice, "received"), ==, 10);
  g_assert_cmpuint (party_count (town->bob, "received"), ==, 10);
  lab_lose (town->lab, 0);

  await_all (town, 20);
  assert_back (town->alice, hers, cut);
  assert_back (town->bob, his, cut);
  say_ten (town, 21);
  await_all (town, 30);
  g_assert_true (party_is_in (town->alice, "chatting"));
  g_assert_true (party_is_in (town->bob, "chatting"));
}

static void
move (Town       *town,
      const char *name,
      guint       first)
{
  say_ten (town, first);
  lab_move (town->lab, name);
  say_ten (town, first + 10);
  await_all (town, first + 19);
}

/* As when somebody walks from one network into another. */
static void
test_caller_moves (Town          *town,
                   gconstpointer  data)
{
  begin (town);
  move (town, "alice", 1);
  move (town, "alice", 21);
  g_assert_true (party_is_in (town->alice, "chatting"));
  g_assert_true (party_is_in (town->bob, "chatting"));
}

static void
test_callee_moves (Town          *town,
                   gconstpointer  data)
{
  begin (town);
  move (town, "bob", 1);
  move (town, "bob", 21);
  g_assert_true (party_is_in (town->alice, "chatting"));
  g_assert_true (party_is_in (town->bob, "chatting"));
}

int
main (int    argc,
      char **argv)
{
  town_init (&argc, &argv);
  town_add_test ("net-cut", "/path", test_path);
  town_add_test ("net-cut", "/caller-moves", test_caller_moves);
  town_add_test ("net-cut", "/callee-moves", test_callee_moves);
  return g_test_run ();
}
