/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-host.h"
#include "hc-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcConnectPage:
 *
 * Who you are, where the server is, and the three steps to a conversation.
 */
#define HC_TYPE_CONNECT_PAGE (hc_connect_page_get_type ())
G_DECLARE_FINAL_TYPE (HcConnectPage, hc_connect_page, HC, CONNECT_PAGE, AdwBin)

gboolean hc_connect_page_is_complete (HcConnectPage *self);

G_END_DECLS
