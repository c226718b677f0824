/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "v1-server.h"
#include "v1-socket.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct _V1Server
{
  gboolean udp;
  gboolean own_record;
  int fd;
  int stop_fd;
  guint16 port;
  int dead;
  GThread *thread;
  V1Journal *requests;

  /* The thread's own: the headers of each REGISTER, in their order. */
  GPtrArray *clients;
};

/* line.split (": ")[1] */
static const char *
get_value (char  **lines,
           guint   index)
{
  const char *found = index < g_strv_length (lines) ? strstr (lines[index], ": ") : NULL;

  return found != NULL ? found + 2 : NULL;
}

static char **
find_client (V1Server   *self,
             const char *id,
             gboolean    same)
{
  for (guint i = 0; i < self->clients->len; i++)
    {
      char **lines = g_ptr_array_index (self->clients, i);

      if (g_str_equal (get_value (lines, 1), id) == same)
        return lines;
    }
  return NULL;
}

static void
remove_client (V1Server   *self,
               const char *id)
{
  char **lines = id != NULL ? find_client (self, id, TRUE) : NULL;

  if (lines != NULL)
    g_ptr_array_remove (self->clients, lines);
}

static char *
format_record (const char  *type,
               char       **lines)
{
  return g_strdup_printf ("%s\r\nclientID: %s\r\nIP: %s\r\nPort: %s\r\n\r\n", type,
                          get_value (lines, 1), get_value (lines, 2), get_value (lines, 3));
}

static char *
answer_register (V1Server  *self,
                 char     **lines)
{
  if (find_client (self, get_value (lines, 1), TRUE) != NULL)
    return g_strdup ("REGNACK\r\n\r\n");

  g_ptr_array_add (self->clients, g_strdupv (lines));
  return format_record ("REGACK", lines);
}

static char *
answer_bridge (V1Server    *self,
               const char  *id)
{
  char **found = find_client (self, id, FALSE);

  if (found == NULL && self->own_record)
    found = find_client (self, id, TRUE);
  if (found == NULL)
    return g_strdup ("BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
  return format_record ("BRIDGEACK", found);
}

static char *
answer_quit (V1Server   *self,
             const char *id)
{
  remove_client (self, id);
  return self->udp ? g_strdup_printf ("QUITACK\r\nclientID: %s\r\n\r\n", id) : NULL;
}

/* NULL for none, or when it has died of the request. */
static char *
answer (V1Server  *self,
        char     **lines)
{
  if (g_str_equal (lines[0], "PROBE"))
    return g_strdup ("PROBEACK\r\n\r\n");
  if (g_str_equal (lines[0], "REGISTER") && get_value (lines, 3) != NULL)
    return answer_register (self, lines);
  if (g_str_equal (lines[0], "BRIDGE") && get_value (lines, 1) != NULL)
    return answer_bridge (self, get_value (lines, 1));
  if (g_str_equal (lines[0], "QUIT") && get_value (lines, 1) != NULL)
    return answer_quit (self, get_value (lines, 1));

  if (g_str_equal (lines[0], "CHAT") && get_value (lines, 2) != NULL)
    {
      remove_client (self, get_value (lines, 1));
      remove_client (self, get_value (lines, 2));
    }
  else
    g_atomic_int_set (&self->dead, TRUE);
  return NULL;
}

static gboolean
serve (V1Server *self,
       int       fd)
{
  g_autofree char *text = NULL;
  g_autofree char *reply = NULL;
  g_auto (GStrv) lines = NULL;
  struct sockaddr_in from;
  char chunk[V1_CHUNK];
  gssize n = v1_socket_recv (fd, self->stop_fd, -1, chunk, self->udp ? &from : NULL);

  if (n == V1_STOPPED)
    return FALSE;
  if (n <= 0)
    return TRUE;

  v1_journal_add (self->requests, chunk, n);
  text = g_strndup (chunk, n);
  lines = g_strsplit (text, "\r\n", -1);
  reply = answer (self, lines);
  if (reply != NULL)
    v1_socket_send (fd, reply, strlen (reply), self->udp ? &from : NULL);
  return !g_atomic_int_get (&self->dead);
}

static gboolean
serve_connection (V1Server *self)
{
  int fd = v1_socket_accept (self->fd, self->stop_fd);
  gboolean goes_on;

  if (fd < 0)
    return FALSE;

  goes_on = serve (self, fd);
  close (fd);
  return goes_on;
}

static gpointer
run (gpointer data)
{
  V1Server *self = data;

  while (self->udp ? serve (self, self->fd) : serve_connection (self))
    continue;
  close (self->fd);
  return NULL;
}

/* A server on a free port of 127.0.0.1. */
V1Server *
v1_server_new (const V1ServerOptions *options)
{
  V1Server *self = g_new0 (V1Server, 1);

  self->udp = options->udp;
  self->own_record = options->own_record;
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  self->requests = v1_journal_new ();
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->fd = v1_socket_open (self->udp, 0);
  self->port = v1_socket_get_port (self->fd);
  if (!self->udp)
    g_assert_no_errno (listen (self->fd, 5));
  self->thread = g_thread_new ("v1-server", run, self);
  return self;
}

void
v1_server_free (V1Server *self)
{
  guint64 one = 1;

  g_assert_cmpint (write (self->stop_fd, &one, sizeof one), ==, sizeof one);
  g_thread_join (self->thread);
  close (self->stop_fd);
  g_ptr_array_unref (self->clients);
  v1_journal_free (self->requests);
  g_free (self);
}

guint16
v1_server_get_port (V1Server *self)
{
  return self->port;
}

/* Whether a request was none of the original's: it would have ended there. */
gboolean
v1_server_is_dead (V1Server *self)
{
  return g_atomic_int_get (&self->dead);
}

/* What each recv() brought. */
V1Journal *
v1_server_get_requests (V1Server *self)
{
  return self->requests;
}
