/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"
#include "hc-packet.h"
#include "hc-safety-code.h"

G_BEGIN_DECLS

/**
 * HcPeerIdentity:
 * @id: a client ID
 * @key: its key
 *
 * One of the two in a conversation.
 */
typedef struct
{
  const char *id;
  const guint8 *key;
} HcPeerIdentity;

/**
 * HcGreeting:
 *
 * What two who speak v2 say first on each link, and what it has to agree with:
 * who they are, in which session, and what neither can choose of the safety
 * code. It is freed with hc_greeting_free().
 */
typedef struct _HcGreeting HcGreeting;

HcGreeting   *hc_greeting_new         (const HcPeerIdentity *own,
                                       const HcPeerIdentity *peer,
                                       const guint8          session[HC_SESSION_LENGTH],
                                       gboolean              is_caller);
void          hc_greeting_free        (HcGreeting           *self);
void          hc_greeting_set_link    (HcGreeting           *self,
                                       const guint8          plain[HC_DIGEST_LENGTH],
                                       const guint8         *ticket);
HcPacket     *hc_greeting_make_hello  (HcGreeting           *self,
                                       guint32               received);
HcPacket     *hc_greeting_make_reveal (HcGreeting           *self);
const char   *hc_greeting_take_hello  (HcGreeting           *self,
                                       HcPacket             *hello);
const char   *hc_greeting_take_reveal (HcGreeting           *self,
                                       HcPacket             *reveal,
                                       HcSafetyCode        **code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcGreeting, hc_greeting_free)

G_END_DECLS
