/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The secret that servers of a group share: which files will do, and what the
 * program does with them. */

#include "hc-secret-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define TIMEOUT_SECONDS 30

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER_SECRET "fedcba9876543210fedcba9876543210"

static const char *program;

typedef struct
{
  char *directory;
  char *path;
  GError *error;
} Fixture;

static void
write_secret (Fixture    *fixture,
              const char *secret)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->path, secret, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("hybridchat-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "secret", NULL);
  write_secret (fixture, SECRET);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_clear_error (&fixture->error);
  g_remove (fixture->path);
  g_rmdir (fixture->directory);
  g_free (fixture->path);
  g_free (fixture->directory);
}

/* It fails, and says what is wrong, and with which file. */
static void
assert_bad (Fixture    *fixture,
            int         code,
            const char *word)
{
  g_autoptr (GBytes) secret = hc_secret_file_load (fixture->path, &fixture->error);

  g_assert_null (secret);
  g_assert_error (fixture->error, G_FILE_ERROR, code);
  g_test_message ("%s", fixture->error->message);
  g_assert_nonnull (strstr (fixture->error->message, fixture->path));
  g_assert_nonnull (strstr (fixture->error->message, word));
  g_clear_error (&fixture->error);
}

static void
assert_good (Fixture    *fixture,
             const char *expected)
{
  g_autoptr (GBytes) secret = hc_secret_file_load (fixture->path, &fixture->error);

  g_assert_no_error (fixture->error);
  g_assert_cmpmem (g_bytes_get_data (secret, NULL), g_bytes_get_size (secret),
                   expected, strlen (expected));
}

static void
test_good (Fixture       *fixture,
           gconstpointer  data)
{
  assert_good (fixture, SECRET);
  g_chmod (fixture->path, 0400);
  assert_good (fixture, SECRET);
}

static void
test_open_to_others (Fixture       *fixture,
                     gconstpointer  data)
{
  static const int modes[] = { 0640, 0620, 0610, 0604, 0602, 0601, 0440, 0644, 0666 };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_cmpint (g_chmod (fixture->path, modes[i]), ==, 0);
      assert_bad (fixture, G_FILE_ERROR_PERM, "chmod 0600");
    }
}

/* What systemd passes shows a right of the group's, and is nobody else's. */
static void
test_credential (Fixture       *fixture,
                 gconstpointer  data)
{
  g_chmod (fixture->path, 0440);
  g_setenv ("CREDENTIALS_DIRECTORY", fixture->directory, TRUE);
  assert_good (fixture, SECRET);
  g_chmod (fixture->path, 0444);
  assert_bad (fixture, G_FILE_ERROR_PERM, "chmod 0600");
  g_chmod (fixture->path, 0460);
  assert_bad (fixture, G_FILE_ERROR_PERM, "chmod 0600");
  g_chmod (fixture->path, 0440);
  g_setenv ("CREDENTIALS_DIRECTORY", "/somewhere/else", TRUE);
  assert_bad (fixture, G_FILE_ERROR_PERM, "chmod 0600");
}

static void
test_length (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *longest = g_strnfill (HC_SECRET_FILE_MAX_LENGTH, 'x');
  g_autofree char *too_long = g_strnfill (HC_SECRET_FILE_MAX_LENGTH + 1, 'x');

  write_secret (fixture, "");
  assert_bad (fixture, G_FILE_ERROR_INVAL, "at least 32");
  write_secret (fixture, &SECRET[1]);
  assert_bad (fixture, G_FILE_ERROR_INVAL, "at least 32");
  write_secret (fixture, longest);
  assert_good (fixture, longest);
  write_secret (fixture, too_long);
  assert_bad (fixture, G_FILE_ERROR_INVAL, "4096");
}

/* A pipe that nobody writes to keeps nobody waiting. */
static void
test_no_file (Fixture       *fixture,
              gconstpointer  data)
{
  g_unlink (fixture->path);
  assert_bad (fixture, G_FILE_ERROR_NOENT, "");
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_bad (fixture, G_FILE_ERROR_INVAL, "no file");
  g_unlink (fixture->path);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_bad (fixture, G_FILE_ERROR_INVAL, "no file");
}

/* A server of a group. */
typedef struct
{
  GSubprocess *process;
  guint port;
} Server;

static void
server_clear (Server *server)
{
  g_subprocess_force_exit (server->process);
  g_object_unref (server->process);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

static void
server_start (Server     *server,
              const char *path)
{
  g_autofree char *option = path != NULL ? g_strdup_printf ("--cookie-secret-file=%s", path) : NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  server->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                      &error, program, "--port=0", "--udp", option, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line_utf8 (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  server->port = g_ascii_strtoull (line + strlen ("Listening on port "), NULL, 10);
}

static char *
ask (const Server *server,
     const char   *request)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", server->port);
  g_autoptr (GError) error = NULL;
  char reply[1024] = "";

  g_socket_set_timeout (socket, TIMEOUT_SECONDS);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_send (socket, request, strlen (request), NULL, &error);
  g_assert_no_error (error);
  g_socket_receive (socket, reply, sizeof reply - 1, NULL, &error);
  g_assert_no_error (error);
  return g_strdup (reply);
}

static char *
get_cookie (const Server *server)
{
  g_autofree char *reply = ask (server, "PROBE\r\nVersion: 2\r\nPad: xxxxxxxxxxxxxxxxxxxx"
                                "xxxxxxxxxxxxxxxxxxxx\r\n\r\n");
  const char *cookie = strstr (reply, "Cookie: ");

  g_assert_nonnull (cookie);
  return g_strndup (cookie + strlen ("Cookie: "), strcspn (cookie + strlen ("Cookie: "), "\r"));
}

/* With a good cookie, the question is who alice is. */
static gboolean
accepts (const Server *server,
         const char   *cookie)
{
  g_autofree char *request =
    g_strdup_printf ("BRIDGE\r\nclientID: alice\r\nVersion: 2\r\nCookie: %s\r\n"
                     "Token: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n", cookie);
  g_autofree char *reply = ask (server, request);

  g_assert_true (g_str_has_prefix (reply, "ERROR\r\nReason: unknown-id") ||
                 g_str_has_prefix (reply, "ERROR\r\nReason: bad-cookie"));
  return g_str_has_prefix (reply, "ERROR\r\nReason: unknown-id");
}

static void
test_group (Fixture       *fixture,
            gconstpointer  data)
{
  g_auto (Server) one = { 0 };
  g_auto (Server) two = { 0 };
  g_auto (Server) stranger = { 0 };
  g_autofree char *cookie = NULL;
  g_autofree char *strange_cookie = NULL;

  server_start (&one, fixture->path);
  server_start (&two, fixture->path);
  server_start (&stranger, NULL);
  cookie = get_cookie (&one);
  strange_cookie = get_cookie (&stranger);
  g_assert_true (accepts (&one, cookie));
  g_assert_true (accepts (&two, cookie));
  g_assert_false (accepts (&stranger, cookie));
  g_assert_false (accepts (&one, strange_cookie));
}

/* Until a server has read its secret again, it makes cookies with the last one. */
static void
reload (Server     *server,
        const char *last_cookie)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;
  gboolean is_new = FALSE;

  g_subprocess_send_signal (server->process, SIGHUP);
  while (!is_new)
    {
      g_autofree char *cookie = get_cookie (server);

      is_new = !g_str_equal (cookie, last_cookie);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

/* Nobody who has a cookie notices: each server accepts the last secret's for a
 * while, and those that have changed accept each other's. */
static void
test_changed (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Server) one = { 0 };
  g_auto (Server) two = { 0 };
  g_autofree char *old_cookie = NULL;
  g_autofree char *new_cookie = NULL;

  server_start (&one, fixture->path);
  server_start (&two, fixture->path);
  old_cookie = get_cookie (&one);
  write_secret (fixture, OTHER_SECRET);
  reload (&one, old_cookie);
  new_cookie = get_cookie (&one);
  g_assert_true (accepts (&one, old_cookie));
  g_assert_true (accepts (&one, new_cookie));
  g_assert_false (accepts (&two, new_cookie));
  reload (&two, old_cookie);
  g_assert_true (accepts (&two, new_cookie));
  g_assert_true (accepts (&two, old_cookie));
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line_utf8 (err, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

/* A file that won't do any more changes nothing, and is complained of. */
static void
test_bad_reload (Fixture       *fixture,
                 gconstpointer  data)
{
  g_auto (Server) server = { 0 };
  g_autofree char *cookie = NULL;
  g_autofree char *line = NULL;

  server_start (&server, fixture->path);
  cookie = get_cookie (&server);
  write_secret (fixture, "short");
  g_subprocess_send_signal (server.process, SIGHUP);
  line = read_line (server.process);
  g_test_message ("%s", line);
  g_assert_nonnull (strstr (line, "stay as they were"));
  g_assert_nonnull (strstr (line, fixture->path));
  g_assert_true (accepts (&server, cookie));
}

static void
test_bad_start (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *option = g_strdup_printf ("--cookie-secret-file=%s", fixture->path);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;

  g_chmod (fixture->path, 0644);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "--port=0", option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 2);
  g_assert_nonnull (strstr (err, "--cookie-secret-file"));
  g_assert_nonnull (strstr (err, fixture->path));

  /* What it says is about the file, not what is in it. */
  g_assert_null (strstr (err, SECRET));
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  add ("/server/secret/good", test_good);
  add ("/server/secret/open-to-others", test_open_to_others);
  add ("/server/secret/credential", test_credential);
  add ("/server/secret/length", test_length);
  add ("/server/secret/no-file", test_no_file);
  add ("/server/secret/group", test_group);
  add ("/server/secret/changed", test_changed);
  add ("/server/secret/bad-reload", test_bad_reload);
  add ("/server/secret/bad-start", test_bad_start);

  return g_test_run ();
}
