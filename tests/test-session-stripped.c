/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody between two who takes out of their words, or changes in them, what
 * would lead to encryption. */

#include "scene.h"

#include <string.h>

/* Leaves only what v1 has. Records have no blank line that would matter. */
static void
strip_offer (GString  *bytes,
             gboolean  from_caller,
             gpointer  user_data)
{
  char *end = strstr (bytes->str, "\r\n\r\nVersion: ");

  if (g_str_has_prefix (bytes->str, "CHAT\r\n") && end != NULL)
    g_string_truncate (bytes, end + 4 - bytes->str);
}

static void
forbid_chat (Scene *scene)
{
  session_forbid_chat (scene->alice);
  session_forbid_chat (scene->bob);
}

static void
permit_chat (Scene *scene)
{
  session_permit_chat (scene->alice);
  session_permit_chat (scene->bob);
}

/* --- What is taken out ---------------------------------------------------- */

static void
begin_stripped (Scene *scene)
{
  scene->speaks_v1 = TRUE;
  scene_match (scene);
  meddler_set_edit (scene->peers, strip_offer, NULL);
}

/* Of strangers nobody knows what they could speak: they are told what they do. */
static void
test_strangers (Hub           *hub,
                gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  begin_stripped (scene);
  hc_session_chat (scene->alice);
  session_await (scene->alice, HC_SESSION_CHATTING);
  session_await (scene->bob, HC_SESSION_CHATTING);
  g_assert_false (hc_session_get_encrypted (scene->alice));
  g_assert_false (hc_session_get_encrypted (scene->bob));
  g_assert_cmpint (hc_session_get_trust (scene->alice), ==, HC_TRUST_NONE);
  g_assert_cmpint (hc_session_get_trust (scene->bob), ==, HC_TRUST_NONE);
  session_say (scene->alice, scene->bob, "in plain view");
  session_say (scene->bob, scene->alice, "as it says");
  scene_part (scene);

  scene_meet (scene);
}

/* Alice hangs up, so that the server isn't told that they have met: bob's name is
 * taken for a while. */
static void
test_required_by_caller (Hub           *hub,
                         gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  begin_stripped (scene);
  hc_session_set_encryption_required (scene->alice, TRUE);
  session_forbid_chat (scene->alice);
  hc_session_chat (scene->alice);
  session_await_failed (scene->alice, HC_SESSION_MATCHED, "can't encrypt");
  g_assert_cmpuint (session_count (scene->bob, HC_MESSAGE_INCOMING), ==, 0);
  scene_part (scene);
}

static void
test_required_by_callee (Hub           *hub,
                         gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  begin_stripped (scene);
  hc_session_set_encryption_required (scene->bob, TRUE);
  session_forbid_chat (scene->bob);
  hc_session_chat (scene->alice);
  session_await_failed (scene->bob, HC_SESSION_WAITING, "can't encrypt");
  WAIT_UNTIL (hc_session_get_state (scene->alice) != HC_SESSION_CONNECTING);
  scene_part (scene);

  scene_meet (scene);
}

static void
assert_shown_no_key (HcSession  *session,
                     const char *peer_id)
{
  const HcKeyChange *change = hc_session_get_key_change (session);

  g_assert_nonnull (change);
  g_assert_cmpstr (change->peer_id, ==, peer_id);
  g_assert_null (change->new_key);
}

/* Their server spoke v2 when they met, and now one that is in its place speaks
 * v1, and vouches for nobody. */
static void
test_known (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  scene_meet (scene);
  begin_stripped (scene);
  forbid_chat (scene);
  hc_session_chat (scene->alice);
  session_await_failed (scene->bob, HC_SESSION_WAITING, "encrypted before");
  assert_shown_no_key (scene->bob, "alice");
  WAIT_UNTIL (hc_session_get_state (scene->alice) == HC_SESSION_MATCHED);
  if (hub->udp)
    {
      session_await_failed (scene->alice, HC_SESSION_MATCHED, "encrypted before");
      assert_shown_no_key (scene->alice, "bob");
    }
  else
    g_assert_nonnull (hc_session_get_failure (scene->alice));

  permit_chat (scene);
  scene_connect (scene);
  g_assert_cmpint (hc_session_get_trust (scene->alice), ==, HC_TRUST_KNOWN);
  scene_part (scene);
}

/* Whom the server vouches for isn't spoken to in plain view. */
static void
test_vouched (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  scene_match (scene);
  meddler_set_edit (scene->peers, strip_offer, NULL);
  forbid_chat (scene);
  hc_session_chat (scene->alice);
  session_await_failed (scene->bob, HC_SESSION_WAITING, "without encryption");
  WAIT_UNTIL (hc_session_get_failure (scene->alice) != NULL);
  g_test_message ("%s", hc_session_get_failure (scene->alice));
  g_assert_cmpint (hc_session_get_state (scene->alice), ==, HC_SESSION_MATCHED);

  permit_chat (scene);
  scene_connect (scene);
  scene_part (scene);
}

static void
drop_all_but_probes (GString  *bytes,
              gboolean  from_caller,
              gpointer  user_data)
{
  if (*bytes->str != 'P')
    g_string_truncate (bytes, 0);
}

/* All but probes is taken out: over TCP the hello too, over UDP the encryption. */
static void
test_silenced (Hub           *hub,
              gconstpointer  data)
{
  g_autoptr (Scene) scene = scene_new (hub);

  scene_match (scene);
  meddler_set_edit (scene->peers, drop_all_but_probes, NULL);
  forbid_chat (scene);
  hc_session_chat (scene->alice);
  WAIT_UNTIL (hc_session_get_failure (scene->alice) != NULL);
  g_test_message ("%s", hc_session_get_failure (scene->alice));
  g_assert_cmpint (hc_session_get_state (scene->alice), ==, HC_SESSION_MATCHED);
  g_assert_cmpint (hc_session_get_state (scene->bob), ==, HC_SESSION_WAITING);

  permit_chat (scene);
  scene_connect (scene);
  scene_part (scene);
}

/* --- What is changed ------------------------------------------------------ */

/* In a packet that begins so one thing is written instead of another: who is
 * told what then. */
typedef struct
{
  const char *in;
  const char *before;
  const char *after;
  gboolean is_told_to_caller;
  const char *words;
} Change;

static const Change changes[] = {
  { "CHAT\r\n", "clientID: alice", "clientID: carol", FALSE, "it goes by another ID" },
  { "CHAT\r\n", "Session: A", "Session: B", FALSE, NULL },
  { "CHAT\r\n", "Version: 2\r\n", "Version: 2\r\nNote: x\r\n", FALSE, "before the encryption" },
  { "CHATACK\r\n", "clientID: bob", "clientID: carol", TRUE, NULL },
  { "CHATACK\r\n", "Version: 2\r\n", "Version: 2\r\nNote: x\r\n", TRUE, "before the encryption" },
  { "CHATACK\r\n", "CHATACK", "QUIT", TRUE, NULL },
};

/* A session is whatever the caller has made up: its first letter is another one
 * then, if not always the one in the table. */
static void
make_change (GString  *bytes,
             gboolean  from_caller,
             gpointer  user_data)
{
  const Change *change = user_data;
  char *start = strstr (bytes->str, change->before);

  if (g_str_has_prefix (change->before, "Session"))
    start = strstr (bytes->str, "Session: ");
  if (!g_str_has_prefix (bytes->str, change->in) || start == NULL)
    return;
  if (g_str_has_prefix (change->before, "Session"))
    start[strlen ("Session: ")] = start[strlen ("Session: ")] == 'A' ? 'B' : 'A';
  else
    {
      gsize offset = start - bytes->str;

      g_string_erase (bytes, offset, strlen (change->before));
      g_string_insert (bytes, offset, change->after);
    }
}

static void
assert_told (Scene        *scene,
             const Change *change)
{
  HcSession *told = change->is_told_to_caller ? scene->alice : scene->bob;

  WAIT_UNTIL (hc_session_get_state (scene->alice) == HC_SESSION_MATCHED);
  g_assert_nonnull (hc_session_get_failure (scene->alice));
  g_test_message ("alice: %s", hc_session_get_failure (scene->alice));
  if (change->words != NULL)
    session_await_failed (told, change->is_told_to_caller ? HC_SESSION_MATCHED : HC_SESSION_WAITING,
                          change->words);
  g_assert_cmpint (hc_session_get_state (scene->bob), ==, HC_SESSION_WAITING);
}

/* What was said in plain view is compared inside encryption. */
static void
test_changed (Hub           *hub,
              gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Scene) scene = scene_new (hub);

      g_test_message ("%s instead of %s", changes[i].after, changes[i].before);
      scene->speaks_v1 = TRUE;
      scene_match (scene);
      meddler_set_edit (scene->peers, make_change, (gpointer) &changes[i]);
      forbid_chat (scene);
      hc_session_chat (scene->alice);
      assert_told (scene, &changes[i]);

      permit_chat (scene);
      scene_connect (scene);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-stripped", "/strangers", test_strangers);
  hub_add_test ("session-stripped", "/required/by-caller", test_required_by_caller);
  hub_add_test ("session-stripped", "/required/by-callee", test_required_by_callee);
  hub_add_test ("session-stripped", "/known", test_known);
  hub_add_stream_test ("session-stripped", "/vouched", test_vouched);
  hub_add_test ("session-stripped", "/silenced", test_silenced);
  hub_add_test ("session-stripped", "/changed", test_changed);

  return g_test_run ();
}
