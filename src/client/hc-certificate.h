/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

char     *hc_certificate_generate (GError          **error);
gboolean  hc_certificate_get_key  (GTlsCertificate  *certificate,
                                   guint8            key[HC_KEY_LENGTH],
                                   GError          **error);
char     *hc_key_to_text          (const guint8      key[HC_KEY_LENGTH]);

G_END_DECLS
