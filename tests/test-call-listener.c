/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strangers at the port on which we wait to be called. */

#include "hc-call-listener.h"
#include "wait.h"

#include <string.h>

#define HELLO "CHAT\r\nclientID: bob\r\n\r\n"
#define N_STRANGERS 200

/* More than this many at a time are none of our business. */
#define MAX_SILENT 16

typedef struct
{
  HcCallListener *listener;
  GPtrArray *strangers;
  guint n_calls;
} Fixture;

static void
on_called (HcCallListener *listener,
           HcLink         *link,
           HcPacket       *packet,
           HcPacket       *offer,
           gpointer        user_data)
{
  ((Fixture *) user_data)->n_calls++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (GError) error = NULL;

  fixture->listener = hc_call_listener_new_stream ("127.0.0.1", 0, log, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->listener, "called", G_CALLBACK (on_called), fixture);
  fixture->strangers = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_ptr_array_unref (fixture->strangers);
  hc_call_listener_close (fixture->listener);
  g_assert_finalize_object (fixture->listener);
}

static GSocket *
connect_stranger (Fixture *fixture)
{
  const guint16 port = hc_call_listener_get_port (fixture->listener);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  wait_settle ();
  g_ptr_array_add (fixture->strangers, socket);
  return socket;
}

/* Nothing is ever sent to one who is silent, so that there is only the end to read. */
static gboolean
is_let_go (GSocket *stranger)
{
  return (g_socket_condition_check (stranger, G_IO_IN | G_IO_HUP) & (G_IO_IN | G_IO_HUP)) != 0;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* They stay connected at their end. */
static void
test_flood (Fixture       *fixture,
            gconstpointer  data)
{
  const guint before = count_descriptors ();

  for (guint i = 0; i < N_STRANGERS; i++)
    {
      connect_stranger (fixture);
      if (i >= MAX_SILENT)
        WAIT_UNTIL (is_let_go (g_ptr_array_index (fixture->strangers, i - MAX_SILENT)));
    }
  g_assert_cmpuint (count_descriptors (), <=, before + N_STRANGERS + MAX_SILENT + 1);
  g_assert_cmpuint (fixture->n_calls, ==, 0);
}

static void
test_call_after_flood (Fixture       *fixture,
                       gconstpointer  data)
{
  GSocket *caller;

  for (guint i = 0; i < 2 * MAX_SILENT; i++)
    connect_stranger (fixture);
  caller = connect_stranger (fixture);
  g_assert_cmpint (g_socket_send (caller, HELLO, strlen (HELLO), NULL, NULL), ==, strlen (HELLO));
  WAIT_UNTIL (fixture->n_calls == 1);
}

/* What is no call ends the connection and nothing else. */
static void
test_no_call (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const texts[] = {
    "GET / HTTP/1.1\r\n\r\n", "QUIT\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n", "CHAT\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GSocket *stranger = connect_stranger (fixture);

      g_socket_send (stranger, texts[i], strlen (texts[i]), NULL, NULL);
      WAIT_UNTIL (is_let_go (stranger));
    }
  g_assert_cmpuint (fixture->n_calls, ==, 0);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/call-listener/flood", test_flood);
  add ("/call-listener/call-after-flood", test_call_after_flood);
  add ("/call-listener/no-call", test_no_call);

  return g_test_run ();
}
