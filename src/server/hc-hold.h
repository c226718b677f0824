/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcHold:
 *
 * A BRIDGE over TCP that found nobody, and waits for somebody.
 */
typedef struct _HcHold HcHold;

void hc_hold_expire (HcHold *self);
void hc_hold_drop   (HcHold *self,
                     gint64  time);

G_END_DECLS
