/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A client's half of the talk with a server, with ours at the other end. */

#include "fast-clock.h"
#include "hc-base64url.h"
#include "hc-client-error.h"
#include "member.h"
#include "session-util.h"
#include "v1/v1-server.h"

#include <string.h>

/* A minute in a second. */
#define FACTOR 60

static guint16
get_port (Hub *hub)
{
  return hc_server_get_port (hub->server);
}

static HcIdentity *
create_identity (const char *id)
{
  g_autoptr (GError) error = NULL;
  HcIdentity *identity = hc_identity_generate (id, &error);

  g_assert_no_error (error);
  return identity;
}

static Member *
create_fast (Hub        *hub,
             const char *id)
{
  g_autoptr (HcClock) clock = fast_clock_new (FACTOR);

  return member_new_with (id, get_port (hub), create_identity (id), clock);
}

static HcMatch *
bridge_well (Member *member)
{
  g_autoptr (GError) error = NULL;
  HcMatch *match = member_bridge (member, NULL, &error);

  g_assert_no_error (error);
  return match;
}

static void
assert_key (HcMatch *match,
            Member  *of)
{
  g_assert_nonnull (hc_match_get_key (match));
  g_assert_cmpmem (hc_match_get_key (match), HC_KEY_LENGTH,
                   hc_identity_get_key (of->identity), HC_KEY_LENGTH);
}

/* What the caller shows is what the callee can compute of its token, which it
 * shares with the server alone. */
static void
assert_ticket (HcMatch *match,
               Member  *callee,
               Member  *caller)
{
  g_autofree char *regack = member_get_last (callee, "REGACK", FALSE);
  const char *line = strstr (regack, "\nToken: ");
  guint8 token[HC_TOKEN_LENGTH];
  guint8 ticket[HC_TICKET_LENGTH];
  g_autofree char *text = NULL;

  g_assert_nonnull (line);
  text = g_strndup (line + strlen ("\nToken: "), strcspn (line + strlen ("\nToken: "), "\n"));
  g_assert_true (hc_base64url_decode (text, token, sizeof token));
  hc_ticket_compute (token, caller->id, hc_identity_get_key (caller->identity),
                     hc_match_get_session (callee->match), ticket);
  g_assert_nonnull (hc_match_get_ticket (match));
  g_assert_cmpmem (hc_match_get_ticket (match), HC_TICKET_LENGTH, ticket, sizeof ticket);
}

static guint16
get_nth_port (HcMatch *match,
              guint    n)
{
  g_autoptr (GPtrArray) addresses = hc_match_list_addresses (match);

  g_assert_cmpuint (addresses->len, >, n);
  return g_inet_socket_address_get_port (g_ptr_array_index (addresses, n));
}

/* --- A match -------------------------------------------------------------- */

/* Each is told the other's key, the same session, and where the other's UDP
 * socket is; the callee only once. */
static void
test_match (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (Member) bob = create_fast (hub, "bob");
  g_autoptr (Member) alice = create_fast (hub, "alice");
  g_autoptr (HcMatch) match = NULL;
  guint n_bridges;

  member_wait (bob);
  g_assert_cmpuint (hc_rendezvous_client_get_version (bob->client), ==, 2);
  g_assert_cmpint (hc_rendezvous_client_get_transport (bob->client), ==,
                   hub->udp ? HC_TRANSPORT_UDP : HC_TRANSPORT_TCP);
  g_assert_nonnull (hc_rendezvous_client_get_seen (bob->client));

  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  g_assert_cmpstr (hc_match_get_peer_id (match), ==, "bob");
  g_assert_true (hc_match_is_caller (match));
  assert_key (match, bob);
  g_assert_cmpuint (get_nth_port (match, 0), ==, hc_datagram_socket_get_port (bob->socket));

  WAIT_UNTIL (bob->match != NULL);
  g_assert_cmpstr (hc_match_get_peer_id (bob->match), ==, "alice");
  g_assert_false (hc_match_is_caller (bob->match));
  assert_key (bob->match, alice);
  g_assert_cmpmem (hc_match_get_session (match), HC_SESSION_LENGTH,
                   hc_match_get_session (bob->match), HC_SESSION_LENGTH);
  assert_ticket (match, bob, alice);
  g_assert_cmpuint (get_nth_port (bob->match, 0), ==, hc_datagram_socket_get_port (alice->socket));

  n_bridges = member_count (bob, "BRIDGE", TRUE);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) >= n_bridges + 3);
  g_assert_cmpuint (bob->n_matches, ==, 1);
  g_assert_null (bob->lost);
}

/* Whoever waits for one person is handed to nobody else. */
static void
test_with (Hub           *hub,
           gconstpointer  data)
{
  g_autoptr (Member) bob = member_new ("bob", get_port (hub));
  g_autoptr (Member) carol = member_new ("carol", get_port (hub));
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (HcMatch) match = NULL;
  g_autoptr (GError) error = NULL;

  member_wait (bob);
  member_join (carol);
  g_assert_null (member_bridge (carol, "alice", &error));
  g_assert_no_error (error);
  member_join (alice);
  match = member_bridge (alice, "carol", &error);
  g_assert_no_error (error);
  g_assert_nonnull (match);
  g_assert_cmpstr (hc_match_get_peer_id (match), ==, "carol");
  WAIT_UNTIL (carol->match != NULL);
  g_assert_null (bob->match);
}

/* Over TCP alone the server holds the BRIDGE until there is somebody. */
static void
test_without_socket (Hub           *hub,
                     gconstpointer  data)
{
  Member *bob;
  g_autoptr (Member) alice = NULL;
  g_autoptr (HcMatch) match = NULL;
  g_autofree char *bridge = NULL;

  if (hub->udp)
    {
      g_test_skip ("there is only UDP");
      return;
    }

  bob = member_new ("bob", get_port (hub));
  hc_rendezvous_client_set_socket (bob->client, NULL);
  member_wait (bob);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) == 2);
  bridge = member_get_last (bob, "BRIDGE", TRUE);
  g_assert_nonnull (strstr (bridge, "Wait: 25"));

  alice = member_new ("alice", get_port (hub));
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  WAIT_UNTIL (bob->match != NULL);
  g_assert_cmpstr (hc_match_get_peer_id (bob->match), ==, "alice");
  g_assert_cmpuint (member_count (bob, "BRIDGEACK", FALSE), ==, 2);

  /* Then it waits again, so that another may come if she doesn't. */
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) >= 3);
  g_assert_cmpuint (bob->n_matches, ==, 1);
  member_free (bob);
}

/* --- v1 on the other side ------------------------------------------------- */

static void
test_v1_callee (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Member) bob = member_new_with ("bob", get_port (hub), NULL, NULL);
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (HcMatch) match = NULL;

  member_wait (bob);
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  g_assert_true (hc_match_is_caller (match));
  g_assert_true (hc_match_is_vouched (match));
  g_assert_null (hc_match_get_key (match));
}

static void
test_v1_caller (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Member) bob = create_fast (hub, "bob");
  g_autoptr (Member) alice = member_new_with ("alice", get_port (hub), NULL, NULL);
  g_autoptr (HcMatch) match = NULL;
  guint n_bridges;

  member_wait (bob);
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  g_assert_false (hc_match_is_vouched (match));
  WAIT_UNTIL (bob->match != NULL);
  g_assert_false (hc_match_is_caller (bob->match));
  g_assert_true (hc_match_is_vouched (bob->match));
  g_assert_null (hc_match_get_key (bob->match));

  n_bridges = member_count (bob, "BRIDGE", TRUE);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) >= n_bridges + 3);
  g_assert_cmpuint (bob->n_matches, ==, 1);
}

/* Without a key all but the PROBE is as the original's, and with v1 alone that
 * too. */
static void
test_v1_only (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (Member) bob = member_new_with ("bob", get_port (hub), NULL, NULL);
  g_autofree char *headers = NULL;

  hc_rendezvous_client_set_max_version (bob->client, 1);
  member_wait (bob);
  g_assert_cmpuint (hc_rendezvous_client_get_version (bob->client), ==, 1);
  headers = member_get_last (bob, "PROBE", TRUE);
  g_assert_cmpstr (headers, ==, "");
  g_clear_pointer (&headers, g_free);
  headers = member_get_last (bob, "REGISTER", TRUE);
  g_assert_null (strstr (headers, "Version"));
  g_clear_pointer (&headers, g_free);
  headers = member_get_last (bob, "BRIDGE", TRUE);
  g_assert_cmpstr (headers, ==, "clientID: bob");
}

static void
test_v1_server (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (V1Server) server = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  g_autoptr (Member) bob = member_new ("bob", v1_server_get_port (server));
  g_autoptr (Member) alice = member_new ("alice", v1_server_get_port (server));
  g_autoptr (HcMatch) match = NULL;
  g_autoptr (GError) error = NULL;

  member_join (bob);
  g_assert_cmpuint (hc_rendezvous_client_get_version (bob->client), ==, 1);
  g_assert_null (hc_rendezvous_client_get_seen (bob->client));
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  g_assert_cmpstr (hc_match_get_peer_id (match), ==, "bob");
  g_assert_false (hc_match_is_vouched (match));

  g_assert_true (member_withdraw (alice, &error));
  g_assert_no_error (error);
  g_assert_true (member_chat (alice, "bob", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (member_count (alice, "CHAT", TRUE), ==, 1);
  g_assert_false (v1_server_is_dead (server));
  g_assert_true (v1_journal_has (v1_server_get_requests (server), "BRIDGE\r\nclientID: alice\r\n\r\n"));
  g_assert_true (v1_journal_has (v1_server_get_requests (server), "QUIT\r\nclientID: alice\r\n\r\n"));
}

/* --- Whose ID it is ------------------------------------------------------- */

static void
test_taken (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (Member) bob = member_new ("bob", get_port (hub));
  g_autoptr (Member) other = member_new ("bob", get_port (hub));
  g_autoptr (GError) error = NULL;

  member_wait (bob);
  g_assert_true (member_probe (other, &error));
  g_assert_false (member_register (other, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN);
  g_assert_nonnull (strstr (error->message, "bob"));
}

/* The same key from elsewhere has the ID. Two that wait would take it from each
 * other for ever, so that one of them gives up. */
static void
test_contest (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (HcClock) clock = fast_clock_new (5);
  g_autoptr (Member) here = member_new_with ("bob", get_port (hub), create_identity ("bob"), clock);
  g_autoptr (Member) there =
    member_new_with ("bob", get_port (hub), g_object_ref (here->identity), clock);
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (HcMatch) match = NULL;
  Member *winner;
  Member *loser;

  member_wait (here);
  member_wait (there);
  WAIT_UNTIL (here->lost != NULL || there->lost != NULL);
  winner = here->lost == NULL ? here : there;
  loser = here->lost == NULL ? there : here;
  g_assert_error (loser->lost, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN);

  member_join (alice);
  for (guint i = 0; match == NULL && i < 5; i++)
    match = bridge_well (alice);
  g_assert_null (winner->lost);
}

/* --- Not ready any more --------------------------------------------------- */

static void
test_withdraw (Hub           *hub,
               gconstpointer  data)
{
  g_autoptr (Member) bob = member_new ("bob", get_port (hub));
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (GError) error = NULL;
  g_autoptr (HcMatch) match = NULL;

  member_wait (bob);
  g_assert_true (member_withdraw (bob, &error));
  g_assert_no_error (error);
  member_wait (alice);

  /* Now he is the one who finds. */
  match = bridge_well (bob);
  g_assert_nonnull (match);
  g_assert_cmpstr (hc_match_get_peer_id (match), ==, "alice");
}

static void
test_quit (Hub           *hub,
           gconstpointer  data)
{
  g_autoptr (Member) bob = member_new ("bob", get_port (hub));
  g_autoptr (Member) other = member_new ("bob", get_port (hub));
  g_autoptr (GError) error = NULL;

  member_wait (bob);
  g_assert_true (member_quit (bob, &error));
  g_assert_no_error (error);
  member_join (other);
}

/* What they have said ends both registrations, so that others can have the IDs. */
static void
test_chat (Hub           *hub,
           gconstpointer  data)
{
  g_autoptr (Member) bob = member_new ("bob", get_port (hub));
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (Member) other = member_new ("bob", get_port (hub));
  g_autoptr (HcMatch) match = NULL;
  g_autoptr (GError) error = NULL;

  member_wait (bob);
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  WAIT_UNTIL (bob->match != NULL);
  g_cancellable_cancel (bob->until);
  g_assert_true (member_chat (alice, "bob", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (member_count (alice, "CHAT", TRUE), ==, hub->udp ? 3 : 1);
  member_join (other);
}

/* --- Time ----------------------------------------------------------------- */

/* Four minutes of waiting: cookies get old, and registrations would. */
static void
test_long_wait (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Member) bob = create_fast (hub, "bob");
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (HcMatch) match = NULL;
  guint n_probes;

  member_wait (bob);
  n_probes = member_count (bob, "PROBE", TRUE);
  WAIT_UNTIL (member_count (bob, "PROBE", TRUE) >= n_probes + 2);
  g_assert_cmpuint (member_count (bob, "BRIDGE", TRUE), >, 60);
  g_assert_cmpuint (member_count (bob, "REGISTER", TRUE), ==, 1);
  g_assert_null (bob->lost);

  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  WAIT_UNTIL (bob->match != NULL);
}

/* Who is registered and not ready stays registered. */
static void
test_long_rest (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Member) bob = create_fast (hub, "bob");
  g_autoptr (Member) alice = member_new ("alice", get_port (hub));
  g_autoptr (HcMatch) match = NULL;

  member_join (bob);
  WAIT_UNTIL (member_count (bob, "REGACK", FALSE) >= 3);
  g_assert_null (bob->lost);
  g_assert_cmpuint (member_count (bob, "BRIDGE", TRUE), ==, 0);

  g_assert_null (bridge_well (bob));
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
}

/* --- A server that comes and goes ----------------------------------------- */

static void
start_again (Hub     *hub,
             guint16  port)
{
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (hub->server);
  hub->server = g_object_new (HC_TYPE_SERVER, "port", port, "udp", hub->udp, "max-requests", 0,
                              "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  g_assert_true (hc_server_start (hub->server, &error));
  g_assert_no_error (error);
}

/* It has forgotten everything, its secret too. Whoever waits there goes on. */
static void
test_restart (Hub           *hub,
              gconstpointer  data)
{
  guint16 port = get_port (hub);
  g_autoptr (HcClock) clock = fast_clock_new (5);
  g_autoptr (Member) bob = member_new_with ("bob", port, create_identity ("bob"), clock);
  g_autoptr (Member) alice = member_new ("alice", port);
  g_autoptr (HcMatch) match = NULL;
  guint n_bridges;

  member_wait (bob);
  hc_server_stop (hub->server);
  n_bridges = member_count (bob, "BRIDGE", TRUE);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) > n_bridges);
  start_again (hub, port);
  WAIT_UNTIL (member_count (bob, "REGISTER", TRUE) == 2);
  WAIT_UNTIL (member_count (bob, "REGACK", FALSE) == 2);
  n_bridges = member_count (bob, "BRIDGEACK", FALSE);
  WAIT_UNTIL (member_count (bob, "BRIDGEACK", FALSE) > n_bridges);
  g_assert_null (bob->lost);

  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  WAIT_UNTIL (bob->match != NULL);
  assert_key (bob->match, alice);
}

static void
test_restart_without_socket (Hub           *hub,
                             gconstpointer  data)
{
  guint16 port = get_port (hub);
  g_autoptr (HcClock) clock = NULL;
  g_autoptr (Member) bob = NULL;
  g_autoptr (Member) alice = NULL;
  g_autoptr (HcMatch) match = NULL;

  if (hub->udp)
    {
      g_test_skip ("there is only UDP");
      return;
    }

  clock = fast_clock_new (5);
  bob = member_new_with ("bob", port, create_identity ("bob"), clock);
  hc_rendezvous_client_set_socket (bob->client, NULL);
  member_wait (bob);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) == 2);
  hc_server_stop (hub->server);
  start_again (hub, port);
  WAIT_UNTIL (member_count (bob, "REGACK", FALSE) == 2);
  WAIT_UNTIL (member_count (bob, "BRIDGE", TRUE) >= 4);

  alice = member_new ("alice", port);
  member_join (alice);
  match = bridge_well (alice);
  g_assert_nonnull (match);
  WAIT_UNTIL (bob->match != NULL);
}

/* Somebody else may have been faster. */
static void
test_restart_taken (Hub           *hub,
                    gconstpointer  data)
{
  guint16 port = get_port (hub);
  g_autoptr (Member) bob = member_new ("bob", port);
  g_autoptr (Member) other = member_new ("bob", port);

  member_wait (bob);
  hc_server_stop (hub->server);
  start_again (hub, port);
  member_join (other);
  WAIT_UNTIL (bob->lost != NULL);
  g_assert_error (bob->lost, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN);
}

/* Registered, and only then forgotten: the BRIDGE finds out. */
static void
test_restart_bridge (Hub           *hub,
                     gconstpointer  data)
{
  guint16 port = get_port (hub);
  g_autoptr (Member) bob = member_new ("bob", port);

  member_join (bob);
  WAIT_UNTIL (member_count (bob, "PROBEACK", FALSE) == (hub->udp ? 1 : 2));
  hc_server_stop (hub->server);
  start_again (hub, port);
  g_assert_null (bridge_well (bob));
  g_assert_cmpuint (member_count (bob, "REGACK", FALSE), ==, 2);
}

/* After two minutes it is over. */
static void
test_lost (Hub           *hub,
           gconstpointer  data)
{
  guint16 port = get_port (hub);
  g_autoptr (Member) bob = create_fast (hub, "bob");
  g_autoptr (GError) error = NULL;

  member_wait (bob);
  hc_server_stop (hub->server);
  WAIT_UNTIL (bob->lost != NULL);
  g_assert_true (bob->lost->domain == G_IO_ERROR);

  start_again (hub, port);
  g_assert_true (member_register (bob, &error));
  g_assert_no_error (error);
}

/* --- The guard ------------------------------------------------------------ */

/* Whoever waits asks again and again, and is not blocked for it. */
static void
test_guard (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (Member) bob = NULL;
  g_autoptr (GError) error = NULL;

  hc_server_stop (hub->server);
  g_assert_finalize_object (hub->server);
  hub->server = g_object_new (HC_TYPE_SERVER, "port", 0, "udp", hub->udp,
                              "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  g_assert_true (hc_server_start (hub->server, &error));

  bob = create_fast (hub, "bob");
  member_wait (bob);
  WAIT_UNTIL (member_count (bob, "BRIDGEACK", FALSE) >= 30);
  g_assert_null (bob->lost);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("rendezvous-client", "/match", test_match);
  hub_add_test ("rendezvous-client", "/with", test_with);
  hub_add_test ("rendezvous-client", "/without-socket", test_without_socket);
  hub_add_test ("rendezvous-client", "/v1/callee", test_v1_callee);
  hub_add_test ("rendezvous-client", "/v1/caller", test_v1_caller);
  hub_add_test ("rendezvous-client", "/v1/only", test_v1_only);
  hub_add_test ("rendezvous-client", "/v1/server", test_v1_server);
  hub_add_test ("rendezvous-client", "/taken", test_taken);
  hub_add_test ("rendezvous-client", "/contest", test_contest);
  hub_add_test ("rendezvous-client", "/withdraw", test_withdraw);
  hub_add_test ("rendezvous-client", "/quit", test_quit);
  hub_add_test ("rendezvous-client", "/chat", test_chat);
  hub_add_test ("rendezvous-client", "/long-wait", test_long_wait);
  hub_add_test ("rendezvous-client", "/long-rest", test_long_rest);
  hub_add_test ("rendezvous-client", "/restart/ready", test_restart);
  hub_add_test ("rendezvous-client", "/restart/without-socket", test_restart_without_socket);
  hub_add_test ("rendezvous-client", "/restart/taken", test_restart_taken);
  hub_add_test ("rendezvous-client", "/restart/bridge", test_restart_bridge);
  hub_add_test ("rendezvous-client", "/restart/lost", test_lost);
  hub_add_test ("rendezvous-client", "/guard", test_guard);

  return g_test_run ();
}
