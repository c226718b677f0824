/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-server and the service manager that starts it. The test is the
 * service manager, as sd_notify(3) and sd_listen_fds(3) describe it. */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define TIMEOUT_SECONDS 10

/* Where sd_listen_fds(3) looks for the first socket. */
#define FIRST_SOCKET 3

static const char *program;

typedef struct
{
  char *directory;
  char *notify_path;
  char *config_path;
  GSocket *notify;
  GSubprocess *server;
} Fixture;

static void
write_config (Fixture    *fixture,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->config_path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("hybridchat-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->notify_path = g_build_filename (fixture->directory, "notify", NULL);
  fixture->config_path = g_build_filename (fixture->directory, "server.conf", NULL);
  fixture->notify = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  address = g_unix_socket_address_new (fixture->notify_path);
  g_socket_bind (fixture->notify, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (fixture->notify, TIMEOUT_SECONDS);
  write_config (fixture, "");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->server != NULL)
    g_subprocess_force_exit (fixture->server);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->notify);
  g_unlink (fixture->notify_path);
  g_unlink (fixture->config_path);
  g_rmdir (fixture->directory);
  g_free (fixture->notify_path);
  g_free (fixture->config_path);
  g_free (fixture->directory);
}

/* Starts the server with a socket of ours, or with none (-1). */
static void
start (Fixture    *fixture,
       const char *option,
       int         socket_fd)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *config = g_strconcat ("--config=", fixture->config_path, NULL);
  const char *script = socket_fd >= 0 ? "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\""
                                      : "exec \"$0\" \"$@\"";
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", fixture->notify_path, TRUE);
  g_subprocess_launcher_setenv (launcher, "WATCHDOG_USEC", "200000", TRUE);
  if (socket_fd >= 0)
    g_subprocess_launcher_take_fd (launcher, dup (socket_fd), FIRST_SOCKET);
  fixture->server = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", script,
                                                 program, config, option, NULL);
  g_assert_no_error (error);
}

/* Reads what the server tells until it tells this. */
static char *
expect (Fixture    *fixture,
        const char *word)
{
  for (;;)
    {
      char text[500] = "";
      g_autoptr (GError) error = NULL;

      g_socket_receive (fixture->notify, text, sizeof text - 1, NULL, &error);
      g_assert_no_error (error);
      if (strstr (text, word) != NULL)
        return g_strdup (text);
    }
}

static guint16
expect_ready (Fixture *fixture)
{
  g_autofree char *text = expect (fixture, "READY=1");
  const char *port = strstr (text, "on port ");

  g_assert_nonnull (port);
  return g_ascii_strtoull (port + strlen ("on port "), NULL, 10);
}

/* Whether the server answers, rather than to close the connection. */
static gboolean
is_answered (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char reply[100];

  g_socket_client_set_timeout (client, TIMEOUT_SECONDS);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                         "PROBE\r\n\r\n", strlen ("PROBE\r\n\r\n"), NULL, NULL);
  return g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                              reply, sizeof reply, NULL, NULL) > 0;
}

static void
test_ready_and_stopping (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  start (fixture, "--port=0", -1);
  g_assert_true (is_answered (expect_ready (fixture)));
  g_free (expect (fixture, "WATCHDOG=1"));
  g_subprocess_send_signal (fixture->server, SIGTERM);
  g_free (expect (fixture, "STOPPING=1"));
  g_subprocess_wait_check (fixture->server, NULL, &error);
  g_assert_no_error (error);
}

static void
test_reload (Fixture       *fixture,
             gconstpointer  data)
{
  guint16 port;

  write_config (fixture, "[server]\nmax-requests=0\n");
  start (fixture, "--port=0", -1);
  port = expect_ready (fixture);
  for (guint i = 0; i < 20; i++)
    g_assert_true (is_answered (port));

  write_config (fixture, "[server]\nmax-requests=3\n");
  g_subprocess_send_signal (fixture->server, SIGHUP);
  g_free (expect (fixture, "RELOADING=1"));
  g_assert_cmpuint (expect_ready (fixture), ==, port);
  for (guint i = 0; i < 3; i++)
    g_assert_true (is_answered (port));
  g_assert_false (is_answered (port));
}

static void
test_bad_reload (Fixture       *fixture,
                 gconstpointer  data)
{
  guint16 port;

  write_config (fixture, "[server]\nmax-requests=0\n");
  start (fixture, "--port=0", -1);
  port = expect_ready (fixture);

  write_config (fixture, "[server]\nmax-requests=-1\n");
  g_subprocess_send_signal (fixture->server, SIGHUP);
  g_assert_cmpuint (expect_ready (fixture), ==, port);
  for (guint i = 0; i < 20; i++)
    g_assert_true (is_answered (port));
}

static GSocket *
open_socket (GSocketType  type,
             guint16     *port)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return g_steal_pointer (&socket);
}

static void
test_socket (Fixture       *fixture,
             gconstpointer  data)
{
  guint16 port;
  g_autoptr (GSocket) socket = open_socket (G_SOCKET_TYPE_STREAM, &port);

  start (fixture, "--port=1", g_socket_get_fd (socket));
  g_assert_cmpuint (expect_ready (fixture), ==, port);
  g_assert_true (is_answered (port));
}

static void
test_wrong_socket (Fixture       *fixture,
                   gconstpointer  data)
{
  guint16 port;
  g_autoptr (GSocket) socket = open_socket (G_SOCKET_TYPE_DATAGRAM, &port);
  g_autoptr (GError) error = NULL;

  start (fixture, "--port=0", g_socket_get_fd (socket));
  g_subprocess_wait (fixture->server, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (fixture->server), ==, 1);
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

#ifdef HAVE_SYSTEMD
#define CAN_TELL TRUE
#else
#define CAN_TELL FALSE
#endif

static void
test_skipped (void)
{
  g_test_skip ("built without libsystemd");
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
      g_test_add_func ("/server/service", test_skipped);
      return g_test_run ();
    }

  add ("/server/service/ready-and-stopping", test_ready_and_stopping);
  add ("/server/service/reload", test_reload);
  add ("/server/service/bad-reload", test_bad_reload);
  add ("/server/service/socket", test_socket);
  add ("/server/service/wrong-socket", test_wrong_socket);

  return g_test_run ();
}
