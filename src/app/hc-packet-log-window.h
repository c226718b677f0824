/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-log.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcPacketLogWindow:
 *
 * The packets of a session, for those who want to see how it works.
 */
#define HC_TYPE_PACKET_LOG_WINDOW (hc_packet_log_window_get_type ())
G_DECLARE_FINAL_TYPE (HcPacketLogWindow, hc_packet_log_window, HC, PACKET_LOG_WINDOW, AdwWindow)

GtkWidget *hc_packet_log_window_new (HcPacketLog *log);

G_END_DECLS
