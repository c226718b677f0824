/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody between two who speak v2, or a server that lies to them: nothing is
 * learned but what strangers say to a stranger, and the safety codes show that. */

#include "hc-base64url.h"
#include "impostor.h"
#include "private-folder.h"
#include "raw-peer.h"
#include "scene.h"

#include <string.h>

/* Of one who is in the middle: towards alice she is bob, towards bob alice. */
typedef struct
{
  char *folder;
  HcServer *server;
  Hub hub;
  Scene *scene;
  HcSession *as_bob;
  HcSession *as_alice;
} Mallory;

static HcServer *
start_server (gboolean udp)
{
  const char *const addresses[] = { "127.0.0.1", NULL };
  g_autoptr (GError) error = NULL;
  HcServer *server = g_object_new (HC_TYPE_SERVER, "port", 0, "udp", udp, "max-requests", 0,
                                   "addresses", addresses, NULL);

  hc_server_start (server, &error);
  g_assert_no_error (error);
  return server;
}

static void
stop_server (HcServer *server)
{
  hc_server_stop (server);
  wait_settle ();
  g_assert_finalize_object (server);
}

static void
pass_on (HcSession *from,
         HcSession *to,
         guint      position)
{
  g_autoptr (HcMessage) message =
    g_list_model_get_item (G_LIST_MODEL (hc_session_get_conversation (from)), position);

  if (hc_message_get_kind (message) == HC_MESSAGE_INCOMING)
    session_send (to, hc_message_get_text (message));
}

static void
on_heard_as_bob (GListModel *model,
                 guint       position,
                 guint       n_removed,
                 guint       n_added,
                 Mallory    *mallory)
{
  for (guint i = 0; i < n_added; i++)
    pass_on (mallory->as_bob, mallory->as_alice, position + i);
}

static void
on_heard_as_alice (GListModel *model,
                   guint       position,
                   guint       n_removed,
                   guint       n_added,
                   Mallory    *mallory)
{
  for (guint i = 0; i < n_added; i++)
    pass_on (mallory->as_alice, mallory->as_bob, position + i);
}

/* Passes on what both say. */
static void
begin_passing (Mallory *mallory)
{
  g_signal_connect (hc_session_get_conversation (mallory->as_bob), "items-changed",
                    G_CALLBACK (on_heard_as_bob), mallory);
  g_signal_connect (hc_session_get_conversation (mallory->as_alice), "items-changed",
                    G_CALLBACK (on_heard_as_alice), mallory);
}

static void
mallory_init (Mallory *mallory,
              Hub     *hub)
{
  mallory->folder = private_folder_new ();
  mallory->server = start_server (hub->udp);
}

static void
mallory_clear (Mallory *mallory)
{
  if (mallory->as_bob != NULL)
    session_finish (mallory->as_bob);
  if (mallory->as_alice != NULL)
    session_finish (mallory->as_alice);
  g_clear_pointer (&mallory->scene, scene_free);
  stop_server (mallory->server);
  private_folder_remove (mallory->folder);
}

static void
call (HcSession *caller)
{
  hc_session_bridge (caller);
  session_await (caller, HC_SESSION_MATCHED);
  hc_session_chat (caller);
}

static void
assert_codes_differ (HcSession *one,
                     HcSession *other)
{
  g_autofree char *ones = keyed_await_code (one);
  g_autofree char *others = keyed_await_code (other);

  g_assert_cmpstr (ones, !=, others);
}

static void
assert_codes_equal (HcSession *one,
                    HcSession *other)
{
  g_autofree char *ones = keyed_await_code (one);
  g_autofree char *others = keyed_await_code (other);

  g_assert_cmpstr (ones, ==, others);
}

/* --- A server that lies --------------------------------------------------- */

/*
 *   alice          the server that she asks, mallory, the one that bob asks          bob
 *     |<======== mallory's key, called bob's | mallory's, called alice's ========>|
 *
 * It is one server, which gives the two different answers: as if they were two.
 */
static void
test_lying_server (Hub           *hub,
                   gconstpointer  data)
{
  Mallory mallory = { 0 };
  g_autoptr (Scene) scene = scene_new (hub);

  mallory_init (&mallory, hub);
  mallory.as_bob = keyed_wait (hc_server_get_port (hub->server), "bob", mallory.folder);
  scene->bob = keyed_wait (hc_server_get_port (mallory.server), "bob", scene->bobs_folder);
  mallory.as_alice = keyed_register (hc_server_get_port (mallory.server), "alice", mallory.folder);
  scene->alice = keyed_register (hc_server_get_port (hub->server), "alice", scene->alices_folder);
  call (mallory.as_alice);
  session_await (mallory.as_alice, HC_SESSION_CHATTING);
  call (scene->alice);
  session_await (scene->alice, HC_SESSION_CHATTING);
  session_await (scene->bob, HC_SESSION_CHATTING);
  session_await (mallory.as_bob, HC_SESSION_CHATTING);
  begin_passing (&mallory);

  keyed_say (scene->alice, scene->bob, "Is that you?");
  keyed_say (scene->bob, scene->alice, "Who else?");
  g_assert_cmpint (hc_session_get_trust (scene->alice), ==, HC_TRUST_NEW);
  g_assert_cmpint (hc_session_get_trust (scene->bob), ==, HC_TRUST_NEW);
  assert_codes_differ (scene->alice, scene->bob);
  assert_codes_equal (scene->alice, mallory.as_bob);
  assert_codes_equal (scene->bob, mallory.as_alice);
  scene_part (scene);
  mallory_clear (&mallory);
}

static void
assert_key_changed (HcSession  *session,
                    const char *peer_id)
{
  const HcKeyChange *change = hc_session_get_key_change (session);

  g_assert_nonnull (change);
  g_assert_cmpstr (change->peer_id, ==, peer_id);
  g_assert_cmpstr (change->new_key, !=, change->old_key);
}

/* Who have met before are not introduced to somebody else. */
static void
test_lying_server_known (Hub           *hub,
                         gconstpointer  data)
{
  Mallory mallory = { 0 };
  g_autoptr (Scene) scene = scene_new (hub);
  guint16 port = meddler_get_port (scene->server);

  mallory_init (&mallory, hub);
  scene_meet (scene);

  mallory.as_bob = keyed_wait (hc_server_get_port (hub->server), "bob", mallory.folder);
  meddler_set_target (scene->peers, hc_session_get_bound_port (mallory.as_bob));
  scene->alice = keyed_register (port, "alice", scene->alices_folder);
  session_forbid_chat (scene->alice);
  call (scene->alice);
  session_await_failed (scene->alice, HC_SESSION_MATCHED, "bob has another key than before");
  assert_key_changed (scene->alice, "bob");
  g_assert_cmpint (hc_session_get_state (mallory.as_bob), ==, HC_SESSION_WAITING);
  session_finish (mallory.as_bob);
  mallory.as_bob = NULL;
  scene_part (scene);

  scene_wait (scene);
  session_forbid_chat (scene->bob);
  mallory.as_alice = keyed_register (port, "alice", mallory.folder);
  session_forbid_chat (mallory.as_alice);
  call (mallory.as_alice);
  session_await_failed (scene->bob, HC_SESSION_WAITING, "alice has another key than before");
  assert_key_changed (scene->bob, "alice");
  WAIT_UNTIL (hc_session_get_state (mallory.as_alice) == HC_SESSION_MATCHED);
  session_finish (mallory.as_alice);
  mallory.as_alice = NULL;
  scene_part (scene);

  scene_match (scene);
  scene_connect (scene);
  g_assert_cmpint (hc_session_get_trust (scene->alice), ==, HC_TRUST_KNOWN);
  g_assert_cmpint (hc_session_get_trust (scene->bob), ==, HC_TRUST_KNOWN);
  scene_part (scene);
  mallory_clear (&mallory);
}

/* The server tells bob another key than alice's. In TLS 1.3 she has done
 * everything when he refuses her. */
static void
test_refused_late (Hub           *hub,
                   gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcIdentity) identity = hc_identity_generate ("alice", &error);
  g_autofree char *key = hc_base64url_encode (hc_identity_get_key (identity), HC_KEY_LENGTH);

  g_assert_no_error (error);
  scene->callers_key = key;
  scene_match (scene);
  session_forbid_chat (scene->alice);
  session_forbid_chat (scene->bob);
  hc_session_chat (scene->alice);
  session_await_failed (scene->bob, HC_SESSION_WAITING, "another key than the server's");
  session_await_failed (scene->alice, HC_SESSION_MATCHED,
                        hub->udp ? "doesn't accept our key" : "bob broke off");
  scene_part (scene);

  scene->callers_key = NULL;
  scene_meet (scene);
}

/* --- One who encrypts with a key of its own ------------------------------- */

static HcIdentity *
make_identity (const char *id)
{
  g_autoptr (GError) error = NULL;
  HcIdentity *identity = hc_identity_generate (id, &error);

  g_assert_no_error (error);
  return identity;
}

static void
learn_session (Scene    *scene,
               Impostor *impostor)
{
  g_assert_nonnull (scene->session);
  g_assert_true (hc_base64url_decode (scene->session, impostor->meeting->session,
                                      HC_SESSION_LENGTH));
}

/* The server has said whose key it must be. */
static void
test_vouched (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (HcIdentity) bobs = make_identity ("bob");
  g_autoptr (HcIdentity) alices = make_identity ("alice");
  g_autoptr (Impostor) as_bob = impostor_new (hub->udp, bobs);
  g_autoptr (Impostor) as_alice = impostor_new (hub->udp, alices);

  scene_match (scene);
  session_forbid_chat (scene->alice);
  session_forbid_chat (scene->bob);
  learn_session (scene, as_bob);
  learn_session (scene, as_alice);
  as_bob->meeting->peer_id = g_strdup ("alice");
  meddler_set_target (scene->peers, impostor_listen (as_bob));
  hc_session_chat (scene->alice);
  session_await_failed (scene->alice, HC_SESSION_MATCHED, "another key than the one");
  WAIT_UNTIL (impostor_is_done (as_bob));
  g_assert_cmpuint (as_bob->heard->len, ==, 0);

  as_alice->meeting->is_vouched = TRUE;
  impostor_call (as_alice, "bob", hc_session_get_bound_port (scene->bob));
  session_await_failed (scene->bob, HC_SESSION_WAITING, "another key than the server's");
  g_assert_cmpuint (as_alice->heard->len, ==, 0);
  hc_connector_stop (as_alice->connector);

  session_permit_chat (scene->alice);
  session_permit_chat (scene->bob);
  scene_connect (scene);
  scene_part (scene);
}

/* One of the addresses that bob has told is that of somebody else, where alice
 * is: her neighbour doesn't keep her from the other. */
static void
test_neighbour (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (HcIdentity) bobs = make_identity ("bob");
  g_autoptr (Impostor) neighbour = impostor_new (hub->udp, bobs);
  g_autofree char *path = g_strdup_printf ("host 127.0.0.1 %u", impostor_listen (neighbour));

  scene->path = path;
  neighbour->meeting->peer_id = g_strdup ("alice");
  scene_match (scene);
  hc_session_chat (scene->alice);
  session_await (scene->alice, HC_SESSION_CHATTING);
  session_await (scene->bob, HC_SESSION_CHATTING);
  WAIT_UNTIL (neighbour->error != NULL);
  keyed_say (scene->alice, scene->bob, "There you are");
  scene_part (scene);
}

/* Whoever has overheard the session may say hello once more, or again and again:
 * that spoils nothing for the one who was meant. */
static void
test_overheard (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);
  g_autoptr (RawPeer) mallory = NULL;
  g_autofree char *offer = NULL;

  scene_match (scene);
  offer = g_strdup_printf ("CHAT\r\nclientID: alice\r\n\r\nVersion: 2\r\nSession: %s\r\n\r\n",
                           scene->session);
  mallory = raw_peer_new_call (hub->udp, hc_session_get_bound_port (scene->bob));
  raw_peer_send (mallory, offer);
  if (!hub->udp)
    raw_peer_expect (mallory, "CHATACK\r\nclientID: bob\r\nVersion: 2\r\n\r\n");
  scene_connect (scene);
  scene_part (scene);
}

/* Where the server can't vouch for anybody, strangers can't know. They see it
 * when they compare. */
static void
begin_in_the_middle (Scene   *scene,
                     Mallory *mallory)
{
  mallory->hub = *scene->hub;
  mallory->hub.server = mallory->server;
  mallory->scene = scene_new (&mallory->hub);
  scene->speaks_v1 = TRUE;
  mallory->scene->speaks_v1 = TRUE;
  scene_match (scene);
  scene_match (mallory->scene);
  mallory->as_bob = g_steal_pointer (&mallory->scene->bob);
  mallory->as_alice = g_steal_pointer (&mallory->scene->alice);
  meddler_set_target (scene->peers, hc_session_get_bound_port (mallory->as_bob));
  meddler_set_target (mallory->scene->peers, hc_session_get_bound_port (scene->bob));
  hc_session_chat (scene->alice);
  hc_session_chat (mallory->as_alice);
}

static void
test_not_vouched (Hub           *hub,
                  gconstpointer  data)
{
  Mallory mallory = { 0 };
  g_autoptr (Scene) scene = scene_new (hub);

  mallory_init (&mallory, hub);
  begin_in_the_middle (scene, &mallory);
  session_await (scene->alice, HC_SESSION_CHATTING);
  session_await (scene->bob, HC_SESSION_CHATTING);
  session_await (mallory.as_alice, HC_SESSION_CHATTING);
  session_await (mallory.as_bob, HC_SESSION_CHATTING);
  begin_passing (&mallory);

  keyed_say (scene->alice, scene->bob, "Is that you?");
  g_assert_cmpint (hc_session_get_trust (scene->alice), ==, HC_TRUST_NEW);
  assert_codes_differ (scene->alice, scene->bob);
  scene_part (scene);
  mallory_clear (&mallory);
}

static void
test_not_vouched_known (Hub           *hub,
                        gconstpointer  data)
{
  Mallory mallory = { 0 };
  g_autoptr (Scene) scene = scene_new (hub);

  mallory_init (&mallory, hub);
  scene_meet (scene);
  begin_in_the_middle (scene, &mallory);
  session_forbid_chat (scene->alice);
  session_forbid_chat (scene->bob);
  session_await_failed (scene->alice, HC_SESSION_MATCHED, "bob has another key than before");
  session_await_failed (scene->bob, HC_SESSION_WAITING, "alice has another key than before");
  assert_key_changed (scene->alice, "bob");
  assert_key_changed (scene->bob, "alice");

  session_permit_chat (scene->alice);
  session_permit_chat (scene->bob);
  scene_connect (scene);
  scene_part (scene);
  mallory_clear (&mallory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-mitm", "/lying-server/strangers", test_lying_server);
  hub_add_test ("session-mitm", "/lying-server/known", test_lying_server_known);
  hub_add_test ("session-mitm", "/lying-server/refused-late", test_refused_late);
  hub_add_test ("session-mitm", "/own-key/vouched", test_vouched);
  hub_add_stream_test ("session-mitm", "/own-key/neighbour", test_neighbour);
  hub_add_test ("session-mitm", "/own-key/overheard", test_overheard);
  hub_add_test ("session-mitm", "/own-key/strangers", test_not_vouched);
  hub_add_test ("session-mitm", "/own-key/known", test_not_vouched_known);

  return g_test_run ();
}
