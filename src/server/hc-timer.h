/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GSource *hc_timer_new  (GMainContext *context,
                        GSourceFunc   func,
                        gpointer      user_data);
void     hc_timer_free (GSource      *timer);

G_END_DECLS
