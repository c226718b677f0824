/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void               hc_dial_async  (GPtrArray            *addresses,
                                   const char           *local_address,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
GSocketConnection *hc_dial_finish (GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
