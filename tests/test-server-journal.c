/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hybridchat-server under a journal. The test is the journal: it has the sockets
 * of systemd-journald.service(8) in a mount namespace of its own. */

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_SECONDS 30
#define JOURNAL "/run/systemd/journal"

static const char *program;

typedef struct
{
  GSocket *records;
  GSocket *listener;
  GSocket *writer;
  GSubprocess *server;
} Fixture;

/* An empty /run that only this process and its children see. */
static gboolean
isolate (void)
{
  return unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("none", "/run", "tmpfs", 0, NULL) == 0;
}

static GSocket *
open_socket (GSocketType  type,
             const char  *name)
{
  g_autofree char *path = g_build_filename (JOURNAL, name, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, type, G_SOCKET_PROTOCOL_DEFAULT,
                                             &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (socket, TIMEOUT_SECONDS);
  return g_steal_pointer (&socket);
}

/* What systemd gives a service for its standard error: a connection to here. */
static void
connect_writer (Fixture *fixture)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (JOURNAL "/stdout");
  g_autoptr (GError) error = NULL;

  g_socket_listen (fixture->listener, &error);
  g_assert_no_error (error);
  fixture->writer = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_socket_connect (fixture->writer, address, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (JOURNAL, 0700), ==, 0);
  fixture->records = open_socket (G_SOCKET_TYPE_DATAGRAM, "socket");
  fixture->listener = open_socket (G_SOCKET_TYPE_STREAM, "stdout");
  connect_writer (fixture);
  g_subprocess_launcher_take_stderr_fd (launcher, dup (g_socket_get_fd (fixture->writer)));
  fixture->server = g_subprocess_launcher_spawn (launcher, &error, program, "--port=0",
                                                 "--address=127.0.0.1", data, NULL);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_subprocess_force_exit (fixture->server);
  g_object_unref (fixture->server);
  g_object_unref (fixture->writer);
  g_object_unref (fixture->listener);
  g_object_unref (fixture->records);
  g_unlink (JOURNAL "/socket");
  g_unlink (JOURNAL "/stdout");
}

/* Reads records until one of this event comes. Source: systemd, "Native Journal
 * Protocol". */
static char *
expect (Fixture    *fixture,
        const char *event)
{
  g_autofree char *line = g_strdup_printf ("HYBRIDCHAT_EVENT=%s\n", event);

  for (;;)
    {
      char record[4096] = "";
      g_autoptr (GError) error = NULL;

      g_socket_receive (fixture->records, record, sizeof record - 1, NULL, &error);
      g_assert_no_error (error);
      g_test_message ("%s", record);
      if (strstr (record, line) != NULL)
        return g_strdup (record);
    }
}

static void
test_records (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *started = expect (fixture, "started");
  g_autofree char *stopped = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (started, "HYBRIDCHAT_MODE=TCP\n"));
  g_assert_nonnull (strstr (started, "PRIORITY=6\n"));
  g_assert_nonnull (strstr (started, "MESSAGE=Listening on port "));
  g_subprocess_send_signal (fixture->server, SIGTERM);
  stopped = expect (fixture, "stopped");
  g_assert_nonnull (strstr (stopped, "HYBRIDCHAT_REQUESTS=0\n"));
  g_subprocess_wait_check (fixture->server, NULL, &error);
  g_assert_no_error (error);
}

static void
test_reload (Fixture       *fixture,
             gconstpointer  data)
{
  g_free (expect (fixture, "started"));
  g_subprocess_send_signal (fixture->server, SIGHUP);
  g_free (expect (fixture, "reloaded"));
}

static void
test_skipped (gconstpointer data)
{
  g_test_skip_printf ("Nothing can be mounted in a namespace here: %s",
                      g_strerror (GPOINTER_TO_INT (data)));
}

int
main (int    argc,
      char **argv)
{
  int failure = isolate () ? 0 : errno;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  if (failure != 0)
    {
      g_test_add_data_func ("/server/journal", GINT_TO_POINTER (failure), test_skipped);
      return g_test_run ();
    }

  g_test_add ("/server/journal/records", Fixture, NULL, set_up, test_records, tear_down);
  g_test_add ("/server/journal/reload", Fixture, NULL, set_up, test_reload, tear_down);

  return g_test_run ();
}
