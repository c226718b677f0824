/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress *hc_address_unmap       (GSocketAddress *address);
GSocketAddress *hc_address_map         (GSocketAddress *address);
gboolean        hc_address_equal       (GSocketAddress *a,
                                        GSocketAddress *b);
gboolean        hc_address_same_host   (GSocketAddress *a,
                                        GSocketAddress *b);
gboolean        hc_address_is_loopback (GSocketAddress *address);
gboolean        hc_address_is_callable (GSocketAddress *address);
char           *hc_address_find_local  (GSocketAddress *remote);
GPtrArray      *hc_address_list_hosts  (gboolean        with_loopback);

G_END_DECLS
