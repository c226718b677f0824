/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-acceptor.h"
#include "hc-call-listener.h"
#include "hc-connector.h"
#include "hc-greeting.h"
#include "hc-safety-code.h"

G_BEGIN_DECLS

/**
 * Impostor:
 * @meeting: what it knows of its victim, to be changed before it calls
 * @link: (nullable): an encrypted link to the victim, once there is one
 * @error: (nullable): why there is none
 * @is_closed: whether the link has ended
 *
 * Somebody who speaks v2 on the loopback address, under any name and with a key
 * of its own, and inside encryption says what a test has it say. It lives in the
 * test's own thread and main context.
 */
typedef struct
{
  HcMeeting *meeting;
  HcLink *link;
  GError *error;
  gboolean is_closed;

  /*< private >*/
  HcPacketLog *log;
  HcConnector *connector;
  HcProber *prober;
  HcCallListener *listener;
  HcAcceptor *acceptor;
  HcGreeting *greeting;
  gboolean is_caller;
  GPtrArray *heard;
} Impostor;

Impostor *impostor_new         (gboolean            udp,
                                HcIdentity         *identity);
void      impostor_free        (Impostor           *self);
guint16   impostor_listen      (Impostor           *self);
void      impostor_call        (Impostor           *self,
                                const char         *victim_id,
                                guint16             port);
gboolean  impostor_is_done     (Impostor           *self);
char     *impostor_make_hello  (Impostor           *self,
                                guint32             received);
void      impostor_say         (Impostor           *self,
                                const char         *packet);
void      impostor_hear        (Impostor           *self,
                                HcPacketType        type);
guint     impostor_count       (Impostor           *self,
                                HcPacketType        type);
void      impostor_greet       (Impostor           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Impostor, impostor_free)

G_END_DECLS
