/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

HcPacket *bench_make_message (void);

G_END_DECLS
