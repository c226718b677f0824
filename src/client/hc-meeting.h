/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-datagram-path.h"
#include "hc-identity.h"
#include "hc-link.h"

G_BEGIN_DECLS

/**
 * HcMeeting:
 * @clock: the time
 * @log: where to note the packets
 * @identity: who we are
 * @socket: (nullable): our UDP socket
 * @local_address: (nullable): a literal address of this host to call from
 * @peer_id: who the peer is, or says it is
 * @addresses: (element-type GSocketAddress): where it may be, best first
 * @session: the name of the match
 * @has_key: whether the peer's key is known
 * @key: the peer's key, then
 * @has_ticket: whether the server has given its word for the caller
 * @ticket: that word, then
 * @uses_streams: whether both listen on TCP, too
 * @is_vouched: whether the server says that the peer speaks v2
 *
 * What it takes for two who speak v2 to come together, for the first time or
 * again. It is counted: see hc_meeting_ref().
 */
typedef struct
{
  HcClock *clock;
  HcPacketLog *log;
  HcIdentity *identity;
  HcDatagramSocket *socket;
  char *local_address;
  char *peer_id;
  GPtrArray *addresses;
  guint8 session[HC_SESSION_LENGTH];
  gboolean has_key;
  guint8 key[HC_KEY_LENGTH];
  gboolean has_ticket;
  guint8 ticket[HC_TICKET_LENGTH];
  gboolean uses_streams;
  gboolean is_vouched;
} HcMeeting;

HcMeeting      *hc_meeting_new               (HcClock          *clock,
                                              HcPacketLog      *log,
                                              HcIdentity       *identity);
HcMeeting      *hc_meeting_ref               (HcMeeting        *self);
void            hc_meeting_unref             (HcMeeting        *self);
void            hc_meeting_set_addresses     (HcMeeting        *self,
                                              GPtrArray        *addresses,
                                              guint16           port);
const guint8   *hc_meeting_get_key           (HcMeeting        *self);
const guint8   *hc_meeting_get_ticket        (HcMeeting        *self);
HcDatagramPath *hc_meeting_open_path         (HcMeeting        *self,
                                              guint             attempt);
HcLink         *hc_meeting_make_link         (HcMeeting        *self,
                                              HcDatagramPath   *path,
                                              GDatagramBased   *datagrams);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcMeeting, hc_meeting_unref)

G_END_DECLS
