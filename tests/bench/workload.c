/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "workload.h"

#include <string.h>

#define N_MEETING_STEPS 7

#define PORT(client) (10000 + (client) % 50000)
#define ENDPOINT "\r\nclientID: %s\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n"

/* Those who meet come and go; those who only are registered are others. */
#define MEETING_ID "guest-%07u"
#define RESIDENT_ID "client-%07u"
#define STEP_ID "looper-%07u"

G_GNUC_PRINTF (2, 3)
static gsize
put (char       *text,
     const char *format,
     ...)
{
  va_list arguments;
  int length;

  va_start (arguments, format);
  length = g_vsnprintf (text, BENCH_MAX_TEXT, format, arguments);
  va_end (arguments);
  g_assert_cmpint (length, <, BENCH_MAX_TEXT);
  return length;
}

static void
init_probe (BenchExchange *self)
{
  self->request_length = put (self->request, "PROBE\r\n\r\n");
  self->reply_length = put (self->reply, "PROBEACK\r\n\r\n");
}

static void
init_register (BenchExchange *self,
               const char    *id)
{
  self->request_length = put (self->request, "REGISTER" ENDPOINT, id, PORT (self->client));
  self->reply_length = put (self->reply, "REGACK" ENDPOINT, id, PORT (self->client));
}

static void
init_first_bridge (BenchExchange *self,
                   const char    *id)
{
  self->request_length = put (self->request, "BRIDGE\r\nclientID: %s\r\n\r\n", id);
  self->reply_length = put (self->reply, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
}

static void
init_second_bridge (BenchExchange *self,
                    const char    *id,
                    const char    *peer_id)
{
  self->request_length = put (self->request, "BRIDGE\r\nclientID: %s\r\n\r\n", id);
  self->reply_length = put (self->reply, "BRIDGEACK" ENDPOINT, peer_id, PORT (self->client - 1));
}

/* The original ends it with the stream or the datagram, not with a blank line. */
static void
init_chat (BenchExchange *self,
           const char    *id,
           const char    *peer_id)
{
  self->request_length = put (self->request, "CHAT\r\nclientID1: %s\r\nclientID2: %s", id, peer_id);
  self->reply_length = 0;
}

static void
init_meeting_step (BenchExchange *self,
                   guint          meeting,
                   guint          step)
{
  char first[BENCH_MAX_TEXT];
  char second[BENCH_MAX_TEXT];

  self->client = 2 * meeting + (step >= 3);
  put (first, MEETING_ID, 2 * meeting);
  put (second, MEETING_ID, 2 * meeting + 1);
  switch (step)
    {
    case 0:
    case 3:
      init_probe (self);
      break;
    case 1:
    case 4:
      init_register (self, step == 1 ? first : second);
      break;
    case 2:
      init_first_bridge (self, first);
      break;
    case 5:
      init_second_bridge (self, second, first);
      break;
    case 6:
    default:
      init_chat (self, second, first);
      break;
    }
}

/**
 * bench_workload_new_meetings:
 * @n: how many requests
 *
 * Makes what two people after another ask until they have met, and ends with
 * a PROBE: it has a reply in every mode, which comes last.
 *
 *     first    PROBE  REGISTER  BRIDGE (nobody)
 *     second   PROBE  REGISTER  BRIDGE (the first)  CHAT
 *
 * The server is as it was when all of them are answered.
 *
 * Returns: (transfer full) (element-type BenchExchange): the requests
 */
GArray *
bench_workload_new_meetings (guint n)
{
  GArray *self = g_array_sized_new (FALSE, TRUE, sizeof (BenchExchange), n);
  guint n_meetings = (n - 1) / N_MEETING_STEPS;

  g_array_set_size (self, n);
  for (guint i = 0; i < n_meetings * N_MEETING_STEPS; i++)
    init_meeting_step (&g_array_index (self, BenchExchange, i),
                       i / N_MEETING_STEPS, i % N_MEETING_STEPS);
  for (guint i = n_meetings * N_MEETING_STEPS; i < n; i++)
    init_probe (&g_array_index (self, BenchExchange, i));
  return self;
}

/**
 * bench_workload_new_registers:
 * @first: the number of the first client
 * @n: how many clients
 *
 * Makes the registrations of clients that then do nothing more.
 *
 * Returns: (transfer full) (element-type BenchExchange): the requests
 */
GArray *
bench_workload_new_registers (guint first,
                              guint n)
{
  GArray *self = g_array_sized_new (FALSE, TRUE, sizeof (BenchExchange), n);

  g_array_set_size (self, n);
  for (guint i = 0; i < n; i++)
    {
      BenchExchange *exchange = &g_array_index (self, BenchExchange, i);
      char id[BENCH_MAX_TEXT];

      exchange->client = first + i;
      put (id, RESIDENT_ID, exchange->client);
      init_register (exchange, id);
    }
  return self;
}

/**
 * bench_exchange_init_step:
 * @self: (out caller-allocates): an exchange
 * @client: a client's number
 * @step: what it asks
 *
 * Makes a request of the closed loop. Who gets whom depends on who is first,
 * so the reply is the beginning of it.
 */
void
bench_exchange_init_step (BenchExchange *self,
                          guint          client,
                          BenchStep      step)
{
  char id[BENCH_MAX_TEXT];

  *self = (BenchExchange) { .client = client };
  put (id, STEP_ID, client);
  switch (step)
    {
    case BENCH_STEP_PROBE:
      init_probe (self);
      break;
    case BENCH_STEP_REGISTER:
      init_register (self, id);
      break;
    case BENCH_STEP_BRIDGE:
      init_first_bridge (self, id);
      self->reply_length = strlen ("BRIDGEACK\r\nclientID: ");
      break;
    case BENCH_STEP_QUIT:
    default:
      self->request_length = put (self->request, "QUIT\r\nclientID: %s\r\n\r\n", id);
      break;
    }
}
