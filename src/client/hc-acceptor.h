/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-meeting.h"

G_BEGIN_DECLS

/**
 * HcAcceptor:
 *
 * Takes the encrypted links that a peer opens to us, over TCP and UDP, as often
 * as it does.
 */
#define HC_TYPE_ACCEPTOR (hc_acceptor_get_type ())
G_DECLARE_FINAL_TYPE (HcAcceptor, hc_acceptor, HC, ACCEPTOR, GObject)

HcAcceptor *hc_acceptor_new         (HcMeeting  *meeting,
                                     gboolean    is_callee);
HcMeeting  *hc_acceptor_get_meeting (HcAcceptor *self);
void        hc_acceptor_take_offer  (HcAcceptor *self,
                                     HcLink     *link,
                                     HcPacket   *hello,
                                     HcPacket   *offer);

G_END_DECLS
