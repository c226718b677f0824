/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From nothing to a registration, and what can be in the way. */

#include "bad-server.h"
#include "raw-peer.h"
#include "session-util.h"
#include "v1/v1-socket.h"

#include <unistd.h>

static void
test_register (Hub           *hub,
               gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");

  g_assert_cmpuint (hc_session_get_bound_port (alice), >, 0);
  g_assert_null (hc_session_get_failure (alice));
  g_assert_null (hc_session_get_peer_id (alice));
  g_assert_false (hc_session_can_register (alice));
  g_assert_true (hc_session_can_bridge (alice));
  g_assert_false (hc_session_can_chat (alice));
  g_assert_false (hc_session_can_send (alice));
  g_assert_true (hc_session_can_leave (alice));
  g_assert_false (hc_session_can_cancel (alice));

  session_finish (alice);
}

static void
test_taken (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");
  HcSession *other = hub_join (hub, "alice");

  hc_session_register (other);
  session_await_failed (other, HC_SESSION_READY, "alice");
  g_assert_cmpuint (hc_session_get_bound_port (other), ==, 0);

  /* Under another name it goes at once. */
  hc_session_set_id (other, "eve");
  hc_session_register (other);
  session_await (other, HC_SESSION_REGISTERED);

  session_finish (other);
  session_finish (alice);
}

static void
test_leave (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");
  HcSession *other;

  hc_session_leave (alice);
  session_await (alice, HC_SESSION_READY);
  g_assert_cmpuint (hc_session_get_bound_port (alice), ==, 0);
  session_close (alice);

  /* The server has forgotten her. */
  other = hub_register (hub, "alice");
  session_finish (other);
  session_finish (alice);
}

/* Who leaves and comes back at once is not taken for somebody else. */
static void
test_again (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");

  for (guint i = 0; i < 5; i++)
    {
      hc_session_leave (alice);
      session_await (alice, HC_SESSION_READY);
      hc_session_register (alice);
      session_await (alice, HC_SESSION_REGISTERED);
    }
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_WAITING);

  session_finish (alice);
}

static guint16
find_free_port (gboolean udp)
{
  g_autoptr (RawPeer) peer = raw_peer_new (udp);

  return raw_peer_get_port (peer);
}

static gboolean
is_settled (HcSession *session)
{
  return hc_session_get_state (session) == HC_SESSION_REGISTERED ||
         hc_session_get_failure (session) != NULL;
}

/* Another program may take the port first. */
static void
test_given_port (Hub           *hub,
                 gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");

  for (guint i = 0; i < 5 && hc_session_get_state (alice) != HC_SESSION_REGISTERED; i++)
    {
      hc_session_set_port (alice, find_free_port (hub->udp));
      hc_session_register (alice);
      WAIT_UNTIL (is_settled (alice));
    }
  session_await (alice, HC_SESSION_REGISTERED);
  g_assert_cmpuint (hc_session_get_bound_port (alice), ==, hc_session_get_port (alice));

  session_finish (alice);
}

static void
test_port_in_use (Hub           *hub,
                  gconstpointer  data)
{
  g_autoptr (RawPeer) holder = raw_peer_new (hub->udp);
  HcSession *alice = hub_join (hub, "alice");
  g_autofree char *number = g_strdup_printf ("%u", raw_peer_get_port (holder));

  hc_session_set_port (alice, raw_peer_get_port (holder));
  hc_session_register (alice);
  session_await_failed (alice, hub->udp ? HC_SESSION_OFFLINE : HC_SESSION_READY, number);

  hc_session_set_port (alice, 0);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);

  session_finish (alice);
}

/* The action is given up, and another one is as good as the first. */
static void
cancel_in (HcSession      *session,
           HcSessionState  state,
           HcSessionState  back)
{
  hc_session_register (session);
  session_await (session, state);
  g_assert_true (hc_session_can_cancel (session));
  hc_session_cancel (session);
  g_assert_cmpint (hc_session_get_state (session), ==, back);
  g_assert_null (hc_session_get_failure (session));
  g_assert_cmpuint (hc_session_get_bound_port (session), ==, 0);
  wait_settle ();
  g_assert_cmpint (hc_session_get_state (session), ==, back);
}

static void
test_cancel (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice = hub_join (hub, "alice");

  cancel_in (alice, HC_SESSION_PROBING, HC_SESSION_OFFLINE);
  cancel_in (alice, HC_SESSION_REGISTERING, HC_SESSION_READY);
  cancel_in (alice, HC_SESSION_REGISTERING, HC_SESSION_READY);
  hc_session_register (alice);
  session_await (alice, HC_SESSION_REGISTERED);

  session_finish (alice);
}

/* --- Names and numbers ---------------------------------------------------- */

static void
test_invalid_id (void)
{
  const char *const ids[] = { NULL, "", " alice", "alice ", "ali\nce", "0123456789012345678901234567890123456789012345678901234567890123x" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      HcSession *session = session_new (ids[i], 5000);

      hc_session_register (session);
      session_await_failed (session, HC_SESSION_OFFLINE, "ID");
      g_assert_cmpuint (hc_session_get_text_capacity (session), ==, 0);
      session_finish (session);
    }
}

static void
test_invalid_server (void)
{
  const char *const servers[] = { NULL, "", ":5000", "localhost:", "localhost:0", "localhost:65536",
                                  "localhost:port", "[::1:5000", "local host:5000x" };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      HcSession *session = session_new ("alice", 5000);

      hc_session_set_server (session, servers[i]);
      hc_session_register (session);
      session_await_failed (session, HC_SESSION_OFFLINE, servers[i] != NULL ? servers[i] : "");
      session_finish (session);
    }
}

static void
test_unknown_host (void)
{
  HcSession *session = session_new ("alice", 5000);

  hc_session_set_server (session, "no-such-host.invalid:5000");
  hc_session_register (session);
  session_await_failed (session, HC_SESSION_OFFLINE, "no-such-host.invalid");

  session_finish (session);
}

/* --- Servers that are none ------------------------------------------------ */

typedef struct
{
  const char *answer;
  gboolean closes;
  const char *words;
} BadServerCase;

static const BadServerCase bad_servers[] = {
  { "HTTP/1.1 400 Bad Request\r\n\r\n", TRUE, "no packet" },
  { "\x15\x03\xff\x01\r\n\r\n", FALSE, "no packet" },
  { "PROBEACK", FALSE, "does not answer" },
  { "REGNACK\r\n\r\n", TRUE, "something else" },
  { "ERROR\r\nReason: no\r\n\r\n", TRUE, "refused" },
  { "", TRUE, "closed" },
  { "", FALSE, "does not answer" },
};

/* All at once, since each takes the seconds of a probe that is in vain. */
static void
test_bad_servers (void)
{
  BadServer *servers[G_N_ELEMENTS (bad_servers)];
  HcSession *sessions[G_N_ELEMENTS (bad_servers)];

  for (guint i = 0; i < G_N_ELEMENTS (bad_servers); i++)
    {
      servers[i] = bad_server_new (bad_servers[i].answer, bad_servers[i].closes);
      sessions[i] = session_new ("alice", bad_server_get_port (servers[i]));
      hc_session_register (sessions[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad_servers); i++)
    {
      session_await_failed (sessions[i], HC_SESSION_OFFLINE, bad_servers[i].words);
      g_assert_cmpint (hc_session_get_transport (sessions[i]), ==, HC_TRANSPORT_UNKNOWN);
      session_finish (sessions[i]);
      bad_server_free (servers[i]);
    }
}

/* What never ends is not read for ever. */
static void
test_endless (void)
{
  g_autofree char *answer = g_strnfill (3000, 'x');
  g_autoptr (BadServer) server = bad_server_new (answer, FALSE);
  HcSession *session = session_new ("alice", bad_server_get_port (server));

  hc_session_register (session);
  session_await_failed (session, HC_SESSION_OFFLINE, "1024");
  session_finish (session);
}

/* A port that is held, so that nobody else listens there meanwhile. */
static void
test_no_server (void)
{
  int tcp = v1_socket_open (FALSE, 0);
  int udp = v1_socket_open (TRUE, v1_socket_get_port (tcp));
  HcSession *session = session_new ("alice", v1_socket_get_port (tcp));

  hc_session_register (session);
  session_await_failed (session, HC_SESSION_OFFLINE, "Nothing answers");

  /* It may be there the next time. */
  hc_session_register (session);
  g_assert_null (hc_session_get_failure (session));
  session_await_failed (session, HC_SESSION_OFFLINE, "Nothing answers");

  session_finish (session);
  close (tcp);
  close (udp);
}

static void
test_cancel_silent (void)
{
  g_autoptr (BadServer) server = bad_server_new ("", FALSE);
  HcSession *session = session_new ("alice", bad_server_get_port (server));

  hc_session_register (session);
  WAIT_UNTIL (bad_server_count (server) > 0);
  hc_session_cancel (session);
  g_assert_cmpint (hc_session_get_state (session), ==, HC_SESSION_OFFLINE);
  g_assert_null (hc_session_get_failure (session));

  session_finish (session);
}

/* An answer to PROBE, and to nothing else. */
static void
test_says_only_probeack (void)
{
  g_autoptr (BadServer) server = bad_server_new ("PROBEACK\r\n\r\n", TRUE);
  HcSession *session = session_new ("alice", bad_server_get_port (server));

  hc_session_register (session);
  session_await_failed (session, HC_SESSION_READY, "makes no sense");

  session_finish (session);
}

/* --- Losses --------------------------------------------------------------- */

static void
test_request_lost (Hub           *hub,
                   gconstpointer  data)
{
  g_autoptr (LossyProxy) proxy = NULL;
  HcSession *session;

  if (!hub->udp)
    {
      g_test_skip ("TCP loses nothing");
      return;
    }

  proxy = lossy_proxy_new (hc_server_get_port (hub->server));
  session = session_new ("alice", lossy_proxy_get_port (proxy));
  lossy_proxy_drop (proxy, 1);
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERING);
  g_assert_cmpuint (lossy_proxy_count (proxy), ==, 2);

  lossy_proxy_drop (proxy, 2);
  session_await (session, HC_SESSION_REGISTERED);
  g_assert_cmpuint (lossy_proxy_count (proxy), ==, 5);

  lossy_proxy_drop (proxy, 1);
  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);

  session_finish (session);
}

static gboolean
has_noted (HcSession  *session,
           const char *type_name)
{
  GListModel *log = G_LIST_MODEL (hc_session_get_packet_log (session));
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (log) && !found; i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (log, i);

      found = g_str_equal (hc_packet_record_get_type_name (record), type_name);
    }
  return found;
}

/* A farewell that is said again doesn't end the registration that followed. */
static void
test_quit_lost (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (LossyProxy) proxy = NULL;
  HcSession *session;

  if (!hub->udp)
    {
      g_test_skip ("TCP loses nothing");
      return;
    }

  proxy = lossy_proxy_new (hc_server_get_port (hub->server));
  session = session_new ("alice", lossy_proxy_get_port (proxy));
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  lossy_proxy_drop (proxy, 1);
  hc_session_leave (session);
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  WAIT_UNTIL (has_noted (session, "QUITACK"));
  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);

  session_finish (session);
}

static void
test_all_lost (Hub           *hub,
               gconstpointer  data)
{
  g_autoptr (LossyProxy) proxy = NULL;
  HcSession *session;

  if (!hub->udp)
    {
      g_test_skip ("TCP loses nothing");
      return;
    }

  proxy = lossy_proxy_new (hc_server_get_port (hub->server));
  session = session_new ("alice", lossy_proxy_get_port (proxy));
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  lossy_proxy_drop (proxy, G_MAXUINT);
  hc_session_bridge (session);
  session_await_failed (session, HC_SESSION_REGISTERED, "does not answer");
  g_assert_cmpuint (lossy_proxy_count (proxy), >=, 5);
  g_assert_cmpuint (lossy_proxy_count (proxy), <=, 12);

  lossy_proxy_drop (proxy, 0);
  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);

  session_finish (session);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session", "/register/free", test_register);
  hub_add_test ("session", "/register/taken", test_taken);
  hub_add_test ("session", "/register/leave", test_leave);
  hub_add_test ("session", "/register/again", test_again);
  hub_add_test ("session", "/register/given-port", test_given_port);
  hub_add_test ("session", "/register/port-in-use", test_port_in_use);
  hub_add_test ("session", "/register/cancel", test_cancel);
  hub_add_test ("session", "/register/request-lost", test_request_lost);
  hub_add_test ("session", "/register/quit-lost", test_quit_lost);
  hub_add_test ("session", "/register/all-lost", test_all_lost);

  g_test_add_func ("/session/register/invalid-id", test_invalid_id);
  g_test_add_func ("/session/register/invalid-server", test_invalid_server);
  g_test_add_func ("/session/register/unknown-host", test_unknown_host);
  g_test_add_func ("/session/register/no-server", test_no_server);
  g_test_add_func ("/session/register/bad-servers", test_bad_servers);
  g_test_add_func ("/session/register/endless", test_endless);
  g_test_add_func ("/session/register/cancel-silent", test_cancel_silent);
  g_test_add_func ("/session/register/says-only-probeack", test_says_only_probeack);

  return g_test_run ();
}
