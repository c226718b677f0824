/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody gets who uses hybridchat-server up: nothing. The server's memory
 * stays bounded, it sends no more than was sent to it, and the others don't
 * notice. */

#include <gio/gio.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MILLISECONDS 30000

/* Any of 127.0.0.0/8 is this host. */
#define ATTACKER 0x7f000042
#define ALICE 0x7f0000a1
#define BOB 0x7f0000b2
#define FIRST_FORGED 0x7f400000

#define N_IDS 100000
#define N_IDS_TCP 10000
#define N_FORGED 100000
#define MAX_REQUESTS 10

/* So many datagrams are on their way at once that none is lost. */
#define WINDOW 64

/* What an address costs the guard, and an ID the registry, in bytes; and what may
 * be there beside them. */
#define PER_ADDRESS 256
#define PER_ID 256
#define SLACK (4 * 1024 * 1024)
#define MAX_ADDRESSES 65536

#if defined (__has_feature)
#if __has_feature (address_sanitizer)
#define KEEPS_WHAT_IS_FREED TRUE
#endif
#elif defined (__SANITIZE_ADDRESS__)
#define KEEPS_WHAT_IS_FREED TRUE
#endif
#ifndef KEEPS_WHAT_IS_FREED
#define KEEPS_WHAT_IS_FREED FALSE
#endif

static const char *program;

typedef struct
{
  gboolean is_udp;
  GSubprocess *server;
  guint16 port;
  gsize memory;
} Fixture;

static gsize
get_memory (Fixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
                                           g_subprocess_get_identifier (fixture->server));
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "\nVmRSS:");
  g_assert_nonnull (line);
  return 1024 * g_ascii_strtoull (line + strlen ("\nVmRSS:"), NULL, 10);
}

static void
start (Fixture    *fixture,
       const char *option)
{
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--port=0", option,
                                      fixture->is_udp ? "--udp" : NULL, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line_utf8 (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  fixture->port = g_ascii_strtoull (line + strlen ("Listening on port "), NULL, 10);
  fixture->memory = get_memory (fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->is_udp = GPOINTER_TO_INT (data);
}

/* Whatever has happened, it ends as it should. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (fixture->server, SIGTERM);
  g_subprocess_wait_check (fixture->server, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (fixture->server);
}

static void
assert_gained (Fixture *fixture,
               gsize    max)
{
  gsize now = get_memory (fixture);

  g_test_message ("%.1f MiB more", (double) (now - fixture->memory) / (1024 * 1024));
  if (KEEPS_WHAT_IS_FREED)
    g_test_message ("Memory isn't looked at: the sanitizer keeps what is freed");
  else
    g_assert_cmpuint (now, <=, fixture->memory + max);
}

static int
open_socket (gboolean is_udp,
             guint32  source,
             guint16  port)
{
  struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = g_htonl (source) };
  struct sockaddr_in to = {
    .sin_family = AF_INET,
    .sin_port = g_htons (port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  const int on = 1;
  int fd = socket (AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &from, sizeof from), ==, 0);
  if (port != 0)
    g_assert_cmpint (connect (fd, (struct sockaddr *) &to, sizeof to), ==, 0);
  return fd;
}

/* A datagram, or a stream up to its end; nothing if nothing comes in time. */
static char *
receive (int      fd,
         gboolean is_udp,
         int      milliseconds)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
  GString *text = g_string_new (NULL);
  char buffer[2048];
  gssize n = 1;

  while (n > 0 && poll (&poll_fd, 1, milliseconds) > 0)
    {
      n = recv (fd, buffer, sizeof buffer, 0);
      g_string_append_len (text, buffer, MAX (n, 0));
      if (is_udp)
        break;
    }
  return g_string_free (text, FALSE);
}

static char *
ask_over (Fixture    *fixture,
          gboolean    is_udp,
          guint32     source,
          const char *request)
{
  int fd = open_socket (is_udp, source, fixture->port);
  char *reply;

  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, strlen (request));
  reply = receive (fd, is_udp, TIMEOUT_MILLISECONDS);
  close (fd);
  return reply;
}

#define PROBE_V2 "PROBE\r\nVersion: 2\r\nPad: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n"

/* Datagrams are answered in the order in which they come, so the answer to one
 * more says that all others have theirs. It may find no room, as they may. */
static void
settle (Fixture *fixture)
{
  g_autofree char *reply = g_strdup ("");
  int fd = open_socket (TRUE, INADDR_LOOPBACK, fixture->port);

  while (*reply == '\0')
    {
      send (fd, PROBE_V2, strlen (PROBE_V2), MSG_NOSIGNAL);
      g_free (reply);
      reply = receive (fd, TRUE, 200);
    }
  close (fd);
}

static char *
ask (Fixture    *fixture,
     guint32     source,
     const char *request)
{
  return ask_over (fixture, fixture->is_udp, source, request);
}

static char *
make_register (const char *id)
{
  return g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: 127.0.1.1\r\nPort: 6000\r\n\r\n", id);
}

/* Two who have nothing to do with it find each other. */
static void
assert_others_meet (Fixture *fixture)
{
  g_autofree char *alices_request = make_register ("alice");
  g_autofree char *bobs_request = make_register ("bob");
  g_autofree char *alices_reply = ask (fixture, ALICE, alices_request);
  g_autofree char *bobs_reply = ask (fixture, BOB, bobs_request);
  g_autofree char *nobody = ask (fixture, ALICE, "BRIDGE\r\nclientID: alice\r\n\r\n");
  g_autofree char *somebody = ask (fixture, BOB, "BRIDGE\r\nclientID: bob\r\n\r\n");

  g_assert_true (g_str_has_prefix (alices_reply, "REGACK\r\n"));
  g_assert_true (g_str_has_prefix (bobs_reply, "REGACK\r\n"));
  g_assert_true (g_str_has_prefix (nobody, "BRIDGEACK\r\nclientID: \r\n"));
  g_assert_true (g_str_has_prefix (somebody, "BRIDGEACK\r\nclientID: alice\r\n"));
}

static guint
register_over_tcp (Fixture *fixture,
                   guint    n)
{
  guint n_registered = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("id%u", i);
      g_autofree char *request = make_register (id);
      int fd = open_socket (FALSE, ATTACKER, fixture->port);
      g_autofree char *reply = NULL;

      send (fd, request, strlen (request), MSG_NOSIGNAL);
      reply = receive (fd, FALSE, TIMEOUT_MILLISECONDS);
      n_registered += g_str_has_prefix (reply, "REGACK\r\n");
      close (fd);
    }
  return n_registered;
}

static guint
register_over_udp (Fixture  *fixture,
                   guint     n,
                   gboolean  is_guarded)
{
  int fd = open_socket (TRUE, ATTACKER, fixture->port);
  guint n_registered = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("id%u", i);
      g_autofree char *request = make_register (id);

      send (fd, request, strlen (request), MSG_NOSIGNAL);
      while (!is_guarded && n_registered + WINDOW < i)
        {
          g_autofree char *reply = receive (fd, TRUE, TIMEOUT_MILLISECONDS);

          g_assert_true (g_str_has_prefix (reply, "REGACK\r\n"));
          n_registered++;
        }
    }
  settle (fixture);
  for (;;)
    {
      g_autofree char *reply = receive (fd, TRUE, 0);

      if (*reply == '\0')
        break;
      n_registered += g_str_has_prefix (reply, "REGACK\r\n");
    }
  close (fd);
  return n_registered;
}

static guint
register_many (Fixture  *fixture,
               guint    *n,
               gboolean  is_guarded)
{
  *n = fixture->is_udp ? N_IDS : N_IDS_TCP;
  if (fixture->is_udp)
    return register_over_udp (fixture, *n, is_guarded);
  return register_over_tcp (fixture, *n);
}

/* The guard lets ten through. */
static void
test_many_ids (Fixture       *fixture,
               gconstpointer  data)
{
  guint n;

  start (fixture, "--max-requests=" G_STRINGIFY (MAX_REQUESTS));
  g_assert_cmpuint (register_many (fixture, &n, TRUE), ==, MAX_REQUESTS);
  assert_others_meet (fixture);
  assert_gained (fixture, SLACK);
}

/* Without a guard each costs what it has to, and nothing gets slower for it. */
static void
test_many_ids_unguarded (Fixture       *fixture,
                         gconstpointer  data)
{
  guint n;
  guint n_registered;

  start (fixture, "--max-requests=0");
  n_registered = register_many (fixture, &n, FALSE);
  g_assert_cmpuint (n_registered, ==, n);
  assert_others_meet (fixture);
  assert_gained (fixture, n * PER_ID + SLACK);
}

/* A datagram with any source. */
static void
forge (int         fd,
       guint16     port,
       guint32     source,
       const char *data)
{
  struct sockaddr_in target = {
    .sin_family = AF_INET,
    .sin_port = g_htons (port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  struct in_pktinfo info = { .ipi_spec_dst.s_addr = g_htonl (source) };
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof info)];
  } control = { .header = { CMSG_LEN (sizeof info), IPPROTO_IP, IP_PKTINFO } };
  struct iovec bytes = { (gpointer) data, strlen (data) };
  struct msghdr message = {
    .msg_name = &target, .msg_namelen = sizeof target, .msg_iov = &bytes, .msg_iovlen = 1,
    .msg_control = &control, .msg_controllen = sizeof control,
  };

  memcpy (CMSG_DATA (&control.header), &info, sizeof info);
  g_assert_cmpint (sendmsg (fd, &message, 0), ==, strlen (data));
}

/* How many replies there are, and how many bytes in all and in the longest. */
typedef struct
{
  guint n;
  gsize n_bytes;
  gsize longest;
} Replies;

/* What sources that were forged are sent comes to one socket here. */
static void
collect (int      fd,
         Replies *replies)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
  char buffer[2048];

  while (poll (&poll_fd, 1, 0) > 0)
    {
      gssize n = recv (fd, buffer, sizeof buffer, 0);

      replies->n++;
      replies->n_bytes += n;
      replies->longest = MAX (replies->longest, (gsize) n);
    }
}

/* As many as there is room for; the rest is lost, which is its sender's trouble. */
static void
flood (Fixture    *fixture,
       const char *request,
       guint32     first_source,
       guint       n,
       guint       n_sources,
       Replies    *replies)
{
  int fd = open_socket (TRUE, INADDR_ANY, 0);

  *replies = (Replies) { 0 };
  for (guint i = 0; i < n; i++)
    {
      forge (fd, fixture->port, first_source + i % n_sources, request);
      if (i % WINDOW == 0)
        collect (fd, replies);
    }
  settle (fixture);
  collect (fd, replies);
  close (fd);
}

#define BRIDGE_V2 "BRIDGE\r\nclientID: alice\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\n" \
                  "Cookie: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n"

/* What anybody can send in anybody's name, in v2. */
static const char *const unproven[] = {
  "PROBE\r\nVersion: 2\r\n\r\n",
  PROBE_V2,
  "BRIDGE\r\nclientID: alice\r\nVersion: 2\r\n\r\n",
  BRIDGE_V2,
  "QUIT\r\nclientID: alice\r\nVersion: 2\r\n\r\n",
  "CHAT\r\nclientID1: alice\r\nclientID2: bob\r\nVersion: 2\r\n\r\n",
  "REGISTER\r\nclientID: alice\r\nIP: 127.0.1.1\r\nPort: 6000\r\nVersion: 2\r\n\r\n",
  "NOISE\r\nVersion: 2\r\n\r\n",
};

/* An address that a forger has used is heard, once it shows that it is there. */
static void
assert_heard (Fixture *fixture,
              guint32  source)
{
  g_autofree char *probeack = ask_over (fixture, TRUE, source, PROBE_V2);
  const char *cookie = strstr (probeack, "Cookie: ");
  g_autofree char *request = NULL;
  g_autofree char *reply = NULL;

  g_assert_nonnull (cookie);
  request = g_strdup_printf ("BRIDGE\r\nclientID: nobody\r\nVersion: 2\r\nCookie: %.22s\r\n\r\n",
                             cookie + strlen ("Cookie: "));
  reply = ask_over (fixture, TRUE, source, request);
  g_assert_true (g_str_has_prefix (reply, "ERROR\r\nReason: unknown-id"));
}

static void
test_forged_v2 (Fixture       *fixture,
                gconstpointer  data)
{
  start (fixture, "--max-requests=" G_STRINGIFY (MAX_REQUESTS));
  for (guint i = 0; i < G_N_ELEMENTS (unproven); i++)
    {
      const guint n = N_FORGED / G_N_ELEMENTS (unproven);
      Replies replies;

      flood (fixture, unproven[i], FIRST_FORGED + i * n, n, n, &replies);
      g_assert_cmpuint (replies.longest, <=, strlen (unproven[i]));
      g_assert_cmpuint (replies.n, <=, n);
      g_assert_cmpuint (replies.n_bytes, <=, n * strlen (unproven[i]));
    }

  /* It has remembered nothing about any of them. */
  assert_gained (fixture, SLACK);
  assert_heard (fixture, FIRST_FORGED);
  assert_others_meet (fixture);
}

/* v1 knows no proof: each address has its ten requests, which is all that can be
 * sent to it, and of so many addresses the first are forgotten. */
static void
test_forged_v1 (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const requests[] = {
    "PROBE\r\n\r\n",
    "BRIDGE\r\nclientID: alice\r\n\r\n",
    "REGISTER\r\nclientID: x\r\n\r\n",
  };
  Replies replies;

  start (fixture, "--max-requests=" G_STRINGIFY (MAX_REQUESTS));
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      flood (fixture, requests[i], ATTACKER + i, 1000, 1, &replies);
      g_assert_cmpuint (replies.n, ==, fixture->is_udp ? MAX_REQUESTS : 0);
    }
  flood (fixture, requests[0], FIRST_FORGED, N_FORGED, N_FORGED, &replies);
  g_assert_cmpuint (replies.n, <=, fixture->is_udp ? N_FORGED : 0);
  assert_gained (fixture, MAX_ADDRESSES * PER_ADDRESS + SLACK);
  assert_heard (fixture, ATTACKER);
  assert_heard (fixture, FIRST_FORGED + N_FORGED - 1);
  assert_others_meet (fixture);
}

/* Whoever is blocked because of a forger, over UDP, isn't over TCP. */
static void
test_forged_for_tcp (Fixture       *fixture,
                     gconstpointer  data)
{
  Replies replies;

  start (fixture, "--max-requests=" G_STRINGIFY (MAX_REQUESTS));
  for (guint i = 0; i < G_N_ELEMENTS (unproven); i++)
    {
      flood (fixture, unproven[i], ALICE, 1000, 1, &replies);
      flood (fixture, unproven[i], BOB, 1000, 1, &replies);
    }
  assert_others_meet (fixture);
}

static void
add (const char *name,
     gboolean    is_udp,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strdup_printf ("/server/abuse/%s/%s", is_udp ? "udp" : "tcp", name);

  g_test_add (path, Fixture, GINT_TO_POINTER (is_udp), set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  for (guint is_udp = 0; is_udp < 2; is_udp++)
    {
      add ("many-ids", is_udp, test_many_ids);
      add ("many-ids/unguarded", is_udp, test_many_ids_unguarded);
      add ("forged/v1", is_udp, test_forged_v1);
      add ("forged/v2", is_udp, test_forged_v2);
    }
  add ("forged/for-tcp", FALSE, test_forged_for_tcp);

  return g_test_run ();
}
