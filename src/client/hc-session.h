/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-conversation.h"
#include "hc-packet-log.h"
#include "hc-safety-code.h"
#include "hc-session-state.h"
#include "hc-trust.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcSession:
 *
 * One user's side: registers with a server, finds somebody, talks.
 *
 * The actions return at once; what comes of them is seen in #HcSession:state,
 * and if it went wrong in #HcSession:failure, in words for a person. An action
 * that the state doesn't allow is refused and changes nothing; see
 * hc_session_can_register() and its like.
 *
 * A session belongs to the thread-default main context in which it was made.
 */
#define HC_TYPE_SESSION (hc_session_get_type ())
G_DECLARE_FINAL_TYPE (HcSession, hc_session, HC, SESSION, GObject)

HcSession         *hc_session_new                     (void);

const char        *hc_session_get_id                  (HcSession            *self);
void               hc_session_set_id                  (HcSession            *self,
                                                       const char           *id);
const char        *hc_session_get_server              (HcSession            *self);
void               hc_session_set_server              (HcSession            *self,
                                                       const char           *server);
guint              hc_session_get_port                (HcSession            *self);
void               hc_session_set_port                (HcSession            *self,
                                                       guint                 port);
const char        *hc_session_get_address             (HcSession            *self);
void               hc_session_set_address             (HcSession            *self,
                                                       const char           *address);
void               hc_session_set_data_folder          (HcSession            *self,
                                                       const char           *folder);

HcSessionState     hc_session_get_state               (HcSession            *self);
const char        *hc_session_get_failure             (HcSession            *self);
HcTransport        hc_session_get_transport           (HcSession            *self);
guint              hc_session_get_bound_port          (HcSession            *self);
const char        *hc_session_get_peer_id             (HcSession            *self);
gboolean           hc_session_get_incoming            (HcSession            *self);
gboolean           hc_session_get_confirmed           (HcSession            *self);
gboolean           hc_session_get_encrypted           (HcSession            *self);
gboolean           hc_session_get_my_turn             (HcSession            *self);
gboolean           hc_session_get_interrupted         (HcSession            *self);
gboolean           hc_session_get_peer_typing         (HcSession            *self);
HcTransport        hc_session_get_link_transport      (HcSession            *self);
char              *hc_session_dup_link_address        (HcSession            *self);
guint              hc_session_get_text_capacity       (HcSession            *self);
HcConversation    *hc_session_get_conversation        (HcSession            *self);
HcPacketLog       *hc_session_get_packet_log          (HcSession            *self);

gboolean           hc_session_get_encryption_required (HcSession            *self);
void               hc_session_set_encryption_required (HcSession            *self,
                                                       gboolean              required);
HcSafetyCode      *hc_session_get_safety_code         (HcSession            *self);
HcTrust            hc_session_get_trust               (HcSession            *self);
void               hc_session_set_verified            (HcSession            *self,
                                                       gboolean              verified);
const HcKeyChange *hc_session_get_key_change          (HcSession            *self);
void               hc_session_accept_key_change       (HcSession            *self);

gboolean           hc_session_can_register            (HcSession            *self);
gboolean           hc_session_can_bridge              (HcSession            *self);
gboolean           hc_session_can_chat                (HcSession            *self);
gboolean           hc_session_can_send                (HcSession            *self);
gboolean           hc_session_can_leave               (HcSession            *self);
gboolean           hc_session_can_cancel              (HcSession            *self);

void               hc_session_register                (HcSession            *self);
void               hc_session_bridge                  (HcSession            *self);
void               hc_session_chat                    (HcSession            *self);
gboolean           hc_session_send                    (HcSession            *self,
                                                       const char           *text,
                                                       GError              **error);
void               hc_session_announce_typing         (HcSession            *self);
gboolean           hc_session_take_back               (HcSession            *self,
                                                       HcMessage            *message);
gboolean           hc_session_send_again              (HcSession            *self,
                                                       HcMessage            *message,
                                                       GError              **error);
void               hc_session_leave                   (HcSession            *self);
void               hc_session_cancel                  (HcSession            *self);
void               hc_session_reset                   (HcSession            *self);
void               hc_session_close_async             (HcSession            *self,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean           hc_session_close_finish            (HcSession            *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);

G_END_DECLS
