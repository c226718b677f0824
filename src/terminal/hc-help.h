/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-screen.h"

G_BEGIN_DECLS

void hc_help_tell (HcScreen *screen);

G_END_DECLS
