/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of v2 without a socket: bytes in, bytes out, from any address at
 * any time, and who is told what unasked. Protocol, section 4. */

#include "hc-base64url.h"
#include "hc-rendezvous.h"
#include "registry-kind.h"
#include "v2-client.h"
#include "wait.h"

#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define MAX_REQUESTS 10
#define UDP_PORT 5001

#define ALICE "192.0.2.1"
#define BOB "192.0.2.2"
#define CAROL "192.0.2.3"
#define MALLORY "192.0.2.66"

#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n"
#define NOBODY_V1 "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n"

typedef struct
{
  RegistryKind kind;
  HcRendezvous *rendezvous;
  HcRegistry *registry;
  gint64 now;
  GSocketType transport;
  V2Client *alice;
  V2Client *bob;
  V2Client *carol;
  V2Client *mallory;

  guint n_replies;
  char *reply;

  HcHold *hold;
  guint hold_seconds;

  guint n_notices;
  char *notice;
  char *notice_target;
} Fixture;

static void
on_notice (const HcOrigin *target,
           HcPacket       *notice,
           gpointer        user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) bytes = hc_packet_serialise (notice);
  char text[HC_ORIGIN_STRING_SIZE];

  fixture->n_notices++;
  hc_origin_to_string (target, text);
  g_free (fixture->notice_target);
  fixture->notice_target = g_strdup (text);
  g_free (fixture->notice);
  fixture->notice = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
set_up (Fixture *fixture,
        guint    max_requests)
{
  fixture->registry = registry_kind_create (fixture->kind, 4);
  fixture->rendezvous = hc_rendezvous_new (fixture->registry,
                                           hc_guard_new (max_requests, 60, 100));
  hc_rendezvous_set_udp (fixture->rendezvous, UDP_PORT, FALSE, on_notice, fixture);
  fixture->now = 5000 * SECOND;
  fixture->transport = G_SOCKET_TYPE_STREAM;
  fixture->alice = v2_client_new ("alice", ALICE, 6000);
  fixture->bob = v2_client_new ("bob", BOB, 6001);
  fixture->carol = v2_client_new ("carol", CAROL, 6002);
  fixture->mallory = v2_client_new ("mallory", MALLORY, 6666);
}

static void
tear_down (Fixture *fixture)
{
  g_assert_finalize_object (fixture->rendezvous);
  g_assert_finalize_object (G_OBJECT (fixture->registry));
  v2_client_free (fixture->alice);
  v2_client_free (fixture->bob);
  v2_client_free (fixture->carol);
  v2_client_free (fixture->mallory);
  g_free (fixture->reply);
  g_free (fixture->notice);
  g_free (fixture->notice_target);
}

static void
on_reply (HcPacket *reply,
          gpointer  user_data)
{
  Fixture *fixture = user_data;

  fixture->n_replies++;
  g_clear_pointer (&fixture->reply, g_free);
  if (reply != NULL)
    {
      g_autoptr (GBytes) bytes = hc_packet_serialise (reply);

      fixture->reply = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
}

static void
on_held (HcHold   *hold,
         guint     seconds,
         gpointer  user_data)
{
  Fixture *fixture = user_data;

  fixture->hold = hold;
  fixture->hold_seconds = seconds;
}

static void
send_from (Fixture    *fixture,
           const char *source,
           guint16     port,
           const char *request)
{
  HcOrigin origin = { .time = fixture->now, .port = port, .transport = fixture->transport };
  gboolean is_stream = fixture->transport == G_SOCKET_TYPE_STREAM;

  g_assert_true (hc_ip_init_from_string (&origin.address, source));
  hc_rendezvous_handle (fixture->rendezvous, &origin, request, strlen (request),
                        on_reply, is_stream ? on_held : NULL, fixture);
}

static const char *
take_reply (Fixture *fixture)
{
  WAIT_UNTIL (fixture->n_replies > 0);
  g_assert_cmpuint (fixture->n_replies, ==, 1);
  fixture->n_replies = 0;
  return fixture->reply;
}

/* Returns the reply until the next request, or NULL. */
static const char *
ask_from (Fixture    *fixture,
          const char *source,
          guint16     port,
          const char *request)
{
  send_from (fixture, source, port, request);
  return take_reply (fixture);
}

static const char *
ask (Fixture    *fixture,
     V2Client   *client,
     const char *request)
{
  return ask_from (fixture, client->source, client->port, request);
}

static void
assert_header (const char *packet,
               HcHeader    header,
               const char *expected)
{
  g_autofree char *value = v2_get (packet, header);

  g_assert_cmpstr (value, ==, expected);
}

static void
assert_error (const char *reply,
              const char *code)
{
  g_autofree char *prefix = g_strdup_printf ("ERROR\r\nReason: %s", code);

  g_assert_nonnull (reply);
  g_test_message ("%s", reply);
  g_assert_true (g_str_has_prefix (reply, prefix));
}

static void
probe (Fixture  *fixture,
       V2Client *client)
{
  g_autofree char *request = v2_client_probe (client);

  v2_client_take (client, ask (fixture, client, request));
  g_assert_nonnull (client->cookie);
}

static const char *
try_register (Fixture  *fixture,
              V2Client *client)
{
  g_autofree char *request = v2_client_register (client);

  return ask (fixture, client, request);
}

static void
enrol (Fixture  *fixture,
       V2Client *client)
{
  probe (fixture, client);
  v2_client_take (client, try_register (fixture, client));
  g_assert_nonnull (client->token);
}

static const char *
bridge_with (Fixture    *fixture,
             V2Client   *client,
             const char *extra)
{
  g_autofree char *request = v2_client_ask (client, "BRIDGE", extra);

  return ask (fixture, client, request);
}

static const char *
bridge (Fixture  *fixture,
        V2Client *client)
{
  return bridge_with (fixture, client, "");
}

static const char *
quit (Fixture  *fixture,
      V2Client *client)
{
  g_autofree char *request = v2_client_ask (client, "QUIT", "");

  return ask (fixture, client, request);
}

static const char *
chat (Fixture    *fixture,
      V2Client   *client,
      const char *caller_id,
      const char *callee_id)
{
  g_autofree char *request = v2_client_chat (client, caller_id, callee_id);

  return ask (fixture, client, request);
}

/* Bob has got alice. */
static void
meet (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
  assert_header (bridge (fixture, fixture->bob), HC_HEADER_CLIENT_ID, "alice");
}

static const GSocketType transports[] = { G_SOCKET_TYPE_STREAM, G_SOCKET_TYPE_DATAGRAM };

static void
test_probe (Fixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *expected = NULL;

      fixture->transport = transports[i];
      probe (fixture, fixture->alice);
      expected = g_strdup_printf ("PROBEACK\r\nVersion: 2\r\nUdp: 5001\r\nCookie: %s\r\n\r\n",
                                  fixture->alice->cookie);
      g_assert_cmpstr (fixture->reply, ==, expected);
    }

  /* A server without UDP doesn't speak of it. */
  hc_rendezvous_set_udp (fixture->rendezvous, 0, FALSE, NULL, NULL);
  probe (fixture, fixture->alice);
  assert_header (fixture->reply, HC_HEADER_UDP, NULL);
}

static void
test_register (Fixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *expected = NULL;

      fixture->transport = transports[i];
      enrol (fixture, fixture->alice);
      expected = g_strdup_printf ("REGACK\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\n"
                                  "Version: 2\r\nToken: %s\r\nSeen: 192.0.2.1 6000\r\n"
                                  "Expires: 90\r\n\r\n", fixture->alice->token);
      g_assert_cmpstr (fixture->reply, ==, expected);
    }
}

/* Whatever is not as it was signed, is refused, and registers nobody. */
static void
test_replayed (Fixture *fixture)
{
  g_autofree char *request = NULL;
  g_autofree char *other_id = NULL;
  g_autofree char *other_port = NULL;
  g_autofree char *other_key = NULL;
  char *key;

  probe (fixture, fixture->alice);
  probe (fixture, fixture->mallory);
  request = v2_client_register (fixture->alice);

  /* From another address the cookie is worth nothing. */
  assert_error (ask (fixture, fixture->mallory, request), "bad-cookie ");

  other_id = g_strdup (request);
  memcpy (strstr (other_id, "alice"), "alicf", 5);
  assert_error (ask (fixture, fixture->alice, other_id), "bad-proof ");
  other_port = g_strdup (request);
  memcpy (strstr (other_port, "6000"), "6001", 4);
  assert_error (ask (fixture, fixture->alice, other_port), "bad-proof ");

  other_key = g_strdup (request);
  key = strstr (other_key, fixture->alice->identity->key);
  memcpy (key, fixture->mallory->identity->key, strlen (fixture->mallory->identity->key));
  assert_error (ask (fixture, fixture->alice, other_key), "bad-proof ");

  /* When the cookie has expired, so has the proof. */
  fixture->now += 2 * HC_COOKIE_SECONDS * SECOND;
  assert_error (ask (fixture, fixture->alice, request), "bad-cookie ");
  enrol (fixture, fixture->alice);
}

static void
set_secret (Fixture *fixture,
            guint8   byte)
{
  const HcCookieSecret secret = { .bytes = { byte } };

  hc_rendezvous_set_cookie_secret (fixture->rendezvous, &secret, fixture->now);
}

/* A cookie outlives the secret it was made with, as long as it would have. */
static void
test_secret_changes (Fixture *fixture)
{
  g_autofree char *request = NULL;

  set_secret (fixture, 1);
  probe (fixture, fixture->alice);
  request = v2_client_register (fixture->alice);
  set_secret (fixture, 2);

  /* The same once more doesn't end the last one's time. */
  set_secret (fixture, 2);
  fixture->now += HC_COOKIE_SECONDS * SECOND;
  g_assert_nonnull (strstr (ask (fixture, fixture->alice, request), "REGACK\r\n"));
  fixture->now += HC_COOKIE_SECONDS * SECOND;
  assert_error (ask (fixture, fixture->alice, request), "bad-cookie ");
}

/* What was made with a secret after its time is no cookie. */
static void
test_secret_is_over (Fixture *fixture)
{
  HcIp address;
  char cookie[HC_COOKIE_SIZE];
  const HcCookieSecret last = { .bytes = { 1 } };
  g_autofree char *request = NULL;

  set_secret (fixture, 1);
  set_secret (fixture, 2);
  fixture->now += 2 * HC_COOKIE_SECONDS * SECOND;
  g_assert_true (hc_ip_init_from_string (&address, ALICE));
  hc_cookie_make (&last, &address,
                  fixture->now + g_get_real_time () - g_get_monotonic_time (), cookie);
  fixture->alice->cookie = g_strdup (cookie);
  request = v2_client_register (fixture->alice);
  assert_error (ask (fixture, fixture->alice, request), "bad-cookie ");
}

/* Mallory has seen the key, and signs with her own. */
static void
test_copied_key (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  probe (fixture, fixture->mallory);
  fixture->mallory->id = "alice";
  g_free (fixture->mallory->identity->key);
  fixture->mallory->identity->key = g_strdup (fixture->alice->identity->key);
  assert_error (try_register (fixture, fixture->mallory), "bad-proof ");
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
}

static void
test_without (Fixture *fixture)
{
#define HEAD "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\nVersion: 2\r\n"
  g_autofree char *no_key = NULL;

  assert_error (ask (fixture, fixture->alice, HEAD "\r\n"), "bad-cookie ");
  assert_error (ask (fixture, fixture->alice, HEAD "Cookie: made-up\r\n\r\n"), "bad-cookie ");

  /* The refusal has brought a good one. */
  v2_client_take (fixture->alice, fixture->reply);
  no_key = g_strdup_printf (HEAD "Cookie: %s\r\n\r\n", fixture->alice->cookie);
  assert_error (ask (fixture, fixture->alice, no_key), "bad-proof ");
  v2_client_take (fixture->alice, try_register (fixture, fixture->alice));
  g_assert_nonnull (fixture->alice->token);
}

/* The same person on another network: the new token counts, and the old one
 * is worth nothing. */
static void
test_register_again (Fixture *fixture)
{
  g_autofree char *old_token = NULL;
  g_autofree char *new_token = NULL;

  meet (fixture);
  old_token = g_strdup (fixture->alice->token);
  fixture->alice->source = CAROL;
  enrol (fixture, fixture->alice);
  g_assert_cmpstr (fixture->alice->token, !=, old_token);
  assert_header (fixture->reply, HC_HEADER_SEEN, "192.0.2.3 6000");

  new_token = g_steal_pointer (&fixture->alice->token);
  fixture->alice->token = g_strdup (old_token);
  assert_error (bridge (fixture, fixture->alice), "bad-token ");
  assert_error (quit (fixture, fixture->alice), "bad-token ");
  g_free (fixture->alice->token);
  fixture->alice->token = g_steal_pointer (&new_token);
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
}

/* A REGACK that was lost is sent again. */
static void
test_register_retransmitted (Fixture *fixture)
{
  g_autofree char *request = NULL;
  g_autofree char *first = NULL;

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  enrol (fixture, fixture->alice);
  first = g_strdup (fixture->reply);
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);

  request = v2_client_register (fixture->alice);
  fixture->now += 9 * SECOND;
  g_assert_cmpstr (ask (fixture, fixture->alice, request), ==, first);
  enrol (fixture, fixture->bob);
  assert_header (bridge (fixture, fixture->bob), HC_HEADER_CLIENT_ID, "alice");

  /* From another port it is another request, with another token. */
  g_assert_cmpstr (ask_from (fixture, ALICE, 7000, request), !=, first);
}

/* Without the token an ID can't be taken, bridged, chatted or ended, whoever
 * asks from wherever: not even from its own address. */
static void
test_ownership (Fixture *fixture)
{
  static const char *const sources[] = { MALLORY, ALICE };
  static const char *const tokens[] = { NULL, "AAAAAAAAAAAAAAAAAAAAAA" };
  static const char *const v1[] = {
    "QUIT\r\nclientID: alice\r\n\r\n", "CHAT\r\nclientID1: alice\r\nclientID2: bob",
    "CHAT\r\nclientID1: bob\r\nclientID2: alice",
  };

  meet (fixture);
  fixture->mallory->id = "alice";
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      fixture->mallory->source = sources[i];
      fixture->mallory->port = 6000;
      for (guint k = 0; k < G_N_ELEMENTS (tokens); k++)
        {
          g_free (fixture->mallory->token);
          fixture->mallory->token = g_strdup (tokens[k]);
          assert_error (bridge (fixture, fixture->mallory), "bad-token ");
          assert_error (quit (fixture, fixture->mallory), "bad-token ");
          assert_error (chat (fixture, fixture->mallory, "alice", "bob"), "bad-token ");
          assert_error (chat (fixture, fixture->mallory, "bob", "alice"), "bad-token ");
        }

      probe (fixture, fixture->mallory);
      g_assert_cmpstr (try_register (fixture, fixture->mallory), ==, "REGNACK\r\n\r\n");
      for (guint k = 0; k < G_N_ELEMENTS (v1); k++)
        g_assert_null (ask (fixture, fixture->mallory, v1[k]));
      g_assert_cmpstr (ask_from (fixture, sources[i], 6000,
                                 "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\n\r\n"),
                       ==, "REGNACK\r\n\r\n");
      g_assert_true (g_str_has_prefix (ask_from (fixture, sources[i], 6000,
                                                 "BRIDGE\r\nclientID: alice\r\n\r\n"),
                                       "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n"
                                       "Reason: unknown-id "));
    }

  /* Nobody has noticed anything. */
  assert_header (bridge (fixture, fixture->alice), HC_HEADER_CLIENT_ID, "bob");
  g_assert_null (chat (fixture, fixture->bob, "bob", "alice"));
  assert_error (bridge (fixture, fixture->alice), "unknown-id ");
  assert_error (bridge (fixture, fixture->bob), "unknown-id ");
}

/* A token that is worth nothing any more doesn't give a neighbour's registration
 * of v1, behind the same NAT. */
static void
test_neighbour_of_v1 (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  quit (fixture, fixture->alice);
  g_assert_nonnull (ask_from (fixture, ALICE, 7000,
                              "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 7000\r\n\r\n"));

  assert_error (bridge (fixture, fixture->alice), "unknown-id ");
  quit (fixture, fixture->alice);
  g_assert_cmpstr (ask_from (fixture, ALICE, 7000, "BRIDGE\r\nclientID: alice\r\n\r\n"),
                   ==, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
}

/* What each of the two is told. */
static void
test_records (Fixture *fixture)
{
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autofree char *session = NULL;
  g_autofree char *ticket = NULL;
  g_autofree char *expected = NULL;
  guint8 token[HC_TOKEN_LENGTH];
  guint8 key[HC_KEY_LENGTH];
  guint8 session_bytes[HC_SESSION_LENGTH];
  guint8 ticket_bytes[HC_TICKET_LENGTH];

  fixture->alice->extra = "Path: host 10.0.0.1 6000\r\nPath: relay 2001:db8::9 9\r\n";
  meet (fixture);
  caller = g_strdup (fixture->reply);
  session = v2_get (caller, HC_HEADER_SESSION);
  ticket = v2_get (caller, HC_HEADER_TICKET);
  expected = g_strdup_printf ("BRIDGEACK\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\n"
                              "Version: 2\r\nRole: caller\r\nKey: %s\r\nSession: %s\r\n"
                              "Ticket: %s\r\nSeen: 192.0.2.1 6000\r\nPath: host 10.0.0.1 6000\r\n"
                              "Path: relay 2001:db8::9 9\r\n\r\n",
                              fixture->alice->identity->key, session, ticket);
  g_assert_cmpstr (caller, ==, expected);

  callee = g_strdup (bridge (fixture, fixture->alice));
  g_free (expected);
  expected = g_strdup_printf ("BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n"
                              "Version: 2\r\nRole: callee\r\nKey: %s\r\nSession: %s\r\n"
                              "Seen: 192.0.2.2 6001\r\n\r\n",
                              fixture->bob->identity->key, session);
  g_assert_cmpstr (callee, ==, expected);

  /* Alice can tell that the server has sent bob, and nobody else. */
  hc_base64url_decode (fixture->alice->token, token, sizeof token);
  hc_base64url_decode (fixture->bob->identity->key, key, sizeof key);
  hc_base64url_decode (session, session_bytes, sizeof session_bytes);
  hc_ticket_compute (token, "bob", key, session_bytes, ticket_bytes);
  g_free (expected);
  expected = hc_base64url_encode (ticket_bytes, sizeof ticket_bytes);
  g_assert_cmpstr (ticket, ==, expected);
}

/* Each match has a session of its own. */
static void
test_sessions_differ (Fixture *fixture)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  meet (fixture);
  first = v2_get (fixture->reply, HC_HEADER_SESSION);
  fixture->now += 30 * SECOND;
  enrol (fixture, fixture->carol);
  second = v2_get (bridge (fixture, fixture->carol), HC_HEADER_SESSION);
  g_assert_cmpstr (first, !=, second);
}

static void
test_local_ip (Fixture *fixture)
{
  fixture->alice->source = "10.0.0.1";
  fixture->bob->source = "10.0.0.2";
  fixture->carol->source = "10.0.0.3";

  /* Behind one NAT, and carol behind another: what they declare is signed, and
   * what the server sees is another thing. */
  for (guint i = 0; i < 3; i++)
    {
      V2Client *client = i == 0 ? fixture->alice : i == 1 ? fixture->bob : fixture->carol;
      const char *seen = i == 2 ? CAROL : ALICE;
      g_autofree char *probe_request = v2_client_probe (client);
      g_autofree char *register_request = NULL;

      v2_client_take (client, ask_from (fixture, seen, client->port, probe_request));
      register_request = v2_client_register (client);
      v2_client_take (client, ask_from (fixture, seen, client->port, register_request));
      client->source = seen;
    }

  bridge (fixture, fixture->alice);
  bridge (fixture, fixture->bob);
  assert_header (fixture->reply, HC_HEADER_IP, ALICE);
  assert_header (fixture->reply, HC_HEADER_LOCAL_IP, "10.0.0.1");
  assert_header (bridge (fixture, fixture->alice), HC_HEADER_LOCAL_IP, "10.0.0.2");

  fixture->now += 30 * SECOND;
  bridge (fixture, fixture->carol);
  assert_header (fixture->reply, HC_HEADER_CLIENT_ID, "alice");
  assert_header (fixture->reply, HC_HEADER_LOCAL_IP, NULL);
}

/* What a Debian host calls itself, and worse. */
static void
test_useless_local_ip (Fixture *fixture)
{
  static const char *const declared[] = { "127.0.1.1", "224.0.0.1", "255.255.255.255", "0.0.0.0",
                                          "::", "::1", "ff02::1", "fe80::1" };

  enrol (fixture, fixture->bob);
  probe (fixture, fixture->alice);
  for (guint i = 0; i < G_N_ELEMENTS (declared); i++)
    {
      g_autofree char *request = NULL;

      fixture->alice->source = declared[i];
      request = v2_client_register (fixture->alice);
      v2_client_take (fixture->alice, ask_from (fixture, ALICE, 6000, request));
      fixture->alice->source = ALICE;
      fixture->bob->source = ALICE;
      g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
      bridge (fixture, fixture->bob);
      assert_header (fixture->reply, HC_HEADER_IP, ALICE);
      assert_header (fixture->reply, HC_HEADER_LOCAL_IP, NULL);
    }
}

/* Those on the server's own host are told of it, and only they. */
static void
test_loopback (Fixture *fixture)
{
  fixture->alice->source = "127.0.0.1";
  fixture->alice->extra = "Path: host 127.0.0.1 6000\r\nPath: host 10.0.0.1 6000\r\n";
  fixture->bob->source = "127.0.0.2";
  meet (fixture);
  assert_header (fixture->reply, HC_HEADER_SEEN, "127.0.0.1 6000");
  assert_header (fixture->reply, HC_HEADER_PATH, "host 127.0.0.1 6000");

  /* To others she has nothing to say but what is hers everywhere; and an
   * address that only this host has is no way to her. */
  fixture->now += 30 * SECOND;
  enrol (fixture, fixture->carol);
  g_assert_cmpstr (bridge (fixture, fixture->carol), ==, NOBODY);
  g_assert_cmpstr (bridge_with (fixture, fixture->carol, "With: alice\r\n"), ==, NOBODY);
}

/* Nobody is sent to where nobody should be sent. */
static void
test_paths (Fixture *fixture)
{
  g_autoptr (HcPacket) packet = NULL;

  fixture->alice->extra =
    "Path: host 127.0.0.1 1\r\nPath: host 224.0.0.1 1\r\nPath: host 255.255.255.255 1\r\n"
    "Path: host 0.0.0.0 1\r\nPath: host :: 1\r\nPath: host ::1 1\r\nPath: host ff02::1 1\r\n"
    "Path: host fe80::1 1\r\nPath: pigeon 10.0.0.1 1\r\nPath: host 10.0.0.1 1\r\n";
  meet (fixture);
  packet = hc_packet_parse (fixture->reply, strlen (fixture->reply), HC_DIALECT_RENDEZVOUS, NULL);
  g_assert_cmpstr (hc_packet_get_path (packet, 0), ==, "host 10.0.0.1 1");
  g_assert_null (hc_packet_get_path (packet, 1));
}

static void
test_many_paths (Fixture *fixture)
{
  g_autoptr (GString) paths = g_string_new (NULL);
  g_autoptr (HcPacket) packet = NULL;

  for (guint i = 1; i <= 12; i++)
    g_string_append_printf (paths, "Path: host 10.0.0.%u 6000\r\n", i);
  fixture->alice->extra = paths->str;
  meet (fixture);
  packet = hc_packet_parse (fixture->reply, strlen (fixture->reply), HC_DIALECT_RENDEZVOUS, NULL);
  g_assert_cmpstr (hc_packet_get_path (packet, HC_MAX_PATHS - 1), ==, "host 10.0.0.8 6000");
  g_assert_null (hc_packet_get_path (packet, HC_MAX_PATHS));
}

/* v1 and v2 meet: one is told what v1 knows, byte for byte. */
static void
test_v1_calls (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  bridge (fixture, fixture->alice);
  ask_from (fixture, BOB, 1, "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n\r\n");
  g_assert_cmpstr (ask_from (fixture, BOB, 1, "BRIDGE\r\nclientID: bob\r\n\r\n"), ==,
                   "BRIDGEACK\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\n\r\n");
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==,
                   "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n"
                   "Version: 2\r\nRole: callee\r\n\r\n");
}

static void
test_v1_is_called (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  ask_from (fixture, BOB, 1, "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n\r\n");
  g_assert_cmpstr (ask_from (fixture, BOB, 1, "BRIDGE\r\nclientID: bob\r\n\r\n"), ==, NOBODY_V1);
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==,
                   "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n"
                   "Version: 2\r\nRole: caller\r\n\r\n");
  g_assert_cmpuint (fixture->n_notices, ==, 0);
  g_assert_cmpstr (ask_from (fixture, BOB, 1, "BRIDGE\r\nclientID: bob\r\n\r\n"), ==, NOBODY_V1);
  g_assert_null (ask_from (fixture, BOB, 1, "CHAT\r\nclientID1: alice\r\nclientID2: bob"));
  assert_error (bridge (fixture, fixture->alice), "unknown-id ");
}

static void
test_lifetime (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  for (guint i = 0; i < 5; i++)
    {
      fixture->now += 89 * SECOND;
      g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
    }
  fixture->now += 90 * SECOND;
  assert_error (bridge (fixture, fixture->alice), "unknown-id ");

  /* Its ID is free, for any key. */
  fixture->mallory->id = "alice";
  enrol (fixture, fixture->mallory);
}

static void
test_with (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  enrol (fixture, fixture->carol);

  /* Alice waits for bob alone: carol doesn't get her. */
  g_assert_cmpstr (bridge_with (fixture, fixture->alice, "With: bob\r\n"), ==, NOBODY);
  g_assert_cmpstr (bridge (fixture, fixture->carol), ==, NOBODY);
  g_assert_cmpstr (bridge_with (fixture, fixture->carol, "With: alice\r\n"), ==, NOBODY);

  /* Bob, who would take anybody, gets the one who waits for him. */
  assert_header (bridge (fixture, fixture->bob), HC_HEADER_CLIENT_ID, "alice");
  assert_header (bridge_with (fixture, fixture->alice, "With: bob\r\n"), HC_HEADER_ROLE, "callee");

  /* She isn't there for carol when bob's lease has run out, either. */
  fixture->now += 30 * SECOND;
  g_assert_cmpstr (bridge_with (fixture, fixture->carol, "With: alice\r\n"), ==, NOBODY);
  assert_header (bridge_with (fixture, fixture->bob, "With: alice\r\n"), HC_HEADER_CLIENT_ID,
                 "alice");
}

static void
test_with_each_other (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  enrol (fixture, fixture->carol);
  g_assert_cmpstr (bridge (fixture, fixture->carol), ==, NOBODY);
  g_assert_cmpstr (bridge_with (fixture, fixture->alice, "With: bob\r\n"), ==, NOBODY);
  assert_header (bridge_with (fixture, fixture->bob, "With: alice\r\n"), HC_HEADER_CLIENT_ID,
                 "alice");
}

static void
test_with_somebody_ready (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  enrol (fixture, fixture->carol);
  bridge (fixture, fixture->alice);
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "With: carol\r\n"), ==, NOBODY);
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "With: bob\r\n"), ==, NOBODY);
  assert_header (bridge_with (fixture, fixture->bob, "With: alice\r\n"), HC_HEADER_CLIENT_ID,
                 "alice");

  /* A caller who wants another one now lets go the one it has. */
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "With: carol\r\n"), ==, NOBODY);
  assert_header (bridge_with (fixture, fixture->carol, "With: alice\r\n"), HC_HEADER_CLIENT_ID,
                 "alice");
}

/* One who changes its mind is ready for all. */
static void
test_with_nobody_any_more (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  g_assert_cmpstr (bridge_with (fixture, fixture->alice, "With: carol\r\n"), ==, NOBODY);
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "With: carol\r\n"), ==, NOBODY);
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
  assert_header (bridge_with (fixture, fixture->bob, "With: alice\r\n"), HC_HEADER_CLIENT_ID,
                 "alice");
}

static void
test_notice (Fixture *fixture)
{
  g_autofree char *notice = NULL;

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  meet (fixture);
  g_assert_cmpuint (fixture->n_notices, ==, 1);
  g_assert_cmpstr (fixture->notice_target, ==, "192.0.2.1 6000");
  notice = g_strdup (fixture->notice);
  assert_header (notice, HC_HEADER_CLIENT_ID, "bob");
  assert_header (notice, HC_HEADER_ROLE, "callee");

  /* It is what she would have got for asking; and a retransmission of bob's is
   * no match. */
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, notice);
  bridge (fixture, fixture->bob);
  assert_header (fixture->reply, HC_HEADER_CLIENT_ID, "alice");
  g_assert_cmpuint (fixture->n_notices, ==, 1);
}

/* Over TCP there is nowhere to send it; when she goes on over UDP there is. */
static void
test_notice_goes_to_udp (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  bridge (fixture, fixture->alice);
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  fixture->alice->port = 7000;
  bridge (fixture, fixture->alice);
  fixture->transport = G_SOCKET_TYPE_STREAM;
  fixture->alice->port = 40000;
  bridge (fixture, fixture->alice);

  assert_header (bridge (fixture, fixture->bob), HC_HEADER_SEEN, "192.0.2.1 7000");
  g_assert_cmpstr (fixture->notice_target, ==, "192.0.2.1 7000");
}

static void
wait_for_somebody (Fixture    *fixture,
                   V2Client   *client,
                   const char *extra)
{
  g_autofree char *request = v2_client_ask (client, "BRIDGE", extra);

  fixture->hold = NULL;
  send_from (fixture, client->source, client->port, request);
  WAIT_UNTIL (fixture->hold != NULL);
  g_assert_cmpuint (fixture->n_replies, ==, 0);
}

static void
test_wait (Fixture *fixture)
{
  g_autofree char *request = NULL;

  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  wait_for_somebody (fixture, fixture->alice, "Wait: 25\r\n");
  g_assert_cmpuint (fixture->hold_seconds, ==, 25);

  /* Both replies come at once; the callee's first. */
  request = v2_client_ask (fixture->bob, "BRIDGE", "Wait: 25\r\n");
  send_from (fixture, BOB, 6001, request);
  WAIT_UNTIL (fixture->n_replies == 2);
  fixture->n_replies = 0;
  assert_header (fixture->reply, HC_HEADER_ROLE, "caller");
  g_assert_cmpuint (fixture->n_notices, ==, 0);
  assert_header (bridge (fixture, fixture->alice), HC_HEADER_CLIENT_ID, "bob");
}

static void
test_wait_expires (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  wait_for_somebody (fixture, fixture->alice, "Wait: 1\r\n");
  fixture->now += SECOND;
  hc_hold_expire (fixture->hold);
  g_assert_cmpstr (take_reply (fixture), ==, NOBODY);
  assert_header (bridge (fixture, fixture->bob), HC_HEADER_CLIENT_ID, "alice");
}

static void
test_wait_dropped (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  wait_for_somebody (fixture, fixture->alice, "Wait: 25\r\n");
  hc_hold_drop (fixture->hold, fixture->now);
  g_assert_null (take_reply (fixture));
  g_assert_cmpstr (bridge (fixture, fixture->bob), ==, NOBODY);

  /* She was registered all the time. */
  assert_header (bridge (fixture, fixture->alice), HC_HEADER_CLIENT_ID, "bob");
}

/* What else the client asks for ends its wait. */
static void
test_wait_ends (Fixture *fixture)
{
  g_autofree char *again = NULL;

  enrol (fixture, fixture->alice);
  wait_for_somebody (fixture, fixture->alice, "Wait: 25\r\n");
  fixture->hold = NULL;
  again = v2_client_ask (fixture->alice, "BRIDGE", "Wait: 20\r\n");
  send_from (fixture, ALICE, 6000, again);
  g_assert_cmpstr (take_reply (fixture), ==, NOBODY);
  WAIT_UNTIL (fixture->hold != NULL);
  g_assert_cmpuint (fixture->hold_seconds, ==, 20);

  g_free (again);
  again = v2_client_ask (fixture->alice, "QUIT", "");
  send_from (fixture, ALICE, 6000, again);
  WAIT_UNTIL (fixture->n_replies == 2);
  fixture->n_replies = 0;
}

static void
test_wait_is_bounded (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  hc_rendezvous_set_max_held (fixture->rendezvous, 1);
  wait_for_somebody (fixture, fixture->alice, "Wait: 25\r\nWith: carol\r\n");
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "Wait: 25\r\nWith: carol\r\n"), ==, NOBODY);
  hc_hold_drop (fixture->hold, fixture->now);
  take_reply (fixture);
  wait_for_somebody (fixture, fixture->bob, "Wait: 25\r\nWith: carol\r\n");
  hc_hold_drop (fixture->hold, fixture->now);
  take_reply (fixture);

  /* Over UDP there is nothing to be held. */
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  g_assert_cmpstr (bridge_with (fixture, fixture->bob, "Wait: 25\r\nWith: carol\r\n"), ==, NOBODY);
}

/* Another server has handed her out, and says so. */
static void
test_wait_ends_by_signal (Fixture *fixture)
{
  const HcOrigin contact = { .transport = G_SOCKET_TYPE_STREAM };
  HcRegistryResult result = {
    .status = HC_REGISTRY_DONE,
    .is_new = TRUE,
    .peer = { .id = "bob" },
    .caller = { .id = "carol", .port = 6002 },
    .callee = &contact,
  };

  enrol (fixture, fixture->alice);
  g_assert_true (hc_ip_init_from_string (&result.caller.address, CAROL));
  wait_for_somebody (fixture, fixture->alice, "Wait: 25\r\n");
  hc_registry_emit_matched (fixture->registry, &result);
  g_assert_cmpuint (fixture->n_replies, ==, 0);
  result.peer.id = "alice";
  hc_registry_emit_matched (fixture->registry, &result);
  assert_header (take_reply (fixture), HC_HEADER_CLIENT_ID, "carol");
  assert_header (fixture->reply, HC_HEADER_ROLE, "callee");
}

/* Nothing that is sent without a good cookie brings more than it took, or
 * changes anything, or counts. */
static void
check_small (Fixture    *fixture,
             const char *request)
{
  const char *reply = ask_from (fixture, ALICE, 6000, request);

  if (reply != NULL)
    g_assert_cmpuint (strlen (reply), <=, strlen (request));
}

static void
test_small_replies (Fixture *fixture)
{
  static const char *const requests[] = {
    "PROBE\r\nVersion: 2\r\n\r\n", "PROBE\r\nVersion: 2", "REGISTER\r\nVersion: 2\r\n\r\n",
    "REGISTER\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\nVersion: 2\r\n\r\n",
    "BRIDGE\r\nVersion: 2\r\n\r\n", "BRIDGE\r\nclientID: a\r\nVersion: 2\r\n\r\n",
    "BRIDGE\r\nclientID: alice\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n",
    "CHAT\r\nclientID1: a\r\nclientID2: b\r\nVersion: 2\r\n\r\n", "CHAT\r\nVersion: 2\r\n\r\n",
    "QUIT\r\nclientID: a\r\nVersion: 2\r\n\r\n", "QUIT\r\nVersion: 2\r\n\r\n",
    "BRIDGEACK\r\nVersion: 2\r\n\r\n", "ERROR\r\nVersion: 2\r\n\r\n", "X\r\nVersion: 2\r\n\r\n",
    "Version: 2", "\r\nVersion: 2\r\n", "PROBE\r\nVersion: 2\r\n\xff",
    "REGISTER\r\nclientID: \xff\r\nVersion: 2\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    "BRIDGE\r\nclientID: a\r\nVersion: 2\r\nToken: x\r\n\r\n",
  };

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    check_small (fixture, requests[i]);

  /* Longer and longer, until there is a reply. */
  for (guint n = 0; n < 100; n++)
    {
      g_autofree char *pad = g_strnfill (n, 'x');
      g_autofree char *probe = g_strdup_printf ("PROBE\r\nVersion: 2\r\nPad: %s\r\n\r\n", pad);
      g_autofree char *odd = g_strdup_printf ("ODD\r\nVersion: 2\r\nPad: %s\r\n\r\n", pad);
      g_autofree char *ask_for = g_strdup_printf ("BRIDGE\r\nclientID: a\r\nVersion: 2\r\nPad: %s\r\n\r\n", pad);

      check_small (fixture, probe);
      check_small (fixture, odd);
      check_small (fixture, ask_for);
    }
  assert_error (fixture->reply, "bad-cookie ");
  g_assert_cmpuint (strlen (fixture->reply), <=, 120);
}

/* Mallory writes alice's address on hundreds of datagrams. */
static void
test_forged_sources (Fixture *fixture)
{
  g_autofree char *probe_request = v2_client_probe (fixture->mallory);

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  enrol (fixture, fixture->alice);
  g_free (fixture->mallory->cookie);
  fixture->mallory->cookie = g_strdup ("AAAAAAAAAAAAAAAAAAAAAA");
  fixture->mallory->token = g_strdup ("AAAAAAAAAAAAAAAAAAAAAA");
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *bridge_request = v2_client_ask (fixture->mallory, "BRIDGE", "");

      ask (fixture, fixture->alice, probe_request);
      ask (fixture, fixture->alice, bridge_request);
      ask (fixture, fixture->alice, "PROBE\r\n\r\n");
      ask (fixture, fixture->alice, "NOISE");
    }
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
  enrol (fixture, fixture->alice);
  g_assert_cmpstr (quit (fixture, fixture->alice), ==, "QUITACK\r\nclientID: alice\r\n\r\n");
}

/* A good token costs nothing, and is heard while others there are blocked. */
static void
test_token_is_free (Fixture *fixture)
{
  HcOrigin origin = { .transport = G_SOCKET_TYPE_STREAM };

  enrol (fixture, fixture->alice);
  for (guint i = 0; i < 10 * MAX_REQUESTS; i++)
    g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);

  /* Somebody else behind her NAT. */
  fixture->mallory->source = ALICE;
  for (guint i = 0; i < MAX_REQUESTS - 2; i++)
    probe (fixture, fixture->mallory);
  g_assert_null (ask_from (fixture, ALICE, 1, "PROBE\r\nVersion: 2\r\n\r\n"));
  g_assert_null (ask_from (fixture, ALICE, 1, "PROBE\r\n\r\n"));
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);

  /* Nor are connections from there closed unheard. */
  hc_ip_init_from_string (&origin.address, ALICE);
  origin.time = fixture->now;
  g_assert_false (hc_rendezvous_is_blocked (fixture->rendezvous, &origin));
}

/* With a token of one's own one could send others a notice after another, and
 * keep all of them busy. */
static void
test_matches_count (Fixture *fixture)
{
  guint n_matches = 0;

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  enrol (fixture, fixture->mallory);
  bridge (fixture, fixture->alice);
  bridge_with (fixture, fixture->bob, "With: mallory\r\n");

  fixture->transport = G_SOCKET_TYPE_STREAM;
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = v2_get (bridge (fixture, fixture->mallory), HC_HEADER_CLIENT_ID);

      g_assert_cmpstr (id, !=, "");
      n_matches = fixture->n_notices;
    }

  /* Her REGISTER was one, and the one too many is answered. */
  g_assert_cmpuint (n_matches, ==, MAX_REQUESTS);

  /* Who is left with her comes back when the lease is over, and so does she. */
  fixture->now += 30 * SECOND;
  enrol (fixture, fixture->carol);
  assert_header (bridge (fixture, fixture->carol), HC_HEADER_CLIENT_ID, "alice");
  g_assert_cmpstr (bridge (fixture, fixture->mallory), ==, NOBODY);
  fixture->now += 60 * SECOND;
  assert_header (bridge (fixture, fixture->mallory), HC_HEADER_VERSION, "2");
}

/* A token that is none is no way around the guard. */
static void
test_bad_token_counts (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  fixture->mallory->id = "alice";
  fixture->mallory->token = g_strdup ("AAAAAAAAAAAAAAAAAAAAAA");
  for (guint i = 0; i < MAX_REQUESTS; i++)
    assert_error (bridge (fixture, fixture->mallory), "bad-token ");
  g_assert_null (bridge (fixture, fixture->mallory));
  g_assert_null (quit (fixture, fixture->mallory));
  g_assert_null (ask (fixture, fixture->mallory, "PROBE\r\n\r\n"));
}

/* In TCP mode a v1 client is not to think that there is UDP. */
static void
test_udp_for_v2_only (Fixture *fixture)
{
  static const char *const requests[] = {
    "PROBE\r\n\r\n", "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n\r\n",
    "BRIDGE\r\nclientID: bob\r\n\r\n", "QUIT\r\nclientID: bob\r\n\r\n", "REGISTER\r\n\r\n",
    "PROBE\r\nVersion: 1\r\n\r\n", "", "NOISE",
  };

  hc_rendezvous_set_udp (fixture->rendezvous, UDP_PORT, TRUE, on_notice, fixture);
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  for (guint k = 0; k < 10; k++)
    for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
      g_assert_null (ask_from (fixture, BOB, 6001, requests[i]));
  enrol (fixture, fixture->alice);

  /* Nobody is blocked for it, either. */
  fixture->transport = G_SOCKET_TYPE_STREAM;
  g_assert_cmpstr (ask_from (fixture, BOB, 1, requests[0]), ==, "PROBEACK\r\n\r\n");
}

static void
test_errors (Fixture *fixture)
{
  static const struct { const char *request; const char *code; } faults[] = {
    { "REGISTER\r\nVersion: 2\r\n\r\n", "missing-header " },
    { "BRIDGE\r\nVersion: 2\r\n\r\n", "missing-header " },
    { "CHAT\r\nVersion: 2\r\n\r\n", "missing-header " },
    { "QUIT\r\nVersion: 2\r\n\r\n", "missing-header " },
    { "BRIDGE\r\nclientID: a\r\nclientID: b\r\nVersion: 2\r\n\r\n", "repeated-header " },
    { "BRIDGE\r\nclientID: a\r\nVersion: 2\r\nToken: x\r\n\r\n", "invalid-value " },
    { "BRIDGE\r\nclientID: a\r\nVersion: 2\r\nWait: 26\r\n\r\n", "invalid-value " },
    { "BRIDGE\r\nclientID: \xff\r\nVersion: 2\r\n\r\n", "invalid-utf8 " },
    { "BRIDGE\r\nclientID: a\nb\r\nVersion: 2\r\n\r\n", "control-character " },
    { "BRIDGE\r\nnonsense\r\nVersion: 2\r\n\r\n", "malformed-header " },
    { "HELLO\r\nVersion: 2\r\n\r\n", "unknown-type " },
    { "REGACK\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\nVersion: 2\r\n\r\n", "unknown-type " },
    { "BRIDGE\r\nclientID: zoe\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n",
      "unknown-id " },
  };
  static const char *const ids[] = { "a", "b", "c", "d", "e" };
  V2Client *client = fixture->alice;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    assert_error (ask (fixture, client, faults[i].request), faults[i].code);
  for (guint i = 0; i < 4; i++)
    {
      client->id = ids[i];
      enrol (fixture, client);
    }
  client->id = ids[4];
  assert_error (try_register (fixture, client), "server-full ");
}

/* A farewell that was lost is said again. */
static void
test_quit (Fixture *fixture)
{
  meet (fixture);
  g_assert_null (quit (fixture, fixture->bob));
  g_assert_null (quit (fixture, fixture->bob));
  enrol (fixture, fixture->carol);
  assert_header (bridge (fixture, fixture->carol), HC_HEADER_CLIENT_ID, "alice");

  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (quit (fixture, fixture->carol), ==, "QUITACK\r\nclientID: carol\r\n\r\n");
}

/* On the move: the token is the same, the address another. */
static void
test_moves (Fixture *fixture)
{
  enrol (fixture, fixture->alice);
  enrol (fixture, fixture->bob);
  bridge (fixture, fixture->alice);
  fixture->alice->source = CAROL;
  g_assert_cmpstr (bridge (fixture, fixture->alice), ==, NOBODY);
  assert_header (bridge (fixture, fixture->bob), HC_HEADER_IP, CAROL);
}

static const struct { const char *name; guint max_requests; void (*test) (Fixture *fixture); } cases[] = {
  { "probe", 0, test_probe },
  { "register", 0, test_register },
  { "register/replayed", 0, test_replayed },
  { "register/copied-key", 0, test_copied_key },
  { "register/secret-changes", 0, test_secret_changes },
  { "register/secret-is-over", 0, test_secret_is_over },
  { "register/without", 0, test_without },
  { "register/again", 0, test_register_again },
  { "register/retransmitted", 0, test_register_retransmitted },
  { "ownership", 0, test_ownership },
  { "neighbour-of-v1", 0, test_neighbour_of_v1 },
  { "records", 0, test_records },
  { "records/sessions-differ", 0, test_sessions_differ },
  { "records/local-ip", 0, test_local_ip },
  { "records/useless-local-ip", 0, test_useless_local_ip },
  { "records/loopback", 0, test_loopback },
  { "records/paths", 0, test_paths },
  { "records/many-paths", 0, test_many_paths },
  { "v1/calls", 0, test_v1_calls },
  { "v1/is-called", 0, test_v1_is_called },
  { "lifetime", 0, test_lifetime },
  { "with", 0, test_with },
  { "with/each-other", 0, test_with_each_other },
  { "with/somebody-ready", 0, test_with_somebody_ready },
  { "with/nobody-any-more", 0, test_with_nobody_any_more },
  { "notice", 0, test_notice },
  { "notice/goes-to-udp", 0, test_notice_goes_to_udp },
  { "wait", 0, test_wait },
  { "wait/expires", 0, test_wait_expires },
  { "wait/dropped", 0, test_wait_dropped },
  { "wait/ends", 0, test_wait_ends },
  { "wait/is-bounded", 0, test_wait_is_bounded },
  { "wait/ends-by-signal", 0, test_wait_ends_by_signal },
  { "small-replies", 0, test_small_replies },
  { "forged-sources", MAX_REQUESTS, test_forged_sources },
  { "token-is-free", MAX_REQUESTS, test_token_is_free },
  { "matches-count", MAX_REQUESTS, test_matches_count },
  { "bad-token-counts", MAX_REQUESTS, test_bad_token_counts },
  { "udp-for-v2-only", MAX_REQUESTS, test_udp_for_v2_only },
  { "errors", 0, test_errors },
  { "quit", 0, test_quit },
  { "moves", 0, test_moves },
};

static void
run (gconstpointer data)
{
  guint number = GPOINTER_TO_UINT (data);
  Fixture fixture = { .kind = number % N_REGISTRY_KINDS };
  const char *reason;

  if (!registry_kind_is_there (fixture.kind, &reason))
    {
      g_test_skip (reason);
      return;
    }
  set_up (&fixture, cases[number / N_REGISTRY_KINDS].max_requests);
  cases[number / N_REGISTRY_KINDS].test (&fixture);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases) * N_REGISTRY_KINDS; i++)
    {
      const char *kind = registry_kind_get_name (i % N_REGISTRY_KINDS);
      g_autofree char *path = g_strdup_printf ("/rendezvous-v2/%s/%s", kind,
                                               cases[i / N_REGISTRY_KINDS].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), run);
    }
  status = g_test_run ();
  registry_kind_end ();
  return status;
}
