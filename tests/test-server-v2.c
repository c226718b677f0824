/* SPDX-License-Identifier: GPL-3.0-or-later */

/* v2 over real sockets, in both modes: what honest clients get, and what the
 * others don't. Protocol, section 4. */

#include "late-registry.h"
#include "server-util.h"
#include "v2-client.h"

#include <string.h>

#define NOBODY "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nVersion: 2\r\n\r\n"
#define NOBODY_V1 "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n"

/* Asks once, and takes what cookie and token there are. */
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
  g_free (ask (site, client, v2_client_probe (client)));
  g_assert_nonnull (client->cookie);
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

static void
assert_nobody (Site     *site,
               V2Client *client)
{
  g_autofree char *reply = bridge (site, client);

  g_assert_cmpstr (reply, ==, NOBODY);
}

static void
assert_gets (Site       *site,
             V2Client   *client,
             const char *id,
             const char *role)
{
  g_autofree char *reply = bridge (site, client);

  assert_header (reply, HC_HEADER_CLIENT_ID, id);
  assert_header (reply, HC_HEADER_ROLE, role);
}

static void
assert_refused (Site       *site,
                V2Client   *client,
                char       *request,
                const char *code)
{
  g_autofree char *reply = ask (site, client, request);
  g_autofree char *prefix = g_strdup_printf ("ERROR\r\nReason: %s", code);

  g_test_message ("%s", reply);
  g_assert_true (g_str_has_prefix (reply, prefix));
}

/* A chat's notice gets no reply: over UDP that of the next request shows it. */
static void
tell (Site     *site,
      V2Client *client,
      char     *request)
{
  site_tell (site, client->source, request);
  g_free (request);
}

static void
test_session (Site          *site,
              gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);

  site_start (site);
  enrol (site, alice);
  enrol (site, bob);
  assert_nobody (site, alice);
  assert_gets (site, bob, "alice", "caller");
  assert_gets (site, alice, "bob", "callee");
  tell (site, bob, v2_client_chat (bob, "bob", "alice"));
  assert_refused (site, alice, v2_client_ask (alice, "BRIDGE", ""), "unknown-id ");
  assert_refused (site, bob, v2_client_ask (bob, "BRIDGE", ""), "unknown-id ");
}

static void
test_quit (Site          *site,
           gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *reply = NULL;

  site_start (site);
  enrol (site, alice);
  reply = ask (site, alice, v2_client_ask (alice, "QUIT", ""));
  g_assert_cmpstr (reply, ==, site->udp ? "QUITACK\r\nclientID: alice\r\n\r\n" : "");
  assert_refused (site, alice, v2_client_ask (alice, "BRIDGE", ""), "unknown-id ");
}

/* What somebody else does with alice's ID, her key and her packets. */
static void
test_attacks (Site          *site,
              gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) mallory = v2_client_new ("alice", ELSEWHERE, 6000);
  g_autofree char *taken = NULL;
  char *heard;

  site_start (site);
  enrol (site, alice);
  assert_nobody (site, alice);
  g_free (ask (site, mallory, v2_client_probe (mallory)));

  /* Her REGISTER from another address, and with another cookie. */
  heard = v2_client_register (alice);
  assert_refused (site, mallory, heard, "bad-cookie ");
  heard = v2_client_register (alice);
  memcpy (strstr (heard, alice->cookie), mallory->cookie, strlen (mallory->cookie));
  assert_refused (site, mallory, heard, "bad-proof ");

  /* Her ID with a key of one's own, and without any. */
  taken = ask (site, mallory, v2_client_register (mallory));
  g_assert_cmpstr (taken, ==, "REGNACK\r\n\r\n");
  site_assert_reply (site, HERE, "REGISTER\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n",
                     "REGNACK\r\n\r\n");

  /* Her ID without the token, with a guess, and in v1 from her address. */
  assert_refused (site, mallory, v2_client_ask (mallory, "BRIDGE", ""), "bad-token ");
  mallory->token = g_strdup ("AAAAAAAAAAAAAAAAAAAAAA");
  assert_refused (site, mallory, v2_client_ask (mallory, "BRIDGE", ""), "bad-token ");
  assert_refused (site, mallory, v2_client_ask (mallory, "QUIT", ""), "bad-token ");
  assert_refused (site, mallory, v2_client_chat (mallory, "alice", "alice"), "bad-token ");
  g_free (site_ask (site, HERE, "QUIT\r\nclientID: alice\r\n\r\n"));
  site_tell (site, HERE, "CHAT\r\nclientID1: alice\r\nclientID2: alice");

  /* She has noticed nothing, and is still the first who is ready. */
  g_clear_pointer (&mallory->token, g_free);
  mallory->id = "mallory";
  enrol (site, mallory);
  assert_gets (site, mallory, "alice", "caller");
  assert_gets (site, alice, "mallory", "callee");
}

/* Over UDP nothing but PROBE is heard without a cookie of one's own. */
static void
test_cookie (Site          *site,
             gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) mallory = v2_client_new ("mallory", ELSEWHERE, 6000);
  g_autofree char *cookie = NULL;

  site_start (site);
  enrol (site, alice);
  cookie = g_strdup (alice->cookie);
  g_free (ask (site, mallory, v2_client_probe (mallory)));
  g_free (alice->cookie);
  alice->cookie = g_strdup (mallory->cookie);
  assert_refused (site, alice, v2_client_ask (alice, "BRIDGE", ""), "bad-cookie ");

  /* The refusal has brought a good one. */
  g_assert_cmpstr (alice->cookie, ==, cookie);
  assert_nobody (site, alice);
}

/* A server that knows another's secret accepts its cookies. */
static void
test_shared_secret (Site          *site,
                    gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (GBytes) secret = g_bytes_new_static ("shared", 6);
  Site other = { .udp = site->udp };

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp,
                                         "cookie-secret", secret, NULL));
  site_start_server (&other, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp,
                                           "cookie-secret", secret, NULL));
  g_free (ask (site, alice, v2_client_probe (alice)));
  g_free (ask (&other, alice, v2_client_register (alice)));
  g_assert_nonnull (alice->token);
  g_assert_finalize_object (other.server);
}

/* The notice comes to the one socket that alice has, from the address that she
 * has asked. */
static void
check_notice (Site       *site,
              const char *target)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *request = NULL;
  g_autofree char *empty = NULL;
  g_autofree char *notice = NULL;
  int fd = raw_open (TRUE, HERE, target, hc_server_get_udp_port (site->server));

  enrol (site, alice);
  enrol (site, bob);
  request = v2_client_ask (alice, "BRIDGE", "");
  raw_send (fd, request, -1);
  empty = raw_read (fd);
  g_assert_cmpstr (empty, ==, NOBODY);
  g_assert_true (raw_is_silent (fd));

  assert_gets (site, bob, "alice", "caller");
  notice = raw_read (fd);
  assert_header (notice, HC_HEADER_CLIENT_ID, "bob");
  assert_header (notice, HC_HEADER_ROLE, "callee");
  assert_gets (site, bob, "alice", "caller");
  raw_close (fd);
}

static void
test_notice (Site          *site,
             gconstpointer  data)
{
  site_start (site);
  check_notice (site, HERE);
}

static void
test_notice_from_every_address (Site          *site,
                                gconstpointer  data)
{
  site_start (site);
  check_notice (site, "127.0.0.5");
}

static void
test_notice_from_two_addresses (Site          *site,
                                gconstpointer  data)
{
  const char *const addresses[] = { "127.0.0.5", HERE, "127.0.0.6", NULL };

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp,
                                         "max-requests", 0, "addresses", addresses, NULL));
  check_notice (site, "127.0.0.5");
}

/* A v1 client takes any datagram for its caller's hello. */
static void
test_no_notice_for_v1 (Site          *site,
                       gconstpointer  data)
{
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *empty = NULL;
  int fd;

  site_start (site);
  site_register (site, HERE, "alice", 6000);
  fd = site_connect (site, HERE);
  raw_send (fd, "BRIDGE\r\nclientID: alice\r\n\r\n", -1);
  empty = raw_read (fd);
  g_assert_cmpstr (empty, ==, NOBODY_V1);
  enrol (site, bob);
  assert_gets (site, bob, "alice", "caller");
  g_assert_true (!site->udp || raw_is_silent (fd));
  raw_close (fd);
}

/* In TCP mode there is UDP too, for those who speak v2, and silence for others. */
static void
test_udp_beside (Site          *site,
                 gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *probeack = NULL;
  int fd;

  site_start (site);
  g_assert_cmpuint (hc_server_get_udp_port (site->server), !=, 0);
  fd = raw_open (TRUE, HERE, HERE, hc_server_get_udp_port (site->server));
  raw_send (fd, "PROBE\r\n\r\n", -1);
  raw_send (fd, "REGISTER\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 1\r\n\r\n", -1);
  raw_send (fd, "NOISE", -1);
  g_assert_true (raw_is_silent (fd));
  site_assert_alive (site);
  g_assert_true (raw_is_silent (fd));

  g_free (ask (site, alice, v2_client_probe (alice)));
  probeack = v2_client_probe (alice);
  raw_send (fd, probeack, -1);
  g_free (probeack);
  probeack = raw_read (fd);
  assert_header (probeack, HC_HEADER_COOKIE, alice->cookie);
  raw_close (fd);
}

/* Starts a server in TCP mode whose port is somebody else's over UDP, who is
 * returned. A port that is free over UDP may not be over TCP. */
static HcServer *
start_beside_holder (Site *site)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (HcServer) holder = hc_server_new (0, TRUE);

      g_assert_true (hc_server_start (holder, NULL));
      site->server = hc_server_new (hc_server_get_port (holder), FALSE);
      if (hc_server_start (site->server, NULL))
        return g_steal_pointer (&holder);
      g_clear_object (&site->server);
    }
  g_assert_not_reached ();
}

static void
test_udp_port_taken (Site          *site,
                     gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (HcServer) holder = start_beside_holder (site);
  g_autofree char *probeack = NULL;
  g_autofree char *port = NULL;

  g_assert_cmpuint (hc_server_get_port (site->server), ==, hc_server_get_port (holder));
  g_assert_cmpuint (hc_server_get_udp_port (site->server), !=, hc_server_get_port (holder));
  g_assert_cmpuint (hc_server_get_udp_port (site->server), !=, 0);
  port = g_strdup_printf ("%u", hc_server_get_udp_port (site->server));
  probeack = ask (site, alice, v2_client_probe (alice));
  assert_header (probeack, HC_HEADER_UDP, port);
}

/* That is how v1 clients tell the mode. */
static void
test_no_tcp_beside (void)
{
  Site site = { .udp = TRUE };
  g_autofree char *reply = NULL;
  int fd;

  site_start (&site);
  g_assert_cmpuint (hc_server_get_udp_port (site.server), ==, hc_server_get_port (site.server));
  fd = raw_open (FALSE, HERE, HERE, hc_server_get_port (site.server));
  raw_send (fd, "PROBE\r\n\r\n", -1);
  reply = raw_read (fd);
  g_assert_true (reply == NULL || *reply == '\0');
  raw_close (fd);
  g_assert_finalize_object (site.server);
}

static int
wait_for_somebody (Site       *site,
                   V2Client   *client,
                   const char *extra)
{
  g_autofree char *request = v2_client_ask (client, "BRIDGE", extra);
  int fd = site_connect (site, client->source);

  raw_send (fd, request, -1);
  g_assert_true (raw_is_silent (fd));
  return fd;
}

static void
test_wait (Site          *site,
           gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);
  g_autofree char *reply = NULL;
  int fd;

  site_start (site);
  enrol (site, alice);
  enrol (site, bob);
  fd = wait_for_somebody (site, alice, "Wait: 25\r\n");

  /* What comes meanwhile is nothing. */
  raw_send (fd, "PROBE\r\n\r\n", -1);
  g_assert_true (raw_is_silent (fd));
  assert_gets (site, bob, "alice", "caller");
  reply = raw_read (fd);
  assert_header (reply, HC_HEADER_CLIENT_ID, "bob");
  assert_header (reply, HC_HEADER_ROLE, "callee");
  raw_close (fd);
}

/* The wait has a time of its own, and a connection's deadline isn't it. */
static void
test_wait_expires (Site          *site,
                   gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *reply = NULL;
  gint64 start;
  int fd;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 0,
                                         "request-timeout", 1, NULL));
  enrol (site, alice);
  start = g_get_monotonic_time ();
  fd = wait_for_somebody (site, alice, "Wait: 2\r\n");
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, NOBODY);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 2 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
  raw_close (fd);
}

/* One who has gone is not handed to anybody; the next one is. */
static void
check_gone (Site *site,
            void  (*leave) (int fd))
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autoptr (V2Client) bob = v2_client_new ("bob", ELSEWHERE, 6001);

  site_start (site);
  enrol (site, alice);
  enrol (site, bob);
  leave (wait_for_somebody (site, alice, "Wait: 25\r\n"));
  wait_settle ();
  assert_nobody (site, bob);
  assert_gets (site, alice, "bob", "caller");
}

static void
test_wait_closed (Site          *site,
                  gconstpointer  data)
{
  check_gone (site, raw_close);
}

static void
test_wait_reset (Site          *site,
                 gconstpointer  data)
{
  check_gone (site, raw_reset);
}

static void
test_wait_at_stop (Site          *site,
                   gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  int fd;

  site_start (site);
  enrol (site, alice);
  fd = wait_for_somebody (site, alice, "Wait: 25\r\n");
  hc_server_stop (site->server);
  raw_close (fd);
}

/* Half of the connections can be held, and the others are still for all. */
static void
test_wait_is_bounded (Site          *site,
                      gconstpointer  data)
{
  V2Client *clients[4];
  static const char *const ids[] = { "a", "b", "c", "d" };
  g_autofree char *reply = NULL;
  char *request;
  int fds[3];

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 0,
                                         "max-connections", 6, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = v2_client_new (ids[i], HERE, 6000 + i);
      enrol (site, clients[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = wait_for_somebody (site, clients[i], "Wait: 25\r\nWith: zoe\r\n");

  request = v2_client_ask (clients[3], "BRIDGE", "Wait: 25\r\nWith: zoe\r\n");
  reply = ask (site, clients[3], request);
  g_assert_cmpstr (reply, ==, NOBODY);
  for (guint i = 0; i < 20; i++)
    site_assert_alive (site);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_assert_true (raw_is_silent (fds[i]));
      raw_close (fds[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    v2_client_free (clients[i]);
}

/* One who talks without end while it waits is cut off. */
static void
test_wait_endless (Site          *site,
                   gconstpointer  data)
{
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *filler = g_strnfill (4096, 'x');
  gsize n_sent = 0;
  int fd;

  site_start (site);
  enrol (site, alice);
  fd = wait_for_somebody (site, alice, "Wait: 25\r\n");
  while (raw_is_silent (fd))
    {
      raw_send (fd, filler, 4096);
      n_sent += 4096;
      g_assert_cmpuint (n_sent, <, 64 * 1024 * 1024);
    }
  raw_close (fd);
  site_assert_alive (site);
}

/* The registry answers when the client has gone. */
static void
test_wait_late_registry (Site          *site,
                         gconstpointer  data)
{
  g_autoptr (LateRegistry) registry = late_registry_new ();
  g_autoptr (V2Client) alice = v2_client_new ("alice", HERE, 6000);
  g_autofree char *request = v2_client_ask (alice, "BRIDGE", "Wait: 25\r\n");
  int fd;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "registry", registry,
                                         "request-timeout", 1, NULL));
  fd = site_connect (site, HERE);
  raw_send (fd, request, -1);
  WAIT_UNTIL (late_registry_is_asked (registry));
  g_free (raw_read (fd));
  raw_close (fd);

  /* Then the registry is asked to forget that she is ready. */
  late_registry_answer (registry, HC_REGISTRY_NOBODY);
  g_assert_true (late_registry_is_asked (registry));
  late_registry_answer (registry, HC_REGISTRY_DONE);
  site_assert_alive (site);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  site_add_test ("v2/session", test_session);
  site_add_test ("v2/quit", test_quit);
  site_add_test ("v2/attacks", test_attacks);
  site_add_test ("v2/shared-secret", test_shared_secret);
  site_add_test ("v2/notice", test_notice);
  site_add_test ("v2/notice/from-every-address", test_notice_from_every_address);
  site_add_test ("v2/notice/from-two-addresses", test_notice_from_two_addresses);
  site_add_test ("v2/notice/none-for-v1", test_no_notice_for_v1);
  site_add_udp_test ("v2/cookie", test_cookie);
  site_add_tcp_test ("v2/udp-beside", test_udp_beside);
  site_add_tcp_test ("v2/udp-beside/port-taken", test_udp_port_taken);
  g_test_add_func ("/server/udp/v2/no-tcp-beside", test_no_tcp_beside);
  site_add_tcp_test ("v2/wait", test_wait);
  site_add_tcp_test ("v2/wait/expires", test_wait_expires);
  site_add_tcp_test ("v2/wait/closed", test_wait_closed);
  site_add_tcp_test ("v2/wait/reset", test_wait_reset);
  site_add_tcp_test ("v2/wait/at-stop", test_wait_at_stop);
  site_add_tcp_test ("v2/wait/is-bounded", test_wait_is_bounded);
  site_add_tcp_test ("v2/wait/endless", test_wait_endless);
  site_add_tcp_test ("v2/wait/late-registry", test_wait_late_registry);

  return g_test_run ();
}
