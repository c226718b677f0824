/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-session-state.h"

#define N_STATES (HC_SESSION_ENDED + 1)

/* A row a state, a column a state that may follow it, in the order of the
 * enumeration: offline, probing, ready, registering, registered, bridging,
 * waiting, matched, connecting, chatting, ended. */
static const char *const matrix[N_STATES] = {
  [HC_SESSION_OFFLINE]     = ".P.........",
  [HC_SESSION_PROBING]     = "O.R........",
  [HC_SESSION_READY]       = "OP.R.......",
  [HC_SESSION_REGISTERING] = "O.R.R......",
  [HC_SESSION_REGISTERED]  = "..R..B.....",
  [HC_SESSION_BRIDGING]    = "..RRR.WMC..",
  [HC_SESSION_WAITING]     = "..RR.B.MC..",
  [HC_SESSION_MATCHED]     = "..R..B..C..",
  [HC_SESSION_CONNECTING]  = "..R....M.C.",
  [HC_SESSION_CHATTING]    = "..........E",
  [HC_SESSION_ENDED]       = "OPR........",
};

static void
test_edges (void)
{
  for (guint from = 0; from < N_STATES; from++)
    for (guint to = 0; to < N_STATES; to++)
      {
        gboolean wanted = matrix[from][to] != '.';

        if (hc_session_state_may_follow (from, to) != wanted)
          g_error ("%s → %s should %sbe declared", hc_session_state_to_string (from),
                   hc_session_state_to_string (to), wanted ? "" : "not ");
      }
}

static void
test_busy (void)
{
  const gboolean busy[N_STATES] = {
    [HC_SESSION_PROBING] = TRUE,
    [HC_SESSION_REGISTERING] = TRUE,
    [HC_SESSION_BRIDGING] = TRUE,
    [HC_SESSION_WAITING] = TRUE,
    [HC_SESSION_CONNECTING] = TRUE,
  };

  for (guint state = 0; state < N_STATES; state++)
    g_assert_cmpint (hc_session_state_is_busy (state), ==, busy[state]);
}

static void
test_names (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint state = 0; state < N_STATES; state++)
    g_assert_true (g_hash_table_add (names, (gpointer) hc_session_state_to_string (state)));
  g_assert_cmpstr (hc_session_state_to_string (HC_SESSION_OFFLINE), ==, "offline");
  g_assert_cmpstr (hc_session_state_to_string (HC_SESSION_ENDED), ==, "ended");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-state/edges", test_edges);
  g_test_add_func ("/session-state/busy", test_busy);
  g_test_add_func ("/session-state/names", test_names);

  return g_test_run ();
}
