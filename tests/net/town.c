/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "town.h"
#include "private-folder.h"
#include "wait.h"

#include <stdlib.h>
#include <string.h>

#define PORT "5000"

/* The way of a packet behind routers, when it is slow: 50 ms there and back. */
#define DELAY_MS 25

/* A call has come to something by then. */
#define CALL_MS 15000

static const char *server_program;
static const char *person_program;
static const char *delay_program;

/* The arguments are the programs. */
void
town_init (int    *argc,
           char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (*argc != 4)
    g_error ("usage: %s SERVER NET-PERSON NET-DELAY (and in in-lab.sh)", (*argv)[0]);

  server_program = (*argv)[1];
  person_program = (*argv)[2];
  delay_program = (*argv)[3];
}

/* With `-m thorough`, or HC_NET_THOROUGH in the environment. */
gboolean
town_is_thorough (void)
{
  return g_test_thorough () || g_getenv ("HC_NET_THOROUGH") != NULL;
}

/* --- The fixture ---------------------------------------------------------- */

static void
set_up (Town          *town,
        gconstpointer  data)
{
  const char *argv[] = { server_program, "--port=" PORT, "--max-requests=0", NULL, NULL };
  const char *address;

  town->udp = GPOINTER_TO_INT (data);
  if (town->udp)
    argv[3] = "--udp";
  town->port = "0";
  town->lab = lab_new ();
  town->folder = private_folder_new ();
  address = lab_add_host (town->lab, "server");
  town->server_name = g_strdup_printf ("%s:" PORT, address);
  town->server = lab_start (town->lab, "server", argv);
  program_await_output (town->server, PORT);
}

static void
tear_down (Town          *town,
           gconstpointer  data)
{
  g_clear_pointer (&town->alice, party_free);
  g_clear_pointer (&town->bob, party_free);
  program_free (town->server);
  lab_free (town->lab);
  private_folder_remove (town->folder);
  g_free (town->server_name);
}

static void
add_test (const char *suite,
          const char *mode,
          const char *path,
          TownTest    test)
{
  g_autofree char *whole = g_strconcat ("/", suite, "/", mode, path, NULL);

  g_test_add (whole, Town, GINT_TO_POINTER (strcmp (mode, "udp") == 0), set_up, test, tear_down);
}

/* Adds a test for both modes of the server. */
void
town_add_test (const char *suite,
               const char *path,
               TownTest    test)
{
  add_test (suite, "tcp", path, test);
  add_test (suite, "udp", path, test);
}

void
town_add_udp_test (const char *suite,
                   const char *path,
                   TownTest    test)
{
  add_test (suite, "udp", path, test);
}

void
town_set_delay (Town *town)
{
  if (!lab_delay (town->lab, delay_program, DELAY_MS))
    g_test_message ("Without delay: /dev/net/tun can't be used here");
}

/* --- Meeting -------------------------------------------------------------- */

/* On a bad network somebody has to press a button twice. */
static void
do_until (Party      *party,
          const char *command,
          const char *state)
{
  guint mark;

  do
    {
      mark = party_mark (party);
      party_tell (party, "%s", command);
      WAIT_UNTIL (party_find (party, mark, "state", state) != NULL ||
                  party_find (party, mark, "failure", NULL) != NULL);
    }
  while (party_find (party, mark, "failure", NULL) != NULL);
}

static Party *
join (Town       *town,
      const char *name)
{
  Party *party = party_new (town->lab, name, person_program, town->server_name, town->folder,
                            town->port);

  do_until (party, "register", "registered");
  return party;
}

/* Bob waits, and alice knows it. */
void
town_match (Town *town)
{
  town->bob = join (town, "bob");
  do_until (town->bob, "bridge", "waiting");
  town->alice = join (town, "alice");
  do_until (town->alice, "bridge", "matched");
}

/* Alice calls. Returns whether both talk then, and after how long. */
gboolean
town_call (Town   *town,
           gint64 *ms)
{
  guint mark = party_mark (town->alice);
  const PartyEvent *connecting, *hers, *his;

  party_tell (town->alice, "chat");
  connecting = party_await (town->alice, mark, "state", "connecting");
  WAIT_UNTIL ((party_find (town->alice, mark, "state", "chatting") != NULL &&
               party_find (town->bob, 0, "state", "chatting") != NULL) ||
              party_find (town->alice, mark, "failure", NULL) != NULL);

  hers = party_find (town->alice, mark, "state", "chatting");
  his = party_find (town->bob, 0, "state", "chatting");
  if (hers == NULL || his == NULL)
    {
      *ms = party_find (town->alice, mark, "failure", NULL)->ms - connecting->ms;
      return FALSE;
    }
  *ms = MAX (hers->ms, his->ms) - connecting->ms;
  party_await (town->alice, mark, "link", "encrypted");
  party_await (town->bob, 0, "link", "encrypted");
  return TRUE;
}

void
town_part (Town *town)
{
  g_clear_pointer (&town->alice, party_free);
  g_clear_pointer (&town->bob, party_free);
}

static gint
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 difference = *(const gint64 *) a - *(const gint64 *) b;

  return (difference > 0) - (difference < 0);
}

gint64
get_percentile (GArray *times,
                guint   percent)
{
  g_assert_cmpuint (times->len, >, 0);
  g_array_sort (times, compare_times);
  return g_array_index (times, gint64, MIN (times->len * percent / 100, times->len - 1));
}

static void
report_slow (Town   *town,
             guint   i,
             gint64  ms)
{
  g_test_message ("try %u took %" G_GINT64_FORMAT " ms; alice:\n%s\nbob:\n%s", i, ms,
                  party_get_output (town->alice), party_get_output (town->bob));
}

/* They meet again and again, and each time connect in the end. Returns how often
 * they did within the limit, and says how long it took. */
guint
town_try (Town  *town,
          guint  n_tries,
          guint  limit_ms)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n_in_time = 0;

  for (guint i = 0; i < n_tries; i++)
    {
      gint64 ms;

      town_match (town);
      if (!town_call (town, &ms))
        {
          report_slow (town, i, ms);
          g_error ("try %u: %s", i, party_find_last (town->alice, "failure")->rest);
        }
      g_array_append_val (times, ms);
      if (ms >= limit_ms)
        report_slow (town, i, ms);
      n_in_time += ms < limit_ms;
      town_part (town);
    }
  g_test_message ("%u tries: %u within %u ms; median %" G_GINT64_FORMAT " ms, 95%% %"
                  G_GINT64_FORMAT " ms, worst %" G_GINT64_FORMAT " ms", n_tries, n_in_time,
                  limit_ms, get_percentile (times, 50), get_percentile (times, 95),
                  get_percentile (times, 100));
  return n_in_time;
}

/* --- Talking -------------------------------------------------------------- */

/* Until all of them are delivered, as long as there is progress. */
void
town_await_messages (Party *from,
                     Party *to,
                     guint  count)
{
  for (guint n = party_count (from, "delivered"); n < count; n = party_count (from, "delivered"))
    WAIT_UNTIL (party_count (from, "delivered") > n);
  g_assert_cmpuint (party_count (to, "received"), ==, count);
}

static GPtrArray *
list_events (Party      *party,
             const char *name)
{
  GPtrArray *events = party_get_events (party);
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < events->len; i++)
    {
      PartyEvent *event = g_ptr_array_index (events, i);

      if (strcmp (event->name, name) == 0)
        g_ptr_array_add (list, event);
    }
  return list;
}

/* What the one said is what the other heard: all of it, once, in order and
 * unchanged; and nothing was called delivered before it was there. */
void
town_assert_told (Party *from,
                  Party *to)
{
  g_autoptr (GPtrArray) sent = list_events (from, "sent");
  g_autoptr (GPtrArray) delivered = list_events (from, "delivered");
  g_autoptr (GPtrArray) received = list_events (to, "received");

  g_assert_cmpuint (received->len, ==, sent->len);
  g_assert_cmpuint (delivered->len, ==, sent->len);
  g_assert_null (party_find (from, 0, "failed", NULL));
  for (guint i = 0; i < sent->len; i++)
    {
      const PartyEvent *said = g_ptr_array_index (sent, i);
      const PartyEvent *heard = g_ptr_array_index (received, i);
      const PartyEvent *confirmed = g_ptr_array_index (delivered, i);

      g_assert_cmpstr (heard->rest, ==, said->rest);
      g_assert_cmpint (atoi (confirmed->rest), ==, atoi (said->rest));
      g_assert_cmpint (heard->ms, <=, confirmed->ms);
    }
}

/* How long each message of at most so many bytes took from being sent to being
 * called delivered. */
GArray *
town_measure (Party *from,
              gsize  max_length)
{
  g_autoptr (GPtrArray) sent = list_events (from, "sent");
  g_autoptr (GPtrArray) delivered = list_events (from, "delivered");
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < MIN (sent->len, delivered->len); i++)
    {
      const PartyEvent *said = g_ptr_array_index (sent, i);
      gint64 ms = ((PartyEvent *) g_ptr_array_index (delivered, i))->ms - said->ms;

      if (strtoul (strchr (said->rest, ' '), NULL, 10) <= max_length)
        g_array_append_val (times, ms);
    }
  return times;
}
