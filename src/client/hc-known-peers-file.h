/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-known-peers-table.h"

G_BEGIN_DECLS

HcKnownPeersTable *hc_known_peers_file_read      (const char  *folder,
                                                  GError     **error);
HcKnownPeersTable *hc_known_peers_file_change    (const char  *folder,
                                                  GPtrArray   *changes,
                                                  gboolean    *made,
                                                  GError     **error);
char              *hc_known_peers_file_set_aside (const char  *folder,
                                                  GError     **error);

G_END_DECLS
