/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

void     hc_options_add_to   (GApplication  *application);
gboolean hc_options_check    (GVariantDict  *options,
                              GError       **error);
void     hc_options_apply_to (GVariantDict  *options,
                              HcSession     *session);

G_END_DECLS
