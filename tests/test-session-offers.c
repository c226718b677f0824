/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strangers who offer to speak v2 to somebody who waits. */

#include "hc-base64url.h"
#include "hc-credentials.h"
#include "private-folder.h"
#include "raw-peer.h"
#include "session-util.h"

#define N_STRANGERS 20
#define ANSWER "CHATACK\r\nclientID: bob\r\nVersion: 2\r\n\r\n"

static HcSession *
wait_with_keys (Hub        *hub,
                const char *folder)
{
  HcSession *bob = hub_join (hub, "bob");

  hc_session_set_data_folder (bob, folder);
  hc_session_register (bob);
  session_await (bob, HC_SESSION_REGISTERED);
  hc_session_bridge (bob);
  session_await (bob, HC_SESSION_WAITING);
  return bob;
}

static RawPeer *
make_offer (Hub       *hub,
            HcSession *callee,
            guint8     number)
{
  const guint8 session[HC_SESSION_LENGTH] = { number };
  g_autofree char *session_text = hc_base64url_encode (session, sizeof session);
  g_autofree char *offer = g_strdup_printf ("CHAT\r\nclientID: carol\r\n\r\nVersion: 2\r\n"
                                            "Session: %s\r\n\r\n", session_text);
  RawPeer *stranger = raw_peer_new_call (hub->udp, hc_session_get_bound_port (callee));

  raw_peer_send (stranger, offer);
  return stranger;
}

/* Whoever makes offers and nothing of them keeps nobody else out. */
static void
test_many (Hub           *hub,
           gconstpointer  data)
{
  char *folder = private_folder_new ();
  HcSession *bob = wait_with_keys (hub, folder);

  for (guint i = 0; i < N_STRANGERS; i++)
    {
      g_autoptr (RawPeer) stranger = make_offer (hub, bob, i);

      raw_peer_expect (stranger, ANSWER);
    }
  g_assert_cmpint (hc_session_get_state (bob), ==, HC_SESSION_WAITING);

  session_finish (bob);
  private_folder_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-offers", "/many", test_many);

  return g_test_run ();
}
