/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 soak_pair_meet (guint16  port,
                       gboolean is_udp,
                       guint    number);

G_END_DECLS
