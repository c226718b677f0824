/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GSource *hc_source_attach (GSource      *source,
                           GSourceFunc   func,
                           gpointer      user_data);
GSource *hc_source_timer  (guint         interval_ms,
                           GSourceFunc   func,
                           gpointer      user_data);
void     hc_source_clear  (GSource     **source);

G_END_DECLS
