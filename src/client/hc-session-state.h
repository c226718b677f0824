/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcSessionState:
 * @HC_SESSION_OFFLINE: nobody has been asked yet
 * @HC_SESSION_PROBING: asking the server for its mode
 * @HC_SESSION_READY: the server answers; not registered
 * @HC_SESSION_REGISTERING: claiming the ID
 * @HC_SESSION_REGISTERED: the ID is ours
 * @HC_SESSION_BRIDGING: asking for somebody who is ready
 * @HC_SESSION_WAITING: nobody was ready; we'll be called
 * @HC_SESSION_MATCHED: somebody is ready for our call
 * @HC_SESSION_CONNECTING: calling
 * @HC_SESSION_CHATTING: in a conversation
 * @HC_SESSION_ENDED: the conversation is over, and can still be read
 *
 * Where a session stands.
 */
typedef enum
{
  HC_SESSION_OFFLINE,
  HC_SESSION_PROBING,
  HC_SESSION_READY,
  HC_SESSION_REGISTERING,
  HC_SESSION_REGISTERED,
  HC_SESSION_BRIDGING,
  HC_SESSION_WAITING,
  HC_SESSION_MATCHED,
  HC_SESSION_CONNECTING,
  HC_SESSION_CHATTING,
  HC_SESSION_ENDED,
} HcSessionState;

gboolean    hc_session_state_may_follow  (HcSessionState from,
                                          HcSessionState to);
gboolean    hc_session_state_is_busy     (HcSessionState state);
const char *hc_session_state_to_string   (HcSessionState state);

G_END_DECLS
