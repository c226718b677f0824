/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     hc_service_ready          (const char *status);
void     hc_service_reloading      (void);
void     hc_service_stopping       (void);
GSource *hc_service_watchdog_new   (void);
GArray  *hc_service_take_sockets   (void);

G_END_DECLS
