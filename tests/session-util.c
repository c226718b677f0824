/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-util.h"

#include <string.h>

static void
hub_set_up (Hub           *hub,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  hub->udp = GPOINTER_TO_INT (data) == HC_TRANSPORT_UDP;
  hub->server = g_object_new (HC_TYPE_SERVER, "port", 0, "udp", hub->udp, "max-requests", 0,
                              "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  g_assert_true (hc_server_start (hub->server, &error));
  g_assert_no_error (error);
  hub->name = g_strdup_printf ("127.0.0.1:%u", hc_server_get_port (hub->server));
}

static void
hub_tear_down (Hub           *hub,
               gconstpointer  data)
{
  hc_server_stop (hub->server);
  wait_settle ();
  g_assert_finalize_object (hub->server);
  g_free (hub->name);
}

/* Adds a test for both modes: @path follows `/suite/tcp` and `/suite/udp`. */
void
hub_add_test (const char *suite,
              const char *path,
              HubTest     test)
{
  g_autofree char *tcp_path = g_strconcat ("/", suite, "/tcp", path, NULL);
  g_autofree char *udp_path = g_strconcat ("/", suite, "/udp", path, NULL);

  g_test_add (tcp_path, Hub, GINT_TO_POINTER (HC_TRANSPORT_TCP), hub_set_up, test, hub_tear_down);
  g_test_add (udp_path, Hub, GINT_TO_POINTER (HC_TRANSPORT_UDP), hub_set_up, test, hub_tear_down);
}

/* Adds a test that makes sense over TCP only. */
void
hub_add_stream_test (const char *suite,
                     const char *path,
                     HubTest     test)
{
  g_autofree char *tcp_path = g_strconcat ("/", suite, "/tcp", path, NULL);

  g_test_add (tcp_path, Hub, GINT_TO_POINTER (HC_TRANSPORT_TCP), hub_set_up, test, hub_tear_down);
}

/* A session that knows where the hub is. */
HcSession *
hub_join (Hub        *hub,
          const char *id)
{
  return session_new (id, hc_server_get_port (hub->server));
}

/* One that is registered. */
HcSession *
hub_register (Hub        *hub,
              const char *id)
{
  HcSession *session = hub_join (hub, id);

  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  g_assert_cmpint (hc_session_get_transport (session), ==,
                   hub->udp ? HC_TRANSPORT_UDP : HC_TRANSPORT_TCP);
  return session;
}

/* One that waits to be called. */
HcSession *
hub_wait (Hub        *hub,
          const char *id)
{
  HcSession *session = hub_register (hub, id);

  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);
  return session;
}

/* Two that talk: @alice has called @bob. */
void
hub_meet (Hub        *hub,
          HcSession **alice,
          HcSession **bob)
{
  *bob = hub_wait (hub, "bob");
  *alice = hub_register (hub, "alice");

  hc_session_bridge (*alice);
  session_await (*alice, HC_SESSION_MATCHED);
  g_assert_cmpstr (hc_session_get_peer_id (*alice), ==, "bob");
  hc_session_chat (*alice);
  session_await (*alice, HC_SESSION_CHATTING);
  session_await (*bob, HC_SESSION_CHATTING);
  g_assert_cmpstr (hc_session_get_peer_id (*bob), ==, "alice");
}

HcSession *
session_new (const char *id,
             guint16     server_port)
{
  g_autofree char *server = g_strdup_printf ("127.0.0.1:%u", server_port);
  HcSession *session = hc_session_new ();

  hc_session_set_id (session, id);
  hc_session_set_server (session, server);
  hc_session_set_address (session, "127.0.0.1");
  return session;
}

static gboolean
is_in (HcSession      *session,
       HcSessionState  state)
{
  return hc_session_get_state (session) == state;
}

void
session_await (HcSession      *session,
               HcSessionState  state)
{
  gint64 end = wait_begin ();
  g_autofree char *what = g_strdup_printf ("%s to be %s", hc_session_get_id (session),
                                           hc_session_state_to_string (state));

  while (!is_in (session, state))
    {
      if (hc_session_get_failure (session) != NULL)
        g_error ("waiting for %s: %s", what, hc_session_get_failure (session));
      wait_step (end, G_STRLOC, hc_session_state_to_string (hc_session_get_state (session)), what);
    }
}

/* Waits for an action to fail, and checks that it says so in words. */
void
session_await_failed (HcSession      *session,
                      HcSessionState  state,
                      const char     *words)
{
  const char *failure;

  WAIT_UNTIL (hc_session_get_failure (session) != NULL);
  failure = hc_session_get_failure (session);
  g_test_message ("%s", failure);
  if (strstr (failure, words) == NULL)
    g_error ("this does not say \"%s\": %s", words, failure);
  g_assert_cmpstr (hc_session_state_to_string (hc_session_get_state (session)), ==,
                   hc_session_state_to_string (state));
}

void
session_send (HcSession  *session,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hc_session_send (session, text, &error));
  g_assert_no_error (error);
}

/* The newest message of a kind, or NULL. */
HcMessage *
session_dup_last (HcSession     *session,
                  HcMessageKind  kind)
{
  GListModel *model = G_LIST_MODEL (hc_session_get_conversation (session));

  for (guint n = g_list_model_get_n_items (model); n > 0; n--)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (model, n - 1);

      if (hc_message_get_kind (message) == kind)
        return g_steal_pointer (&message);
    }
  return NULL;
}

guint
session_count (HcSession     *session,
               HcMessageKind  kind)
{
  GListModel *model = G_LIST_MODEL (hc_session_get_conversation (session));
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (model, i);

      count += hc_message_get_kind (message) == kind;
    }
  return count;
}

static gboolean
has_last_text (HcSession     *session,
               HcMessageKind  kind,
               const char    *text)
{
  g_autoptr (HcMessage) message = session_dup_last (session, kind);

  return message != NULL && g_str_equal (hc_message_get_text (message), text);
}

void
session_await_text (HcSession     *session,
                    HcMessageKind  kind,
                    const char    *text)
{
  WAIT_UNTIL (has_last_text (session, kind, text));
}

/* Says something, and waits until it has been heard. */
void
session_say (HcSession  *from,
             HcSession  *to,
             const char *text)
{
  g_autoptr (HcMessage) message = NULL;

  session_send (from, text);
  session_await_text (to, HC_MESSAGE_INCOMING, text);
  message = session_dup_last (from, HC_MESSAGE_OUTGOING);
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_SENT);
}

static void
on_closed (GObject      *session,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *closed = user_data;

  g_assert_true (hc_session_close_finish (HC_SESSION (session), result, &error));
  g_assert_no_error (error);
  *closed = TRUE;
}

void
session_close (HcSession *session)
{
  gboolean closed = FALSE;

  hc_session_close_async (session, on_closed, &closed);
  WAIT_UNTIL (closed);
}

/* Closes a session and checks that nothing of it is left. A link waits a little
 * for the peer to close its end as well. */
void
session_finish (HcSession *session)
{
  gpointer conversation = hc_session_get_conversation (session);
  gpointer log = hc_session_get_packet_log (session);

  session_close (session);
  wait_settle ();
  g_object_add_weak_pointer (conversation, &conversation);
  g_object_add_weak_pointer (log, &log);
  g_assert_finalize_object (session);
  WAIT_UNTIL (conversation == NULL && log == NULL);
}
