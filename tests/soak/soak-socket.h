/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sockets of this host's, from any of its 16 million loopback addresses. */

int soak_socket_open    (GSocketType  type,
                         guint32      source);
int soak_socket_connect (GSocketType  type,
                         guint32      source,
                         guint16      port);

G_END_DECLS
