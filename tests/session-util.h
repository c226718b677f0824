/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-server.h"
#include "hc-session.h"
#include "wait.h"

G_BEGIN_DECLS

/**
 * Hub:
 *
 * The fixture of the session tests: a real server in one of its two modes, in
 * this process, without a guard, since all the clients share an address.
 */
typedef struct
{
  gboolean udp;
  HcServer *server;
  char *name;
} Hub;

typedef void (*HubTest) (Hub *hub, gconstpointer data);

void       hub_add_test         (const char     *suite,
                                 const char     *path,
                                 HubTest         test);
void       hub_add_stream_test  (const char     *suite,
                                 const char     *path,
                                 HubTest         test);
HcSession *hub_join             (Hub            *hub,
                                 const char     *id);
HcSession *hub_register         (Hub            *hub,
                                 const char     *id);
HcSession *hub_wait             (Hub            *hub,
                                 const char     *id);
void       hub_meet             (Hub            *hub,
                                 HcSession     **alice,
                                 HcSession     **bob);

HcSession *session_new          (const char     *id,
                                 guint16         server_port);
void       session_await        (HcSession      *session,
                                 HcSessionState  state);
void       session_await_failed (HcSession      *session,
                                 HcSessionState  state,
                                 const char     *words);
void       session_send         (HcSession      *session,
                                 const char     *text);
HcMessage *session_dup_last     (HcSession      *session,
                                 HcMessageKind   kind);
void       session_await_text   (HcSession      *session,
                                 HcMessageKind   kind,
                                 const char     *text);
guint      session_count        (HcSession      *session,
                                 HcMessageKind   kind);
void       session_say          (HcSession      *from,
                                 HcSession      *to,
                                 const char     *text);
void       session_close        (HcSession      *session);
void       session_finish       (HcSession      *session);

G_END_DECLS
