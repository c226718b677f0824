/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSource *hc_datagram_source_new (GDatagramBased *object,
                                 GIOCondition    condition,
                                 GCancellable   *cancellable);

G_END_DECLS
