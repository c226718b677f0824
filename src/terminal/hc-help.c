/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-help.h"

#include <glib/gi18n.h>

/**
 * hc_help_tell:
 * @screen: where to say it
 *
 * Says what commands there are.
 */
void
hc_help_tell (HcScreen *screen)
{
  const char *const lines[] = {
    _("/register   claims your ID on the server"),
    _("/bridge     finds somebody who is ready, or waits for a call"),
    _("/chat       calls who was found"),
    _("/cancel     ends a wait"),
    _("/safety     shows the safety code, which tells whether somebody is between you"),
    _("/verify     remembers that the safety codes are the same"),
    _("/accept     allows to talk to somebody whose key has changed"),
    _("/quit       leaves, and ends the program"),
    _("/id         says who you are; /id NAME changes it before /register"),
    _("Anything else is a message; // at the beginning of a line sends one /."),
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    hc_screen_note (screen, "%s", lines[i]);
}
