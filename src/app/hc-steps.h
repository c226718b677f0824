/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-session-state.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/**
 * HcStep:
 * @HC_STEP_NONE: none of them
 * @HC_STEP_REGISTER: claim an ID
 * @HC_STEP_BRIDGE: find somebody
 * @HC_STEP_CHAT: call them
 *
 * The way from nothing to a conversation.
 */
typedef enum
{
  HC_STEP_NONE,
  HC_STEP_REGISTER,
  HC_STEP_BRIDGE,
  HC_STEP_CHAT,
} HcStep;

/**
 * HcStepProgress:
 * @HC_STEP_LOCKED: another step comes first
 * @HC_STEP_NEXT: it can be taken
 * @HC_STEP_BUSY: it is being taken
 * @HC_STEP_DONE: it has been taken
 * @HC_STEP_FAILED: it was tried, and didn't work
 *
 * How far a step is.
 */
typedef enum
{
  HC_STEP_LOCKED,
  HC_STEP_NEXT,
  HC_STEP_BUSY,
  HC_STEP_DONE,
  HC_STEP_FAILED,
} HcStepProgress;

HcStep          hc_step_from_state      (HcSessionState  state);
HcStepProgress  hc_step_progress        (gpointer        object,
                                         guint           step,
                                         HcSessionState  state,
                                         guint           failed_step);
char           *hc_step_text            (gpointer        object,
                                         guint           step,
                                         HcSessionState  state,
                                         guint           failed_step,
                                         const char     *failure,
                                         const char     *id,
                                         HcTransport     transport,
                                         const char     *peer_id,
                                         gboolean        incoming);
char           *hc_step_button_label    (gpointer        object,
                                         guint           step,
                                         guint           progress);
char           *hc_step_action_name     (gpointer        object,
                                         guint           step,
                                         guint           progress);
char           *hc_step_reason          (gpointer        object,
                                         guint           step,
                                         HcSessionState  state,
                                         const char     *problem);
char           *hc_step_mark            (gpointer        object,
                                         guint           progress);
char           *hc_step_accessible_name (guint           step,
                                         const char     *title,
                                         guint           progress,
                                         const char     *text);

G_END_DECLS
