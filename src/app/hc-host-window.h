/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-host.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HcHostWindow:
 *
 * Starts and stops the server that runs in the app, and shows where it is.
 *
 * It emits `use` with the server's address when one of the chat windows is to
 * use it.
 */
#define HC_TYPE_HOST_WINDOW (hc_host_window_get_type ())
G_DECLARE_FINAL_TYPE (HcHostWindow, hc_host_window, HC, HOST_WINDOW, AdwWindow)

GtkWidget *hc_host_window_new (HcHost *host);

G_END_DECLS
