/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcMessageKind:
 * @HC_MESSAGE_INCOMING: the peer said it
 * @HC_MESSAGE_OUTGOING: we said it
 * @HC_MESSAGE_NOTICE: nobody said it: what happened to the conversation
 *
 * Who speaks.
 */
typedef enum
{
  HC_MESSAGE_INCOMING,
  HC_MESSAGE_OUTGOING,
  HC_MESSAGE_NOTICE,
} HcMessageKind;

/**
 * HcMessageStatus:
 * @HC_MESSAGE_STATUS_NONE: incoming messages and notices have none
 * @HC_MESSAGE_STATUS_WAITING: it has not begun to go out: it's a v1 peer's
 *   turn, or there is no way to a v2 peer just now; it can be taken back
 * @HC_MESSAGE_STATUS_SENDING: on its way; it may arrive
 * @HC_MESSAGE_STATUS_SENT: handed to the network; a v1 peer doesn't confirm more
 * @HC_MESSAGE_STATUS_DELIVERED: a v2 peer says that it is in its conversation
 * @HC_MESSAGE_STATUS_FAILED: it was not sent, or nobody knows whether it
 *   arrived; #HcMessage:failure says which, and why
 *
 * What has become of an outgoing message. Nothing is called delivered that
 * the peer has not confirmed.
 */
typedef enum
{
  HC_MESSAGE_STATUS_NONE,
  HC_MESSAGE_STATUS_WAITING,
  HC_MESSAGE_STATUS_SENDING,
  HC_MESSAGE_STATUS_SENT,
  HC_MESSAGE_STATUS_DELIVERED,
  HC_MESSAGE_STATUS_FAILED,
} HcMessageStatus;

#define HC_TYPE_MESSAGE (hc_message_get_type ())
G_DECLARE_FINAL_TYPE (HcMessage, hc_message, HC, MESSAGE, GObject)

HcMessage       *hc_message_new          (HcMessageKind    kind,
                                          const char      *sender_id,
                                          const char      *text);
HcMessageKind    hc_message_get_kind     (HcMessage       *self);
const char      *hc_message_get_sender_id (HcMessage      *self);
const char      *hc_message_get_text     (HcMessage       *self);
GDateTime       *hc_message_get_time     (HcMessage       *self);
HcMessageStatus  hc_message_get_status   (HcMessage       *self);
const char      *hc_message_get_failure  (HcMessage       *self);
void             hc_message_set_status   (HcMessage       *self,
                                          HcMessageStatus  status);
void             hc_message_fail         (HcMessage       *self,
                                          const char      *reason);

G_END_DECLS
