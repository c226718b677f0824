/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-reliable-link.h"
#include "hc-frame.h"
#include "secure-pair.h"
#include "sim-endpoint.h"
#include "wait.h"

#include <string.h>

/* A link, and what it has told so far. */
typedef struct
{
  HcLink *link;
  HcPacketLog *log;
  GPtrArray *received;
  GError *fault;
  guint n_faults;
  guint n_sent;
  GError *error;
  guint n_closed;
} Listener;

typedef struct
{
  HcClock *clock;
  SimNetwork *network;
  SimEndpoint *ends[2];
  Listener alice;
  Listener bob;
} Fixture;

static void
on_received (HcLink   *link,
             HcPacket *packet,
             Listener *self)
{
  g_ptr_array_add (self->received, hc_packet_dup_text (packet));
}

static void
on_malformed (HcLink       *link,
              const GError *error,
              Listener     *self)
{
  g_clear_error (&self->fault);
  self->fault = g_error_copy (error);
  self->n_faults++;
}

static void
on_sent (HcLink   *link,
         HcPacket *packet,
         Listener *self)
{
  self->n_sent++;
}

static void
on_closed (HcLink       *link,
           const GError *error,
           Listener     *self)
{
  self->n_closed++;
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
listener_init (Listener       *self,
               GDatagramBased *datagrams,
               HcClock        *clock)
{
  *self = (Listener) {
    .log = hc_packet_log_new (),
    .received = g_ptr_array_new_with_free_func (g_free),
  };
  self->link = hc_reliable_link_new (datagrams, HC_DIALECT_PEER, clock, self->log);
  g_signal_connect (self->link, "received", G_CALLBACK (on_received), self);
  g_signal_connect (self->link, "malformed", G_CALLBACK (on_malformed), self);
  g_signal_connect (self->link, "sent", G_CALLBACK (on_sent), self);
  g_signal_connect (self->link, "closed", G_CALLBACK (on_closed), self);
}

static void
listener_clear (Listener *self)
{
  g_assert_finalize_object (self->link);
  g_object_unref (self->log);
  g_ptr_array_unref (self->received);
  g_clear_error (&self->fault);
  g_clear_error (&self->error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SimClock *clock = sim_clock_new ();

  fixture->clock = HC_CLOCK (clock);
  fixture->network = sim_network_new (clock, 1);
  fixture->ends[0] = sim_endpoint_new (fixture->network, 1, 2);
  fixture->ends[1] = sim_endpoint_new (fixture->network, 2, 1);
  listener_init (&fixture->alice, G_DATAGRAM_BASED (fixture->ends[0]), fixture->clock);
  listener_init (&fixture->bob, G_DATAGRAM_BASED (fixture->ends[1]), fixture->clock);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  listener_clear (&fixture->alice);
  listener_clear (&fixture->bob);
  g_assert_finalize_object (fixture->ends[0]);
  g_assert_finalize_object (fixture->ends[1]);
  g_assert_finalize_object (fixture->network);
  g_assert_finalize_object (fixture->clock);
}

static void
set_conditions (Fixture             *fixture,
                const SimConditions *conditions)
{
  sim_endpoint_set_conditions (fixture->ends[0], conditions);
  sim_endpoint_set_conditions (fixture->ends[1], conditions);
}

static void
say (Listener   *self,
     const char *text)
{
  g_autoptr (HcPacket) packet = hc_packet_new_message ("alice", text);

  hc_link_send (self->link, packet);
}

static void
say_number (Listener *self,
            guint     number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  say (self, text);
}

/* Until nothing will happen any more: neither has a reason to send anything. */
static void
run (Fixture *fixture)
{
  while (sim_clock_step (SIM_CLOCK (fixture->clock)))
    continue;
}

static void
assert_heard (Listener   *self,
              guint       index,
              const char *text)
{
  g_assert_cmpuint (self->received->len, >, index);
  g_assert_cmpstr (g_ptr_array_index (self->received, index), ==, text);
}

static void
assert_heard_numbers (Listener *self,
                      guint     n)
{
  g_assert_cmpuint (self->received->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      assert_heard (self, i, text);
    }
}

/* --- Packets ----------------------------------------------------------------- */

static void
test_packets (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (HcPacketRecord) outgoing = NULL;
  g_autoptr (HcPacketRecord) incoming = NULL;

  g_assert_cmpint (hc_link_get_transport (fixture->alice.link), ==, HC_TRANSPORT_UDP);
  say (&fixture->alice, "Hi bob");
  g_assert_cmpuint (fixture->alice.n_sent, ==, 1);
  say (&fixture->bob, "Hi alice");
  run (fixture);
  assert_heard (&fixture->bob, 0, "Hi bob");
  assert_heard (&fixture->alice, 0, "Hi alice");
  g_assert_cmpuint (fixture->bob.received->len + fixture->alice.received->len, ==, 2);

  outgoing = g_list_model_get_item (G_LIST_MODEL (fixture->alice.log), 0);
  g_assert_true (hc_packet_record_is_outgoing (outgoing));
  g_assert_cmpint (hc_packet_record_get_transport (outgoing), ==, HC_TRANSPORT_UDP);
  incoming = g_list_model_get_item (G_LIST_MODEL (fixture->alice.log), 1);
  g_assert_false (hc_packet_record_is_outgoing (incoming));
}

/* One that carries a message, and one to acknowledge it. */
static void
test_economy (Fixture       *fixture,
              gconstpointer  data)
{
  say (&fixture->alice, "Hi bob");
  run (fixture);
  g_assert_cmpuint (sim_endpoint_get_n_sent (fixture->ends[0]), ==, 1);
  g_assert_cmpuint (sim_endpoint_get_n_sent (fixture->ends[1]), ==, 1);
}

static void
test_remote (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("192.0.2.1", 6000);
  g_autoptr (GSocketAddress) remote = NULL;

  g_assert_null (hc_link_dup_remote (fixture->alice.link));
  g_object_set (fixture->alice.link, "remote", address, NULL);
  remote = hc_link_dup_remote (fixture->alice.link);
  g_assert_true (remote == address);
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (HcPacket) bridge = hc_packet_new_bridge ("alice");

  hc_link_send (fixture->alice.link, bridge);
  say (&fixture->alice, "Hi bob");
  run (fixture);
  g_assert_cmpuint (fixture->bob.n_faults, ==, 1);
  g_assert_error (fixture->bob.fault, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_UNKNOWN_TYPE);
  assert_heard (&fixture->bob, 0, "Hi bob");
}

static void
inject_frame (SimEndpoint   *end,
              const HcFrame *frame)
{
  guint8 datagram[HC_FRAME_MAX_LENGTH];

  sim_endpoint_inject (end, datagram, hc_frame_write (frame, datagram));
}

/* Whatever else comes changes nothing, and brings nothing out of us. */
static void
test_junk (Fixture       *fixture,
           gconstpointer  data)
{
  SimEndpoint *end = fixture->ends[1];
  char long_one[4 * HC_FRAME_MAX_LENGTH] = { HC_FRAME_DATA, 0, 0, 0, 1 };

  sim_endpoint_inject (end, "", 0);
  sim_endpoint_inject (end, "CHAT\r\n", 6);
  sim_endpoint_inject (end, long_one, sizeof long_one);
  sim_endpoint_inject (end, long_one, HC_FRAME_MAX_LENGTH + 1);
  inject_frame (end, &(HcFrame) { .type = HC_FRAME_ACK, .ack.acknowledged = 1 });
  inject_frame (end, &(HcFrame) { .type = HC_FRAME_ACK, .ack.acknowledged = G_MAXUINT32 });
  inject_frame (end, &(HcFrame) {
    .type = HC_FRAME_DATA,
    .number = HC_FRAME_LAST_NUMBER,
    .packet = (const guint8 *) "x",
    .length = 1,
  });
  run (fixture);
  g_assert_cmpuint (sim_endpoint_get_n_sent (end), ==, 0);
  g_assert_cmpuint (fixture->bob.received->len + fixture->bob.n_faults, ==, 0);

  say (&fixture->alice, "Hi bob");
  run (fixture);
  assert_heard (&fixture->bob, 0, "Hi bob");
}

/* --- A bad network ----------------------------------------------------------- */

static void
test_loss (Fixture       *fixture,
           gconstpointer  data)
{
  set_conditions (fixture, &(SimConditions) {
    .loss = 0.4,
    .duplication = 0.2,
    .delay = 20 * G_TIME_SPAN_MILLISECOND,
    .jitter = 50 * G_TIME_SPAN_MILLISECOND,
  });
  for (guint i = 0; i < 300; i++)
    say_number (&fixture->alice, i);
  run (fixture);
  assert_heard_numbers (&fixture->bob, 300);
  g_assert_cmpuint (fixture->alice.n_sent, ==, 300);
}

/* Nobody is there yet: that is loss, and not the end. */
static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  gint64 start = hc_clock_get_time (fixture->clock);

  set_conditions (fixture, &(SimConditions) { .errors = 1 });
  for (guint i = 0; i < 5; i++)
    say_number (&fixture->alice, i);
  while (hc_clock_get_time (fixture->clock) - start < 30 * G_TIME_SPAN_SECOND)
    g_assert_true (sim_clock_step (SIM_CLOCK (fixture->clock)));
  g_assert_cmpuint (fixture->bob.received->len, ==, 0);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 0);

  set_conditions (fixture, &(SimConditions) { .errors = 0.5 });
  run (fixture);
  assert_heard_numbers (&fixture->bob, 5);
}

/* --- The end ------------------------------------------------------------------ */

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  set_conditions (fixture, &(SimConditions) {
    .loss = 0.2,
    .delay = 20 * G_TIME_SPAN_MILLISECOND,
  });
  for (guint i = 0; i < 20; i++)
    say_number (&fixture->alice, i);
  hc_link_close (fixture->alice.link);
  hc_link_close (fixture->alice.link);
  say (&fixture->alice, "Too late");
  say (&fixture->bob, "I speak into the void");
  g_assert_cmpuint (fixture->alice.n_closed, ==, 0);
  while (fixture->alice.n_closed == 0)
    g_assert_true (sim_clock_step (SIM_CLOCK (fixture->clock)));
  assert_heard_numbers (&fixture->bob, 20);
  g_assert_cmpuint (fixture->alice.received->len, ==, 0);
  g_assert_no_error (fixture->alice.error);

  hc_link_close (fixture->bob.link);
  run (fixture);
  g_assert_cmpuint (fixture->bob.n_closed, ==, 1);
  g_assert_no_error (fixture->bob.error);
}

static void
test_close_in_vain (Fixture       *fixture,
                    gconstpointer  data)
{
  gint64 start = hc_clock_get_time (fixture->clock);

  sim_network_set_partitioned (fixture->network, TRUE);
  say (&fixture->alice, "Is anybody there?");
  hc_link_close (fixture->alice.link);
  run (fixture);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
  g_assert_no_error (fixture->alice.error);
  g_assert_cmpint (hc_clock_get_time (fixture->clock) - start, ==, 2 * G_TIME_SPAN_SECOND);
}

static void
on_received_leave (HcLink   *link,
                   HcPacket *packet,
                   gpointer  user_data)
{
  hc_link_close (link);
}

/* Who closes says first what it has got, so that the other one need not wait. */
static void
test_close_at_once (Fixture       *fixture,
                    gconstpointer  data)
{
  gint64 start = hc_clock_get_time (fixture->clock);

  g_signal_connect (fixture->bob.link, "received", G_CALLBACK (on_received_leave), NULL);
  say (&fixture->alice, "Goodbye");
  hc_link_close (fixture->alice.link);
  run (fixture);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
  g_assert_cmpuint (fixture->bob.n_closed, ==, 1);
  g_assert_cmpint (hc_clock_get_time (fixture->clock) - start, ==, 0);
}

static void
test_close_first (Fixture       *fixture,
                  gconstpointer  data)
{
  sim_network_set_partitioned (fixture->network, TRUE);
  say (&fixture->alice, "Is anybody there?");
  hc_link_close (fixture->alice.link);
  sim_endpoint_break (fixture->ends[0]);
  run (fixture);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
  g_assert_no_error (fixture->alice.error);
}

/* While a timeout is far away, something else may be due soon. */
static void
test_close_soon (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 start = hc_clock_get_time (fixture->clock);

  sim_network_set_partitioned (fixture->network, TRUE);
  say (&fixture->alice, "Hi bob");
  sim_network_set_partitioned (fixture->network, FALSE);
  say (&fixture->bob, "Hi alice");
  hc_link_close (fixture->bob.link);
  while (fixture->bob.n_closed == 0)
    g_assert_true (sim_clock_step (SIM_CLOCK (fixture->clock)));
  g_assert_cmpint (hc_clock_get_time (fixture->clock) - start, ==, 25 * G_TIME_SPAN_MILLISECOND);
}

/* What came before the end is heard. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  say (&fixture->alice, "Hi bob");
  while (fixture->bob.received->len == 0)
    g_assert_true (sim_clock_step (SIM_CLOCK (fixture->clock)));
  say (&fixture->alice, "Look out");
  sim_clock_step (SIM_CLOCK (fixture->clock));
  sim_endpoint_break (fixture->ends[1]);
  while (fixture->bob.n_closed == 0)
    g_assert_true (sim_clock_step (SIM_CLOCK (fixture->clock)));
  assert_heard (&fixture->bob, 1, "Look out");
  g_assert_error (fixture->bob.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_broken_when_sending (Fixture       *fixture,
                          gconstpointer  data)
{
  sim_endpoint_break (fixture->ends[0]);
  say (&fixture->alice, "Hi bob");
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
  g_assert_error (fixture->alice.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (fixture->alice.n_sent, ==, 0);
  say (&fixture->alice, "Hi bob");
  hc_link_close (fixture->alice.link);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
}

/* The one who owns it may simply let go, with all kinds of things under way. */
static void
test_dropped (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < 100; i++)
    say_number (&fixture->alice, i);
  say (&fixture->bob, "Hi alice");
  for (guint i = 0; i < 3; i++)
    sim_clock_step (SIM_CLOCK (fixture->clock));
}

/* --- Inside of signals --------------------------------------------------------- */

static void
on_sent_say_more (HcLink   *link,
                  HcPacket *packet,
                  Listener *self)
{
  guint n_sent = self->n_sent;

  if (n_sent == 50)
    return;
  say_number (self, n_sent);
  g_assert_cmpuint (self->n_sent, ==, n_sent);
}

static void
test_send_in_sent (Fixture       *fixture,
                   gconstpointer  data)
{
  g_signal_connect (fixture->alice.link, "sent", G_CALLBACK (on_sent_say_more), &fixture->alice);
  say_number (&fixture->alice, 0);
  run (fixture);
  assert_heard_numbers (&fixture->bob, 50);
}

static void
on_sent_break (HcLink   *link,
               HcPacket *packet,
               Fixture  *fixture)
{
  sim_endpoint_break (fixture->ends[0]);
}

static void
test_close_in_sent (Fixture       *fixture,
                    gconstpointer  data)
{
  g_signal_connect_swapped (fixture->alice.link, "sent", G_CALLBACK (hc_link_close),
                            fixture->alice.link);
  say (&fixture->alice, "Goodbye");
  run (fixture);
  assert_heard (&fixture->bob, 0, "Goodbye");
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
}

static void
test_break_in_sent (Fixture       *fixture,
                    gconstpointer  data)
{
  g_signal_connect (fixture->alice.link, "sent", G_CALLBACK (on_sent_break), fixture);
  say (&fixture->alice, "Hi bob");
  say (&fixture->alice, "Are you there?");
  run (fixture);
  assert_heard (&fixture->bob, 0, "Hi bob");
  g_assert_cmpuint (fixture->alice.n_sent, ==, 1);
  g_assert_cmpuint (fixture->alice.n_closed, ==, 1);
}

/* --- Real sockets ---------------------------------------------------------------- */

static GSocket *
open_socket (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  return socket;
}

static void
connect_to (GSocket *socket,
            GSocket *other)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (other, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
}

/* More than a socket's buffer holds, so that some are lost here as well. */
static void
test_udp (void)
{
  g_autoptr (HcClock) clock = hc_system_clock_new ();
  g_autoptr (GSocket) one = open_socket ();
  g_autoptr (GSocket) other = open_socket ();
  Listener alice, bob;

  connect_to (one, other);
  connect_to (other, one);
  listener_init (&alice, G_DATAGRAM_BASED (one), clock);
  listener_init (&bob, G_DATAGRAM_BASED (other), clock);
  for (guint i = 0; i < 2000; i++)
    {
      say_number (&alice, i);
      say_number (&bob, i);
    }
  WAIT_UNTIL (alice.received->len >= 2000 && bob.received->len >= 2000);
  assert_heard_numbers (&alice, 2000);
  assert_heard_numbers (&bob, 2000);

  hc_link_close (alice.link);
  hc_link_close (bob.link);
  WAIT_UNTIL (alice.n_closed > 0 && bob.n_closed > 0);
  g_assert_no_error (alice.error);
  g_assert_no_error (bob.error);
  listener_clear (&alice);
  listener_clear (&bob);
}

/* The kernel reports that nobody is there, which may change. */
static void
test_udp_refused (void)
{
  g_autoptr (HcClock) clock = hc_system_clock_new ();
  g_autoptr (GSocket) one = open_socket ();
  g_autoptr (GSocket) other = open_socket ();
  Listener alice;

  connect_to (one, other);
  g_socket_close (other, NULL);
  listener_init (&alice, G_DATAGRAM_BASED (one), clock);
  say (&alice, "Hi bob");
  g_assert_cmpint (g_socket_condition_check (one, G_IO_ERR), ==, G_IO_ERR);
  WAIT_UNTIL (g_socket_condition_check (one, G_IO_ERR) == 0);
  say (&alice, "Are you there?");
  g_assert_cmpuint (alice.n_closed, ==, 0);
  hc_link_close (alice.link);
  WAIT_UNTIL (alice.n_closed > 0);
  g_assert_no_error (alice.error);
  listener_clear (&alice);
}

/* --- Encryption ------------------------------------------------------------------- */

/* Nobody but the links reads. */
static void
stop_reading (SecureEnd *end)
{
  g_source_destroy (end->input);
  g_clear_pointer (&end->input, g_source_unref);
}

static void
begin_encrypted (SecurePair *pair,
                 Listener   *alice,
                 Listener   *bob)
{
  g_autoptr (HcClock) clock = hc_system_clock_new ();

  secure_pair_connect (pair);
  stop_reading (&pair->caller);
  stop_reading (&pair->callee);
  listener_init (alice, pair->caller.secure, clock);
  listener_init (bob, pair->callee.secure, clock);
  g_clear_object (&pair->caller.secure);
  g_clear_object (&pair->callee.secure);
}

/* A fifth is lost each way, and the caller's address changes. */
static void
test_dtls_loss (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0.2, 4);
  Listener alice, bob;

  begin_encrypted (pair, &alice, &bob);
  for (guint i = 0; i < 200; i++)
    {
      say_number (&alice, i);
      say_number (&bob, i);
      if (i == 100)
        {
          WAIT_UNTIL (bob.received->len > 50);
          lossy_relay_rebind (pair->relay);
        }
    }
  WAIT_UNTIL (alice.received->len >= 200 && bob.received->len >= 200);
  assert_heard_numbers (&alice, 200);
  assert_heard_numbers (&bob, 200);
  listener_clear (&alice);
  listener_clear (&bob);
}

/* The other one is told, though the link still has an owner. */
static void
test_dtls_close (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  Listener alice, bob;

  begin_encrypted (pair, &alice, &bob);
  say (&alice, "Goodbye");
  hc_link_close (alice.link);
  WAIT_UNTIL (bob.n_closed > 0);
  assert_heard (&bob, 0, "Goodbye");
  g_assert_error (bob.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (alice.n_closed, ==, 1);
  listener_clear (&alice);
  listener_clear (&bob);
}

#define ADD(path, func) g_test_add ("/reliable-link/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("packets", test_packets);
  ADD ("economy", test_economy);
  ADD ("remote", test_remote);
  ADD ("malformed", test_malformed);
  ADD ("junk", test_junk);
  ADD ("loss", test_loss);
  ADD ("errors", test_errors);
  ADD ("close/flush", test_close);
  ADD ("close/in-vain", test_close_in_vain);
  ADD ("close/at-once", test_close_at_once);
  ADD ("close/first", test_close_first);
  ADD ("close/soon", test_close_soon);
  ADD ("broken/receiving", test_broken);
  ADD ("broken/sending", test_broken_when_sending);
  ADD ("dropped", test_dropped);
  ADD ("signals/send-in-sent", test_send_in_sent);
  ADD ("signals/close-in-sent", test_close_in_sent);
  ADD ("signals/break-in-sent", test_break_in_sent);
  g_test_add_func ("/reliable-link/udp/packets", test_udp);
  g_test_add_func ("/reliable-link/udp/refused", test_udp_refused);
  g_test_add_func ("/reliable-link/dtls/loss", test_dtls_loss);
  g_test_add_func ("/reliable-link/dtls/close", test_dtls_close);

  return g_test_run ();
}
