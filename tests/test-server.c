/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server over real sockets: raw bytes in, raw bytes out. Protocol,
 * sections 1 and 2. */

#include "hc-ip.h"
#include "late-registry.h"
#include "server-util.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define EMPTY_BRIDGEACK "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n"

static void
assert_not_registered (Site       *site,
                       const char *id)
{
  g_autofree char *reply = site_bridge (site, HERE, id);

  g_assert_true (g_str_has_prefix (reply, EMPTY_BRIDGEACK "Reason: unknown-id "));
}

static void
assert_nobody_ready (Site       *site,
                     const char *source,
                     const char *id)
{
  g_autofree char *reply = site_bridge (site, source, id);

  g_assert_cmpstr (reply, ==, EMPTY_BRIDGEACK "\r\n");
}

static void
assert_gets (Site       *site,
             const char *source,
             const char *id,
             const char *expected)
{
  g_autofree char *reply = site_bridge (site, source, id);

  g_assert_cmpstr (reply, ==, expected);
}

static void
test_v1 (Site          *site,
         gconstpointer  data)
{
  site_start (site);
  site_assert_reply (site, HERE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
  site_assert_reply (site, HERE,
                     "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n",
                     "REGACK\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n");
  site_assert_reply (site, HERE,
                     "REGISTER\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: 6001\r\n\r\n",
                     "REGNACK\r\n\r\n");
  site_assert_reply (site, ELSEWHERE,
                     "REGISTER\r\nclientID: bob\r\nIP: 192.0.2.8\r\nPort: 6001\r\n\r\n",
                     "REGACK\r\nclientID: bob\r\nIP: 192.0.2.8\r\nPort: 6001\r\n\r\n");
  site_assert_reply (site, HERE, "BRIDGE\r\nclientID: alice\r\n\r\n",
                     "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
  site_assert_reply (site, ELSEWHERE, "BRIDGE\r\nclientID: bob\r\n\r\n",
                     "BRIDGEACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n");
  site_tell (site, ELSEWHERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  assert_not_registered (site, "alice");
  assert_not_registered (site, "bob");

  site_register (site, HERE, "carol", 6002);
  if (site->udp)
    site_assert_reply (site, HERE, "QUIT\r\nclientID: carol\r\n\r\n",
                       "QUITACK\r\nclientID: carol\r\n\r\n");
  else
    site_tell (site, HERE, "QUIT\r\nclientID: carol\r\n\r\n");
  assert_not_registered (site, "carol");
}

/* What the original's request looks like, and the reply to it, each in a
 * server where alice is registered and ready. */
static const struct { const char *request; const char *reply; } exchanges[] = {
  { "PROBE\r\n\r\n", "PROBEACK\r\n\r\n" },
  { "REGISTER\r\nclientID: bob\r\nIP: 127.0.1.1\r\nPort: 6001\r\n\r\n",
    "REGACK\r\nclientID: bob\r\nIP: 127.0.1.1\r\nPort: 6001\r\n\r\n" },
  { "REGISTER\r\nclientID: alice\r\nIP: 127.0.1.1\r\nPort: 6001\r\n\r\n", "REGNACK\r\n\r\n" },
  { "BRIDGE\r\nclientID: alice\r\n\r\n", EMPTY_BRIDGEACK "\r\n" },
  { "CHAT\r\nclientID1: alice\r\nclientID2: zoë\r\n\r\n", "" },
  { "QUIT\r\nclientID: zoë\r\n\r\n", "" },
};

static int
connect_undelayed (Site *site)
{
  const int on = 1;
  int fd = site_connect (site, HERE);

  g_assert_cmpint (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
  return fd;
}

static void
check_split (Site       *site,
             const char *request,
             gsize       offset,
             const char *expected)
{
  g_autofree char *reply = NULL;
  int fd;

  site_register (site, HERE, "alice", 6000);
  fd = connect_undelayed (site);
  raw_send (fd, request, offset);
  g_assert_true (raw_is_silent (fd));
  raw_send (fd, request + offset, -1);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, expected);
  raw_close (fd);
  site_tell (site, HERE, "QUIT\r\nclientID: alice\r\n\r\n");
  site_tell (site, HERE, "QUIT\r\nclientID: bob\r\n\r\n");
}

static void
test_split (Site          *site,
            gconstpointer  data)
{
  site_start (site);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    for (gsize offset = 0; offset < strlen (exchanges[i].request); offset++)
      check_split (site, exchanges[i].request, offset, exchanges[i].reply);
}

static void
test_byte_by_byte (Site          *site,
                   gconstpointer  data)
{
  const char *request = exchanges[1].request;
  g_autofree char *reply = NULL;
  int fd;

  site_start (site);
  fd = connect_undelayed (site);
  for (const char *byte = request; *byte != '\0'; byte++)
    {
      g_assert_true (raw_is_silent (fd));
      raw_send (fd, byte, 1);
    }
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, exchanges[1].reply);
  raw_close (fd);
}

/* Without the blank line, a request ends with the stream. */
static void
test_half_closed (Site          *site,
                  gconstpointer  data)
{
  g_autofree char *reply = NULL;
  int fd;

  site_start (site);
  site_register (site, HERE, "alice", 6000);
  site_register (site, HERE, "bob", 6001);
  assert_nobody_ready (site, HERE, "alice");
  g_free (site_bridge (site, HERE, "bob"));

  fd = site_connect (site, HERE);
  raw_send (fd, "CHAT\r\nclientID1: bob\r\nclientID2: alice", -1);
  g_assert_true (raw_is_silent (fd));
  g_free (site_bridge (site, HERE, "alice"));
  raw_end (fd);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, "");
  raw_close (fd);
  assert_not_registered (site, "alice");
  assert_not_registered (site, "bob");
}

/* Nothing, blank lines and half a request before the end are no requests. */
static void
test_nothing_said (Site          *site,
                   gconstpointer  data)
{
  static const char *const texts[] = { "", "\r\n", "\r\n\r\n\r\n" };

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    site_tell (site, HERE, texts[i]);
  site_assert_alive (site);
}

/* What follows a request isn't answered, and doesn't cost the reply. */
static void
test_more_than_a_request (Site          *site,
                          gconstpointer  data)
{
  g_autofree char *filler = g_strnfill (50000, 'x');
  g_autofree char *two = g_strconcat ("PROBE\r\n\r\nPROBE\r\n\r\n", NULL);
  g_autofree char *many = g_strconcat ("PROBE\r\n\r\n", filler, NULL);

  site_start (site);
  site_assert_reply (site, HERE, two, "PROBEACK\r\n\r\n");
  site_assert_reply (site, HERE, many, "PROBEACK\r\n\r\n");
}

static void
test_ownership (Site          *site,
                gconstpointer  data)
{
  g_autofree char *reply = NULL;

  site_start (site);
  site_register (site, HERE, "alice", 6000);
  site_register (site, HERE, "bob", 6001);
  assert_nobody_ready (site, HERE, "alice");
  assert_gets (site, HERE, "bob",
               "BRIDGEACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 6000\r\n\r\n");

  g_free (site_ask (site, ELSEWHERE, "QUIT\r\nclientID: alice\r\n\r\n"));
  site_tell (site, ELSEWHERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  site_assert_reply (site, ELSEWHERE,
                     "REGISTER\r\nclientID: alice\r\nIP: 127.0.1.1\r\nPort: 6000\r\n\r\n",
                     "REGNACK\r\n\r\n");
  reply = site_bridge (site, ELSEWHERE, "alice");
  g_assert_true (g_str_has_prefix (reply, EMPTY_BRIDGEACK "Reason: unknown-id "));

  /* Nobody has noticed anything. */
  assert_nobody_ready (site, HERE, "alice");
  site_tell (site, HERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice");
  assert_not_registered (site, "alice");
  assert_not_registered (site, "bob");
}

static void
test_never_oneself (Site          *site,
                    gconstpointer  data)
{
  site_start (site);
  site_register (site, HERE, "alice", 6000);
  for (guint i = 0; i < 5; i++)
    assert_nobody_ready (site, HERE, "alice");
}

#define N_CLIENTS 200

/* Whom a BRIDGEACK names, or -1 for nobody. */
static int
find_peer (const char *reply)
{
  guint peer;
  guint port;

  if (g_str_equal (reply, EMPTY_BRIDGEACK "\r\n"))
    return -1;
  g_assert_cmpint (sscanf (reply, "BRIDGEACK\r\nclientID: c%u\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n",
                           &peer, &port), ==, 2);
  g_assert_cmpuint (peer, <, N_CLIENTS);
  g_assert_cmpuint (port, ==, 6000 + peer);
  return peer;
}

static void
test_many_at_once (Site          *site,
                   gconstpointer  data)
{
  int fds[N_CLIENTS];
  int peers[N_CLIENTS];
  guint n_pairings[N_CLIENTS] = { 0 };

  site_start (site);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      site_register (site, HERE, id, 6000 + i);
      fds[i] = site_connect (site, HERE);
    }

  /* The server sees nothing of it before all have asked. */
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autofree char *request = g_strdup_printf ("BRIDGE\r\nclientID: c%u\r\n\r\n", i);

      g_assert_cmpint (send (fds[i], request, strlen (request), 0), ==, strlen (request));
    }
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autofree char *reply = raw_read (fds[i]);

      raw_close (fds[i]);
      peers[i] = find_peer (reply);
    }

  for (int i = 0; i < N_CLIENTS; i++)
    if (peers[i] >= 0)
      {
        g_assert_cmpint (peers[i], !=, i);
        g_assert_cmpint (peers[peers[i]], ==, -1);
        n_pairings[i]++;
        n_pairings[peers[i]]++;
      }
  for (guint i = 0; i < N_CLIENTS; i++)
    g_assert_cmpuint (n_pairings[i], ==, 1);
}

/* Over UDP, that there is no reply shows by somebody else's coming first. */
static void
assert_refused (Site *site)
{
  int fd = site_connect (site, ELSEWHERE);

  raw_send (fd, "PROBE\r\n\r\n", -1);
  if (site->udp)
    {
      site_assert_alive (site);
      g_assert_true (raw_is_silent (fd));
    }
  else
    {
      g_autofree char *reply = raw_read (fd);

      g_assert_true (reply == NULL || *reply == '\0');
    }
  raw_close (fd);
}

static void
test_guard (Site          *site,
            gconstpointer  data)
{
  gint64 start;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp,
                                         "block-seconds", 1, NULL));
  for (guint i = 0; i < HC_SERVER_DEFAULT_MAX_REQUESTS; i++)
    site_assert_reply (site, ELSEWHERE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 3; i++)
    assert_refused (site);

  /* Others don't notice, and the block ends. */
  site_assert_alive (site);
  WAIT_UNTIL (g_get_monotonic_time () > start + 1100 * G_TIME_SPAN_MILLISECOND);
  site_assert_reply (site, ELSEWHERE, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
}

/* A blocked connection is closed before it has said anything. */
static void
test_guard_at_accept (Site          *site,
                      gconstpointer  data)
{
  g_autofree char *reply = NULL;
  int fd;

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 1,
                                         "request-timeout", 3600, NULL));
  site_assert_alive (site);

  /* The second is read to its end, and closed without a reply. */
  site_assert_reply (site, HERE, "PROBE\r\n\r\n", "");
  fd = site_connect (site, HERE);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, "");
  raw_close (fd);
}

static void
assert_answers_at (Site       *site,
                   const char *source,
                   const char *target)
{
  int fd = raw_open (site->udp, source, target, hc_server_get_port (site->server));
  g_autofree char *reply = NULL;

  /* A datagram socket that is connected hears its target only. */
  raw_send (fd, "PROBE\r\n\r\n", -1);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, "PROBEACK\r\n\r\n");
  raw_close (fd);
}

static gboolean
has_ipv6 (void)
{
  HcIp ip;
  HcSockaddr address;
  socklen_t length;
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean result;

  hc_ip_init_from_string (&ip, "::1");
  length = hc_ip_to_sockaddr (&ip, 0, &address);
  result = fd >= 0 && bind (fd, &address.sa, length) == 0;
  if (fd >= 0)
    raw_close (fd);
  return result;
}

/* The reply comes from the address that was asked, wherever the host would
 * rather send from. */
static void
test_every_address (Site          *site,
                    gconstpointer  data)
{
  site_start (site);
  assert_answers_at (site, HERE, HERE);
  assert_answers_at (site, HERE, "127.0.0.5");
  assert_answers_at (site, "127.0.0.6", "127.0.0.5");
  if (has_ipv6 ())
    assert_answers_at (site, "::1", "::1");
  else
    g_test_skip ("This host has no IPv6: the server was not asked over it");
}

static HcServer *
create_server_at (Site       *site,
                  const char *first,
                  const char *second)
{
  const char *const addresses[] = { first, second, NULL };

  return g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp, "max-requests", 0,
                       "addresses", addresses, NULL);
}

static void
test_every_ipv4_address (Site          *site,
                         gconstpointer  data)
{
  site_start_server (site, create_server_at (site, "0.0.0.0", NULL));
  assert_answers_at (site, HERE, "127.0.0.5");
}

static void
test_two_addresses (Site          *site,
                    gconstpointer  data)
{
  g_autofree char *reply = NULL;
  int fd;

  site_start_server (site, create_server_at (site, "127.0.0.5", "127.0.0.6"));
  assert_answers_at (site, HERE, "127.0.0.5");
  assert_answers_at (site, HERE, "127.0.0.6");

  /* Nobody listens at the others. */
  fd = raw_open (site->udp, HERE, HERE, hc_server_get_port (site->server));
  raw_send (fd, "PROBE\r\n\r\n", -1);
  reply = raw_read (fd);
  g_assert_true (reply == NULL || *reply == '\0');
  raw_close (fd);
}

static void
test_ipv6 (Site          *site,
           gconstpointer  data)
{
  site_start_server (site, create_server_at (site, has_ipv6 () ? "::1" : HERE, NULL));
  if (has_ipv6 ())
    assert_answers_at (site, "::1", "::1");
  else
    g_test_skip ("This host has no IPv6: nothing was tested");
}

static void
assert_cant_start (HcServer   *server,
                   int         code,
                   const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hc_server_start (server, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_cmpuint (hc_server_get_port (server), ==, 0);
  g_assert_finalize_object (server);
}

static void
test_cant_start (Site          *site,
                 gconstpointer  data)
{
  g_autofree char *port = NULL;

  site_start (site);
  port = g_strdup_printf ("%u", hc_server_get_port (site->server));
  assert_cant_start (hc_server_new (hc_server_get_port (site->server), site->udp),
                     G_IO_ERROR_ADDRESS_IN_USE, port);
  assert_cant_start (create_server_at (site, "192.0.2.1", NULL),
                     G_IO_ERROR_NOT_FOUND, "192.0.2.1");
  assert_cant_start (create_server_at (site, HERE, "localhost"),
                     G_IO_ERROR_INVALID_ARGUMENT, "localhost");
  site_assert_alive (site);
}

static void
test_start_again (Site          *site,
                  gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  site_start (site);
  site_register (site, HERE, "alice", 6000);
  hc_server_stop (site->server);
  hc_server_stop (site->server);
  g_assert_cmpuint (hc_server_get_port (site->server), ==, 0);
  hc_server_start (site->server, &error);
  g_assert_no_error (error);
  assert_not_registered (site, "alice");
}

/* The connections of the last one, which its host still remembers, don't keep
 * the next one from its port. */
static void
test_take_over (Site          *site,
                gconstpointer  data)
{
  guint16 port;

  site_start (site);
  port = hc_server_get_port (site->server);
  site_assert_alive (site);
  hc_server_stop (site->server);
  g_assert_finalize_object (site->server);
  site_start_server (site, hc_server_new (port, site->udp));
  g_assert_cmpuint (hc_server_get_port (site->server), ==, port);
  site_assert_alive (site);
}

static LateRegistry *
start_with_late_registry (Site *site)
{
  LateRegistry *registry = late_registry_new ();

  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp,
                                         "registry", registry, "request-timeout", 1, NULL));
  return registry;
}

static int
ask_late_registry (Site         *site,
                   LateRegistry *registry)
{
  int fd = site_connect (site, HERE);

  raw_send (fd, "BRIDGE\r\nclientID: alice\r\n\r\n", -1);
  WAIT_UNTIL (late_registry_is_asked (registry));
  return fd;
}

static void
test_late_answer (Site          *site,
                  gconstpointer  data)
{
  g_autoptr (LateRegistry) registry = start_with_late_registry (site);
  g_autofree char *reply = NULL;
  int fd = ask_late_registry (site, registry);

  /* What comes meanwhile wakes nobody, and doesn't cost the reply. */
  if (!site->udp)
    raw_send (fd, "more", -1);
  g_assert_true (raw_is_silent (fd));
  late_registry_answer (registry, HC_REGISTRY_NOBODY);
  raw_end (fd);
  reply = raw_read (fd);
  g_assert_cmpstr (reply, ==, EMPTY_BRIDGEACK "\r\n");
  raw_close (fd);
}

/* The client is gone. */
static void
test_answer_to_nobody (Site          *site,
                       gconstpointer  data)
{
  g_autoptr (LateRegistry) registry = start_with_late_registry (site);

  raw_reset (ask_late_registry (site, registry));
  late_registry_answer (registry, HC_REGISTRY_NOBODY);
  site_assert_alive (site);
}

/* The server is. */
static void
test_answer_after_stop (Site          *site,
                        gconstpointer  data)
{
  g_autoptr (LateRegistry) registry = start_with_late_registry (site);
  int fd = ask_late_registry (site, registry);

  hc_server_stop (site->server);
  late_registry_answer (registry, HC_REGISTRY_NOBODY);
  raw_close (fd);
}

static void
test_answer_after_deadline (Site          *site,
                            gconstpointer  data)
{
  g_autoptr (LateRegistry) registry = start_with_late_registry (site);
  int fd = ask_late_registry (site, registry);
  g_autofree char *reply = raw_read (fd);

  g_assert_cmpstr (reply, ==, "");
  raw_close (fd);
  late_registry_answer (registry, HC_REGISTRY_NOBODY);
  site_assert_alive (site);
}

static void
test_properties (void)
{
  const char *const addresses[] = { HERE, NULL };
  g_autoptr (HcServer) server = g_object_new (HC_TYPE_SERVER, "port", 7, "addresses", addresses,
                                              "max-requests", 1, "block-seconds", 2,
                                              "max-connections", 3, "request-timeout", 4, NULL);
  g_auto (GStrv) got_addresses = NULL;
  guint port, max_requests, block_seconds, max_connections, request_timeout;
  gboolean udp;

  g_object_get (server, "port", &port, "addresses", &got_addresses, "udp", &udp,
                "max-requests", &max_requests, "block-seconds", &block_seconds,
                "max-connections", &max_connections, "request-timeout", &request_timeout, NULL);
  g_assert_cmpuint (port, ==, 7);
  g_assert_cmpstrv (got_addresses, addresses);
  g_assert_false (udp);
  g_assert_cmpuint (max_requests, ==, 1);
  g_assert_cmpuint (block_seconds, ==, 2);
  g_assert_cmpuint (max_connections, ==, 3);
  g_assert_cmpuint (request_timeout, ==, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  site_add_test ("v1", test_v1);
  site_add_tcp_test ("split", test_split);
  site_add_tcp_test ("byte-by-byte", test_byte_by_byte);
  site_add_tcp_test ("half-closed", test_half_closed);
  site_add_tcp_test ("nothing-said", test_nothing_said);
  site_add_tcp_test ("more-than-a-request", test_more_than_a_request);
  site_add_test ("ownership", test_ownership);
  site_add_test ("never-oneself", test_never_oneself);
  site_add_test ("many-at-once", test_many_at_once);
  site_add_test ("guard", test_guard);
  site_add_tcp_test ("guard/at-accept", test_guard_at_accept);
  site_add_test ("addresses/every", test_every_address);
  site_add_test ("addresses/every-ipv4", test_every_ipv4_address);
  site_add_test ("addresses/two", test_two_addresses);
  site_add_test ("addresses/ipv6", test_ipv6);
  site_add_test ("cant-start", test_cant_start);
  site_add_test ("start-again", test_start_again);
  site_add_test ("take-over", test_take_over);
  site_add_test ("registry/late-answer", test_late_answer);
  site_add_test ("registry/answer-to-nobody", test_answer_to_nobody);
  site_add_test ("registry/answer-after-stop", test_answer_after_stop);
  site_add_tcp_test ("registry/answer-after-deadline", test_answer_after_deadline);
  g_test_add_func ("/server/properties", test_properties);

  return g_test_run ();
}
