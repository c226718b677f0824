/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress *hc_address_unmap      (GSocketAddress *address);
GSocketAddress *hc_address_map        (GSocketAddress *address);
gboolean        hc_address_equal      (GSocketAddress *a,
                                       GSocketAddress *b);
gboolean        hc_address_same_host  (GSocketAddress *a,
                                       GSocketAddress *b);
char           *hc_address_find_local (GSocketAddress *remote);

G_END_DECLS
