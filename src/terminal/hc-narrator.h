/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-screen.h"
#include "hc-session.h"

G_BEGIN_DECLS

/**
 * HcNarrator:
 *
 * Says what happens to a session, whoever brought it about: whom it has found,
 * who has called, and what has gone wrong.
 */
#define HC_TYPE_NARRATOR (hc_narrator_get_type ())
G_DECLARE_FINAL_TYPE (HcNarrator, hc_narrator, HC, NARRATOR, GObject)

HcNarrator *hc_narrator_new (HcSession *session,
                             HcScreen  *screen);

G_END_DECLS
