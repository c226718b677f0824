/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What hybridchat-server tells Prometheus: read over HTTP from the program
 * itself, in both modes, and parsed as Prometheus does it. Source: Prometheus,
 * "Exposition formats", text format 0.0.4. */

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#define TIMEOUT_SECONDS 30

#define HERE "127.0.0.1"
#define ELSEWHERE "127.0.0.2"

/* More than may read at once. */
#define N_READERS 20

static const char *program;

typedef struct
{
  gboolean is_udp;
  GSubprocess *server;
  GDataInputStream *out;
  GDataInputStream *err;
  guint port;
  guint metrics_port;
} Fixture;

static guint
read_port (GDataInputStream *stream,
           const char       *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_utf8 (stream, NULL, NULL, &error);
  const char *found;

  g_assert_no_error (error);
  g_assert_nonnull (line);
  found = strstr (line, words);
  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen (words), NULL, 10);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->is_udp = GPOINTER_TO_INT (data);
  fixture->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                      &error, program, "--port=0", "--metrics=" HERE ":0",
                                      "--block-seconds=3600", fixture->is_udp ? "--udp" : NULL, NULL);
  g_assert_no_error (error);
  fixture->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  fixture->err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (fixture->server));
  fixture->metrics_port = read_port (fixture->err, "Metrics can be read at port ");
  fixture->port = read_port (fixture->out, "Listening on port ");
}

/* It goes as quietly as it has worked. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (fixture->server, SIGTERM);
  g_subprocess_wait_check (fixture->server, NULL, &error);
  g_assert_no_error (error);
  line = g_data_input_stream_read_line_utf8 (fixture->err, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, NULL);
  g_object_unref (fixture->err);
  g_object_unref (fixture->out);
  g_object_unref (fixture->server);
}

static GSocket *
connect_to (GSocketType  type,
            const char  *source,
            guint        port)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) from = g_inet_socket_address_new_from_string (source, 0);
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string (HERE, port);
  g_autoptr (GError) error = NULL;

  g_socket_set_timeout (socket, TIMEOUT_SECONDS);
  g_socket_bind (socket, from, FALSE, &error);
  g_assert_no_error (error);
  g_socket_connect (socket, to, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&socket);
}

static void
send_text (GSocket    *socket,
           const char *text)
{
  g_autoptr (GError) error = NULL;

  for (gsize n = 0; n < strlen (text);)
    {
      gssize sent = g_socket_send (socket, text + n, strlen (text + n), NULL, &error);

      g_assert_no_error (error);
      n += sent;
    }
}

/* Everything up to the end of a stream; what a reset leaves of it. */
static char *
read_to_end (GSocket *socket)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, n);
  return g_string_free (text, FALSE);
}

/* Asks the server for something, and waits until it has dealt with it. */
static char *
ask (Fixture    *fixture,
     const char *source,
     const char *request)
{
  g_autoptr (GSocket) socket = connect_to (fixture->is_udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
                                           source, fixture->port);
  char buffer[1024] = "";

  send_text (socket, request);
  if (!fixture->is_udp)
    {
      g_socket_shutdown (socket, FALSE, TRUE, NULL);
      return read_to_end (socket);
    }
  g_socket_receive (socket, buffer, sizeof buffer - 1, NULL, NULL);
  return g_strdup (buffer);
}

/* Sends what gets no reply over UDP, and may get none over TCP. Datagrams from
 * one socket are handled in their order. */
static void
tell (Fixture    *fixture,
      const char *source,
      const char *request)
{
  if (fixture->is_udp)
    {
      g_autoptr (GSocket) socket = connect_to (G_SOCKET_TYPE_DATAGRAM, source, fixture->port);

      send_text (socket, request);
    }
  else
    g_free (ask (fixture, source, request));
}

/* Sends bytes to the metrics' port, and reads what comes back. */
static char *
exchange (Fixture    *fixture,
          const char *request)
{
  g_autoptr (GSocket) socket = connect_to (G_SOCKET_TYPE_STREAM, HERE, fixture->metrics_port);

  send_text (socket, request);
  return read_to_end (socket);
}

static char *
get_body (const char *response)
{
  const char *blank = strstr (response, "\r\n\r\n");

  g_assert_nonnull (blank);
  return g_strdup (blank + strlen ("\r\n\r\n"));
}

static char *
fetch (Fixture *fixture)
{
  g_autofree char *response =
    exchange (fixture, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

  g_assert_true (g_str_has_prefix (response, "HTTP/1.1 200 OK\r\n"));
  g_assert_nonnull (strstr (response, "\r\nContent-Type: text/plain; version=0.0.4"));
  return get_body (response);
}

/* The samples by their name with its labels, as they stand there. */
typedef struct
{
  GHashTable *samples;
  GHashTable *types;
} Page;

static void
page_clear (Page *page)
{
  g_hash_table_unref (page->samples);
  g_hash_table_unref (page->types);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

/* A histogram's samples have names of their own. */
static char *
get_family (Page       *page,
            const char *name)
{
  static const char *const suffixes[] = { "_bucket", "_sum", "_count" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *family = NULL;

      if (!g_str_has_suffix (name, suffixes[i]))
        continue;
      family = g_strndup (name, strlen (name) - strlen (suffixes[i]));
      if (g_strcmp0 (g_hash_table_lookup (page->types, family), "histogram") == 0)
        return g_steal_pointer (&family);
    }
  return g_strdup (name);
}

static void
parse_comment (Page       *page,
               const char *line,
               const char *last_help)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);

  g_assert_cmpuint (g_strv_length (words), ==, 4);
  if (g_str_equal (words[1], "HELP"))
    return;
  g_assert_cmpstr (words[1], ==, "TYPE");
  g_assert_cmpstr (words[2], ==, last_help);
  g_assert_true (g_str_equal (words[3], "counter") || g_str_equal (words[3], "gauge") ||
                 g_str_equal (words[3], "histogram"));
  g_assert_true (g_str_equal (words[3], "counter") == g_str_has_suffix (words[2], "_total"));
  g_assert_true (g_hash_table_insert (page->types, g_strdup (words[2]), g_strdup (words[3])));
}

static void
parse_sample (Page       *page,
              GRegex     *form,
              const char *line)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *key = NULL;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  g_autofree char *family = NULL;
  double *number = g_new (double, 1);

  g_test_message ("%s", line);
  g_assert_true (g_regex_match (form, line, 0, &match));
  key = g_match_info_fetch (match, 1);
  name = g_match_info_fetch (match, 2);
  value = g_match_info_fetch_named (match, "value");
  family = get_family (page, name);
  g_assert_nonnull (g_hash_table_lookup (page->types, family));
  *number = g_ascii_strtod (value, NULL);
  g_assert_true (g_hash_table_insert (page->samples, g_steal_pointer (&key), number));
}

static void
parse (Page       *page,
       const char *text)
{
  g_autoptr (GRegex) form =
    g_regex_new ("^(([a-z_]+)(\\{[a-z]+=\"[^\"\\\\]*\"(,[a-z]+=\"[^\"\\\\]*\")*\\})?) "
                 "(?<value>[0-9]+(\\.[0-9]+)?)$", 0, 0, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *help = NULL;

  page->samples = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  page->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_assert_true (g_str_has_suffix (text, "\n"));
  for (guint i = 0; lines[i + 1] != NULL; i++)
    {
      if (*lines[i] != '#')
        parse_sample (page, form, lines[i]);
      else
        {
          g_auto (GStrv) words = g_strsplit (lines[i], " ", 4);

          parse_comment (page, lines[i], help);
          g_free (help);
          help = g_strdup (words[2]);
        }
    }
}

static double
get (Page       *page,
     const char *name)
{
  g_autofree char *full_name = g_strconcat ("hybridchat_server_", name, NULL);
  double *value = g_hash_table_lookup (page->samples, full_name);

  if (value == NULL)
    g_error ("There is no %s", full_name);
  return *value;
}

/* What of a name is there now and wasn't before. */
static double
get_gain (Page       *before,
          Page       *after,
          const char *name)
{
  return get (after, name) - get (before, name);
}

static void
load (Fixture *fixture,
      Page    *page)
{
  g_autofree char *text = fetch (fixture);

  parse (page, text);
}

static void
test_format (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (Page) page = { 0 };
  g_autofree char *build = g_strdup_printf ("build_info{version=\"%s\",mode=\"%s\"}",
                                            VERSION, fixture->is_udp ? "udp" : "tcp");

  load (fixture, &page);
  g_assert_cmpfloat (get (&page, build), ==, 1);
  g_assert_cmpfloat (get (&page, "registered"), ==, 0);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"probe\",outcome=\"done\"}"), ==, 0);
  g_assert_cmpfloat (get (&page, "latency_seconds_count"), ==, 0);
}

/* Alice and Bob meet; Carol stays. */
static void
let_them_meet (Fixture *fixture)
{
  static const char *const requests[] = {
    "REGISTER\r\nclientID: alice\r\nIP: 127.0.1.1\r\nPort: 6000\r\n\r\n",
    "REGISTER\r\nclientID: bob\r\nIP: 127.0.1.1\r\nPort: 6001\r\n\r\n",
    "REGISTER\r\nclientID: bob\r\nIP: 127.0.1.1\r\nPort: 6002\r\n\r\n",
    "BRIDGE\r\nclientID: alice\r\n\r\n",
    "BRIDGE\r\nclientID: bob\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    g_free (ask (fixture, HERE, requests[i]));
  tell (fixture, HERE, "CHAT\r\nclientID1: bob\r\nclientID2: alice\r\n\r\n");
  g_free (ask (fixture, HERE, "REGISTER\r\nclientID: carol\r\nIP: 127.0.1.1\r\nPort: 6003\r\n\r\n"));
  g_free (ask (fixture, HERE, "BRIDGE\r\nclientID: carol\r\n\r\n"));
}

/* Nobody is named, and nobody's address. */
static void
assert_names_nobody (Fixture *fixture)
{
  static const char *const names[] = { "alice", "bob", "carol", "127.0.", "::ffff", "6000" };
  g_autofree char *text = fetch (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (strstr (text, names[i]));
}

static void
test_meeting (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Page) before = { 0 };
  g_auto (Page) after = { 0 };

  load (fixture, &before);
  let_them_meet (fixture);
  load (fixture, &after);
  g_assert_cmpfloat (get_gain (&before, &after, "requests_total{type=\"register\",outcome=\"done\"}"), ==, 3);
  g_assert_cmpfloat (get_gain (&before, &after, "requests_total{type=\"register\",outcome=\"taken\"}"), ==, 1);
  g_assert_cmpfloat (get_gain (&before, &after, "requests_total{type=\"bridge\",outcome=\"waiting\"}"), ==, 2);
  g_assert_cmpfloat (get_gain (&before, &after, "requests_total{type=\"bridge\",outcome=\"done\"}"), ==, 1);
  g_assert_cmpfloat (get_gain (&before, &after, "requests_total{type=\"chat\",outcome=\"done\"}"), ==, 1);
  g_assert_cmpfloat (get_gain (&before, &after, "pairs_total"), ==, 1);
  g_assert_cmpfloat (get (&after, "registered"), ==, 1);
  g_assert_cmpfloat (get (&after, "ready"), ==, 1);
  g_assert_cmpfloat (get (&after, "guard_addresses"), ==, 1);
  assert_names_nobody (fixture);
}

/* Every request that is answered has taken its time, and none more than was. */
static void
test_latency (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const bounds[] = {
    "0.000050", "0.000100", "0.000250", "0.000500", "0.001000", "0.002500", "0.005000", "0.010000",
    "0.025000", "0.100000", "0.500000", "2.000000", "+Inf",
  };
  gint64 start = g_get_monotonic_time ();
  double last = 0;
  double most;
  g_auto (Page) page = { 0 };

  let_them_meet (fixture);
  load (fixture, &page);
  most = (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND;
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      g_autofree char *name = g_strdup_printf ("latency_seconds_bucket{le=\"%s\"}", bounds[i]);

      g_assert_cmpfloat (get (&page, name), >=, last);
      last = get (&page, name);
    }
  g_assert_cmpfloat (last, ==, 8);
  g_assert_cmpfloat (get (&page, "latency_seconds_count"), ==, 8);
  g_assert_cmpfloat (get (&page, "latency_seconds_sum"), >, 0);
  g_assert_cmpfloat (get (&page, "latency_seconds_sum"), <, 8 * most);
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (Page) page = { 0 };

  g_free (ask (fixture, HERE, "REGISTER\r\nclientID: alice\r\n\r\n"));
  tell (fixture, HERE, "HELLO\r\n\r\n");
  tell (fixture, HERE, "PROBEACK\r\n\r\n");
  g_free (ask (fixture, HERE, "BRIDGE\r\nclientID: nobody\r\n\r\n"));
  load (fixture, &page);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"register\",outcome=\"malformed\"}"), ==, 1);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"other\",outcome=\"malformed\"}"), ==, 2);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"bridge\",outcome=\"unknown\"}"), ==, 1);
}

/* The eleventh request begins the block, within which one more comes. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Page) page = { 0 };

  for (guint i = 0; i < 12; i++)
    tell (fixture, ELSEWHERE, "PROBE\r\n\r\n");
  g_free (ask (fixture, HERE, "PROBE\r\n\r\n"));
  load (fixture, &page);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"probe\",outcome=\"done\"}"), ==, 11);
  g_assert_cmpfloat (get (&page, "blocks_total"), ==, 1);
  g_assert_cmpfloat (get (&page, "guard_addresses"), ==, 2);
  g_assert_cmpfloat (get (&page, "refused_total{what=\"request\"}"), ==, fixture->is_udp ? 2 : 1);
  g_assert_cmpfloat (get (&page, "refused_total{what=\"connection\"}"), ==, fixture->is_udp ? 0 : 1);
}

/* A request that came later was answered, so the server has seen them. */
static void
test_connections (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GSocket) one = connect_to (G_SOCKET_TYPE_STREAM, HERE, fixture->port);
  g_autoptr (GSocket) two = connect_to (G_SOCKET_TYPE_STREAM, HERE, fixture->port);
  g_auto (Page) page = { 0 };

  g_free (ask (fixture, HERE, "PROBE\r\n\r\n"));
  load (fixture, &page);
  g_assert_true (g_socket_is_connected (one) && g_socket_is_connected (two));
  g_assert_cmpfloat (get (&page, "connections"), ==, 2);
  g_assert_cmpfloat (get (&page, "connections_held"), ==, 0);
}

/* A v1 request at the UDP port of a server in TCP mode. */
static void
test_ignored (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GSocket) socket = connect_to (G_SOCKET_TYPE_DATAGRAM, HERE, fixture->port);
  char reply[1024];
  g_auto (Page) page = { 0 };

  send_text (socket, "PROBE\r\n\r\n");
  send_text (socket, "PROBE\r\nVersion: 2\r\nPad: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n");
  send_text (socket, "BRIDGE\r\nclientID: alice\r\nVersion: 2\r\n\r\n");
  g_assert_cmpint (g_socket_receive (socket, reply, sizeof reply, NULL, NULL), >, 0);
  g_assert_cmpint (g_socket_receive (socket, reply, sizeof reply, NULL, NULL), >, 0);
  load (fixture, &page);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"probe\",outcome=\"ignored\"}"), ==, 1);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"probe\",outcome=\"done\"}"), ==, 1);
  g_assert_cmpfloat (get (&page, "requests_total{type=\"bridge\",outcome=\"bad-cookie\"}"), ==, 1);
}

/* What is asked for over HTTP, and the status that comes back, or that the
 * connection is closed. */
static const struct { const char *request; const char *status; } http[] = {
  { "GET / HTTP/1.1\r\n", "404" },
  { "GET /metrics/ HTTP/1.1\r\n", "404" },
  { "GET /metrics/more HTTP/1.1\r\n", "404" },
  { "GET /metricsmore HTTP/1.1\r\n", "404" },
  { "GET /../../etc/passwd HTTP/1.1\r\n", "404" },
  { "GET /METRICS HTTP/1.1\r\n", "404" },
  { "GET /metrics?a=b HTTP/1.1\r\n", "200" },
  { "GET /metrics HTTP/1.0\r\n", "200" },
  { "HEAD /metrics HTTP/1.1\r\n", "200" },
  { "HEAD /more HTTP/1.1\r\n", "404" },
  { "POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n", "405" },
  { "POST /more HTTP/1.1\r\nContent-Length: 4\r\n", NULL },
  { "PUT /metrics HTTP/1.1\r\nContent-Length: 10000000000\r\n", NULL },
  { "DELETE /metrics HTTP/1.1\r\n", "405" },
  { "OPTIONS /metrics HTTP/1.1\r\n", "405" },
  { "GET /metrics HTTP/1.1\r\nContent-Length: 10000000000\r\n", NULL },
  { "GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", NULL },
  { "PROBE\r\n", "400" },
  { "\x16\x03\x01\r\n", "400" },
};

static void
check_http (const char *request,
            const char *status,
            const char *response)
{
  g_autofree char *body = NULL;

  g_test_message ("%s%s", request, response);
  if (status == NULL)
    {
      g_assert_cmpstr (response, ==, "");
      return;
    }
  g_assert_true (g_str_has_prefix (response, "HTTP/1."));
  g_assert_true (g_str_has_prefix (response + strlen ("HTTP/1.x "), status));
  if (g_str_equal (status, "405"))
    g_assert_nonnull (strstr (response, "\r\nAllow: GET, HEAD\r\n"));
  body = get_body (response);
  g_assert_true ((*body == '\0') ==
                 (g_str_has_prefix (request, "HEAD") || !g_str_equal (status, "200")));
}

static void
test_http (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (http); i++)
    {
      g_autofree char *request = g_strconcat (http[i].request, "Host: localhost\r\n"
                                              "Connection: close\r\n\r\n", NULL);
      g_autofree char *response = exchange (fixture, request);

      check_http (http[i].request, http[i].status, response);
    }
  g_free (fetch (fixture));
}

/* Headers without end are cut off. */
static void
test_endless_headers (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GSocket) socket = connect_to (G_SOCKET_TYPE_STREAM, HERE, fixture->metrics_port);
  g_autofree char *filler = g_strnfill (4096, 'x');
  gsize n_sent = 0;

  send_text (socket, "GET /metrics HTTP/1.1\r\nX: ");
  while (g_socket_send (socket, filler, 4096, NULL, NULL) > 0)
    {
      n_sent += 4096;
      g_assert_cmpuint (n_sent, <, 64 * 1024 * 1024);
    }
  g_free (fetch (fixture));
}

/* Those who hold connections keep nobody out: the oldest make way. */
static void
test_many_readers (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *rest = NULL;

  for (guint i = 0; i < N_READERS; i++)
    g_ptr_array_add (readers, connect_to (G_SOCKET_TYPE_STREAM, HERE, fixture->metrics_port));
  g_free (fetch (fixture));
  rest = read_to_end (g_ptr_array_index (readers, 0));
  g_assert_cmpstr (rest, ==, "");

  /* The others still may. */
  send_text (g_ptr_array_index (readers, N_READERS - 1),
             "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  g_free (rest);
  rest = read_to_end (g_ptr_array_index (readers, N_READERS - 1));
  g_assert_true (g_str_has_prefix (rest, "HTTP/1.1 200 OK\r\n"));
}

static void
add (const char *name,
     gboolean    is_udp,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strdup_printf ("/server/metrics/%s/%s", is_udp ? "udp" : "tcp", name);

  g_test_add (path, Fixture, GINT_TO_POINTER (is_udp), set_up, test, tear_down);
}

#ifdef HAVE_LIBSOUP
#define CAN_TELL TRUE
#else
#define CAN_TELL FALSE
#endif

/* A server that can't says so, and doesn't go on without. */
static void
test_without (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) server =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                      program, "--port=0", "--metrics=" HERE ":0", NULL);
  g_autofree char *err = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (server, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (server), ==, 1);
  g_assert_nonnull (strstr (err, "libsoup"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  if (!CAN_TELL)
    {
      g_test_add_func ("/server/metrics/without", test_without);
      return g_test_run ();
    }

  for (guint is_udp = 0; is_udp < 2; is_udp++)
    {
      add ("format", is_udp, test_format);
      add ("meeting", is_udp, test_meeting);
      add ("latency", is_udp, test_latency);
      add ("malformed", is_udp, test_malformed);
      add ("refused", is_udp, test_refused);
    }
  add ("connections", FALSE, test_connections);
  add ("ignored", FALSE, test_ignored);
  add ("http", FALSE, test_http);
  add ("endless-headers", FALSE, test_endless_headers);
  add ("many-readers", FALSE, test_many_readers);

  return g_test_run ();
}
