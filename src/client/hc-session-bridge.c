/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-client-error.h"
#include "hc-session-private.h"

/*
 *   alice                 server                  bob
 *     |                      |        BRIDGE        |
 *     |                      |<---------------------|
 *     |                      |   nobody: bob waits  |
 *     |        BRIDGE        |--------------------->|
 *     |--------------------->|                      |
 *     |     bob's record     |                      |
 *     |<---------------------|                      |
 *     |                      |  in v2 alice's too   |
 *     |                      |--------------------->|
 */

/* The registration is no more. */
void
hc_session_lose_registration (HcSession    *self,
                              const GError *error)
{
  hc_session_close_port (self);
  hc_session_set_peer (self, NULL, FALSE);
  hc_session_fail (self, HC_SESSION_READY, hc_session_describe_failure (self, error));
}

static void
wait_for_call (HcSession *self)
{
  hc_session_enter (self, HC_SESSION_WAITING);
}

/* The server's word may come as the reply to our BRIDGE, or while we wait. Who
 * is called meanwhile, or has cancelled, has no use for it. */
void
hc_session_take_match (HcSession *self,
                       HcMatch   *match)
{
  if (!hc_session_is_in (self, HC_IN (BRIDGING) | HC_IN (WAITING)))
    return;

  g_set_object (&self->match, match);
  hc_session_prepare_meeting (self, match);
  if (!hc_match_is_caller (match))
    {
      wait_for_call (self);
      return;
    }
  hc_session_set_peer (self, hc_match_get_peer_id (match), FALSE);
  hc_session_enter (self, HC_SESSION_MATCHED);
}

static void
refuse_bridge (HcSession    *self,
               const GError *error)
{
  if (g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_FORGOTTEN) ||
      g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN))
    hc_session_lose_registration (self, error);
  else
    hc_session_fail (self, HC_SESSION_REGISTERED, hc_session_describe_failure (self, error));
}

static void
on_bridged (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HcSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcMatch) match =
    hc_rendezvous_client_bridge_finish (HC_RENDEZVOUS_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    refuse_bridge (self, error);
  else if (match != NULL)
    hc_session_take_match (self, match);
  else
    wait_for_call (self);
}

void
hc_session_ask_for_peer (HcSession *self)
{
  GCancellable *cancellable = hc_session_begin (self, HC_SESSION_BRIDGING);

  g_clear_object (&self->match);
  hc_session_clear_meeting (self);
  hc_session_set_peer (self, NULL, FALSE);
  hc_rendezvous_client_bridge_async (self->rendezvous, NULL, cancellable,
                                     on_bridged, g_object_ref (self));
}
