/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The link over a stream by itself, with and without encryption. */

#include "hc-secure-stream.h"
#include "hc-stream-link.h"
#include "wait.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* As many packets as fit in what TLS sends at once. */
#define RECORD_LENGTH 16384

typedef struct
{
  GSocketConnection *ends[2];
  GIOStream *streams[2];
  HcIdentity *identities[2];
  HcPacketLog *log;
  GArray *received;
  gboolean iterates;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &address, &error);
  g_assert_no_error (error);
  fixture->ends[0] = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  fixture->ends[1] = g_socket_listener_accept (listener, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->log = hc_packet_log_new ();
  fixture->received = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_clear_object (&fixture->streams[i]);
      g_clear_object (&fixture->ends[i]);
      g_clear_object (&fixture->identities[i]);
    }
  g_object_unref (fixture->log);
  g_array_unref (fixture->received);
}

static void
on_secure (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GIOStream **stream = user_data;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  *stream = hc_secure_stream_finish (result, key, &error);
  g_assert_no_error (error);
}

static void
encrypt (Fixture *fixture)
{
  static const char *const ids[] = { "alice", "bob" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      fixture->identities[i] = hc_identity_generate (ids[i], &error);
      g_assert_no_error (error);
      hc_secure_stream_async (G_IO_STREAM (fixture->ends[i]), i == 0, fixture->identities[i], NULL,
                              NULL, on_secure, &fixture->streams[i]);
    }
  WAIT_UNTIL (fixture->streams[0] != NULL && fixture->streams[1] != NULL);
}

static void
on_received (HcLink   *link,
             HcPacket *packet,
             Fixture  *fixture)
{
  guint32 number = hc_packet_get_number (packet, HC_HEADER_SEQ);

  g_array_append_val (fixture->received, number);
  if (fixture->iterates)
    g_main_context_iteration (NULL, FALSE);
}

static HcLink *
link_new (Fixture *fixture)
{
  GIOStream *stream = fixture->streams[1] != NULL ? fixture->streams[1]
                                                  : G_IO_STREAM (fixture->ends[1]);
  HcLink *link = hc_stream_link_new_secure (fixture->ends[1], stream, fixture->log);

  g_signal_connect (link, "received", G_CALLBACK (on_received), fixture);
  return link;
}

/* Packets with the numbers from @first on, as many as fit in so many bytes. */
static guint32
append_packets (GByteArray *bytes,
                guint32     first,
                gsize       length)
{
  guint32 number = first;

  for (;;)
    {
      g_autoptr (HcPacket) packet = hc_packet_new_ack (number);
      g_autoptr (GBytes) wire = hc_packet_serialise (packet);
      gsize size;
      gconstpointer data = g_bytes_get_data (wire, &size);

      if (bytes->len + size > length)
        return number - first;
      g_byte_array_append (bytes, data, size);
      number++;
    }
}

static void
write_at_once (GIOStream  *stream,
               GByteArray *bytes)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream)), bytes->data, bytes->len,
    NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, bytes->len);
}

static void
assert_in_order (GArray *numbers)
{
  for (guint i = 0; i < numbers->len; i++)
    g_assert_cmpuint (g_array_index (numbers, guint32, i), ==, i);
}

/* --- What is tested ------------------------------------------------------------ */

/* Or a handshake takes 80 ms. */
static void
test_no_delay (Fixture       *fixture,
               gconstpointer  user_data)
{
  g_autoptr (HcLink) link G_GNUC_UNUSED = link_new (fixture);
  g_autoptr (GError) error = NULL;
  int value = 0;

  g_socket_get_option (g_socket_connection_get_socket (fixture->ends[1]), IPPROTO_TCP, TCP_NODELAY,
                       &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value, !=, 0);
}

/* Nothing more comes that would make the link look again. */
static void
test_full_record (Fixture       *fixture,
                  gconstpointer  user_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (HcLink) link = NULL;
  guint32 n = append_packets (bytes, 0, RECORD_LENGTH);

  encrypt (fixture);
  link = link_new (fixture);
  write_at_once (fixture->streams[0], bytes);
  WAIT_UNTIL (fixture->received->len == n);
  assert_in_order (fixture->received);
}

/* What comes before there is a link stays where the link finds it. */
static void
test_early_record (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (HcLink) link = NULL;
  guint32 n = append_packets (bytes, 0, RECORD_LENGTH);

  encrypt (fixture);
  write_at_once (fixture->streams[0], bytes);
  link = link_new (fixture);
  WAIT_UNTIL (fixture->received->len == n);
  assert_in_order (fixture->received);
}

static void
test_iteration_in_handler (Fixture       *fixture,
                           gconstpointer  user_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (HcLink) link G_GNUC_UNUSED = link_new (fixture);
  guint32 n = append_packets (bytes, 0, 3 * RECORD_LENGTH);

  fixture->iterates = TRUE;
  write_at_once (G_IO_STREAM (fixture->ends[0]), bytes);
  WAIT_UNTIL (fixture->received->len == n);
  assert_in_order (fixture->received);
}

static void
add (const char *path,
     void        (*test) (Fixture *fixture, gconstpointer user_data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/stream-link/no-delay", test_no_delay);
  add ("/stream-link/full-record", test_full_record);
  add ("/stream-link/early-record", test_early_record);
  add ("/stream-link/iteration-in-handler", test_iteration_in_handler);

  return g_test_run ();
}
