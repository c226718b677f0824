/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-server itself: its command line, its one line, and its end. */

#include "config.h"

#include "wait.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *program;

static GSubprocess *
spawn (const char *const *options)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, (gpointer) program);
  for (; *options != NULL; options++)
    g_ptr_array_add (argv, (gpointer) *options);
  g_ptr_array_add (argv, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&process);
}

/* Runs the program to its end, and gets what it says. */
static int
run (const char *const  *options,
     char              **out,
     char              **err)
{
  g_autoptr (GSubprocess) process = spawn (options);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
assert_one_line (const char *text)
{
  g_assert_cmpuint (strlen (text), >, 1);
  g_assert_true (strchr (text, '\n') == text + strlen (text) - 1);
}

/* Starts a server and reads its one line. */
static GSubprocess *
start (const char *const *options,
       const char        *mode,
       guint             *port)
{
  g_autoptr (GSubprocess) process = spawn (options);
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line_utf8 (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "Listening on port %u ", port), ==, 1);
  expected = g_strdup_printf ("Listening on port %u (%s)", *port, mode);
  g_assert_cmpstr (line, ==, expected);
  return g_steal_pointer (&process);
}

/* Within a second, without a word. */
static void
assert_ends (GSubprocess *process,
             int          signal_number)
{
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  g_subprocess_send_signal (process, signal_number);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_TIME_SPAN_SECOND);
  g_assert_cmpstr (err, ==, "");
}

/* The reply's beginning. */
static void
assert_reply_over (GSocketType type,
                   guint       port,
                   const char *request,
                   const char *expected)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GError) error = NULL;
  char reply[1024] = "";

  g_socket_set_timeout (socket, 10);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_send (socket, request, strlen (request), NULL, &error);
  g_assert_no_error (error);
  g_socket_receive (socket, reply, sizeof reply - 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (reply, expected));
}

static void
probe (guint       port,
       GSocketType type)
{
  assert_reply_over (type, port, "PROBE\r\n\r\n", "PROBEACK\r\n\r\n");
}

static void
test_tcp (void)
{
  const char *const options[] = { "--port=0", NULL };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "TCP", &port);

  probe (port, G_SOCKET_TYPE_STREAM);
  assert_ends (process, SIGTERM);
}

static void
test_udp (void)
{
  const char *const options[] = { "-p", "0", "-u", "--address=127.0.0.1", "--address=127.0.0.2",
                                  NULL };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "UDP", &port);

  probe (port, G_SOCKET_TYPE_DATAGRAM);
  assert_ends (process, SIGINT);
}

/* A request in the middle keeps nobody waiting. */
static void
test_end_with_connection (void)
{
  const char *const options[] = { "--port=0", NULL };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "TCP", &port);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_assert_cmpint (g_socket_send (socket, "PRO", 3, NULL, NULL), ==, 3);
  assert_ends (process, SIGTERM);
}

static void
test_port_in_use (void)
{
  const char *const options[] = { "--port=0", NULL };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "TCP", &port);
  g_autofree char *option = g_strdup_printf ("--port=%u", port);
  const char *const same_port[] = { option, NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (run (same_port, &out, &err), ==, 1);
  g_assert_cmpstr (out, ==, "");
  assert_one_line (err);
  g_assert_nonnull (strstr (err, option + strlen ("--port=")));
  assert_ends (process, SIGTERM);
}

static void
test_version (void)
{
  const char *const options[] = { "--version", NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (run (options, &out, &err), ==, 0);
  assert_one_line (out);
  g_assert_true (g_str_has_prefix (out, "hybridchat-server "));
  g_assert_cmpstr (err, ==, "");
}

static void
test_help (void)
{
  const char *const options[] = { "--help", NULL };
  g_autofree char *out = NULL;

  g_assert_cmpint (run (options, &out, NULL), ==, 0);
  g_assert_nonnull (strstr (out, "--max-requests"));
}

/* Who asks what, is said only when it is asked for. */
static void
check_log (const char *option,
           gboolean    is_expected)
{
  const char *const options[] = { "--port=0", option, NULL };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "TCP", &port);
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;

  probe (port, G_SOCKET_TYPE_STREAM);
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_assert_true ((strstr (err, "PROBE from 127.0.0.1") != NULL) == is_expected);
}

static void
test_log (void)
{
  check_log ("--verbose", TRUE);
  check_log (NULL, FALSE);
}

#ifdef HAVE_HIREDIS

/* It listens all the same, and says once what is missing, without the password. */
static void
test_no_redis (void)
{
  const char *const options[] = {
    "--port=0", "--registry=redis+unix://:secret@/nowhere/at/all/socket", NULL,
  };
  guint port;
  g_autoptr (GSubprocess) process = start (options, "TCP", &port);
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10; i++)
    assert_reply_over (G_SOCKET_TYPE_STREAM, port, "BRIDGE\r\nclientID: alice\r\n\r\n",
                       "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\nReason: unavailable ");
  probe (port, G_SOCKET_TYPE_STREAM);
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_test_message ("%s", err);
  assert_one_line (err);
  g_assert_nonnull (strstr (err, "/nowhere/at/all/socket"));
  g_assert_null (strstr (err, "secret"));
}

#endif

/* What the one line on standard error is about. */
static const struct { const char *option; const char *word; } bad_options[] = {
  { "--port=65536", "--port" },
  { "--port=-1", "--port" },
  { "--port=http", "--port" },
  { "--port=", "--port" },
  { "--port=99999999999", "--port" },
  { "--port", "--port" },
  { "--address=localhost", "localhost" },
  { "--address=127.0.0.1:5000", "127.0.0.1:5000" },
  { "--max-requests=-1", "--max-requests" },
  { "--max-requests=many", "--max-requests" },
  { "--block-seconds=0", "--block-seconds" },
  { "--max-connections=-5", "--max-connections" },
  { "--request-timeout=0", "--request-timeout" },
  { "--request-timeout=1000000", "--request-timeout" },
  { "--registry=", "--registry" },
  { "--registry=disk", "--registry" },
  { "--registry=http://localhost", "--registry" },
  { "--registry=redis://", "--registry" },
  { "--registry=redis://localhost/x", "--registry" },
  { "--registry=redis+unix://localhost", "--registry" },
  { "--metrics=", "--metrics" },
  { "--metrics=9464", "--metrics" },
  { "--metrics=127.0.0.1", "--metrics" },
  { "--metrics=127.0.0.1:", "--metrics" },
  { "--metrics=127.0.0.1:http", "--metrics" },
  { "--metrics=127.0.0.1:65536", "--metrics" },
  { "--metrics=localhost:9464", "--metrics" },
  { "--metrics=::1:9464", "--metrics" },
  { "--no-such-option", "--no-such-option" },
  { "-x", "-x" },
  { "5000", "5000" },
};

static void
test_bad_option (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  const char *const options[] = { bad_options[i].option, NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (run (options, &out, &err), ==, 2);
  g_assert_cmpstr (out, ==, "");
  g_test_message ("%s", err);
  assert_one_line (err);
  g_assert_nonnull (strstr (err, bad_options[i].word));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  g_test_add_func ("/server-program/tcp", test_tcp);
  g_test_add_func ("/server-program/udp", test_udp);
  g_test_add_func ("/server-program/end-with-connection", test_end_with_connection);
  g_test_add_func ("/server-program/port-in-use", test_port_in_use);
  g_test_add_func ("/server-program/version", test_version);
  g_test_add_func ("/server-program/help", test_help);
  g_test_add_func ("/server-program/log", test_log);
#ifdef HAVE_HIREDIS
  g_test_add_func ("/server-program/no-redis", test_no_redis);
#endif
  for (guint i = 0; i < G_N_ELEMENTS (bad_options); i++)
    {
      g_autofree char *path = g_strdup_printf ("/server-program/bad-option/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad_option);
    }

  return g_test_run ();
}
