/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-rendezvous-client.h"

G_BEGIN_DECLS

/**
 * Member:
 * @id: what it is called
 * @client: what asks
 * @log: what has passed
 * @socket: its UDP socket
 * @identity: (nullable): its key
 * @until: cancelled when it has had enough of waiting
 * @match: (nullable): the last one it was told of while it waited
 * @n_matches: how many it was told of
 * @lost: (nullable): why it has lost its registration
 *
 * Somebody who asks a server on 127.0.0.1 by an HcRendezvousClient.
 */
typedef struct
{
  char *id;
  HcRendezvousClient *client;
  HcPacketLog *log;
  HcDatagramSocket *socket;
  HcIdentity *identity;
  GCancellable *until;
  HcMatch *match;
  guint n_matches;
  GError *lost;
} Member;

Member   *member_new              (const char    *id,
                                   guint16        server_port);
Member   *member_new_with         (const char    *id,
                                   guint16        server_port,
                                   HcIdentity    *identity,
                                   HcClock       *clock);
void      member_free             (Member        *self);
gboolean  member_probe            (Member        *self,
                                   GError       **error);
gboolean  member_register         (Member        *self,
                                   GError       **error);
HcMatch  *member_bridge           (Member        *self,
                                   const char    *with,
                                   GError       **error);
gboolean  member_withdraw         (Member        *self,
                                   GError       **error);
gboolean  member_quit             (Member        *self,
                                   GError       **error);
gboolean  member_chat             (Member        *self,
                                   const char    *callee_id,
                                   GError       **error);
void      member_join             (Member        *self);
void      member_wait             (Member        *self);
guint     member_count            (Member        *self,
                                   const char    *type,
                                   gboolean       outgoing);
guint     member_count_faults     (Member        *self);
char     *member_get_last         (Member        *self,
                                   const char    *type,
                                   gboolean       outgoing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Member, member_free)

G_END_DECLS
