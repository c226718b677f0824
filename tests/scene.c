/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "scene.h"
#include "private-folder.h"

#include <string.h>

/* Where nobody is. */
#define NOWHERE "1"

/* --- Before the server ---------------------------------------------------- */

/* What is behind v1's lines is gone. */
static void
cut_version (GString *bytes)
{
  char *version = strstr (bytes->str, "Version: ");

  if (version == NULL)
    return;
  g_string_truncate (bytes, version - bytes->str);
  g_string_append (bytes, "\r\n");
}

/* Leads the caller to our peers, and the callee nowhere. */
static void
change_record (Scene   *self,
               GString *bytes)
{
  g_autofree char *port = g_strdup_printf ("%u", meddler_get_port (self->peers));
  gboolean is_callee = strstr (bytes->str, "Role: callee") != NULL;

  g_free (self->session);
  self->session = meddler_find_value (bytes, "Session");
  meddler_change_value (bytes, "Port", is_callee ? NOWHERE : port);
  meddler_change_value (bytes, "Seen", NULL);
  meddler_change_value (bytes, "LocalIP", NULL);
  while (meddler_change_value (bytes, "Path", NULL))
    continue;
  if (!is_callee && self->path != NULL)
    meddler_add_value (bytes, "Path", self->path);
  if (is_callee && self->callers_key != NULL)
    meddler_change_value (bytes, "Key", self->callers_key);
}

/* Nobody is told of a port of the server's that isn't ours. */
static void
on_server_bytes (GString  *bytes,
                 gboolean  from_caller,
                 gpointer  user_data)
{
  Scene *self = user_data;
  g_autofree char *port = meddler_find_value (bytes, "Port");

  meddler_change_value (bytes, "Udp", NULL);
  if (self->speaks_v1)
    cut_version (bytes);
  if (g_str_has_prefix (bytes->str, "BRIDGEACK") && port != NULL && *port != '\0')
    change_record (self, bytes);
}

/* --- The scene ------------------------------------------------------------ */

/* Everybody is honest at first. */
Scene *
scene_new (Hub *hub)
{
  Scene *self = g_new0 (Scene, 1);

  self->hub = hub;
  self->server = meddler_new (hub->udp, hc_server_get_port (hub->server));
  self->peers = meddler_new (hub->udp, 1);
  self->alices_folder = private_folder_new ();
  self->bobs_folder = private_folder_new ();
  meddler_set_edit (self->server, on_server_bytes, self);
  return self;
}

void
scene_free (Scene *self)
{
  scene_part (self);
  meddler_free (self->server);
  meddler_free (self->peers);
  private_folder_remove (self->alices_folder);
  private_folder_remove (self->bobs_folder);
  g_free (self->session);
  g_free (self);
}

/* Bob waits, and whoever is between him and his caller passes everything on. */
void
scene_wait (Scene *self)
{
  self->bob = keyed_wait (meddler_get_port (self->server), "bob", self->bobs_folder);
  meddler_set_target (self->peers, hc_session_get_bound_port (self->bob));
}

/* Alice is told of whoever waits. */
void
scene_find (Scene *self)
{
  self->alice = keyed_register (meddler_get_port (self->server), "alice", self->alices_folder);
  hc_session_bridge (self->alice);
  session_await (self->alice, HC_SESSION_MATCHED);
}

/* Bob waits, and alice knows of him. */
void
scene_match (Scene *self)
{
  scene_wait (self);
  scene_find (self);
}

/* Alice calls, and nobody prevents it. */
void
scene_connect (Scene *self)
{
  meddler_set_edit (self->peers, NULL, NULL);
  meddler_set_target (self->peers, hc_session_get_bound_port (self->bob));
  hc_session_chat (self->alice);
  session_await (self->alice, HC_SESSION_CHATTING);
  WAIT_UNTIL (hc_session_get_state (self->bob) == HC_SESSION_CHATTING);
  g_assert_true (hc_session_get_encrypted (self->alice));
  g_assert_true (hc_session_get_encrypted (self->bob));
  keyed_say (self->alice, self->bob, "Hi");
  keyed_say (self->bob, self->alice, "Hi yourself");
}

/* They meet without anybody's doing anything. */
void
scene_meet (Scene *self)
{
  scene_match (self);
  scene_connect (self);
  scene_part (self);
}

/* Both go home. */
void
scene_part (Scene *self)
{
  if (self->alice != NULL)
    session_finish (self->alice);
  if (self->bob != NULL)
    session_finish (self->bob);
  self->alice = self->bob = NULL;
}

/* --- People with keys ----------------------------------------------------- */

HcSession *
keyed_register (guint16     server_port,
                const char *id,
                const char *folder)
{
  HcSession *session = session_new (id, server_port);

  hc_session_set_data_folder (session, folder);
  hc_session_register (session);
  session_await (session, HC_SESSION_REGISTERED);
  return session;
}

HcSession *
keyed_wait (guint16     server_port,
            const char *id,
            const char *folder)
{
  HcSession *session = keyed_register (server_port, id, folder);

  hc_session_bridge (session);
  session_await (session, HC_SESSION_WAITING);
  return session;
}

/* Says something, and waits until it is called delivered. */
void
keyed_say (HcSession  *from,
           HcSession  *to,
           const char *text)
{
  g_autoptr (HcMessage) message = NULL;

  session_send (from, text);
  message = session_dup_last (from, HC_MESSAGE_OUTGOING);
  WAIT_UNTIL (hc_message_get_status (message) == HC_MESSAGE_STATUS_DELIVERED);
  session_await_text (to, HC_MESSAGE_INCOMING, text);
}

/* What a person would read out to the other. */
char *
keyed_await_code (HcSession *session)
{
  WAIT_UNTIL (hc_session_get_safety_code (session) != NULL);
  return hc_safety_code_to_string (hc_session_get_safety_code (session));
}

static void
on_state (HcSession *session)
{
  g_assert_cmpint (hc_session_get_state (session), !=, HC_SESSION_CHATTING);
}

/* From now on a conversation is a failure, be it for a moment. */
void
session_forbid_chat (HcSession *session)
{
  g_signal_connect (session, "notify::state", G_CALLBACK (on_state), NULL);
}

void
session_permit_chat (HcSession *session)
{
  g_signal_handlers_disconnect_by_func (session, on_state, NULL);
}
