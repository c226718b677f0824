/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *hc_base64url_encode    (const guint8 *data,
                                 gsize         length);
gboolean hc_base64url_decode    (const char   *text,
                                 guint8       *data,
                                 gsize         length);
GBytes  *hc_base64url_to_bytes  (const char   *text,
                                 gsize         text_length);

G_END_DECLS
