/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

gboolean hc_proof_check (HcPacket  *packet,
                         GError   **error);

G_END_DECLS
