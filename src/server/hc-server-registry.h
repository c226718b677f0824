/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hc_server_registry_check  (const char  *name,
                                    GError     **error);
gboolean hc_server_registry_create (const char  *name,
                                    HcRegistry **registry,
                                    GError     **error);

G_END_DECLS
