/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-screen.h"
#include "hc-session.h"

G_BEGIN_DECLS

void     hc_safety_tell   (HcSession *session,
                           HcScreen  *screen);
void     hc_safety_verify (HcSession *session,
                           HcScreen  *screen);
gboolean hc_safety_accept (HcSession *session,
                           HcScreen  *screen);

G_END_DECLS
