/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two who speak v2, with a real server in both modes: encrypted, both at once,
 * everything confirmed. */

#include "hc-client-error.h"
#include "hc-session-private.h"
#include "private-folder.h"
#include "session-util.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* What the people of each case have on their disks, by the case's path: people
 * are remembered with their server, and another case's may have the same port. */
static GHashTable *folders;

static const char *
get_folder (void)
{
  const char *folder = g_hash_table_lookup (folders, g_test_get_path ());

  if (folder == NULL)
    {
      folder = private_folder_new ();
      g_hash_table_insert (folders, g_strdup (g_test_get_path ()), (gpointer) folder);
    }
  return folder;
}

static HcSession *
join_with_key (Hub        *hub,
               const char *id)
{
  HcSession *session = hub_join (hub, id);

  hc_session_set_data_folder (session, get_folder ());
  return session;
}

static HcSession *
register_with_key (Hub        *hub,
                   const char *id)
{
  HcSession *session = join_with_key (hub, id);

  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  return session;
}

static HcSession *
wait_with_key (Hub        *hub,
               const char *id)
{
  HcSession *session = register_with_key (hub, id);

  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);
  return session;
}

static void
call (HcSession *alice,
      HcSession *bob)
{
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await (alice, HC_SESSION_CHATTING);
  session_await (bob, HC_SESSION_CHATTING);
}

static void
meet (Hub        *hub,
      HcSession **alice,
      HcSession **bob)
{
  *bob = wait_with_key (hub, "bob");
  *alice = register_with_key (hub, "alice");
  call (*alice, *bob);
}

/* Says something, and waits until it is called delivered. */
static void
say (HcSession  *from,
     HcSession  *to,
     const char *text)
{
  g_autoptr (HcMessage) message = NULL;

  session_send (from, text);
  message = session_dup_last (from, HC_MESSAGE_OUTGOING);
  WAIT_UNTIL (hc_message_get_status (message) == HC_MESSAGE_STATUS_DELIVERED);
  session_await_text (to, HC_MESSAGE_INCOMING, text);
}

/* --- Tests ---------------------------------------------------------------- */

static void
test_talk (Hub           *hub,
           gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autofree char *hers = NULL;
  g_autofree char *his = NULL;

  meet (hub, &alice, &bob);
  g_assert_true (hc_session_get_encrypted (alice));
  g_assert_true (hc_session_get_encrypted (bob));
  g_assert_cmpstr (hc_session_get_peer_id (alice), ==, "bob");
  g_assert_cmpstr (hc_session_get_peer_id (bob), ==, "alice");
  g_assert_cmpint (hc_session_get_link_transport (alice), ==, hc_session_get_transport (alice));
  g_assert_cmpint (hc_session_get_trust (alice), ==, HC_TRUST_NEW);
  g_assert_cmpint (hc_session_get_trust (bob), ==, HC_TRUST_NEW);

  WAIT_UNTIL (hc_session_get_safety_code (alice) != NULL &&
              hc_session_get_safety_code (bob) != NULL);
  hers = hc_safety_code_to_string (hc_session_get_safety_code (alice));
  his = hc_safety_code_to_string (hc_session_get_safety_code (bob));
  g_assert_cmpstr (hers, ==, his);

  say (alice, bob, "Hi");
  say (alice, bob, "again, out of what would be turn");
  say (bob, alice, "two\n\n\nlines.");
  session_finish (alice);
  session_finish (bob);
}

/* What has 64 KiB arrives whole, and one byte more is refused. */
static void
test_length (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice, *bob;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  meet (hub, &alice, &bob);
  while (text->len + strlen ("Zoë 🎈") <= HC_MESSAGE_MAX_LENGTH)
    g_string_append (text, "Zoë 🎈");
  while (text->len < HC_MESSAGE_MAX_LENGTH)
    g_string_append_c (text, '.');
  g_assert_cmpuint (hc_session_get_text_capacity (alice), ==, HC_MESSAGE_MAX_LENGTH);
  say (alice, bob, text->str);

  g_string_append_c (text, '.');
  g_assert_false (hc_session_send (alice, text->str, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TOO_LONG);
  session_finish (alice);
  session_finish (bob);
}

/* Who gives a call up isn't told later that it has failed, and can call again. */
static void
test_cancel (Hub           *hub,
             gconstpointer  data)
{
  HcSession *bob = wait_with_key (hub, "bob");
  HcSession *alice = register_with_key (hub, "alice");

  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_CONNECTING);
  g_assert_true (hc_connector_is_active (alice->connector));
  hc_session_cancel (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_MATCHED);
  g_assert_false (hc_connector_is_active (alice->connector));

  hc_session_chat (alice);
  session_await (alice, HC_SESSION_CHATTING);
  session_await (bob, HC_SESSION_CHATTING);
  say (alice, bob, "now");
  session_finish (alice);
  session_finish (bob);
}

static void
test_typing (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice, *bob;

  meet (hub, &alice, &bob);
  hc_session_announce_typing (alice);
  WAIT_UNTIL (hc_session_get_peer_typing (bob));
  say (alice, bob, "done");
  g_assert_false (hc_session_get_peer_typing (bob));
  session_finish (alice);
  session_finish (bob);
}

static void
test_leave (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice, *bob;

  meet (hub, &alice, &bob);
  session_send (alice, "the last word");
  hc_session_leave (alice);
  g_assert_cmpint (hc_session_get_state (alice), ==, HC_SESSION_ENDED);
  session_await (bob, HC_SESSION_ENDED);
  session_await_text (bob, HC_MESSAGE_INCOMING, "the last word");
  session_await_text (bob, HC_MESSAGE_NOTICE, "alice has left.");
  session_finish (alice);
  session_finish (bob);
}

/* They meet again, and know each other; and what they have compared. */
static void
test_again (Hub           *hub,
            gconstpointer  data)
{
  HcSession *alice, *bob;

  meet (hub, &alice, &bob);
  say (alice, bob, "first");
  hc_session_set_verified (alice, TRUE);
  g_assert_cmpint (hc_session_get_trust (alice), ==, HC_TRUST_VERIFIED);
  session_finish (alice);
  session_finish (bob);

  meet (hub, &alice, &bob);
  g_assert_cmpint (hc_session_get_trust (alice), ==, HC_TRUST_VERIFIED);
  g_assert_cmpint (hc_session_get_trust (bob), ==, HC_TRUST_KNOWN);
  session_finish (alice);
  session_finish (bob);
}

/* Ends every connection of this process to a port, as a router that has been
 * switched off and on: neither side is told more than that. */
static guint
break_connections (guint port)
{
  guint n = 0;

  for (int fd = 0; fd < 1024; fd++)
    {
      struct sockaddr_in address;
      socklen_t length = sizeof address;

      if (getpeername (fd, (struct sockaddr *) &address, &length) == 0 &&
          address.sin_family == AF_INET && ntohs (address.sin_port) == port)
        {
          g_assert_cmpint (shutdown (fd, SHUT_RDWR), ==, 0);
          n++;
        }
    }
  return n;
}

/* A link is lost with words on their way, both ways and more than once: each
 * arrives once, in order. */
static void
test_resume (Hub           *hub,
             gconstpointer  data)
{
  HcSession *alice, *bob;

  meet (hub, &alice, &bob);
  say (alice, bob, "before");
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *hers = g_strdup_printf ("hers %u", i);
      g_autofree char *his = g_strdup_printf ("his %u", i);

      session_send (alice, hers);
      session_send (bob, his);
      g_assert_cmpuint (break_connections (hc_session_get_bound_port (bob)), ==, 1);
      WAIT_UNTIL (hc_session_get_interrupted (alice));
      session_await_text (bob, HC_MESSAGE_INCOMING, hers);
      session_await_text (alice, HC_MESSAGE_INCOMING, his);
      WAIT_UNTIL (!hc_session_get_interrupted (alice) && !hc_session_get_interrupted (bob));
    }
  say (bob, alice, "after");
  g_assert_cmpuint (session_count (alice, HC_MESSAGE_INCOMING), ==, 6);
  g_assert_cmpuint (session_count (bob, HC_MESSAGE_INCOMING), ==, 6);
  session_finish (alice);
  session_finish (bob);
}

/* With somebody who speaks v1 it is as it was, whoever calls. */
static void
test_v1_calls (Hub           *hub,
               gconstpointer  data)
{
  HcSession *bob = wait_with_key (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  call (alice, bob);
  g_assert_false (hc_session_get_encrypted (bob));
  session_say (alice, bob, "in turns");
  session_say (bob, alice, "as ever");
  session_finish (alice);
  session_finish (bob);
}

static void
test_v1_is_called (Hub           *hub,
                   gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = register_with_key (hub, "alice");

  call (alice, bob);
  g_assert_false (hc_session_get_encrypted (alice));
  g_assert_cmpint (hc_session_get_trust (alice), ==, HC_TRUST_NONE);
  session_say (alice, bob, "in turns");
  session_say (bob, alice, "as ever");
  session_finish (alice);
  session_finish (bob);
}

static void
test_required_by_caller (Hub           *hub,
                         gconstpointer  data)
{
  HcSession *bob = hub_wait (hub, "bob");
  HcSession *alice = register_with_key (hub, "alice");

  hc_session_set_encryption_required (alice, TRUE);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_failed (alice, HC_SESSION_MATCHED, "can't encrypt");
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_WAITING);
  session_finish (alice);
  session_finish (bob);
}

static void
test_required_by_callee (Hub           *hub,
                         gconstpointer  data)
{
  HcSession *bob = wait_with_key (hub, "bob");
  HcSession *alice = hub_register (hub, "alice");

  hc_session_set_encryption_required (bob, TRUE);
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_failed (bob, HC_SESSION_WAITING, "can't encrypt");
  session_finish (alice);
  session_finish (bob);
}

/* Whoever comes in bob's name with another key is not bob, unless alice says so:
 * then it is that key and no other. */
static void
test_key_changed (Hub           *hub,
                  gconstpointer  data)
{
  HcSession *alice, *bob;
  char *elsewhere = private_folder_new ();
  const HcKeyChange *change;

  meet (hub, &alice, &bob);
  hc_session_set_verified (alice, TRUE);
  say (alice, bob, "first");
  session_finish (alice);
  session_finish (bob);

  bob = hub_join (hub, "bob");
  hc_session_set_data_folder (bob, elsewhere);
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_WAITING);
  alice = register_with_key (hub, "alice");
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_failed (alice, HC_SESSION_MATCHED, "another key");
  change = hc_session_get_key_change (alice);
  g_assert_nonnull (change);
  g_assert_true (change->was_verified);
  g_assert_cmpstr (change->peer_id, ==, "bob");
  g_assert_cmpstr (change->old_key, !=, change->new_key);
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_WAITING);

  hc_session_accept_key_change (alice);
  g_assert_null (hc_session_get_key_change (alice));
  hc_session_chat (alice);
  session_await (alice, HC_SESSION_CHATTING);
  g_assert_cmpint (hc_session_get_trust (alice), ==, HC_TRUST_KNOWN);
  session_finish (alice);
  session_finish (bob);
  private_folder_remove (elsewhere);
}

/* Who was met encrypted is not spoken to in plain view. */
static void
test_downgrade (Hub           *hub,
                gconstpointer  data)
{
  HcSession *alice, *bob;

  meet (hub, &alice, &bob);
  say (alice, bob, "first");
  session_finish (alice);
  session_finish (bob);

  bob = hub_wait (hub, "bob");
  alice = register_with_key (hub, "alice");
  hc_session_bridge (alice);
  session_await (alice, HC_SESSION_MATCHED);
  hc_session_chat (alice);
  session_await_failed (alice, HC_SESSION_MATCHED, "encrypted before");
  g_assert_nonnull (hc_session_get_key_change (alice));
  g_assert_null (hc_session_get_key_change (alice)->new_key);
  session_finish (alice);
  session_finish (bob);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *path; HubTest test; } tests[] = {
    { "/talk", test_talk },
    { "/length", test_length },
    { "/cancel", test_cancel },
    { "/typing", test_typing },
    { "/leave", test_leave },
    { "/again", test_again },
    { "/v1-calls", test_v1_calls },
    { "/v1-is-called", test_v1_is_called },
    { "/required/by-caller", test_required_by_caller },
    { "/required/by-callee", test_required_by_callee },
    { "/key-changed", test_key_changed },
    { "/downgrade", test_downgrade },
  };

  int status;

  g_test_init (&argc, &argv, NULL);
  folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                   (GDestroyNotify) private_folder_remove);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    hub_add_test ("session-v2", tests[i].path, tests[i].test);
  hub_add_stream_test ("session-v2", "/resume", test_resume);
  status = g_test_run ();
  g_hash_table_unref (folders);
  return status;
}
