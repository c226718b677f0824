/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "v1-peer.h"
#include "v1-socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define GIVE_UP_MS 60000
#define REPLY_MS 5000

struct _V1Peer
{
  char *id;
  gboolean udp;
  gboolean glue;
  int timeout_ms;
  struct sockaddr_in server;

  GThread *thread;
  GAsyncQueue *typed;
  int stop_fd;
  int state;

  V1Journal *printed;
  V1Journal *received;
  V1Journal *unread;

  /* The thread's own, until it has ended. */
  int registered_fd;
  int peer_fd;
  guint16 port;
  gboolean nobody_ready;
  struct sockaddr_in peer;
  char *peer_id;
};

static void
set_state (V1Peer      *self,
           V1PeerState  state)
{
  g_atomic_int_set (&self->state, state);
  g_main_context_wakeup (NULL);
}

/* As the original ends with a Python traceback. */
G_GNUC_PRINTF (2, 3)
static void
die (V1Peer     *self,
     const char *format,
     ...)
{
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  v1_journal_add (self->printed, reason, -1);
  set_state (self, V1_PEER_DEAD);
}

static gboolean
is_over (V1Peer *self)
{
  return self->state == V1_PEER_ENDED || self->state == V1_PEER_DEAD;
}

/* data.decode ().split ("\r\n"); NULL if that kills it. */
static char **
split (V1Peer     *self,
       const char *chunk,
       gsize       length)
{
  g_autofree char *text = NULL;

  if (!g_utf8_validate_len (chunk, length, NULL))
    {
      die (self, "UnicodeDecodeError");
      return NULL;
    }
  text = g_strndup (chunk, length);
  return g_strsplit (text, "\r\n", -1);
}

/* line.split (": ")[1]; NULL if that kills it. */
static const char *
get_value (V1Peer     *self,
           char      **lines,
           guint       index)
{
  const char *found = index < g_strv_length (lines) ? strstr (lines[index], ": ") : NULL;

  if (found == NULL)
    die (self, "IndexError: list index out of range");
  return found != NULL ? found + 2 : NULL;
}

/* --- With the server ----------------------------------------------------- */

/* Over TCP a connection for each request; over UDP the registered port, but
 * for CHAT, which leaves from another one. */
static gssize
ask (V1Peer     *self,
     const char *request,
     gboolean    expect_reply,
     char       *chunk)
{
  gboolean is_own_port = self->udp && expect_reply;
  int fd = is_own_port ? self->registered_fd : v1_socket_open (self->udp, 0);
  gssize n = 0;

  if (!self->udp && !v1_socket_connect (fd, &self->server))
    die (self, "ConnectionRefusedError");
  else
    {
      v1_socket_send (fd, request, strlen (request), self->udp ? &self->server : NULL);
      if (expect_reply)
        n = v1_socket_recv (fd, self->stop_fd, REPLY_MS, chunk, NULL);
    }
  if (!is_own_port)
    close (fd);
  if (expect_reply && n <= 0 && !is_over (self))
    die (self, "no reply to %.8s", request);
  return n;
}

static void
do_register (V1Peer *self)
{
  g_autofree char *headers =
    g_strdup_printf ("\r\nclientID: %s\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n", self->id, self->port);
  g_autofree char *request = g_strconcat ("REGISTER", headers, NULL);
  g_autofree char *wanted = g_strconcat ("REGACK", headers, NULL);
  g_autofree char *reply = NULL;
  char chunk[V1_CHUNK];
  gssize n = ask (self, request, TRUE, chunk);

  if (n <= 0)
    return;

  reply = g_strndup (chunk, n);
  if (self->udp ? g_str_equal (reply, wanted) : g_str_has_prefix (reply, "REGACK\r\n"))
    set_state (self, V1_PEER_REGISTERED);
  else if (g_str_has_prefix (reply, "REGNACK\r\n"))
    set_state (self, V1_PEER_REFUSED);
  else
    die (self, "not the REGACK: %s", reply);
}

static void
read_record (V1Peer  *self,
             char   **lines)
{
  const char *id = get_value (self, lines, 1);
  const char *ip = id != NULL ? get_value (self, lines, 2) : NULL;
  const char *port = ip != NULL ? get_value (self, lines, 3) : NULL;

  if (port == NULL)
    return;
  if (*id == '\0')
    {
      self->nobody_ready = TRUE;
      return;
    }

  self->peer_id = g_strdup (id);
  self->peer = v1_socket_address (ip, atoi (port));
  set_state (self, V1_PEER_MATCHED);
}

static void
do_bridge (V1Peer *self)
{
  g_autofree char *request = g_strdup_printf ("BRIDGE\r\nclientID: %s\r\n\r\n", self->id);
  g_auto (GStrv) lines = NULL;
  char chunk[V1_CHUNK];
  gssize n = ask (self, request, TRUE, chunk);

  lines = n > 0 ? split (self, chunk, n) : NULL;
  if (lines == NULL)
    return;

  if (g_str_equal (lines[0], "BRIDGEACK"))
    read_record (self, lines);
  else
    die (self, "not a BRIDGEACK: %s", lines[0]);
}

static void
quit_server (V1Peer *self)
{
  g_autofree char *request = g_strdup_printf ("QUIT\r\nclientID: %s\r\n\r\n", self->id);
  g_autofree char *wanted = g_strdup_printf ("QUITACK\r\nclientID: %s\r\n\r\n", self->id);
  char chunk[V1_CHUNK];
  gssize n = ask (self, request, self->udp, chunk);

  if (self->udp && n > 0 && (n != (gssize) strlen (wanted) || memcmp (chunk, wanted, n) != 0))
    die (self, "not the QUITACK: %.*s", (int) n, chunk);
}

/* --- With the peer ------------------------------------------------------- */

static void
send_to_peer (V1Peer     *self,
              const char *bytes)
{
  v1_socket_send (self->peer_fd, bytes, strlen (bytes), self->udp ? &self->peer : NULL);
}

/* One turn of the peer's. Over UDP whoever wrote last is the peer. */
static char **
listen_once (V1Peer *self)
{
  char chunk[V1_CHUNK];
  gssize n = v1_socket_recv (self->peer_fd, self->stop_fd, self->udp ? self->timeout_ms : -1,
                             chunk, self->udp ? &self->peer : NULL);

  if (n > 0)
    {
      v1_journal_add (self->received, chunk, n);
      return split (self, chunk, n);
    }
  if (n == V1_TIMED_OUT)
    v1_journal_add (self->printed, "gave up", -1);
  set_state (self, V1_PEER_ENDED);
  return NULL;
}

static void
print_message (V1Peer  *self,
               char   **lines)
{
  char *text = g_strv_length (lines) > 2 ? lines[2] : NULL;

  if (text == NULL || get_value (self, lines, 1) == NULL)
    {
      die (self, "IndexError: list index out of range");
      return;
    }
  if (g_str_has_suffix (text, "\n"))
    text[strlen (text) - 1] = '\0';
  v1_journal_add (self->printed, text, -1);
}

static void
hear (V1Peer *self)
{
  g_auto (GStrv) lines = listen_once (self);

  if (lines == NULL)
    return;

  if (g_str_equal (lines[0], "QUIT"))
    set_state (self, V1_PEER_ENDED);
  else if (!g_str_equal (lines[0], "CHAT"))
    die (self, "unknown request: %s", lines[0]);
  else
    print_message (self, lines);
}

/* Blocks as input () does. NULL at the end of the test. */
static char *
read_typed (V1Peer *self)
{
  char *line = g_async_queue_pop (self->typed);

  if (*line != '\0')
    return line;
  g_free (line);
  return NULL;
}

static void
speak (V1Peer     *self,
       const char *hello)
{
  g_autofree char *line = read_typed (self);
  g_autofree char *packet = NULL;

  if (line == NULL || g_str_equal (line, "/quit"))
    {
      if (line != NULL)
        send_to_peer (self, "QUIT\r\n\r\n");
      set_state (self, V1_PEER_ENDED);
      return;
    }
  packet = g_strdup_printf ("%sCHAT\r\nclientID: %s\r\n%s\n\r\n\r\n", hello, self->id, line);
  send_to_peer (self, packet);
}

static void
converse (V1Peer     *self,
          gboolean    speaks_first,
          const char *hello)
{
  set_state (self, V1_PEER_CHATTING);
  if (!speaks_first)
    hear (self);
  while (!is_over (self))
    {
      speak (self, hello);
      hello = "";
      if (!is_over (self))
        hear (self);
    }
}

static void
do_chat (V1Peer *self)
{
  g_autofree char *notice =
    g_strdup_printf ("CHAT\r\nclientID1: %s\r\nclientID2: %s", self->id, self->peer_id);
  g_autofree char *hello =
    g_strdup_printf ("CHAT\r\nclientID: %s\r\n\r\n%s", self->id, self->udp ? "\r\n" : "");

  ask (self, notice, FALSE, NULL);
  self->peer_fd = v1_socket_open (self->udp, 0);
  if (!self->udp && !v1_socket_connect (self->peer_fd, &self->peer))
    {
      die (self, "ConnectionRefusedError");
      return;
    }
  if (!self->glue)
    send_to_peer (self, hello);
  converse (self, TRUE, self->glue ? hello : "");
}

/* Any datagram, and the first bytes of any connection, are the hello. */
static void
do_wait (V1Peer *self)
{
  g_auto (GStrv) lines = NULL;

  if (!self->udp)
    listen (self->registered_fd, 1);
  set_state (self, V1_PEER_WAITING);
  self->peer_fd = self->udp ? dup (self->registered_fd)
                            : v1_socket_accept (self->registered_fd, self->stop_fd);
  if (self->peer_fd < 0)
    return;

  lines = listen_once (self);
  if (lines != NULL && get_value (self, lines, 1) != NULL)
    {
      self->peer_id = g_strdup (get_value (self, lines, 1));
      converse (self, FALSE, "");
    }
}

static void
do_line (V1Peer     *self,
         const char *line)
{
  if (g_str_equal (line, "/register"))
    do_register (self);
  else if (g_str_equal (line, "/bridge"))
    do_bridge (self);
  else if (g_str_equal (line, "/chat"))
    do_chat (self);
  else if (g_str_equal (line, "/quit"))
    {
      quit_server (self);
      set_state (self, V1_PEER_ENDED);
    }
  else
    die (self, "unknown command: %s", line);

  if (self->nobody_ready)
    do_wait (self);
}

/* Closes a socket as a process does that ends, but looks what is left in it. */
static void
drain (V1Peer *self,
       int    *fd)
{
  char chunk[V1_CHUNK];
  gssize n;

  if (*fd < 0)
    return;

  while ((n = recv (*fd, chunk, sizeof chunk, MSG_DONTWAIT)) > 0)
    v1_journal_add (self->unread, chunk, n);
  close (*fd);
  *fd = -1;
}

static gpointer
run (gpointer data)
{
  V1Peer *self = data;

  while (!is_over (self))
    {
      g_autofree char *line = read_typed (self);

      if (line == NULL)
        break;
      do_line (self, line);
    }
  drain (self, &self->peer_fd);
  return NULL;
}

/* --- The test's side ----------------------------------------------------- */

V1Peer *
v1_peer_new (const V1PeerOptions *options)
{
  V1Peer *self = g_new0 (V1Peer, 1);

  self->id = g_strdup (options->id);
  self->udp = options->udp;
  self->glue = options->glue;
  self->timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : GIVE_UP_MS;
  self->server = v1_socket_address ("127.0.0.1", options->server_port);
  self->typed = g_async_queue_new_full (g_free);
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  self->printed = v1_journal_new ();
  self->received = v1_journal_new ();
  self->unread = v1_journal_new ();
  self->peer_fd = -1;
  self->registered_fd = v1_socket_open (self->udp, 0);
  self->port = v1_socket_get_port (self->registered_fd);
  self->thread = g_thread_new (self->id, run, self);
  return self;
}

void
v1_peer_free (V1Peer *self)
{
  v1_peer_stop (self);
  g_async_queue_unref (self->typed);
  v1_journal_free (self->printed);
  v1_journal_free (self->received);
  v1_journal_free (self->unread);
  g_free (self->peer_id);
  g_free (self->id);
  g_free (self);
}

void
v1_peer_type (V1Peer     *self,
              const char *line)
{
  g_async_queue_push (self->typed, g_strdup (line));
}

V1PeerState
v1_peer_get_state (V1Peer *self)
{
  return g_atomic_int_get (&self->state);
}

guint16
v1_peer_get_port (V1Peer *self)
{
  return self->port;
}

/* What its user saw: messages, and last words. */
V1Journal *
v1_peer_get_printed (V1Peer *self)
{
  return self->printed;
}

/* What each recv() from a peer brought. */
V1Journal *
v1_peer_get_received (V1Peer *self)
{
  return self->received;
}

/* Ends the conversation as a crash does, or as a plug that is pulled. The peer
 * must be at its input, where it reads no socket. */
void
v1_peer_vanish (V1Peer   *self,
                gboolean  reset)
{
  struct linger at_once = { 1, 0 };

  if (reset)
    setsockopt (self->peer_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  v1_peer_stop (self);
}

void
v1_peer_stop (V1Peer *self)
{
  guint64 one = 1;

  if (self->thread == NULL)
    return;

  g_assert_cmpint (write (self->stop_fd, &one, sizeof one), ==, sizeof one);
  v1_peer_type (self, "");
  g_clear_pointer (&self->thread, g_thread_join);
  drain (self, &self->registered_fd);
  close (self->stop_fd);
}

static void
assert_one_packet (GBytes *bytes)
{
  g_autoptr (GRegex) packet =
    g_regex_new ("^(QUIT\\r\\n\\r\\n|CHAT\\r\\nclientID: [^\\r\\n]+\\r\\n([^\\r]*\\n)?\\r\\n(\\r\\n)?)$",
                 G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data, length);
  g_autofree char *shown = g_strescape (text, NULL);

  g_assert_cmpuint (strlen (text), ==, length);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (!g_regex_match (packet, text, 0, NULL))
    g_error ("a v1 peer got this in one recv(): \"%s\"", shown);
  for (const char *c = text; *c != '\0'; c++)
    g_assert_true ((guchar) *c >= ' ' || *c == '\r' || *c == '\n' || *c == '\t');
}

/* Ends the peer, and checks that nothing reached it that could have harmed an
 * original: each recv() had one packet, whole and of its own protocol, and
 * nothing came that it had not asked for but a farewell. */
void
v1_peer_assert_untouched (V1Peer *self)
{
  v1_peer_stop (self);
  g_assert_cmpint (self->state, !=, V1_PEER_DEAD);
  for (guint i = 0; i < v1_journal_count (self->received); i++)
    {
      g_autoptr (GBytes) bytes = v1_journal_get (self->received, i);

      assert_one_packet (bytes);
    }
  for (guint i = 0; i < v1_journal_count (self->unread); i++)
    {
      g_autoptr (GBytes) bytes = v1_journal_get (self->unread, i);

      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "QUIT\r\n\r\n", 8);
    }
}
