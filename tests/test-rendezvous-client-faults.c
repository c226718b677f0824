/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a client makes of a server that is strange, forgetful or hostile, and of
 * somebody who pretends to be it. */

#include "fast-clock.h"
#include "hc-client-error.h"
#include "member.h"
#include "puppet-server.h"
#include "raw-peer.h"
#include "wait.h"

#include <string.h>

/* Half a minute in a second. */
#define FACTOR 30

#define OVER_TCP FALSE
#define OVER_UDP TRUE

#define PROBEACK "PROBEACK\r\nVersion: 2\r\nCookie: cookie-1\r\n\r\n"
#define REGACK "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\nVersion: 2\r\n"           \
               "Token: AQEBAQEBAQEBAQEBAQEBAQ\r\nSeen: 192.0.2.1 4000\r\nExpires: 90\r\n\r\n"
#define SECOND_REGACK "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\nVersion: 2\r\n"    \
                      "Token: AgICAgICAgICAgICAgICAg\r\nSeen: 192.0.2.1 4000\r\nExpires: 90\r\n\r\n"
#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n"
#define BAD_COOKIE "ERROR\r\nReason: bad-cookie x\r\nVersion: 2\r\nCookie: cookie-2\r\n\r\n"
#define BAD_COOKIE_WITHOUT "ERROR\r\nReason: bad-cookie\r\n\r\n"
#define BAD_TOKEN "ERROR\r\nReason: bad-token x\r\nVersion: 2\r\n\r\n"
#define UNKNOWN_ID "ERROR\r\nReason: unknown-id x\r\nVersion: 2\r\n\r\n"

#define ALICE_AT(ip) "BRIDGEACK\r\nclientID: alice\r\nIP: " ip "\r\nPort: 6001\r\nVersion: 2\r\n"
#define KEY "Key: AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\r\n"
#define SESSION "Session: AgICAgICAgI\r\n"
#define OTHER_SESSION "Session: AwMDAwMDAwM\r\n"
#define TICKET "Ticket: AwMDAwMDAwMDAwMDAwMDAw\r\n"

#define CALLEE ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY SESSION "\r\n"
#define CALLEE_AGAIN ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY OTHER_SESSION "\r\n"
#define CALLER ALICE_AT ("127.0.0.1") "Role: caller\r\n" KEY SESSION TICKET "\r\n"

typedef struct
{
  PuppetServer *server;
  HcClock *clock;
  Member *bob;
} Scene;

static void
set_up (Scene         *scene,
        gconstpointer  data)
{
  gboolean has_tcp = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  HcIdentity *identity = hc_identity_generate ("bob", &error);
  g_autofree char *probeack = NULL;

  g_assert_no_error (error);
  scene->server = puppet_server_new (has_tcp);
  probeack = g_strdup_printf ("PROBEACK\r\nVersion: 2\r\nUdp: %u\r\nCookie: cookie-1\r\n\r\n",
                              puppet_server_get_udp_port (scene->server));
  puppet_server_answer (scene->server, HC_PACKET_PROBE, probeack);
  puppet_server_answer (scene->server, HC_PACKET_REGISTER, REGACK);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, NOBODY);
  puppet_server_answer (scene->server, HC_PACKET_QUIT,
                        has_tcp ? "" : "QUITACK\r\nclientID: bob\r\n\r\n");
  scene->clock = fast_clock_new (FACTOR);
  scene->bob = member_new_with ("bob", puppet_server_get_port (scene->server), identity,
                                scene->clock);
}

static void
tear_down (Scene         *scene,
           gconstpointer  data)
{
  member_free (scene->bob);
  puppet_server_free (scene->server);
  g_object_unref (scene->clock);
}

static guint
count (Scene        *scene,
       HcPacketType  type,
       gboolean      over_udp)
{
  return puppet_server_count (scene->server, type, over_udp);
}

static void
await_more (Scene        *scene,
            HcPacketType  type,
            gboolean      over_udp,
            guint         n)
{
  guint before = count (scene, type, over_udp);

  WAIT_UNTIL (count (scene, type, over_udp) >= before + n);
}

/* Long enough for three repetitions. */
static void
let_time_pass (Scene *scene)
{
  gint64 end = hc_clock_get_time (scene->clock) + 7 * G_TIME_SPAN_SECOND;

  WAIT_UNTIL (hc_clock_get_time (scene->clock) > end);
}

static gboolean
says (Scene        *scene,
      HcPacketType  type,
      const char   *line)
{
  return strstr (puppet_server_get_request (scene->server, type), line) != NULL;
}

/* --- What it says --------------------------------------------------------- */

static void
test_requests (Scene         *scene,
               gconstpointer  data)
{
  g_autofree char *path = g_strdup_printf ("\r\nPath: host 127.0.0.1 %u\r\n",
                                           hc_datagram_socket_get_port (scene->bob->socket));
  g_autoptr (GError) error = NULL;

  member_wait (scene->bob);
  g_assert_cmpuint (strlen (puppet_server_get_request (scene->server, HC_PACKET_PROBE)), ==, 68);
  g_assert_true (says (scene, HC_PACKET_PROBE, "PROBE\r\nVersion: 2\r\nPad: x"));

  g_assert_true (says (scene, HC_PACKET_REGISTER, "\r\nPort: 6000\r\nVersion: 2\r\nCookie: cookie-1\r\nKey: "));
  g_assert_true (says (scene, HC_PACKET_REGISTER, "\r\nProof: "));
  g_assert_true (says (scene, HC_PACKET_REGISTER, path));
  g_assert_cmpstr (puppet_server_get_request (scene->server, HC_PACKET_BRIDGE), ==,
                   "BRIDGE\r\nclientID: bob\r\nVersion: 2\r\nCookie: cookie-1\r\n"
                   "Token: AQEBAQEBAQEBAQEBAQEBAQ\r\n\r\n");
  g_assert_true (member_quit (scene->bob, &error));
  g_assert_cmpstr (puppet_server_get_request (scene->server, HC_PACKET_QUIT), ==,
                   "QUIT\r\nclientID: bob\r\nVersion: 2\r\nCookie: cookie-1\r\n"
                   "Token: AQEBAQEBAQEBAQEBAQEBAQ\r\n\r\n");
  g_assert_cmpuint (g_inet_socket_address_get_port (
                      G_INET_SOCKET_ADDRESS (hc_rendezvous_client_get_seen (scene->bob->client))),
                    ==, 4000);
}

static void
test_stream_requests (Scene         *scene,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  puppet_server_mute (scene->server, TRUE);
  g_assert_true (member_probe (scene->bob, &error));
  g_assert_cmpstr (puppet_server_get_request (scene->server, HC_PACKET_PROBE), ==,
                   "PROBE\r\nVersion: 2\r\n\r\n");
  g_assert_true (member_register (scene->bob, &error));
  g_assert_null (member_bridge (scene->bob, "alice", &error));
  WAIT_UNTIL (count (scene, HC_PACKET_BRIDGE, OVER_TCP) == 2);
  g_assert_cmpstr (puppet_server_get_request (scene->server, HC_PACKET_BRIDGE), ==,
                   "BRIDGE\r\nclientID: bob\r\nVersion: 2\r\nToken: AQEBAQEBAQEBAQEBAQEBAQ\r\n"
                   "With: alice\r\nWait: 25\r\n\r\n");
}

/* Whoever gives up says nothing more. */
static void
test_cancel (Scene         *scene,
             gconstpointer  data)
{
  guint n_bridges;

  member_wait (scene->bob);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_cancellable_cancel (scene->bob->until);
  wait_settle ();
  n_bridges = count (scene, HC_PACKET_BRIDGE, OVER_UDP);
  puppet_server_send (scene->server, CALLEE, -1);
  let_time_pass (scene);
  g_assert_cmpuint (scene->bob->n_matches, ==, 0);
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_UDP), ==, n_bridges);
}

/* --- Notices -------------------------------------------------------------- */

static void
test_notice (Scene         *scene,
             gconstpointer  data)
{
  member_wait (scene->bob);
  for (guint i = 0; i < 3; i++)
    puppet_server_send (scene->server, CALLEE, -1);
  WAIT_UNTIL (scene->bob->n_matches == 1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_cmpuint (scene->bob->n_matches, ==, 1);

  /* The first has not come, and somebody else may. */
  puppet_server_send (scene->server, CALLEE_AGAIN, -1);
  WAIT_UNTIL (scene->bob->n_matches == 2);
  puppet_server_send (scene->server, CALLEE_AGAIN, -1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_cmpuint (scene->bob->n_matches, ==, 2);
}

static void
test_notice_lost (Scene         *scene,
                  gconstpointer  data)
{
  member_wait (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, CALLEE);
  WAIT_UNTIL (scene->bob->n_matches == 1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_cmpuint (scene->bob->n_matches, ==, 1);
}

/* It overtakes the reply that it belongs to. */
static void
test_notice_first (Scene         *scene,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcMatch) match = NULL;

  member_join (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, CALLEE);
  match = member_bridge (scene->bob, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (match);
  g_assert_false (hc_match_is_caller (match));
  puppet_server_send (scene->server, NOBODY, -1);
  puppet_server_send (scene->server, CALLEE, -1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_cmpuint (scene->bob->n_matches, ==, 0);
}

/* Whoever is to call isn't ready any more. */
static void
test_caller (Scene         *scene,
             gconstpointer  data)
{
  guint n_bridges;

  member_wait (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, CALLER);
  WAIT_UNTIL (scene->bob->n_matches == 1);
  g_assert_true (hc_match_is_caller (scene->bob->match));
  n_bridges = count (scene, HC_PACKET_BRIDGE, OVER_UDP);
  puppet_server_send (scene->server, CALLEE_AGAIN, -1);
  let_time_pass (scene);
  g_assert_cmpuint (scene->bob->n_matches, ==, 1);
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_UDP), ==, n_bridges);
}

/* Only the server's own address and port are believed. */
static void
test_forged_source (Scene         *scene,
                    gconstpointer  data)
{
  g_autoptr (RawPeer) stranger = raw_peer_new (TRUE);

  member_wait (scene->bob);
  for (guint i = 0; i < 10; i++)
    {
      raw_peer_send_to (stranger, hc_datagram_socket_get_port (scene->bob->socket), CALLEE);
      raw_peer_send_to (stranger, hc_datagram_socket_get_port (scene->bob->socket), BAD_TOKEN);
    }
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 3);
  g_assert_cmpuint (scene->bob->n_matches, ==, 0);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 1);

  puppet_server_send (scene->server, CALLEE, -1);
  WAIT_UNTIL (scene->bob->n_matches == 1);
}

static const char *const bad_notices[] = {
  "",
  "\x01\x02\x03\x04\x05\x06\x07\x08\x09",
  "\xff\xfe\r\n\r\n",
  "BRIDGEACK\r\n\r\n",
  "QUIT\r\n\r\n",
  "REGNACK\r\n\r\n",
  "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 1\r\n\r\n",
  "QUITACK\r\nclientID: bob\r\n\r\n",
  "CHAT\r\nclientID: alice\r\n\r\n",
  ALICE_AT ("127.0.0.1") "\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\nRole: callee\r\n" KEY SESSION "\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY KEY SESSION "\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY "Session: AgICAgIC\r\n\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY "Session: AgICAgICAgICAgICAgI\r\n\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY "Session: AgICAgICAgJ\r\n\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY "\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" SESSION "\r\n",
  ALICE_AT ("127.0.0.1") "Role: caller\r\n" KEY SESSION "\r\n",
  ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY SESSION "Path: host nowhere 1\r\n\r\n",
  ALICE_AT ("224.0.0.251") "Role: callee\r\n" KEY SESSION "\r\n",
  ALICE_AT ("255.255.255.255") "Role: callee\r\n" KEY SESSION "\r\n",
  ALICE_AT ("0.0.0.0") "Role: callee\r\n" KEY SESSION "\r\n",
  ALICE_AT ("ff02::1") "Role: callee\r\n" KEY SESSION "\r\n",
  "BRIDGEACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6001\r\nVersion: 2\r\n"
  "Role: callee\r\n" KEY SESSION "\r\n",
};

/* None of them is a match, and none keeps him from going on. */
static void
test_bad_notices (Scene         *scene,
                  gconstpointer  data)
{
  g_autofree char *oversized = g_strdup_printf ("%sPath: x%01100d\r\n\r\n",
                                                ALICE_AT ("127.0.0.1") "Role: callee\r\n" KEY
                                                SESSION, 0);

  member_wait (scene->bob);
  for (guint i = 0; i < G_N_ELEMENTS (bad_notices); i++)
    puppet_server_send (scene->server, bad_notices[i], -1);
  puppet_server_send (scene->server, oversized, -1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 3);
  g_assert_cmpuint (scene->bob->n_matches, ==, 0);
  g_assert_null (scene->bob->lost);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 1);

  puppet_server_send (scene->server, CALLEE, -1);
  WAIT_UNTIL (scene->bob->n_matches == 1);
}

/* The server isn't to aim at others: what can't be a client's is left out. */
static void
test_bad_paths (Scene         *scene,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) addresses = NULL;

  member_wait (scene->bob);
  puppet_server_send (scene->server,
                      ALICE_AT ("192.0.2.9") "Role: callee\r\n" KEY SESSION
                      "Path: host 224.0.0.251 5353\r\nPath: host 255.255.255.255 9\r\n"
                      "Path: host fe80::1 22\r\nSeen: 239.0.0.1 9\r\n\r\n", -1);
  WAIT_UNTIL (scene->bob->n_matches == 1);
  addresses = hc_match_list_addresses (scene->bob->match);
  g_assert_cmpuint (addresses->len, ==, 1);
}

/* --- Cookies -------------------------------------------------------------- */

static void
test_bad_cookie (Scene         *scene,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (member_probe (scene->bob, &error));
  puppet_server_answer_once (scene->server, HC_PACKET_REGISTER, BAD_COOKIE);
  g_assert_true (member_register (scene->bob, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 2);
  g_assert_true (says (scene, HC_PACKET_REGISTER, "\r\nCookie: cookie-2\r\n"));

  /* An ERROR that was cut to its code brings none. */
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, BAD_COOKIE_WITHOUT);
  g_assert_null (member_bridge (scene->bob, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (scene, HC_PACKET_PROBE, OVER_UDP), ==, 2);
  g_assert_true (says (scene, HC_PACKET_BRIDGE, "\r\nCookie: cookie-1\r\n"));

  /* And while he waits. */
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, BAD_COOKIE);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_true (says (scene, HC_PACKET_BRIDGE, "\r\nCookie: cookie-2\r\n"));
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, BAD_COOKIE_WITHOUT);
  await_more (scene, HC_PACKET_PROBE, OVER_UDP, 1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 1);
  g_assert_true (says (scene, HC_PACKET_BRIDGE, "\r\nCookie: cookie-1\r\n"));
  g_assert_null (scene->bob->lost);
}

/* Once is enough: two who don't understand each other would never end. */
static void
test_bad_cookie_always (Scene         *scene,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  puppet_server_answer (scene->server, HC_PACKET_REGISTER, BAD_COOKIE);
  g_assert_true (member_probe (scene->bob, &error));
  g_assert_false (member_register (scene->bob, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 2);
}

/* However many objections come, he says no more than two things to each BRIDGE. */
static void
test_objections (Scene         *scene,
                 gconstpointer  data)
{
  guint n_bridges;
  gint64 begin;
  gint64 elapsed;

  member_wait (scene->bob);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 1);
  n_bridges = count (scene, HC_PACKET_BRIDGE, OVER_UDP);
  begin = hc_clock_get_time (scene->clock);
  for (guint i = 0; i < 200; i++)
    {
      puppet_server_send (scene->server, BAD_COOKIE, -1);
      puppet_server_send (scene->server, PROBEACK, -1);
      wait_settle ();
    }
  elapsed = (hc_clock_get_time (scene->clock) - begin) / G_TIME_SPAN_SECOND;
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_UDP) - n_bridges, <=,
                    3 * (elapsed / 2 + 2));
}

/* --- A server that forgets ------------------------------------------------ */

static void
test_bad_token (Scene         *scene,
                gconstpointer  data)
{
  member_wait (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_REGISTER, SECOND_REGACK);
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, BAD_TOKEN);
  await_more (scene, HC_PACKET_REGISTER, OVER_UDP, 1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_true (says (scene, HC_PACKET_BRIDGE, "\r\nToken: AgICAgICAgICAgICAgICAg\r\n"));
  g_assert_null (scene->bob->lost);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 2);
}

static void
test_forgotten_then_silent (Scene         *scene,
                            gconstpointer  data)
{
  member_wait (scene->bob);
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, UNKNOWN_ID);
  puppet_server_answer_once (scene->server, HC_PACKET_REGISTER,
                             "ERROR\r\nReason: server-full x\r\nVersion: 2\r\n\r\n");
  await_more (scene, HC_PACKET_REGISTER, OVER_UDP, 1);
  puppet_server_answer_once (scene->server, HC_PACKET_BRIDGE, UNKNOWN_ID);
  await_more (scene, HC_PACKET_REGISTER, OVER_UDP, 1);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_null (scene->bob->lost);
}

static void
test_forgotten_and_taken (Scene         *scene,
                          gconstpointer  data)
{
  member_wait (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, UNKNOWN_ID);
  puppet_server_answer (scene->server, HC_PACKET_REGISTER, "REGNACK\r\n\r\n");
  WAIT_UNTIL (scene->bob->lost != NULL);
  g_assert_error (scene->bob->lost, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN);
}

/* As long as somebody has the same key, and wants the same ID. */
static void
test_evicted (Scene         *scene,
              gconstpointer  data)
{
  member_wait (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, BAD_TOKEN);
  WAIT_UNTIL (scene->bob->lost != NULL);
  g_assert_error (scene->bob->lost, HC_CLIENT_ERROR, HC_CLIENT_ERROR_TAKEN);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 3);
}

static void
test_bridge_forgotten (Scene         *scene,
                       gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  member_join (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, UNKNOWN_ID);
  g_assert_null (member_bridge (scene->bob, NULL, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_FORGOTTEN);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 2);
}

/* --- Replies that make no sense ------------------------------------------- */

typedef struct
{
  const char *regack;
  int code;
} RegackCase;

static const RegackCase regacks[] = {
  { "REGNACK\r\n\r\n", HC_CLIENT_ERROR_TAKEN },
  { "REGNACK\r\nReason: server-full x\r\n\r\n", HC_CLIENT_ERROR_REFUSED },
  { "ERROR\r\nReason: bad-proof x\r\nVersion: 2\r\n\r\n", HC_CLIENT_ERROR_REFUSED },
  { "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n", HC_CLIENT_ERROR_UNEXPECTED },
  { "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\nVersion: 2\r\n\r\n",
    HC_CLIENT_ERROR_UNEXPECTED },
};

static void
test_regacks (Scene         *scene,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (member_probe (scene->bob, &error));
  for (guint i = 0; i < G_N_ELEMENTS (regacks); i++)
    {
      puppet_server_answer (scene->server, HC_PACKET_REGISTER, regacks[i].regack);
      g_assert_false (member_register (scene->bob, &error));
      g_assert_error (error, HC_CLIENT_ERROR, regacks[i].code);
      g_clear_error (&error);
    }
  puppet_server_answer (scene->server, HC_PACKET_REGISTER, REGACK);
  g_assert_true (member_register (scene->bob, &error));
}

static const char *const v1_probeacks[] = {
  "PROBEACK\r\n\r\n",
  "PROBEACK\r\nCookie: cookie-1\r\n\r\n",
  "PROBEACK\r\nVersion: 1\r\nCookie: cookie-1\r\n\r\n",
  "PROBEACK\r\nVersion: 2\r\n\r\n",
  "PROBEACK\r\nVersion: 2\r\nCookie: \r\n\r\n",
  "PROBEACK\r\nVersion: 2\r\nCookie: 01234567890123456789012345678901234567890123456789012345678901234\r\n\r\n",
};

/* No cookie, no v2. */
static void
test_v1_probeacks (Scene         *scene,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  puppet_server_answer (scene->server, HC_PACKET_REGISTER,
                        "REGACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (v1_probeacks); i++)
    {
      puppet_server_answer (scene->server, HC_PACKET_PROBE, v1_probeacks[i]);
      g_assert_true (member_probe (scene->bob, &error));
      g_assert_cmpuint (hc_rendezvous_client_get_version (scene->bob->client), ==, 1);
      g_assert_true (member_register (scene->bob, &error));
      g_assert_false (says (scene, HC_PACKET_REGISTER, "Version"));
    }
}

static void
test_bridge_hostile (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  member_join (scene->bob);
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE,
                        ALICE_AT ("224.0.0.251") "Role: callee\r\n" KEY SESSION "\r\n");
  g_assert_null (member_bridge (scene->bob, NULL, &error));
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_ADDRESS);
  g_clear_error (&error);

  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, NOBODY);
  g_assert_null (member_bridge (scene->bob, NULL, &error));
  g_assert_no_error (error);
}

/* --- UDP beside TCP ------------------------------------------------------- */

static void
test_udp_beside (Scene         *scene,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  member_wait (scene->bob);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 3);
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_TCP), ==, 0);
  g_assert_cmpuint (count (scene, HC_PACKET_REGISTER, OVER_UDP), ==, 0);
  g_assert_true (member_quit (scene->bob, &error));
  g_assert_cmpuint (count (scene, HC_PACKET_QUIT, OVER_TCP), ==, 1);
}

static void
test_udp_blocked (Scene         *scene,
                  gconstpointer  data)
{
  puppet_server_mute (scene->server, TRUE);
  member_wait (scene->bob);
  WAIT_UNTIL (count (scene, HC_PACKET_BRIDGE, OVER_TCP) >= 3);
  g_assert_true (says (scene, HC_PACKET_BRIDGE, "\r\nWait: 25\r\n"));
  puppet_server_answer (scene->server, HC_PACKET_BRIDGE, CALLEE);
  WAIT_UNTIL (scene->bob->n_matches == 1);
}

/* It may go, and come back. */
static void
test_udp_blocked_later (Scene         *scene,
                        gconstpointer  data)
{
  member_wait (scene->bob);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  puppet_server_mute (scene->server, TRUE);
  await_more (scene, HC_PACKET_BRIDGE, OVER_TCP, 2);
  puppet_server_mute (scene->server, FALSE);
  await_more (scene, HC_PACKET_BRIDGE, OVER_UDP, 2);
  g_assert_null (scene->bob->lost);
}

static void
test_bridge_udp_lost (Scene         *scene,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  member_join (scene->bob);
  WAIT_UNTIL (count (scene, HC_PACKET_PROBE, OVER_UDP) == 1);
  WAIT_UNTIL (member_count (scene->bob, "PROBEACK", FALSE) == 2);
  puppet_server_mute (scene->server, TRUE);
  g_assert_null (member_bridge (scene->bob, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_TCP), >=, 1);
}

/* Answers that come at once are not asked for at once again. */
static void
test_impatient_server (Scene         *scene,
                       gconstpointer  data)
{
  gint64 begin = hc_clock_get_time (scene->clock);
  gint64 elapsed;

  puppet_server_mute (scene->server, TRUE);
  member_wait (scene->bob);
  WAIT_UNTIL (count (scene, HC_PACKET_BRIDGE, OVER_TCP) >= 10);
  elapsed = (hc_clock_get_time (scene->clock) - begin) / G_TIME_SPAN_SECOND;
  g_assert_cmpuint (count (scene, HC_PACKET_BRIDGE, OVER_TCP), <=, elapsed / 2 + 3);
}

static void
add (const char *path,
     gboolean    has_tcp,
     void      (*test) (Scene *scene, gconstpointer data))
{
  g_autofree char *full_path = g_strconcat ("/rendezvous-client-faults/", path, NULL);

  g_test_add (full_path, Scene, GINT_TO_POINTER (has_tcp), set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("requests/udp", FALSE, test_requests);
  add ("requests/tcp", TRUE, test_stream_requests);
  add ("requests/cancel", FALSE, test_cancel);

  add ("notice/told-once", FALSE, test_notice);
  add ("notice/lost", FALSE, test_notice_lost);
  add ("notice/first", FALSE, test_notice_first);
  add ("notice/caller", FALSE, test_caller);
  add ("notice/forged-source", FALSE, test_forged_source);
  add ("notice/bad", FALSE, test_bad_notices);
  add ("notice/bad-paths", FALSE, test_bad_paths);

  add ("cookie/bad", FALSE, test_bad_cookie);
  add ("cookie/bad-always", FALSE, test_bad_cookie_always);
  add ("cookie/objections", FALSE, test_objections);

  add ("forgotten/bad-token", FALSE, test_bad_token);
  add ("forgotten/then-silent", FALSE, test_forgotten_then_silent);
  add ("forgotten/and-taken", FALSE, test_forgotten_and_taken);
  add ("forgotten/evicted", FALSE, test_evicted);
  add ("forgotten/bridge", FALSE, test_bridge_forgotten);

  add ("replies/regack", FALSE, test_regacks);
  add ("replies/v1-probeack", FALSE, test_v1_probeacks);
  add ("replies/bridge", FALSE, test_bridge_hostile);

  add ("udp/beside", TRUE, test_udp_beside);
  add ("udp/blocked", TRUE, test_udp_blocked);
  add ("udp/blocked-later", TRUE, test_udp_blocked_later);
  add ("udp/bridge-lost", TRUE, test_bridge_udp_lost);
  add ("udp/impatient-server", TRUE, test_impatient_server);

  return g_test_run ();
}
