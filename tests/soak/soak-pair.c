/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two honest people among all the others. They do what a client does: ask, and
 * ask again if nothing comes. */

#include "soak-pair.h"
#include "soak-socket.h"
#include "v2-client.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* When they give up. Nobody waits so long; the soak says how long it was. */
#define PATIENCE (60 * G_TIME_SPAN_SECOND)

/* How long to wait for a reply before asking again. */
#define RETRY_MILLISECONDS 100

/* Nobody else's addresses, a new one for each. */
#define FIRST_ADDRESS 0x7f580000

typedef struct
{
  V2Client *client;
  guint32 address;
  guint16 port;
  gboolean is_udp;
  gint64 deadline;
} Person;

/* What comes within the time for one try; for a stream, all up to its end. */
static char *
receive (Person *self,
         int     fd)
{
  GString *text = g_string_new (NULL);
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
  char buffer[2048];
  gssize n = 1;

  while (n > 0 && poll (&poll_fd, 1, self->is_udp ? RETRY_MILLISECONDS : 5000) > 0)
    {
      n = recv (fd, buffer, sizeof buffer, 0);
      g_string_append_len (text, buffer, MAX (n, 0));
      if (self->is_udp)
        break;
    }
  return g_string_free (text, FALSE);
}

static char *
try_once (Person     *self,
          const char *request)
{
  int fd = soak_socket_connect (self->is_udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
                                self->address, self->port);
  struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
  char *reply = NULL;

  if (fd < 0)
    return NULL;
  if (poll (&poll_fd, 1, RETRY_MILLISECONDS) > 0 &&
      send (fd, request, strlen (request), MSG_NOSIGNAL) == (gssize) strlen (request))
    reply = receive (self, fd);
  close (fd);
  return reply;
}

/* Takes the request. Asks until the right reply comes, whatever else does. */
static gboolean
ask (Person     *self,
     char       *request,
     const char *expected)
{
  gboolean is_done = FALSE;

  while (!is_done && g_get_monotonic_time () < self->deadline)
    {
      g_autofree char *reply = try_once (self, request);

      is_done = reply != NULL && g_str_has_prefix (reply, expected);
      if (is_done)
        v2_client_take (self->client, reply);
    }
  g_free (request);
  return is_done;
}

static gboolean
enrol (Person *self)
{
  return ask (self, v2_client_probe (self->client), "PROBEACK\r\n") &&
         ask (self, v2_client_register (self->client), "REGACK\r\n");
}

static void
person_init (Person     *self,
             const char *id,
             const char *source,
             guint32     address)
{
  self->client = v2_client_new (id, source, 6000);
  self->address = address;
}

/* For each other, and nobody else: others are ready, too. */
static gboolean
meet (Person *alice,
      Person *bob)
{
  g_autofree char *bobs_line = g_strdup_printf ("With: %s\r\n", bob->client->id);
  g_autofree char *alices_line = g_strdup_printf ("With: %s\r\n", alice->client->id);
  g_autofree char *record = g_strdup_printf ("BRIDGEACK\r\nclientID: %s\r\n", alice->client->id);

  return enrol (alice) && enrol (bob) &&
         ask (alice, v2_client_ask (alice->client, "BRIDGE", bobs_line), "BRIDGEACK\r\nclientID: \r\n") &&
         ask (bob, v2_client_ask (bob->client, "BRIDGE", alices_line), record);
}

/**
 * soak_pair_meet:
 * @port: a server's
 * @is_udp: its mode
 * @number: unlike those of all pairs before
 *
 * Has two people register and find each other.
 *
 * Returns: how long that took, in microseconds, or -1 if they have given up
 */
gint64
soak_pair_meet (guint16  port,
                gboolean is_udp,
                guint    number)
{
  gint64 start = g_get_monotonic_time ();
  g_autofree char *alices_id = g_strdup_printf ("alice of %u", number);
  g_autofree char *bobs_id = g_strdup_printf ("bob of %u", number);
  Person alice = { .port = port, .is_udp = is_udp, .deadline = start + PATIENCE };
  Person bob = alice;
  gboolean have_met;

  person_init (&alice, alices_id, "127.0.0.1", FIRST_ADDRESS + 2 * number + 1);
  person_init (&bob, bobs_id, "127.0.0.1", FIRST_ADDRESS + 2 * number + 2);
  have_met = meet (&alice, &bob);
  v2_client_free (alice.client);
  v2_client_free (bob.client);
  return have_met ? g_get_monotonic_time () - start : -1;
}
