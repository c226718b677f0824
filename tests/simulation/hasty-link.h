/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-clock.h"
#include "hc-link.h"

G_BEGIN_DECLS

/**
 * HastyLink:
 *
 * A bug on purpose: it confirms a message as soon as it has come, and hands it
 * on a little later, or never if the link is lost before. Whatever is to notice
 * that something is called delivered and isn't there has to notice this.
 */
#define HASTY_TYPE_LINK (hasty_link_get_type ())
G_DECLARE_FINAL_TYPE (HastyLink, hasty_link, HASTY, LINK, GObject)

HcLink *hasty_link_new (HcLink  *link,
                        HcClock *clock);

G_END_DECLS
