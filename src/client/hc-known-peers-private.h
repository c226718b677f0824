/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-known-peers-table.h"

G_BEGIN_DECLS

HcKnownPeers *hc_known_peers_new (const char        *folder,
                                  HcKnownPeersTable *table);

G_END_DECLS
