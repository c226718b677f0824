/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One person, in a network namespace of its own, that does what it is told on
 * standard input, and says on standard output what happens and when:
 *
 *   net-person ID SERVER DATA-FOLDER PORT
 *
 *   register, bridge, chat, leave        the session's actions
 *   say FIRST COUNT LENGTH               messages of that many bytes
 *   talk FIRST COUNT                     messages of mixed lengths, the next one as
 *                                        soon as few enough are on their way
 *
 * Each event is a line: the monotonic clock in milliseconds, which is the same in
 * every namespace, what it is, and the rest:
 *
 *   state NAME | failure WORDS | interrupted yes|no | link TRANSPORT ADDRESS
 *   sent I LENGTH SHA-256 | delivered I | failed I WORDS
 *   received I LENGTH SHA-256 | notice WORDS
 *
 * With HC_NET_PACKETS in the environment also
 *   packet to|from ADDRESS TRANSPORT TYPE: HEADERS
 */

#include "hc-client-enums.h"
#include "hc-session.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many messages of a talk are on their way at once. */
#define MAX_UNDELIVERED 4

typedef struct
{
  GMainLoop *loop;
  HcSession *session;
  GDataInputStream *input;
  char *link;
  guint next;
  guint n_left;
  guint n_undelivered;
} Person;

static void
report (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
report (const char *format, ...)
{
  va_list arguments;

  printf ("%" G_GINT64_FORMAT " ", g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

/* --- Messages ------------------------------------------------------------- */

/* Begins with its number, and differs all the way. */
static char *
make_text (guint number,
           guint length)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (number);

  g_string_printf (text, "%u ", number);
  while (text->len + strlen ("ë\n") <= length)
    switch (g_rand_int_range (rand, 0, 20))
      {
      case 0:
        g_string_append (text, "ë\n");
        break;
      case 1:
        g_string_append_c (text, ' ');
        break;
      default:
        g_string_append_c (text, g_rand_int_range (rand, 'a', 'z' + 1));
      }
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

/* Seven of ten are short, two are long and one is very long. */
static guint
choose_length (guint number)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (number);

  switch (number % 10)
    {
    case 4:
    case 7:
      return g_rand_int_range (rand, 200, 4096);
    case 9:
      return g_rand_int_range (rand, 4096, 64 * 1024);
    default:
      return g_rand_int_range (rand, 10, 200);
    }
}

static void
report_text (const char *event,
             const char *text)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  report ("%s %d %zu %s", event, atoi (text), strlen (text), digest);
}

static void go_on (Person *self);

static void
on_status (HcMessage  *message,
           GParamSpec *pspec,
           Person     *self)
{
  int number = atoi (hc_message_get_text (message));

  switch ((int) hc_message_get_status (message))
    {
    case HC_MESSAGE_STATUS_DELIVERED:
      report ("delivered %d", number);
      self->n_undelivered--;
      go_on (self);
      break;
    case HC_MESSAGE_STATUS_FAILED:
      report ("failed %d %s", number, hc_message_get_failure (message));
      break;
    default:
      break;
    }
}

/* The status can only change later. */
static void
say (Person *self,
     guint   number,
     guint   length)
{
  g_autofree char *text = make_text (number, length);
  g_autoptr (GError) error = NULL;

  report_text ("sent", text);
  self->n_undelivered++;
  if (!hc_session_send (self->session, text, &error))
    report ("failed %u %s", number, error->message);
}

static void
go_on (Person *self)
{
  while (self->n_left > 0 && self->n_undelivered < MAX_UNDELIVERED)
    {
      guint number = self->next++;

      self->n_left--;
      say (self, number, choose_length (number));
    }
}

static void
take_message (Person    *self,
              HcMessage *message)
{
  switch (hc_message_get_kind (message))
    {
    case HC_MESSAGE_INCOMING:
      report_text ("received", hc_message_get_text (message));
      break;
    case HC_MESSAGE_OUTGOING:
      g_signal_connect (message, "notify::status", G_CALLBACK (on_status), self);
      break;
    case HC_MESSAGE_NOTICE:
    default:
      report ("notice %s", hc_message_get_text (message));
    }
}

static void
on_items_changed (GListModel *conversation,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Person     *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (conversation, i);

      take_message (self, message);
    }
}

/* --- The session ---------------------------------------------------------- */

static void
on_state (HcSession  *session,
          GParamSpec *pspec,
          gpointer    user_data)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (HC_TYPE_SESSION_STATE);

  report ("state %s",
          g_enum_get_value (states, hc_session_get_state (session))->value_nick);
}

static void
on_failure (HcSession  *session,
            GParamSpec *pspec,
            gpointer    user_data)
{
  if (hc_session_get_failure (session) != NULL)
    report ("failure %s", hc_session_get_failure (session));
}

static void
on_interrupted (HcSession  *session,
                GParamSpec *pspec,
                gpointer    user_data)
{
  report ("interrupted %s", hc_session_get_interrupted (session) ? "yes" : "no");
}

/* The link is told of in several ways, but only said once. */
static void
on_any (HcSession  *session,
        GParamSpec *pspec,
        Person     *self)
{
  g_autofree char *address = hc_session_dup_link_address (session);
  g_autofree char *link = NULL;

  if (hc_session_get_state (session) != HC_SESSION_CHATTING || address == NULL)
    return;

  link = g_strdup_printf ("%s %s %s",
                          hc_session_get_encrypted (session) ? "encrypted" : "plain",
                          hc_session_get_link_transport (session) == HC_TRANSPORT_TCP ? "tcp"
                                                                                      : "udp",
                          address);
  if (g_strcmp0 (link, self->link) == 0)
    return;
  report ("link %s", link);
  g_free (self->link);
  self->link = g_steal_pointer (&link);
}

static void
on_packets (GListModel *log,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (log, i);
      g_autofree char *headers = g_strdup (hc_packet_record_get_headers (record));

      report ("packet %s %s %s %s: %s", hc_packet_record_is_outgoing (record) ? "to" : "from",
              hc_packet_record_get_remote (record),
              hc_transport_to_string (hc_packet_record_get_transport (record)),
              hc_packet_record_get_type_name (record), g_strdelimit (headers, "\r\n", ' '));
    }
}

/* --- Commands ------------------------------------------------------------- */

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Person *self = user_data;

  hc_session_close_finish (self->session, result, NULL);
  g_main_loop_quit (self->loop);
}

static void
say_all (Person *self,
         guint   first,
         guint   count,
         guint   length)
{
  for (guint i = 0; i < count; i++)
    say (self, first + i, length);
}

static void
obey (Person     *self,
      const char *line)
{
  guint first, count, length;

  if (strcmp (line, "register") == 0)
    hc_session_register (self->session);
  else if (strcmp (line, "bridge") == 0)
    hc_session_bridge (self->session);
  else if (strcmp (line, "chat") == 0)
    hc_session_chat (self->session);
  else if (strcmp (line, "leave") == 0)
    hc_session_leave (self->session);
  else if (sscanf (line, "say %u %u %u", &first, &count, &length) == 3)
    say_all (self, first, count, length);
  else if (sscanf (line, "talk %u %u", &self->next, &self->n_left) == 2)
    go_on (self);
  else
    g_error ("What is “%s”?", line);
}

static void listen (Person *self);

/* With the end of the input it leaves in an orderly way. */
static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Person *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (self->input, result, NULL, NULL);

  if (line == NULL)
    {
      hc_session_close_async (self->session, on_closed, self);
      return;
    }
  obey (self, line);
  listen (self);
}

static void
listen (Person *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

int
main (int    argc,
      char **argv)
{
  Person self = { 0 };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  if (argc != 5)
    g_error ("usage: %s ID SERVER DATA-FOLDER PORT", argv[0]);

  self.loop = g_main_loop_new (NULL, FALSE);
  self.input = g_data_input_stream_new (input);
  self.session = hc_session_new ();
  hc_session_set_id (self.session, argv[1]);
  hc_session_set_server (self.session, argv[2]);
  hc_session_set_data_folder (self.session, argv[3]);
  hc_session_set_port (self.session, atoi (argv[4]));
  g_signal_connect (self.session, "notify::state", G_CALLBACK (on_state), &self);
  g_signal_connect (self.session, "notify::failure", G_CALLBACK (on_failure), &self);
  g_signal_connect (self.session, "notify::interrupted", G_CALLBACK (on_interrupted), &self);
  g_signal_connect (self.session, "notify", G_CALLBACK (on_any), &self);
  g_signal_connect (hc_session_get_conversation (self.session), "items-changed",
                    G_CALLBACK (on_items_changed), &self);
  if (g_getenv ("HC_NET_PACKETS") != NULL)
    g_signal_connect (hc_session_get_packet_log (self.session), "items-changed",
                      G_CALLBACK (on_packets), NULL);
  listen (&self);
  g_main_loop_run (self.loop);

  g_object_unref (self.session);
  g_object_unref (self.input);
  g_main_loop_unref (self.loop);
  g_free (self.link);
  return EXIT_SUCCESS;
}
