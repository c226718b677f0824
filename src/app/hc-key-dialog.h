/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hc_key_dialog_present (GtkWindow *parent,
                            HcSession *session);

G_END_DECLS
