/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a session is told beforehand, what it can't be asked for, and what it
 * notes down. */

#include "hc-packet-record.h"
#include "session-util.h"

#include <string.h>

/* --- Addresses ------------------------------------------------------------ */

static void
meet_and_talk (HcSession *alice,
               HcSession *bob)
{
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_WAITING);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await (bob, HC_SESSION_CHATTING);
  session_say (alice, bob, "Hi bob");
  session_say (bob, alice, "Hi alice");

  session_finish (alice);
  session_finish (bob);
}

/* The server hands on the address that it sees, whatever they declare. */
static void
test_automatic_address (Hub           *hub,
                        gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");
  HcSession *bob = hub_join (hub, "bob");

  hc_session_set_address (alice, NULL);
  hc_session_set_address (bob, NULL);
  meet_and_talk (alice, bob);
}

/* Of the addresses that a name has, one or two, the server is at one. */
static void
test_localhost (Hub           *hub,
                gconstpointer  data)
{
  g_autofree char *name = g_strdup_printf ("localhost:%u", hc_server_get_port (hub->server));
  HcSession *alice = hub_join (hub, "alice");
  HcSession *bob = hub_join (hub, "bob");

  hc_session_set_address (alice, NULL);
  hc_session_set_address (bob, NULL);
  hc_session_set_server (alice, name);
  hc_session_set_server (bob, name);
  meet_and_talk (alice, bob);
}

static HcSession *
join_ipv6 (HcServer   *server,
           const char *id)
{
  g_autofree char *name = g_strdup_printf ("[::1]:%u", hc_server_get_port (server));
  HcSession *session = session_new (id, hc_server_get_port (server));

  hc_session_set_server (session, name);
  hc_session_set_address (session, "::1");
  return session;
}

static void
test_ipv6 (Hub           *hub,
           gconstpointer  data)
{
  g_autoptr (HcServer) server =
    g_object_new (HC_TYPE_SERVER, "port", 0, "udp", hub->udp, "max-requests", 0,
                  "addresses", (const char *const[]) { "::1", NULL }, NULL);

  if (!hc_server_start (server, NULL))
    {
      g_test_skip ("there is no IPv6 here");
      return;
    }
  meet_and_talk (join_ipv6 (server, "alice"), join_ipv6 (server, "bob"));
  hc_server_stop (server);
}

static void
test_address_of_others (void)
{
  HcSession *alice = session_new ("alice", 5000);

  hc_session_set_address (alice, "192.0.2.1");
  hc_session_register (alice);
  WAIT_UNTIL (hc_session_get_failure (alice) != NULL);
  g_test_message ("%s", hc_session_get_failure (alice));
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_OFFLINE);

  session_finish (alice);
}

/* --- What is settled ------------------------------------------------------ */

static void
assert_settings_stay (HcSession *session)
{
  g_autofree char *server = g_strdup (hc_session_get_server (session));

  hc_session_set_id (session, "eve");
  hc_session_set_server (session, "192.0.2.1:5000");
  hc_session_set_port (session, 1);
  hc_session_set_address (session, NULL);
  g_assert_cmpstr (hc_session_get_id (session), ==, "alice");
  g_assert_cmpstr (hc_session_get_server (session), ==, server);
  g_assert_cmpuint (hc_session_get_port (session), ==, 0);
  g_assert_cmpstr (hc_session_get_address (session), ==, "127.0.0.1");
}

/* The settings belong to the registration, and stay until it is over. */
static void
test_settled (Hub           *hub,
              gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");

  hc_session_register (alice);
  assert_settings_stay (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  assert_settings_stay (alice);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);
  assert_settings_stay (alice);
  hc_session_leave (alice);
  session_await (alice, HC_SESSION_READY);

  hc_session_set_id (alice, "eve");
  g_assert_cmpstr (hc_session_get_id (alice), ==, "eve");
  session_finish (alice);
}

/* Another server is another server: its mode is found out anew. */
static void
test_another_server (Hub           *hub,
                     gconstpointer  data)
{
  g_autoptr (HcServer) other =
    g_object_new (HC_TYPE_SERVER, "port", 0, "udp", !hub->udp, "max-requests", 0,
                  "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  HcSession *alice = hub_register (hub, "alice");
  g_autofree char *name = NULL;

  g_assert_true (hc_server_start (other, NULL));
  name = g_strdup_printf ("127.0.0.1:%u", hc_server_get_port (other));
  hc_session_leave (alice);
  session_await (alice, HC_SESSION_READY);
  hc_session_set_server (alice, name);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_OFFLINE);
  g_assert_cmpint (hc_session_get_transport (alice), ==, HC_TRANSPORT_UNKNOWN);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  g_assert_cmpint (hc_session_get_transport (alice), ==,
                   hub->udp ? HC_TRANSPORT_TCP : HC_TRANSPORT_UDP);

  session_finish (alice);
  hc_server_stop (other);
}

/* --- What can't be done now ----------------------------------------------- */

static void
try_everything_else (HcSession *session)
{
  HcSessionState state = hc_session_get_state (session);

  if (!hc_session_can_register (session))
    hc_session_register (session);
  if (!hc_session_can_bridge (session))
    hc_session_bridge (session);
  if (!hc_session_can_chat (session))
    hc_session_chat (session);
  if (!hc_session_can_send (session))
    g_assert_false (hc_session_send (session, "Hi", NULL));
  if (!hc_session_can_leave (session))
    hc_session_leave (session);
  if (!hc_session_can_cancel (session))
    hc_session_cancel (session);
  if (state != HC_SESSION_ENDED)
    hc_session_reset (session);

  g_assert_cmpstr (hc_session_state_to_string (hc_session_get_state (session)), ==,
                   hc_session_state_to_string (state));
  g_assert_null (hc_session_get_failure (session));
}

static void
on_state (HcSession *session)
{
  try_everything_else (session);
}

/* In every state, and from within the change to it, too. */
static void
test_refused_actions (Hub           *hub,
                      gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");
  HcSession *bob = hub_wait (hub, "bob");

  try_everything_else (alice);
  g_signal_connect (alice, "notify::state", G_CALLBACK (on_state), NULL);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await (bob, HC_SESSION_CHATTING);
  session_say (alice, bob, "Hi");
  hc_session_leave (bob);
  session_await (alice, HC_SESSION_ENDED);
  hc_session_reset (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_READY);

  session_finish (alice);
  session_finish (bob);
}

/* --- The packet log ------------------------------------------------------- */

static void
append_record (GString        *text,
               HcPacketRecord *record)
{
  g_autofree char *headers = g_strdup (hc_packet_record_get_headers (record));

  g_assert_null (hc_packet_record_get_fault (record));
  g_string_append_printf (text, "%s%s [%s]\n", hc_packet_record_is_outgoing (record) ? ">" : "<",
                          hc_packet_record_get_type_name (record), g_strdelimit (headers, "\n", ','));
}

static char *
dup_log (HcSession *session)
{
  GListModel *log = G_LIST_MODEL (hc_session_get_packet_log (session));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (log, i);

      append_record (text, record);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_noted (HcSession  *session,
           const char *text)
{
  g_autofree char *log = dup_log (session);

  return strstr (log, text) != NULL;
}

/* Everything is there, in the order in which it passed. */
static void
test_packet_log (Hub           *hub,
                 gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autofree char *log = NULL;
  g_autoptr (GRegex) wanted = g_regex_new (
    "^>PROBE \\[\\]\n<PROBEACK \\[\\]\n"
    ">REGISTER \\[clientID: bob,IP: 127.0.0.1,Port: \\d+\\]\n"
    "<REGACK \\[clientID: bob,IP: 127.0.0.1,Port: \\d+.*\\]\n"
    ">BRIDGE \\[clientID: bob\\]\n<BRIDGEACK \\[clientID: ,IP: ,Port:.*\\]\n"
    "<CHAT \\[clientID: alice\\]\n<CHAT \\[clientID: alice,,Hi bob\\]\n"
    ">CHAT \\[clientID: bob,,Hi alice\\]\n<QUIT \\[\\]\n$", 0, 0, NULL);

  hub_meet (hub, &alice, &bob);
  session_say (alice, bob, "Hi bob");
  session_say (bob, alice, "Hi alice");
  hc_session_leave (alice);
  session_await (bob, HC_SESSION_ENDED);

  /* A probe over TCP that was refused is none that was sent. */
  log = dup_log (bob);
  if (!g_regex_match (wanted, log, 0, NULL))
    g_error ("%s", log);
  WAIT_UNTIL (has_noted (alice, ">CHAT [clientID1: alice,clientID2: bob]\n"));

  session_finish (alice);
  session_finish (bob);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/address/automatic", test_automatic_address);
  hub_add_test ("session", "/address/localhost", test_localhost);
  hub_add_test ("session", "/address/ipv6", test_ipv6);
  g_test_add_func ("/session/address/of-others", test_address_of_others);
  hub_add_test ("session", "/settings/settled", test_settled);
  hub_add_test ("session", "/settings/another-server", test_another_server);
  hub_add_test ("session", "/actions/refused", test_refused_actions);
  hub_add_test ("session", "/packet-log", test_packet_log);

  return g_test_run ();
}
