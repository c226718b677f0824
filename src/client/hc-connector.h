/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-meeting.h"
#include "hc-prober.h"

G_BEGIN_DECLS

/**
 * HcConnector:
 *
 * Opens an encrypted link to a peer, by whichever way there is: TCP to any of
 * its addresses, or UDP where probes get through. Source: protocol, section 5.
 */
#define HC_TYPE_CONNECTOR (hc_connector_get_type ())
G_DECLARE_FINAL_TYPE (HcConnector, hc_connector, HC, CONNECTOR, GObject)

HcConnector *hc_connector_new       (HcMeeting   *meeting,
                                     HcProber    *prober,
                                     gboolean     is_caller);
void         hc_connector_start     (HcConnector *self);
void         hc_connector_stop      (HcConnector *self);
gboolean     hc_connector_is_active (HcConnector *self);

G_END_DECLS
