/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody who was met before comes back with another key. */

#include "private-folder.h"
#include "session-util.h"

#define WORDS "another key than before"

/* Alice with her memory calls somebody who is called bob, and has one of
 * several keys. */
typedef struct
{
  HcSession *alice;
  HcSession *bob;
} Call;

static HcSession *
register_with_keys (Hub        *hub,
                    const char *id,
                    const char *folder)
{
  HcSession *session = hub_join (hub, id);

  hc_session_set_data_folder (session, folder);
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  return session;
}

static Call
call (Hub        *hub,
      const char *alices_folder,
      const char *bobs_folder)
{
  Call call = {
    .alice = register_with_keys (hub, "alice", alices_folder),
    .bob = register_with_keys (hub, "bob", bobs_folder),
  };

  hc_session_bridge (call.bob);
  session_await (call.bob, HC_SESSION_WAITING);
  hc_session_bridge (call.alice);
  session_await (call.alice, HC_SESSION_MATCHED);
  hc_session_chat (call.alice);
  return call;
}

static void
hang_up (Call *call)
{
  session_finish (call->alice);
  session_finish (call->bob);
}

static void
assert_connects (Hub        *hub,
                 const char *alices_folder,
                 const char *bobs_folder)
{
  Call made = call (hub, alices_folder, bobs_folder);

  session_await (made.alice, HC_SESSION_CHATTING);
  g_assert_null (hc_session_get_key_change (made.alice));
  hang_up (&made);
}

static void
assert_stops (Hub        *hub,
              const char *alices_folder,
              const char *bobs_folder,
              gboolean    accept)
{
  Call made = call (hub, alices_folder, bobs_folder);

  session_await_failed (made.alice, HC_SESSION_MATCHED, WORDS);
  g_assert_nonnull (hc_session_get_key_change (made.alice));
  if (accept)
    {
      hc_session_accept_key_change (made.alice);
      g_assert_null (hc_session_get_key_change (made.alice));
    }
  hang_up (&made);
}

/* What is accepted is the key that was shown, and no third one. */
static void
test_accept (Hub           *hub,
             gconstpointer  data)
{
  char *alice = private_folder_new ();
  char *bob = private_folder_new ();
  char *new_bob = private_folder_new ();
  char *mallory = private_folder_new ();

  assert_connects (hub, alice, bob);
  assert_connects (hub, alice, bob);
  assert_stops (hub, alice, new_bob, FALSE);
  assert_stops (hub, alice, new_bob, TRUE);
  assert_stops (hub, alice, mallory, FALSE);
  assert_connects (hub, alice, new_bob);

  private_folder_remove (alice);
  private_folder_remove (bob);
  private_folder_remove (new_bob);
  private_folder_remove (mallory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-key-change", "/accept", test_accept);

  return g_test_run ();
}
