/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-origin.h"

G_BEGIN_DECLS

int     hc_bind             (const HcIp   *address,
                             guint16       port,
                             GSocketType   transport,
                             GError      **error);
guint16 hc_bind_get_port    (int           fd);
void    hc_bind_get_address (int           fd,
                             HcIp         *address);

G_END_DECLS
