/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *hc_client_id_find_disguise (const char *id);
char       *hc_client_id_fold          (const char *id);
gboolean    hc_client_id_is_alike      (const char *id,
                                        const char *other);

G_END_DECLS
