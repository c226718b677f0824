/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Servers that share a Redis, over real sockets: whom they hand out, what they
 * count, what they tell each other, and what comes of it when Redis goes. */

#include "hc-redis-connection.h"
#include "hc-redis-registry.h"
#include "redis-server.h"
#include "server-util.h"
#include "v2-client.h"

#include <string.h>

#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n"
#define NOBODY_V1 "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n"
#define UNAVAILABLE_V1 "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nReason: unavailable "

static RedisServer *redis;

/* What the registries have said. */
static guint n_lost;
static guint n_found;
static char *last_fault;

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      {
        if (strstr (fields[i].value, "can't be reached, ") != NULL)
          {
            n_lost++;
            g_free (last_fault);
            last_fault = g_strdup (fields[i].value);
          }
        n_found += strstr (fields[i].value, "can be reached again") != NULL;
      }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* Two servers in one process. */
typedef struct
{
  Site *a;
  Site b;
} Pair;

static HcRegistry *
create_registry_at (const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcRedisAddress) address = hc_redis_address_parse (url, &error);

  g_assert_no_error (error);
  return hc_redis_registry_new (address, 1000);
}

static HcServer *
create_server (gboolean    udp,
               guint       max_requests,
               const char *url)
{
  g_autoptr (HcRegistry) registry = create_registry_at (url);
  g_autoptr (GBytes) secret = g_bytes_new_static ("shared", 6);

  return g_object_new (HC_TYPE_SERVER, "port", 0, "udp", udp, "max-requests", max_requests,
                       "registry", registry, "cookie-secret", secret, NULL);
}

static void
start_pair (Pair *pair,
            Site *site,
            guint max_requests)
{
  const char *url = redis_server_get_url (redis);

  redis_server_flush (redis);
  n_lost = n_found = 0;
  *pair = (Pair) { .a = site, .b = { .udp = site->udp } };
  site_start_server (pair->a, create_server (site->udp, max_requests, url));
  site_start_server (&pair->b, create_server (site->udp, max_requests, url));
}

static void
end_pair (Pair *pair)
{
  hc_server_stop (pair->b.server);
  g_assert_finalize_object (pair->b.server);
}

static void
assert_v1_gets (Site       *site,
                const char *source,
                const char *id,
                const char *peer_id)
{
  g_autofree char *reply = site_bridge (site, source, id);
  g_autofree char *prefix = g_strdup_printf ("BRIDGEACK\r\nclientID: %s\r\n", peer_id);

  g_assert_true (g_str_has_prefix (reply, prefix));
}

/* A chat's notice has no reply; that of the next request, which Redis gets
 * after it, shows that it is done. */
static void
tell_chat (Site *site)
{
  site_tell (site, ELSEWHERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  g_free (site_bridge (site, ELSEWHERE, "zoe"));
}

static void
assert_v1_gets_nobody (Site       *site,
                       const char *source,
                       const char *id)
{
  g_autofree char *reply = site_bridge (site, source, id);

  g_assert_cmpstr (reply, ==, NOBODY_V1);
}

static char *
ask (Site     *site,
     V2Client *client,
     char     *request)
{
  char *reply = site_ask (site, client->source, request);

  g_free (request);
  if (reply != NULL && *reply != '\0')
    v2_client_take (client, reply);
  return reply;
}

static void
enrol (Site     *site,
       V2Client *client)
{
  g_clear_pointer (&client->token, g_free);
  g_free (ask (site, client, v2_client_probe (client)));
  g_free (ask (site, client, v2_client_register (client)));
  g_assert_nonnull (client->token);
}

static char *
bridge (Site     *site,
        V2Client *client)
{
  return ask (site, client, v2_client_ask (client, "BRIDGE", ""));
}

static void
assert_header (const char *packet,
               HcHeader    header,
               const char *expected)
{
  g_autofree char *value = v2_get (packet, header);

  g_assert_cmpstr (value, ==, expected);
}

/* The whole of v1, a request here and the next one there. */
static void
test_session (Site          *site,
              gconstpointer  data)
{
  Pair pair;

  start_pair (&pair, site, 0);
  site_register (pair.a, HERE, "alice", 6000);
  site_assert_reply (&pair.b, ELSEWHERE,
                     "REGISTER\r\nclientID: alice\r\nIP: 127.0.1.1\r\nPort: 6000\r\n\r\n",
                     "REGNACK\r\n\r\n");
  site_register (&pair.b, ELSEWHERE, "bob", 6001);
  assert_v1_gets_nobody (&pair.b, HERE, "alice");
  assert_v1_gets (pair.a, ELSEWHERE, "bob", "alice");
  assert_v1_gets_nobody (pair.a, HERE, "alice");
  tell_chat (&pair.b);
  site_register (pair.a, ELSEWHERE, "alice", 6000);
  end_pair (&pair);
}

/* And v2: cookies, tokens and tickets are everybody's. */
static void
test_session_v2 (Site          *site,
                 gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *empty = NULL;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autofree char *session = NULL;
  Pair pair;

  start_pair (&pair, site, 0);
  alice->extra = "Path: host 10.0.0.1 6000\r\nPath: relay 2001:db8::9 9\r\n";
  g_free (ask (pair.a, alice, v2_client_probe (alice)));
  g_free (ask (&pair.b, alice, v2_client_register (alice)));
  enrol (&pair.b, bob);

  empty = bridge (pair.a, alice);
  g_assert_cmpstr (empty, ==, NOBODY);
  caller = bridge (&pair.b, bob);
  assert_header (caller, HC_HEADER_CLIENT_ID, "alice");
  assert_header (caller, HC_HEADER_ROLE, "caller");
  assert_header (caller, HC_HEADER_KEY, alice->identity->key);
  assert_header (caller, HC_HEADER_PATH, "host 10.0.0.1 6000");
  callee = bridge (&pair.b, alice);
  assert_header (callee, HC_HEADER_CLIENT_ID, "bob");
  assert_header (callee, HC_HEADER_ROLE, "callee");
  session = v2_get (caller, HC_HEADER_SESSION);
  assert_header (callee, HC_HEADER_SESSION, session);
  end_pair (&pair);
}

/* One waits here, and is told of a match that was made there. */
static void
test_wait (Site          *site,
           gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *request = NULL;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autofree char *n_ready = NULL;
  Pair pair;
  int fd;

  start_pair (&pair, site, 0);
  enrol (pair.a, alice);
  enrol (pair.a, bob);
  request = v2_client_ask (alice, "BRIDGE", "Wait: 25\r\n");
  fd = site_connect (pair.a, HERE);
  raw_send (fd, request, -1);
  do
    {
      g_free (n_ready);
      site_assert_alive (pair.a);
      n_ready = redis_server_ask (redis, "ZCARD {hybridchat}:l:");
    }
  while (strcmp (n_ready, "1") != 0);
  g_assert_true (raw_is_silent (fd));

  caller = bridge (&pair.b, bob);
  assert_header (caller, HC_HEADER_CLIENT_ID, "alice");
  callee = raw_read (fd);
  assert_header (callee, HC_HEADER_CLIENT_ID, "bob");
  assert_header (callee, HC_HEADER_ROLE, "callee");
  raw_close (fd);
  end_pair (&pair);
}

/* The notice comes from the server that the callee has asked: no other would
 * pass its NAT. */
static void
test_notice (Site          *site,
             gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *request = NULL;
  g_autofree char *empty = NULL;
  g_autofree char *caller = NULL;
  g_autofree char *notice = NULL;
  Pair pair;
  int fd;

  start_pair (&pair, site, 0);
  enrol (pair.a, alice);
  enrol (&pair.b, bob);
  request = v2_client_ask (alice, "BRIDGE", "");
  fd = raw_open (TRUE, HERE, HERE, hc_server_get_udp_port (pair.a->server));
  raw_send (fd, request, -1);
  empty = raw_read (fd);
  g_assert_cmpstr (empty, ==, NOBODY);

  /* What she asks for over TCP elsewhere doesn't change where she is seen. */
  if (!site->udp)
    g_free (bridge (&pair.b, alice));
  caller = bridge (&pair.b, bob);
  assert_header (caller, HC_HEADER_CLIENT_ID, "alice");
  notice = raw_read (fd);
  assert_header (notice, HC_HEADER_CLIENT_ID, "bob");
  assert_header (notice, HC_HEADER_ROLE, "callee");
  raw_close (fd);
  end_pair (&pair);
}

/* How many are answered of more than an address has, sent to both in turn: good
 * ones, and such as are no requests. */
static guint
count_answers (Pair       *pair,
               const char *source)
{
  guint n = 0;

  for (guint i = 0; i < 3 * HC_SERVER_DEFAULT_MAX_REQUESTS; i++)
    {
      const char *request = i % 3 == 0 ? "NOISE\r\n\r\n" : "PROBE\r\n\r\n";
      g_autofree char *reply = site_ask (i % 2 == 0 ? pair->a : &pair->b, source, request);

      n += reply != NULL && *reply != '\0';
    }
  return n;
}

/* Ten are ten, whoever is asked; and a chat is one for all. */
static void
test_guard (Site          *site,
            gconstpointer  data)
{
  Pair pair;

  start_pair (&pair, site, HC_SERVER_DEFAULT_MAX_REQUESTS);
  site_register (pair.a, ELSEWHERE, "bob", 6001);
  site_register (&pair.b, HERE, "alice", 6000);
  assert_v1_gets_nobody (pair.a, HERE, "alice");
  g_assert_cmpuint (count_answers (&pair, HERE), ==, HC_SERVER_DEFAULT_MAX_REQUESTS - 2);
  assert_v1_gets (&pair.b, ELSEWHERE, "bob", "alice");

  /* Both are forgiven, wherever they go. */
  site_tell (pair.a, ELSEWHERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  g_assert_cmpuint (count_answers (&pair, ELSEWHERE), ==, HC_SERVER_DEFAULT_MAX_REQUESTS);
  end_pair (&pair);
}

/* One behind a blocked address who has a token is heard by a server that has
 * never seen it. */
static void
test_blocked_neighbour (Site          *site,
                        gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  Pair pair;

  start_pair (&pair, site, HC_SERVER_DEFAULT_MAX_REQUESTS);
  enrol (pair.a, alice);
  count_answers (&pair, HERE);
  for (guint i = 0; i < 2 * HC_SERVER_DEFAULT_MAX_REQUESTS; i++)
    {
      g_autofree char *reply = bridge (i % 2 == 0 ? pair.a : &pair.b, alice);

      g_assert_cmpstr (reply, ==, NOBODY);
    }
  end_pair (&pair);
}

static void
assert_v1_unavailable (Site *site)
{
  g_autofree char *registered =
    site_ask (site, HERE, "REGISTER\r\nclientID: zoe\r\nIP: 127.0.1.1\r\nPort: 6000\r\n\r\n");
  g_autofree char *bridged = site_bridge (site, HERE, "alice");

  g_assert_true (g_str_has_prefix (registered, "REGNACK\r\nReason: unavailable "));
  g_assert_true (g_str_has_prefix (bridged, UNAVAILABLE_V1));
  site_assert_alive (site);
}

static void
assert_v2_unavailable (Site     *site,
                       V2Client *client)
{
  g_autofree char *reply = bridge (site, client);

  g_test_message ("%s", reply);
  g_assert_true (g_str_has_prefix (reply, "ERROR\r\nReason: unavailable "));
}

/* Redis goes and comes back: who asks meanwhile is told so at once, and the log
 * has a line for each of the two. */
static void
test_killed (Site          *site,
             gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *unknown = NULL;
  g_autofree char *empty = NULL;
  Pair pair;

  start_pair (&pair, site, 0);
  enrol (pair.a, alice);
  g_free (bridge (&pair.b, alice));
  redis_server_kill (redis);
  WAIT_UNTIL (n_lost == 2);
  for (guint i = 0; i < 20; i++)
    {
      assert_v1_unavailable (i % 2 == 0 ? pair.a : &pair.b);
      assert_v2_unavailable (i % 2 == 0 ? pair.a : &pair.b, alice);
    }
  g_assert_cmpuint (n_lost, ==, 2);
  g_assert_cmpuint (n_found, ==, 0);

  redis_server_start (redis);
  WAIT_UNTIL (n_found == 2);
  unknown = bridge (pair.a, alice);
  g_assert_true (g_str_has_prefix (unknown, "ERROR\r\nReason: unknown-id "));
  enrol (&pair.b, alice);
  empty = bridge (pair.a, alice);
  g_assert_cmpstr (empty, ==, NOBODY);
  g_assert_cmpuint (n_lost, ==, 2);
  end_pair (&pair);
}

/* It is there, and says nothing: whoever asks isn't kept for ever. */
static void
test_paused (Site          *site,
             gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *empty = NULL;
  Pair pair;

  start_pair (&pair, site, 0);
  enrol (pair.a, alice);
  g_free (bridge (&pair.b, alice));
  redis_server_pause (redis);
  assert_v2_unavailable (pair.a, alice);
  assert_v2_unavailable (pair.a, alice);
  redis_server_resume (redis);
  WAIT_UNTIL (n_found > 0);
  empty = bridge (pair.a, alice);
  g_assert_cmpstr (empty, ==, NOBODY);
  g_assert_cmpuint (n_lost, ==, 1);
  end_pair (&pair);
}

/* It isn't Redis that slept: what has come meanwhile counts. */
static void
test_asleep (Site          *site,
             gconstpointer  data)
{
  Pair pair;

  start_pair (&pair, site, 0);
  site_register (pair.a, HERE, "alice", 6000);
  g_usleep ((2 * HC_REDIS_PATIENCE_SECONDS + 1) * G_USEC_PER_SEC);
  assert_v1_gets_nobody (pair.a, HERE, "alice");
  assert_v1_gets_nobody (&pair.b, HERE, "alice");
  g_assert_cmpuint (n_lost, ==, 0);
  end_pair (&pair);
}

/* The server starts before Redis does. */
static void
test_not_there_yet (Site          *site,
                    gconstpointer  data)
{
  Pair pair;

  redis_server_kill (redis);
  n_lost = n_found = 0;
  site_start_server (site, create_server (site->udp, 0, redis_server_get_url (redis)));
  assert_v1_unavailable (site);
  g_assert_cmpuint (n_lost, ==, 1);
  redis_server_start (redis);
  WAIT_UNTIL (n_found == 1);
  site_register (site, HERE, "alice", 6000);

  pair = (Pair) { site, { .udp = site->udp } };
  site_start_server (&pair.b, create_server (site->udp, 0, redis_server_get_url (redis)));
  assert_v1_gets_nobody (&pair.b, HERE, "alice");
  end_pair (&pair);
}

/* Somebody has thrown our script out: the first to ask notices. */
static void
test_script_flushed (Site          *site,
                     gconstpointer  data)
{
  g_autofree char *flushed = NULL;
  g_autofree char *refused = NULL;
  Pair pair;

  start_pair (&pair, site, 0);
  site_register (pair.a, HERE, "alice", 6000);
  flushed = redis_server_ask (redis, "SCRIPT FLUSH");
  g_assert_cmpstr (flushed, ==, "OK");
  refused = site_bridge (pair.a, HERE, "alice");
  g_assert_true (g_str_has_prefix (refused, UNAVAILABLE_V1));
  assert_v1_gets_nobody (pair.a, HERE, "alice");
  assert_v1_gets_nobody (&pair.b, HERE, "alice");
  g_assert_cmpuint (n_lost, ==, 0);
  end_pair (&pair);
}

static void
test_password (Site          *site,
               gconstpointer  data)
{
  const char *path = redis_server_get_url (redis) + strlen ("redis+unix://");
  g_autofree char *wrong = g_strdup_printf ("redis+unix://:wrong@%s", path);
  g_autofree char *right = g_strdup_printf ("redis+unix://:s%%2Fecret@%s", path);
  g_autofree char *set = redis_server_ask (redis, "CONFIG SET requirepass s/ecret");
  Site other = { .udp = site->udp };

  g_assert_cmpstr (set, ==, "OK");
  n_lost = 0;
  site_start_server (site, create_server (site->udp, 0, right));
  site_register (site, HERE, "alice", 6000);
  g_assert_cmpuint (n_lost, ==, 0);

  site_start_server (&other, create_server (site->udp, 0, wrong));
  assert_v1_unavailable (&other);
  g_assert_cmpuint (n_lost, ==, 1);
  g_assert_nonnull (strstr (last_fault, "password"));
  g_assert_finalize_object (other.server);

  site_start_server (&other, create_server (site->udp, 0, redis_server_get_url (redis)));
  assert_v1_unavailable (&other);
  g_assert_cmpuint (n_lost, ==, 2);
  g_assert_nonnull (strstr (last_fault, "NOAUTH"));
  g_assert_finalize_object (other.server);

  redis_server_kill (redis);
  redis_server_start (redis);
}

/* A port that was free just now. */
static guint16
find_port (void)
{
  g_autoptr (HcServer) holder = hc_server_new (0, FALSE);

  g_assert_true (hc_server_start (holder, NULL));
  return hc_server_get_port (holder);
}

static gboolean
has_ipv6_loopback (void)
{
  g_autofree char *addresses = NULL;

  return g_file_get_contents ("/proc/net/if_inet6", &addresses, NULL, NULL) &&
         strstr (addresses, "00000000000000000000000000000001") != NULL;
}

/* Over TCP, by names and addresses. */
static void
test_network (Site          *site,
              gconstpointer  data)
{
  static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };
  guint16 port = find_port ();
  g_autofree char *set_port = g_strdup_printf ("CONFIG SET port %u", port);
  g_autofree char *reply = redis_server_ask (redis, set_port);

  site_start (site);
  if (strcmp (reply, "OK") != 0)
    {
      g_test_skip ("this Redis can't open a port while it runs (it is older than 7)");
      return;
    }
  redis_server_flush (redis);
  for (guint i = 0; i < G_N_ELEMENTS (hosts) - !has_ipv6_loopback (); i++)
    {
      g_autofree char *url = g_strdup_printf ("redis://%s:%u", hosts[i], port);
      g_autofree char *id = g_strdup_printf ("client-%u", i);
      Site other = { .udp = site->udp };

      site_start_server (&other, create_server (site->udp, 0, url));
      site_register (&other, HERE, id, 6000);
      g_assert_finalize_object (other.server);
    }
}

/* Another database of the same Redis is another world, messages included. */
static void
test_database (Site          *site,
               gconstpointer  data)
{
  g_autofree char *url = g_strconcat (redis_server_get_url (redis), "?db=1", NULL);
  Site other = { .udp = site->udp };

  redis_server_flush (redis);
  site_start_server (site, create_server (site->udp, 0, redis_server_get_url (redis)));
  site_start_server (&other, create_server (site->udp, 0, url));
  site_register (site, HERE, "alice", 6000);
  assert_v1_gets_nobody (site, HERE, "alice");
  site_register (&other, ELSEWHERE, "alice", 6001);
  assert_v1_gets_nobody (&other, ELSEWHERE, "alice");
  g_assert_finalize_object (other.server);
}

typedef struct
{
  guint n_answers;
  guint n_unavailable;
} Tally;

static void
on_tallied (const HcRegistryResult *result,
            gpointer                user_data)
{
  Tally *tally = user_data;

  tally->n_answers++;
  tally->n_unavailable += result->status == HC_REGISTRY_UNAVAILABLE;
}

static void
ask_often (HcRegistry *registry,
           guint       n,
           Tally      *tally)
{
  const HcOrigin origin = { .transport = G_SOCKET_TYPE_STREAM };
  const HcRegistryRequest request = { .origin = &origin, .version = 1, .id = "alice" };

  for (guint i = 0; i < n; i++)
    hc_registry_bridge (registry, &request, on_tallied, tally);
}

/* Redis doesn't keep up: what would wait too long is refused at once. */
static void
test_bounded (void)
{
  g_autoptr (HcRegistry) registry = create_registry_at (redis_server_get_url (redis));
  Tally tally = { 0 };

  ask_often (registry, 1, &tally);
  WAIT_UNTIL (tally.n_answers == 1);
  redis_server_pause (redis);
  ask_often (registry, 20000, &tally);
  g_assert_cmpuint (tally.n_unavailable, ==, tally.n_answers - 1);
  g_assert_cmpuint (tally.n_answers, >, 10000);
  redis_server_resume (redis);
  WAIT_UNTIL (tally.n_answers == 20001);
}

/* A registry that goes owes nobody an answer. */
static void
test_disposed (void)
{
  HcRegistry *registry = create_registry_at (redis_server_get_url (redis));
  Tally tally = { 0 };

  ask_often (registry, 100, &tally);
  g_assert_cmpuint (tally.n_answers, ==, 0);
  g_assert_finalize_object (G_OBJECT (registry));
  g_assert_cmpuint (tally.n_unavailable, ==, 100);
}

/* What Redis keeps goes by itself when nobody asks any more, if it has an
 * address in it; and what is over leaves nothing. */
static void
test_expiry (Site          *site,
             gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *left = NULL;
  g_autofree char *left_v2 = NULL;
  g_autofree char *left_guard = NULL;
  g_autofree char *n_keys = NULL;
  Pair pair;

  start_pair (&pair, site, HC_SERVER_DEFAULT_MAX_REQUESTS);
  site_register (pair.a, ELSEWHERE, "bob", 6001);
  enrol (pair.a, alice);
  left = redis_server_ask (redis, "TTL {hybridchat}:c:bob");
  left_v2 = redis_server_ask (redis, "TTL {hybridchat}:c:alice");
  g_assert_cmpint (atoi (left), >, HC_REGISTRY_V1_SECONDS);
  g_assert_cmpint (atoi (left), <=, HC_REGISTRY_V1_SECONDS + 60);
  g_assert_cmpint (atoi (left_v2), >, HC_REGISTRY_V2_SECONDS);
  g_assert_cmpint (atoi (left_v2), <=, HC_REGISTRY_V2_SECONDS + 60);

  g_free (bridge (pair.a, alice));
  assert_v1_gets (&pair.b, ELSEWHERE, "bob", "alice");
  site_tell (&pair.b, ELSEWHERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  n_keys = redis_server_ask (redis, "EVAL return#redis.call('KEYS','{hybridchat}:[^g]*') 0");
  g_assert_cmpstr (n_keys, ==, "1");
  left_guard = redis_server_ask (redis, "EVAL local\tn=0\tfor\t_,k\tin\tipairs(redis.call('KEYS','*:g:*'))"
                                        "do\tn=math.max(n,redis.call('TTL',k))end\treturn\tn 0");
  g_assert_cmpint (atoi (left_guard), >, 0);
  g_assert_cmpint (atoi (left_guard), <=, HC_SERVER_DEFAULT_BLOCK_SECONDS);
  end_pair (&pair);
}

static void
skip (void)
{
  g_test_skip (REDIS_IS_MISSING);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (!redis_server_is_installed ())
    {
      g_test_add_func ("/server/redis", skip);
      return g_test_run ();
    }

  g_log_set_writer_func (write_log, NULL, NULL);
  redis = redis_server_new ();
  site_add_test ("redis/session", test_session);
  site_add_test ("redis/session-v2", test_session_v2);
  site_add_tcp_test ("redis/wait", test_wait);
  site_add_test ("redis/notice", test_notice);
  site_add_tcp_test ("redis/guard", test_guard);
  site_add_tcp_test ("redis/blocked-neighbour", test_blocked_neighbour);
  site_add_test ("redis/killed", test_killed);
  site_add_tcp_test ("redis/paused", test_paused);
  site_add_tcp_test ("redis/asleep", test_asleep);
  site_add_tcp_test ("redis/not-there-yet", test_not_there_yet);
  site_add_tcp_test ("redis/script-flushed", test_script_flushed);
  site_add_tcp_test ("redis/password", test_password);
  site_add_tcp_test ("redis/network", test_network);
  site_add_tcp_test ("redis/database", test_database);
  site_add_tcp_test ("redis/expiry", test_expiry);
  g_test_add_func ("/server/redis/bounded", test_bounded);
  g_test_add_func ("/server/redis/disposed", test_disposed);
  status = g_test_run ();
  redis_server_free (redis);
  g_free (last_fault);
  return status;
}
