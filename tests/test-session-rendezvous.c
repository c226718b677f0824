/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sessions that have a key, and what becomes of them at servers and with others
 * that have none, are restarted, or mean somebody else. */

#include "hc-identity.h"
#include "private-folder.h"
#include "puppet-server.h"
#include "raw-peer.h"
#include "session-util.h"
#include "v1/v1-server.h"

#include <string.h>

/* One with a key, in a folder of its own. */
typedef struct
{
  char *folder;
  HcSession *session;
} Keyholder;

static void
keyholder_init (Keyholder  *self,
                const char *id,
                guint16     server_port)
{
  self->folder = private_folder_new ();
  self->session = session_new (id, server_port);
  hc_session_set_data_folder (self->session, self->folder);
}

static void
keyholder_clear (Keyholder *self)
{
  session_finish (self->session);
  private_folder_remove (self->folder);
}

static void
await_registered (Keyholder *self)
{
  hc_session_register (self->session);
  session_await (self->session, HC_SESSION_REGISTERED);
}

static void
await_waiting (Keyholder *self)
{
  await_registered (self);
  hc_session_bridge (self->session);
  session_await (self->session, HC_SESSION_WAITING);
}

static guint16
get_port (Hub *hub)
{
  return hc_server_get_port (hub->server);
}

/* How many packets of a type have passed that have a line. */
static guint
count_packets (HcSession  *session,
               const char *type,
               const char *line)
{
  GListModel *log = G_LIST_MODEL (hc_session_get_packet_log (session));
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (log); i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (log, i);

      count += g_str_equal (hc_packet_record_get_type_name (record), type) &&
               strstr (hc_packet_record_get_headers (record), line) != NULL;
    }
  return count;
}

/* --- A registration with a key -------------------------------------------- */

static void
test_register (Hub           *hub,
               gconstpointer  data)
{
  Keyholder bob;
  g_autofree char *path = NULL;
  g_autofree char *line = NULL;

  keyholder_init (&bob, "bob", get_port (hub));
  await_registered (&bob);
  path = hc_identity_dup_path (bob.folder, "bob");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (count_packets (bob.session, "REGISTER", "\nKey: "), ==, 1);
  g_assert_cmpuint (count_packets (bob.session, "REGACK", "\nToken: "), ==, 1);

  /* One number for both, as no other program here is likely to have it. */
  line = g_strdup_printf ("\nPath: host 127.0.0.1 %u", hc_session_get_bound_port (bob.session));
  g_assert_cmpuint (count_packets (bob.session, "REGISTER", line), ==, 1);

  keyholder_clear (&bob);
}

static void
test_taken (Hub           *hub,
            gconstpointer  data)
{
  Keyholder bob, other;
  HcSession *plain = hub_join (hub, "bob");

  keyholder_init (&bob, "bob", get_port (hub));
  keyholder_init (&other, "bob", get_port (hub));
  await_registered (&bob);
  hc_session_register (other.session);
  session_await_failed (other.session, HC_SESSION_READY, "bob");
  g_assert_cmpuint (hc_session_get_bound_port (other.session), ==, 0);
  hc_session_register (plain);
  session_await_failed (plain, HC_SESSION_READY, "bob");

  /* Under another name it goes at once, by another key. */
  hc_session_set_id (other.session, "eve");
  await_registered (&other);

  session_finish (plain);
  keyholder_clear (&other);
  keyholder_clear (&bob);
}

/* Whoever crashed, or is somewhere else now, has the same key still. */
static void
test_same_key (Hub           *hub,
               gconstpointer  data)
{
  Keyholder bob;
  HcSession *again = hub_join (hub, "bob");

  keyholder_init (&bob, "bob", get_port (hub));
  await_registered (&bob);
  hc_session_set_data_folder (again, bob.folder);
  hc_session_register (again);
  session_await (again, HC_SESSION_REGISTERED);

  session_finish (again);
  keyholder_clear (&bob);
}

/* A key that can't be read is not replaced in silence. */
static void
test_damaged (Hub           *hub,
              gconstpointer  data)
{
  Keyholder bob;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  keyholder_init (&bob, "bob", get_port (hub));
  await_registered (&bob);
  hc_session_leave (bob.session);
  session_await (bob.session, HC_SESSION_READY);

  path = hc_identity_dup_path (bob.folder, "bob");
  g_assert_true (g_file_set_contents_full (path, "rubbish", -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                           0600, &error));
  hc_session_set_data_folder (bob.session, NULL);
  hc_session_set_data_folder (bob.session, bob.folder);
  hc_session_register (bob.session);
  session_await_failed (bob.session, HC_SESSION_READY, path);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_cmpstr (text, ==, "rubbish");

  keyholder_clear (&bob);
}

static void
test_cancel (Hub           *hub,
             gconstpointer  data)
{
  Keyholder bob;

  keyholder_init (&bob, "bob", get_port (hub));
  for (guint i = 0; i < 3; i++)
    {
      hc_session_register (bob.session);
      session_await (bob.session, HC_SESSION_REGISTERING);
      hc_session_cancel (bob.session);
      g_assert_cmpint (hc_session_get_state (bob.session), ==, HC_SESSION_READY);
      wait_settle ();
      g_assert_cmpint (hc_session_get_state (bob.session), ==, HC_SESSION_READY);
    }
  await_waiting (&bob);

  /* What was cancelled in a thread ends there. */
  WAIT_UNTIL (G_OBJECT (bob.session)->ref_count == 1);
  keyholder_clear (&bob);
}

/* --- A match -------------------------------------------------------------- */

static void
test_match (Hub           *hub,
            gconstpointer  data)
{
  Keyholder bob, alice;

  keyholder_init (&bob, "bob", get_port (hub));
  keyholder_init (&alice, "alice", get_port (hub));
  await_waiting (&bob);
  await_registered (&alice);
  hc_session_bridge (alice.session);
  session_await (alice.session, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (alice.session), ==, "bob");
  g_assert_false (hc_session_get_incoming (alice.session));
  g_assert_cmpuint (count_packets (alice.session, "BRIDGEACK", "\nTicket: "), ==, 1);

  /* He is told of her, and waits for her call. */
  WAIT_UNTIL (count_packets (bob.session, "BRIDGEACK", "clientID: alice") >= 1);
  g_assert_cmpint (hc_session_get_state (bob.session), ==, HC_SESSION_WAITING);

  keyholder_clear (&alice);
  keyholder_clear (&bob);
}

static void
test_cancel_waiting (Hub           *hub,
                     gconstpointer  data)
{
  Keyholder bob, alice;

  keyholder_init (&bob, "bob", get_port (hub));
  keyholder_init (&alice, "alice", get_port (hub));
  await_waiting (&bob);
  hc_session_cancel (bob.session);
  session_await (bob.session, HC_SESSION_REGISTERED);
  await_waiting (&alice);
  hc_session_bridge (bob.session);
  session_await (bob.session, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (bob.session), ==, "alice");

  keyholder_clear (&alice);
  keyholder_clear (&bob);
}

static void
test_leave_waiting (Hub           *hub,
                    gconstpointer  data)
{
  Keyholder bob;
  HcSession *other;

  keyholder_init (&bob, "bob", get_port (hub));
  await_waiting (&bob);
  hc_session_leave (bob.session);
  session_await (bob.session, HC_SESSION_READY);
  session_close (bob.session);
  other = hub_register (hub, "bob");

  session_finish (other);
  keyholder_clear (&bob);
}

/* --- With those who have none --------------------------------------------- */

static void
test_v1_callee (Hub           *hub,
                gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  Keyholder alice;

  keyholder_init (&alice, "alice", get_port (hub));
  await_registered (&alice);
  hc_session_bridge (alice.session);
  session_await (alice.session, HC_SESSION_MATCHED);
  hc_session_chat (alice.session);
  session_await (alice.session, HC_SESSION_CHATTING);
  session_await (bob, HC_SESSION_CHATTING);
  session_say (alice.session, bob, "Hi bob");
  session_say (bob, alice.session, "Hi alice");

  session_finish (bob);
  keyholder_clear (&alice);
}

static void
test_v1_caller (Hub           *hub,
                gconstpointer  data)
{
  HcSession *alice = hub_register (hub, "alice");
  Keyholder bob;

  keyholder_init (&bob, "bob", get_port (hub));
  await_waiting (&bob);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await (alice, HC_SESSION_CHATTING);
  session_await (bob.session, HC_SESSION_CHATTING);
  session_say (alice, bob.session, "Hi bob");
  session_say (bob.session, alice, "Hi alice");

  session_finish (alice);
  keyholder_clear (&bob);
}

/* But for the PROBE, on which the original says the same, it hears nothing new. */
static void
test_v1_server (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (V1Server) server = v1_server_new (&(V1ServerOptions) { .udp = hub->udp });
  V1Journal *requests = v1_server_get_requests (server);
  g_autofree char *wanted = NULL;
  Keyholder bob;

  keyholder_init (&bob, "bob", v1_server_get_port (server));
  await_waiting (&bob);
  wanted = g_strdup_printf ("REGISTER\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n",
                            hc_session_get_bound_port (bob.session));
  hc_session_leave (bob.session);
  WAIT_UNTIL (v1_journal_count (requests) == 4);
  g_assert_true (v1_journal_has (requests, wanted));
  g_assert_true (v1_journal_has (requests, "BRIDGE\r\nclientID: bob\r\n\r\n"));
  g_assert_true (v1_journal_has (requests, "QUIT\r\nclientID: bob\r\n\r\n"));
  g_assert_false (v1_server_is_dead (server));

  keyholder_clear (&bob);
}

/* --- A server that is restarted ------------------------------------------- */

static void
restart (Hub *hub)
{
  guint16 port = get_port (hub);
  g_autoptr (GError) error = NULL;

  hc_server_stop (hub->server);
  g_assert_finalize_object (hub->server);
  hub->server = g_object_new (HC_TYPE_SERVER, "port", port, "udp", hub->udp, "max-requests", 0,
                              "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  g_assert_true (hc_server_start (hub->server, &error));
  g_assert_no_error (error);
}

/* Nobody who waits notices. */
static void
test_restart (Hub           *hub,
              gconstpointer  data)
{
  Keyholder bob, alice;
  guint n_answers;

  keyholder_init (&bob, "bob", get_port (hub));
  keyholder_init (&alice, "alice", get_port (hub));
  await_waiting (&bob);
  restart (hub);
  WAIT_UNTIL (count_packets (bob.session, "REGACK", "\nToken: ") == 2);
  n_answers = count_packets (bob.session, "BRIDGEACK", "");
  WAIT_UNTIL (count_packets (bob.session, "BRIDGEACK", "") > n_answers);
  g_assert_cmpint (hc_session_get_state (bob.session), ==, HC_SESSION_WAITING);
  g_assert_null (hc_session_get_failure (bob.session));

  await_registered (&alice);
  hc_session_bridge (alice.session);
  session_await (alice.session, HC_SESSION_MATCHED);

  keyholder_clear (&alice);
  keyholder_clear (&bob);
}

static void
test_restart_taken (Hub           *hub,
                    gconstpointer  data)
{
  Keyholder bob, other;

  keyholder_init (&bob, "bob", get_port (hub));
  keyholder_init (&other, "bob", get_port (hub));
  await_waiting (&bob);
  restart (hub);
  await_registered (&other);
  session_await_failed (bob.session, HC_SESSION_READY, "bob");
  g_assert_cmpuint (hc_session_get_bound_port (bob.session), ==, 0);

  keyholder_clear (&other);
  keyholder_clear (&bob);
}

/* --- A server's odd words ------------------------------------------------- */

#define ALICE "BRIDGEACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 6001\r\nVersion: 2\r\n" \
              "Key: AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\r\nSession: AgICAgICAgI\r\n"

/* Somebody who was ready is put back, and the next who asks again gets them:
 * that may be one who waits. */
static void
test_waiting_calls (void)
{
  g_autoptr (PuppetServer) server = puppet_server_new (FALSE);
  Keyholder bob;

  puppet_server_answer (server, HC_PACKET_PROBE,
                        "PROBEACK\r\nVersion: 2\r\nCookie: cookie\r\n\r\n");
  puppet_server_answer (server, HC_PACKET_REGISTER,
                        "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\nVersion: 2\r\n"
                        "Token: AQEBAQEBAQEBAQEBAQEBAQ\r\n\r\n");
  puppet_server_answer (server, HC_PACKET_BRIDGE,
                        "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n");
  puppet_server_answer (server, HC_PACKET_QUIT, "QUITACK\r\nclientID: bob\r\n\r\n");

  keyholder_init (&bob, "bob", puppet_server_get_port (server));
  await_waiting (&bob);
  puppet_server_answer (server, HC_PACKET_BRIDGE,
                        ALICE "Role: caller\r\nTicket: AwMDAwMDAwMDAwMDAwMDAw\r\n\r\n");
  session_await (bob.session, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (bob.session), ==, "alice");

  keyholder_clear (&bob);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-rendezvous", "/register", test_register);
  hub_add_test ("session-rendezvous", "/taken", test_taken);
  hub_add_test ("session-rendezvous", "/same-key", test_same_key);
  hub_add_test ("session-rendezvous", "/damaged", test_damaged);
  hub_add_test ("session-rendezvous", "/cancel", test_cancel);
  hub_add_test ("session-rendezvous", "/match", test_match);
  hub_add_test ("session-rendezvous", "/cancel-waiting", test_cancel_waiting);
  hub_add_test ("session-rendezvous", "/leave-waiting", test_leave_waiting);
  hub_add_test ("session-rendezvous", "/v1/callee", test_v1_callee);
  hub_add_test ("session-rendezvous", "/v1/caller", test_v1_caller);
  hub_add_test ("session-rendezvous", "/v1/server", test_v1_server);
  hub_add_test ("session-rendezvous", "/restart/ready", test_restart);
  hub_add_test ("session-rendezvous", "/restart/taken", test_restart_taken);
  g_test_add_func ("/session-rendezvous/waiting-calls", test_waiting_calls);

  return g_test_run ();
}
