/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-server-options.h"

G_BEGIN_DECLS

gboolean hc_server_config_load (HcServerOptions  *options,
                                const char       *path,
                                GError          **error);

G_END_DECLS
