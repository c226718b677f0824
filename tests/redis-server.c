/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "redis-server.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PROGRAM "redis-server"

struct _RedisServer
{
  char *folder;
  char *socket;
  char *url;
  GSubprocess *process;
  GDataInputStream *output;
};

gboolean
redis_server_is_installed (void)
{
  g_autofree char *path = g_find_program_in_path (PROGRAM);

  return path != NULL;
}

RedisServer *
redis_server_new (void)
{
  RedisServer *self = g_new0 (RedisServer, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("hybridchat-redis-XXXXXX", &error);
  g_assert_no_error (error);
  self->socket = g_build_filename (self->folder, "socket", NULL);
  self->url = g_strconcat ("redis+unix://", self->socket, NULL);
  redis_server_start (self);
  return self;
}

void
redis_server_free (RedisServer *self)
{
  if (self->process != NULL)
    redis_server_kill (self);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->socket);
  g_free (self->url);
  g_free (self);
}

/* It must not outlive a test that crashes. */
static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
wait_until_ready (RedisServer *self)
{
  g_autoptr (GError) error = NULL;
  gboolean is_ready = FALSE;

  while (!is_ready)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->output, NULL, NULL, &error);

      g_assert_no_error (error);
      if (line == NULL)
        g_error ("redis-server doesn't start");
      is_ready = strstr (line, "eady to accept connections") != NULL;
    }
}

void
redis_server_start (RedisServer *self)
{
  const char *const argv[] = {
    PROGRAM, "--port", "0", "--unixsocket", self->socket, "--dir", self->folder, "--save", "",
    "--appendonly", "no", "--daemonize", "no", "--loglevel", "notice", NULL,
  };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;

  g_assert_null (self->process);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  wait_until_ready (self);
}

/* As a crash does: nothing is said to anybody. */
void
redis_server_kill (RedisServer *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  g_unlink (self->socket);
}

int
redis_server_get_pid (RedisServer *self)
{
  return atoi (g_subprocess_get_identifier (self->process));
}

/* It is there, and doesn't answer. On another CPU it goes on for a moment. */
void
redis_server_pause (RedisServer *self)
{
  siginfo_t info;

  g_subprocess_send_signal (self->process, SIGSTOP);
  g_assert_cmpint (waitid (P_PID, redis_server_get_pid (self), &info, WSTOPPED), ==, 0);
}

void
redis_server_resume (RedisServer *self)
{
  g_subprocess_send_signal (self->process, SIGCONT);
}

const char *
redis_server_get_url (RedisServer *self)
{
  return self->url;
}

/* Returns a text or a number, as text. */
char *
redis_server_ask (RedisServer *self,
                  const char  *command)
{
  redisContext *connection = redisConnectUnix (self->socket);
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  redisReply *reply;
  char *text;

  g_assert_cmpint (connection->err, ==, 0);
  reply = redisCommandArgv (connection, g_strv_length (words), (const char **) words, NULL);
  g_assert_nonnull (reply);
  if (reply->type == REDIS_REPLY_INTEGER)
    text = g_strdup_printf ("%lld", reply->integer);
  else
    text = g_strdup (reply->str);
  freeReplyObject (reply);
  redisFree (connection);
  return text;
}

void
redis_server_flush (RedisServer *self)
{
  g_autofree char *reply = redis_server_ask (self, "FLUSHALL");

  g_assert_cmpstr (reply, ==, "OK");
}
