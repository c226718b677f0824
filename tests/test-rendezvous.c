/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's rules without a socket: bytes in, bytes out, from any address
 * at any time. Protocol, sections 1 and 2. */

#include "hc-rendezvous.h"
#include "late-registry.h"
#include "registry-kind.h"
#include "wait.h"

#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define MAX_REQUESTS 10

#define ALICE "192.0.2.1"
#define BOB "192.0.2.2"
#define CAROL "192.0.2.3"
#define MALLORY "192.0.2.66"

#define EMPTY_BRIDGEACK "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n"

typedef struct
{
  RegistryKind kind;
  HcRendezvous *rendezvous;
  gint64 now;
  GSocketType transport;

  guint n_replies;
  char *reply;
} Fixture;

static void
set_up (Fixture *fixture,
        guint    max_requests)
{
  g_autoptr (HcRegistry) registry = registry_kind_create (fixture->kind, 4);

  fixture->rendezvous = hc_rendezvous_new (registry, hc_guard_new (max_requests, 60, 100));
  fixture->now = 5000 * SECOND;
  fixture->transport = G_SOCKET_TYPE_STREAM;
}

static void
tear_down (Fixture *fixture)
{
  g_assert_finalize_object (fixture->rendezvous);
  g_free (fixture->reply);
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
send_from (Fixture    *fixture,
           const char *source,
           const char *request)
{
  HcOrigin origin = { .time = fixture->now, .port = 40000, .transport = fixture->transport };

  g_assert_true (hc_ip_init_from_string (&origin.address, source));
  hc_rendezvous_handle (fixture->rendezvous, &origin, request, strlen (request),
                        on_reply, NULL, fixture);
}

/* Returns the reply until the next request, or NULL. */
static const char *
ask (Fixture    *fixture,
     const char *source,
     const char *request)
{
  send_from (fixture, source, request);
  WAIT_UNTIL (fixture->n_replies > 0);
  g_assert_cmpuint (fixture->n_replies, ==, 1);
  fixture->n_replies = 0;
  return fixture->reply;
}

static void
assert_reply (Fixture    *fixture,
              const char *source,
              const char *request,
              const char *reply)
{
  g_assert_cmpstr (ask (fixture, source, request), ==, reply);
}

static const char *
register_from (Fixture    *fixture,
               const char *source,
               const char *id)
{
  g_autofree char *request =
    g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: %s\r\nPort: 6000\r\n\r\n", id, source);

  return ask (fixture, source, request);
}

static const char *
bridge_from (Fixture    *fixture,
             const char *source,
             const char *id)
{
  g_autofree char *request = g_strdup_printf ("BRIDGE\r\nclientID: %s\r\n\r\n", id);

  return ask (fixture, source, request);
}

static void
meet (Fixture *fixture)
{
  register_from (fixture, ALICE, "alice");
  register_from (fixture, BOB, "bob");
  bridge_from (fixture, ALICE, "alice");
  bridge_from (fixture, BOB, "bob");
}

static void
test_v1 (Fixture *fixture)
{
  assert_reply (fixture, ALICE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
  assert_reply (fixture, ALICE, "REGISTER\r\nclientID: alice\r\nIP: 10.0.0.1\r\nPort: 6000\r\n\r\n",
                "REGACK\r\nclientID: alice\r\nIP: 10.0.0.1\r\nPort: 6000\r\n\r\n");
  assert_reply (fixture, MALLORY,
                "REGISTER\r\nclientID: alice\r\nIP: 10.0.0.1\r\nPort: 6000\r\n\r\n",
                "REGNACK\r\n\r\n");
  assert_reply (fixture, BOB, "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n\r\n",
                "REGACK\r\nclientID: bob\r\nIP: 192.0.2.2\r\nPort: 6001\r\n\r\n");
  assert_reply (fixture, ALICE, "BRIDGE\r\nclientID: alice\r\n\r\n", EMPTY_BRIDGEACK "\r\n");
  assert_reply (fixture, BOB, "BRIDGE\r\nclientID: bob\r\n\r\n",
                "BRIDGEACK\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 6000\r\n\r\n");
  assert_reply (fixture, BOB, "CHAT\r\nclientID1: bob\r\nclientID2: alice", NULL);
  assert_reply (fixture, MALLORY, "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.66\r\nPort: 1\r\n\r\n",
                "REGACK\r\nclientID: bob\r\nIP: 192.0.2.66\r\nPort: 1\r\n\r\n");
  assert_reply (fixture, MALLORY, "QUIT\r\nclientID: bob\r\n\r\n", NULL);
}

/* A v1 packet may say more, in any order: it is kept to itself. */
static void
test_unknown_headers (Fixture *fixture)
{
  assert_reply (fixture, ALICE, "PROBE\r\nX-Pad: xxx\r\nToken: x\r\n\r\n", "PROBEACK\r\n\r\n");
  assert_reply (fixture, ALICE,
                "REGISTER\r\nVersion: 1\r\nport: 6000\r\nIP:10.0.0.1\r\n"
                "CLIENTID:  alice \r\nX-Key: k\r\n\r\n",
                "REGACK\r\nclientID: alice\r\nIP: 10.0.0.1\r\nPort: 6000\r\n\r\n");
}

static void
test_ipv6 (Fixture *fixture)
{
  register_from (fixture, "2001:db8::1", "alice");
  bridge_from (fixture, "2001:db8::1", "alice");
  register_from (fixture, "::ffff:192.0.2.2", "bob");
  g_assert_cmpstr (bridge_from (fixture, BOB, "bob"), ==,
                   "BRIDGEACK\r\nclientID: alice\r\nIP: 2001:db8::1\r\nPort: 6000\r\n\r\n");
}

static void
test_quit_over_udp (Fixture *fixture)
{
  fixture->transport = G_SOCKET_TYPE_DATAGRAM;
  register_from (fixture, ALICE, "alice");

  /* The same to everybody, and only the owner's has an effect. */
  assert_reply (fixture, MALLORY, "QUIT\r\nclientID: alice\r\n\r\n",
                "QUITACK\r\nclientID: alice\r\n\r\n");
  assert_reply (fixture, MALLORY, "QUIT\r\nclientID: zoe\r\n\r\n",
                "QUITACK\r\nclientID: zoe\r\n\r\n");
  g_assert_cmpstr (bridge_from (fixture, ALICE, "alice"), ==, EMPTY_BRIDGEACK "\r\n");
  assert_reply (fixture, ALICE, "QUIT\r\nclientID: alice\r\n\r\n",
                "QUITACK\r\nclientID: alice\r\n\r\n");
  assert_reply (fixture, ALICE, "QUIT\r\nclientID: alice\r\n\r\n",
                "QUITACK\r\nclientID: alice\r\n\r\n");
  g_assert_true (g_str_has_prefix (bridge_from (fixture, ALICE, "alice"),
                                   EMPTY_BRIDGEACK "Reason: unknown-id "));
}

static void
test_unknown_id (Fixture *fixture)
{
  g_autofree char *unknown = NULL;

  register_from (fixture, ALICE, "alice");
  unknown = g_strdup (bridge_from (fixture, MALLORY, "zoe"));
  g_assert_true (g_str_has_prefix (unknown, EMPTY_BRIDGEACK "Reason: unknown-id "));
  g_assert_cmpstr (bridge_from (fixture, MALLORY, "alice"), ==, unknown);
}

static void
test_full (Fixture *fixture)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      g_assert_true (g_str_has_prefix (register_from (fixture, ALICE, id), "REGACK\r\n"));
    }
  g_assert_true (g_str_has_prefix (register_from (fixture, ALICE, "c4"),
                                   "REGNACK\r\nReason: server-full "));
}

typedef struct
{
  const char *name;
  const char *request;

  /* The reply's beginning, or NULL for none. */
  const char *stream_reply;
  const char *datagram_reply;
} Refusal;

#define BOTH(reply) reply, reply
#define ONLY_STREAM(reply) reply, NULL

static const Refusal refusals[] = {
  { "register/missing-header", "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: missing-header ") },
  { "register/repeated-header",
    "REGISTER\r\nclientID: a\r\nclientID: b\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: repeated-header ") },
  { "register/no-header", "REGISTER\r\nalice\r\n\r\n",
    BOTH ("REGNACK\r\nReason: malformed-header ") },
  { "register/empty-id", "REGISTER\r\nclientID: \r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: invalid-id ") },
  { "register/bad-address", "REGISTER\r\nclientID: a\r\nIP: localhost\r\nPort: 1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: invalid-address ") },
  { "register/bad-port", "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 65536\r\n\r\n",
    BOTH ("REGNACK\r\nReason: invalid-port ") },
  { "register/not-utf-8", "REGISTER\r\nclientID: \xff\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: invalid-utf8 ") },
  { "register/control", "REGISTER\r\nclientID: a\tb\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    BOTH ("REGNACK\r\nReason: control-character ") },
  { "bridge/missing-header", "BRIDGE\r\n\r\n",
    BOTH (EMPTY_BRIDGEACK "Reason: missing-header ") },
  { "bridge/not-utf-8", "BRIDGE\r\nclientID: \xc3\r\n\r\n",
    BOTH (EMPTY_BRIDGEACK "Reason: invalid-utf8 ") },
  { "chat/missing-header", "CHAT\r\nclientID1: a\r\n\r\n", BOTH (NULL) },
  { "chat/peer", "CHAT\r\nclientID: a\r\nhello\n\r\n\r\n", BOTH (NULL) },
  { "quit/missing-header", "QUIT\r\n\r\n", BOTH (NULL) },
  { "probe/no-header", "PROBE\r\nx\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: malformed-header ") },
  { "unknown/type", "HELLO\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "unknown/case", "probe\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "unknown/http", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "unknown/not-utf-8", "\xff\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: invalid-utf8 ") },
  { "unknown/nothing", "", ONLY_STREAM ("ERROR\r\nReason: empty ") },
  { "reply/probeack", "PROBEACK\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "reply/regack", "REGACK\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n",
    ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "reply/bridgeack", EMPTY_BRIDGEACK "\r\n", ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
  { "reply/error", "ERROR\r\nReason: a\r\n\r\n", ONLY_STREAM ("ERROR\r\nReason: unknown-type ") },
};

static void
check_refusal (Fixture     *fixture,
               const char  *request,
               GSocketType  transport,
               const char  *expected)
{
  const char *reply;

  fixture->transport = transport;
  reply = ask (fixture, ALICE, request);
  if (expected == NULL)
    {
      g_assert_null (reply);
      return;
    }
  g_test_message ("%s", reply);
  g_assert_nonnull (reply);
  g_assert_true (g_str_has_prefix (reply, expected));
  g_assert_true (g_str_has_suffix (reply, "\r\n\r\n"));
}

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  Fixture fixture = { 0 };

  set_up (&fixture, 0);
  check_refusal (&fixture, refusal->request, G_SOCKET_TYPE_STREAM, refusal->stream_reply);
  check_refusal (&fixture, refusal->request, G_SOCKET_TYPE_DATAGRAM, refusal->datagram_reply);
  assert_reply (&fixture, ALICE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
  tear_down (&fixture);
}

static void
test_too_long (Fixture *fixture)
{
  g_autofree char *filler = g_strnfill (2000, 'x');
  g_autofree char *request = g_strconcat ("REGISTER\r\nclientID: ", filler, NULL);

  g_assert_true (g_str_has_prefix (ask (fixture, ALICE, request), "REGNACK\r\nReason: too-long "));
}

/* An ID that isn't what it looks like is refused in words of v1, and one that
 * could be taken for another's as that one. */
static void
test_disguised (Fixture *fixture)
{
  static const char *const ids[] = { "\u202eecila", "ali\u200bce", "\u0430lice", "alice\u00a0b", "e\u0301" };

  register_from (fixture, ALICE, "alice");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_true (g_str_has_prefix (register_from (fixture, BOB, ids[i]),
                                       "REGNACK\r\nReason: invalid-id clientID has "));
      g_assert_true (g_str_has_prefix (bridge_from (fixture, BOB, ids[i]),
                                       "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n"
                                       "Reason: invalid-id clientID has "));
    }
  g_assert_cmpstr (register_from (fixture, CAROL, "ALICE"), ==, "REGNACK\r\n\r\n");
}

static void
test_guard (Fixture *fixture)
{
  /* Anything complete counts. */
  for (guint i = 0; i < MAX_REQUESTS; i++)
    ask (fixture, ALICE, i % 2 == 0 ? "PROBE\r\n\r\n" : "NONSENSE");
  assert_reply (fixture, BOB, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
  assert_reply (fixture, ALICE, "PROBE\r\n\r\n", NULL);
  fixture->now += 60 * SECOND;
  assert_reply (fixture, ALICE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
}

static void
count_requests_left (Fixture    *fixture,
                     const char *source,
                     guint       expected)
{
  guint n = 0;

  while (ask (fixture, source, "PROBE\r\n\r\n") != NULL)
    n++;
  g_assert_cmpuint (n, ==, expected);
}

static void
test_chat_forgives (Fixture *fixture)
{
  meet (fixture);
  ask (fixture, CAROL, "PROBE\r\n\r\n");
  ask (fixture, BOB, "CHAT\r\nclientID1: bob\r\nclientID2: alice");

  /* The same CHAT again forgives nobody. */
  ask (fixture, BOB, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  count_requests_left (fixture, ALICE, MAX_REQUESTS);
  count_requests_left (fixture, BOB, MAX_REQUESTS - 1);
  count_requests_left (fixture, CAROL, MAX_REQUESTS - 1);
}

static void
test_forged_chat_forgives_nobody (Fixture *fixture)
{
  meet (fixture);
  register_from (fixture, MALLORY, "mallory");
  ask (fixture, MALLORY, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  ask (fixture, MALLORY, "CHAT\r\nclientID1: mallory\r\nclientID2: alice");
  ask (fixture, MALLORY, "CHAT\r\nclientID1: mallory\r\nclientID2: mallory");
  count_requests_left (fixture, MALLORY, MAX_REQUESTS - 4);
  count_requests_left (fixture, ALICE, MAX_REQUESTS - 2);
  count_requests_left (fixture, BOB, MAX_REQUESTS - 2);
}

typedef struct
{
  const char *request;
  HcRegistryStatus status;
  const char *reply;
} LateAnswer;

static const LateAnswer late_answers[] = {
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", HC_REGISTRY_DONE,
    "REGACK\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n" },
  { "REGISTER\r\nclientID: a\r\nIP: 192.0.2.1\r\nPort: 1\r\n\r\n", HC_REGISTRY_UNAVAILABLE,
    "REGNACK\r\nReason: unavailable " },
  { "BRIDGE\r\nclientID: a\r\n\r\n", HC_REGISTRY_NOBODY, EMPTY_BRIDGEACK "\r\n" },
  { "BRIDGE\r\nclientID: a\r\n\r\n", HC_REGISTRY_UNAVAILABLE,
    EMPTY_BRIDGEACK "Reason: unavailable " },
  { "QUIT\r\nclientID: a\r\n\r\n", HC_REGISTRY_UNAVAILABLE, "QUITACK\r\nclientID: a\r\n\r\n" },
  { "CHAT\r\nclientID1: a\r\nclientID2: b", HC_REGISTRY_UNAVAILABLE, NULL },
};

/* A registry elsewhere answers later, or not at all, perhaps when nobody but
 * the request itself needs the rendezvous any more. */
static void
check_late_answer (const LateAnswer *answer)
{
  g_autoptr (LateRegistry) registry = late_registry_new ();
  Fixture fixture = { .transport = G_SOCKET_TYPE_DATAGRAM };

  fixture.rendezvous = hc_rendezvous_new (HC_REGISTRY (registry), hc_guard_new (10, 60, 100));
  send_from (&fixture, ALICE, answer->request);
  g_assert_cmpuint (fixture.n_replies, ==, 0);
  g_object_add_weak_pointer (G_OBJECT (fixture.rendezvous), (gpointer *) &fixture.rendezvous);
  g_object_unref (fixture.rendezvous);
  g_assert_nonnull (fixture.rendezvous);

  late_registry_answer (registry, answer->status);
  g_assert_cmpuint (fixture.n_replies, ==, 1);
  if (answer->reply == NULL)
    g_assert_null (fixture.reply);
  else
    g_assert_true (g_str_has_prefix (fixture.reply, answer->reply));
  g_assert_null (fixture.rendezvous);
  g_free (fixture.reply);
}

static void
test_late_registry (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (late_answers); i++)
    check_late_answer (&late_answers[i]);
}

static const struct { const char *name; guint max_requests; void (*test) (Fixture *fixture); } cases[] = {
  { "v1", 0, test_v1 },
  { "unknown-headers", 0, test_unknown_headers },
  { "ipv6", 0, test_ipv6 },
  { "quit-over-udp", 0, test_quit_over_udp },
  { "unknown-id", 0, test_unknown_id },
  { "full", 0, test_full },
  { "too-long", 0, test_too_long },
  { "disguised", 0, test_disguised },
  { "guard", MAX_REQUESTS, test_guard },
  { "chat-forgives", MAX_REQUESTS, test_chat_forgives },
  { "forged-chat-forgives-nobody", MAX_REQUESTS, test_forged_chat_forgives_nobody },
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
      g_autofree char *path = g_strdup_printf ("/rendezvous/%s/%s", kind,
                                               cases[i / N_REGISTRY_KINDS].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), run);
    }
  g_test_add_func ("/rendezvous/late-registry", test_late_registry);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/rendezvous/refusal/", refusals[i].name, NULL);

      g_test_add_data_func (path, &refusals[i], test_refusal);
    }

  status = g_test_run ();
  registry_kind_end ();
  return status;
}
