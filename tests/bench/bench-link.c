/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reliable link, both ends in this thread over UDP on the loopback address,
 * against bare sockets that send the same bytes and lose what is lost. */

#include "bench.h"
#include "hc-reliable-link.h"
#include "link-pair.h"
#include "message.h"
#include "process.h"
#include "sim-endpoint.h"
#include "statistics.h"
#include "table.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_MESSAGES 20000
#define N_QUICK_MESSAGES 2000

/* So that messages that are sent in one go fit in a bare socket's buffer. */
#define BURST 32

/* How to get messages across. */
typedef enum
{
  BARE,
  PLAIN,
  ENCRYPTED,
} Way;

static const struct { const char *name; Way way; guint reference; BenchGoal goal; } ways[] = {
  { "bare sockets", BARE, BENCH_NO_REFERENCE, BENCH_NO_GOAL },
  { "bare sockets again (A/A)", BARE, 0, BENCH_CONTROL },
  { "reliable link", PLAIN, 0, BENCH_NO_GOAL },
  { "reliable link over DTLS", ENCRYPTED, 0, BENCH_NO_GOAL },
};

/* --- Bare sockets ------------------------------------------------------------ */

static void
open_bare (int sockets[2])
{
  struct sockaddr_in addresses[2];

  for (guint i = 0; i < 2; i++)
    {
      socklen_t length = sizeof addresses[i];

      addresses[i] = (struct sockaddr_in) {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
      };
      sockets[i] = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (bind (sockets[i], (struct sockaddr *) &addresses[i], length) != 0)
        g_error ("There is no socket to be had");
      getsockname (sockets[i], (struct sockaddr *) &addresses[i], &length);
    }
  for (guint i = 0; i < 2; i++)
    if (connect (sockets[i], (struct sockaddr *) &addresses[1 - i], sizeof addresses[0]) != 0)
      g_error ("The sockets don't connect");
}

static void
pass_bare (int     from,
           int     to,
           GBytes *bytes,
           guint   n)
{
  char buffer[HC_PACKET_MAX_LENGTH];
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  for (guint i = 0; i < n; i++)
    if (send (from, data, length, 0) != (gssize) length)
      g_error ("A message was not sent");
  for (guint i = 0; i < n; i++)
    if (recv (to, buffer, sizeof buffer, 0) != (gssize) length)
      g_error ("A message has not come");
}

static void
run_bare (guint    n,
          gboolean there_and_back)
{
  g_autoptr (HcPacket) message = bench_make_message ();
  g_autoptr (GBytes) bytes = hc_packet_serialise (message);
  const guint burst = there_and_back ? 1 : BURST;
  int sockets[2];

  open_bare (sockets);
  for (guint i = 0; i < n; i += burst)
    {
      pass_bare (sockets[0], sockets[1], bytes, burst);
      if (there_and_back)
        pass_bare (sockets[1], sockets[0], bytes, 1);
    }
  close (sockets[0]);
  close (sockets[1]);
}

/* --- Links -------------------------------------------------------------------- */

static void
run_link (LinkPair *pair,
          guint     n,
          gboolean  there_and_back)
{
  if (!there_and_back)
    {
      link_pair_send (pair, 0, n);
      link_pair_receive (pair, 1, n);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      link_pair_send (pair, 0, 1);
      link_pair_receive (pair, 1, 1);
      link_pair_send (pair, 1, 1);
      link_pair_receive (pair, 0, 1);
    }
}

/* The handshake is not measured. */
static double
measure (Way      way,
         guint    n,
         gboolean there_and_back)
{
  g_autoptr (LinkPair) pair = way != BARE ? link_pair_new (way == ENCRYPTED) : NULL;
  double start = bench_get_cpu_seconds ();

  if (pair != NULL)
    run_link (pair, n, there_and_back);
  else
    run_bare (n, there_and_back);
  return (bench_get_cpu_seconds () - start) / n * 1e6;
}

static void
compare (Bench      *bench,
         const char *title,
         gboolean    there_and_back)
{
  g_autoptr (BenchTable) table = bench_table_new (title);
  const guint n = bench->is_quick ? N_QUICK_MESSAGES : N_MESSAGES;
  guint order[G_N_ELEMENTS (ways)];

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    order[i] = bench_table_add_row (table, ways[i].name, ways[i].reference, ways[i].goal, 0);
  for (int round = 0; round < bench->n_rounds; round++)
    {
      bench_shuffle (order, G_N_ELEMENTS (order), bench->random);
      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        bench_table_add (table, order[i], measure (ways[order[i]].way, n, there_and_back));
    }
  bench_table_print (table);
}

/* --- Bytes on the wire ---------------------------------------------------------- */

/* Counted where a simulated network adds what IP, UDP and DTLS would. */
static void
print_bytes (guint n)
{
  g_autoptr (SimClock) clock = sim_clock_new ();
  g_autoptr (SimNetwork) network = sim_network_new (clock, 1);
  g_autoptr (SimEndpoint) here = sim_endpoint_new (network, 1, 2);
  g_autoptr (SimEndpoint) there = sim_endpoint_new (network, 2, 1);
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (HcLink) one = hc_reliable_link_new (G_DATAGRAM_BASED (here), HC_DIALECT_SECURE,
                                                 HC_CLOCK (clock), log);
  HcLink *other = hc_reliable_link_new (G_DATAGRAM_BASED (there), HC_DIALECT_SECURE,
                                        HC_CLOCK (clock), log);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HcPacket) message = bench_make_message ();

      hc_link_send (one, message);
    }
  while (sim_clock_step (clock))
    continue;
  g_print ("  %6u in one go: %6.1f bytes there, %5.1f back, in %.2f and %.2f datagrams\n", n,
           (double) sim_endpoint_get_n_bytes (here) / n, (double) sim_endpoint_get_n_bytes (there) / n,
           (double) sim_endpoint_get_n_sent (here) / n, (double) sim_endpoint_get_n_sent (there) / n);
  g_object_unref (other);
}

int
main (int    argc,
      char **argv)
{
  Bench bench;

  bench_begin (&bench, argc, argv);
  g_print ("\nBytes of a 200-byte message on the wire, with IPv4, UDP and DTLS\n");
  print_bytes (1);
  print_bytes (1000);
  compare (&bench, "One way, 200-byte messages: CPU of both ends, us each", FALSE);
  compare (&bench, "There and back, 200-byte messages: CPU of both ends, us each", TRUE);
  bench_end (&bench);
  return 0;
}
