/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-session-state.h"

#define TO(state) (1u << HC_SESSION_##state)
#define N_STATES (HC_SESSION_ENDED + 1)

/* Every change of state that can happen. A registration can end on the server
 * at any time, so READY follows wherever the server is asked. */
static const guint edges[N_STATES] = {
  [HC_SESSION_OFFLINE] = TO (PROBING),
  [HC_SESSION_PROBING] = TO (READY) | TO (OFFLINE),
  [HC_SESSION_READY] = TO (REGISTERING) | TO (PROBING) | TO (OFFLINE),
  [HC_SESSION_REGISTERING] = TO (REGISTERED) | TO (READY) | TO (OFFLINE),
  [HC_SESSION_REGISTERED] = TO (BRIDGING) | TO (READY),
  [HC_SESSION_BRIDGING] =
    TO (WAITING) | TO (MATCHED) | TO (CONNECTING) | TO (REGISTERED) | TO (REGISTERING) | TO (READY),
  [HC_SESSION_WAITING] =
    TO (CONNECTING) | TO (MATCHED) | TO (BRIDGING) | TO (REGISTERING) | TO (READY),
  [HC_SESSION_MATCHED] = TO (CONNECTING) | TO (BRIDGING) | TO (READY),
  [HC_SESSION_CONNECTING] = TO (CHATTING) | TO (MATCHED) | TO (READY),
  [HC_SESSION_CHATTING] = TO (ENDED),
  [HC_SESSION_ENDED] = TO (READY) | TO (PROBING) | TO (OFFLINE),
};

static const char *const names[N_STATES] = {
  [HC_SESSION_OFFLINE] = "offline",
  [HC_SESSION_PROBING] = "probing",
  [HC_SESSION_READY] = "ready",
  [HC_SESSION_REGISTERING] = "registering",
  [HC_SESSION_REGISTERED] = "registered",
  [HC_SESSION_BRIDGING] = "bridging",
  [HC_SESSION_WAITING] = "waiting",
  [HC_SESSION_MATCHED] = "matched",
  [HC_SESSION_CONNECTING] = "connecting",
  [HC_SESSION_CHATTING] = "chatting",
  [HC_SESSION_ENDED] = "ended",
};

/**
 * hc_session_state_may_follow:
 * @from: a state
 * @to: another
 *
 * Tells whether a session can come from one state to another in one step.
 *
 * Returns: %TRUE if it can
 */
gboolean
hc_session_state_may_follow (HcSessionState from,
                             HcSessionState to)
{
  g_return_val_if_fail (from < N_STATES && to < N_STATES, FALSE);

  return (edges[from] & (1u << to)) != 0;
}

/**
 * hc_session_state_is_busy:
 * @state: a state
 *
 * Tells whether something is going on in a state that ends by itself or can be
 * cancelled.
 *
 * Returns: %TRUE if the user is waiting for something
 */
gboolean
hc_session_state_is_busy (HcSessionState state)
{
  const guint busy = TO (PROBING) | TO (REGISTERING) | TO (BRIDGING) | TO (WAITING) |
                     TO (CONNECTING);

  g_return_val_if_fail (state < N_STATES, FALSE);

  return (busy & (1u << state)) != 0;
}

/**
 * hc_session_state_to_string:
 * @state: a state
 *
 * Gets a state's name for logs and tests; it is not translated.
 *
 * Returns: (transfer none): the name
 */
const char *
hc_session_state_to_string (HcSessionState state)
{
  g_return_val_if_fail (state < N_STATES, NULL);

  return names[state];
}
