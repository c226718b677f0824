/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "meddler.h"
#include "session-util.h"

G_BEGIN_DECLS

/**
 * Scene:
 * @hub: a real server
 * @server: who is between it and everybody
 * @peers: who is between a caller and the callee
 * @speaks_v1: whether the one before the server takes v2 out of what passes
 * @path: (nullable): where else to lead the caller, as a Path
 * @session: (nullable): the name of the last match, if it has one
 * @callers_key: (nullable): what to tell the callee of the caller's key instead
 *   of the truth
 * @alices_folder: where alice's keys are
 * @bobs_folder: where bob's keys are
 * @alice: (nullable): who calls
 * @bob: (nullable): who is called
 *
 * Two who meet, and somebody who is in between in every place there is. What the
 * server tells the caller leads to @peers, and nowhere else by itself.
 */
typedef struct
{
  Hub *hub;
  Meddler *server;
  Meddler *peers;
  gboolean speaks_v1;
  const char *path;
  char *session;
  const char *callers_key;
  char *alices_folder;
  char *bobs_folder;
  HcSession *alice;
  HcSession *bob;
} Scene;

Scene     *scene_new            (Hub        *hub);
void       scene_free           (Scene      *self);
void       scene_wait           (Scene      *self);
void       scene_find           (Scene      *self);
void       scene_match          (Scene      *self);
void       scene_connect        (Scene      *self);
void       scene_meet           (Scene      *self);
void       scene_part           (Scene      *self);

HcSession *keyed_register       (guint16     server_port,
                                 const char *id,
                                 const char *folder);
HcSession *keyed_wait           (guint16     server_port,
                                 const char *id,
                                 const char *folder);
void       keyed_say            (HcSession  *from,
                                 HcSession  *to,
                                 const char *text);
char      *keyed_await_code     (HcSession  *session);
void       session_forbid_chat  (HcSession  *session);
void       session_permit_chat  (HcSession  *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

G_END_DECLS
