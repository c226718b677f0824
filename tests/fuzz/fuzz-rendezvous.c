/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is a request to a server, over TCP and over UDP. */

#include "fuzz.h"

#include "hc-memory-registry.h"
#include "hc-rendezvous.h"

#include <string.h>

typedef struct
{
  HcRendezvous *rendezvous;
  HcOrigin origin;
  gsize size;
  guint version;
  guint n_replies;
  HcHold *hold;
} Fuzz;

/* Every reply is a packet, in the words of its request; and nobody gets more
 * than was sent in their name. */
static void
check_reply (Fuzz     *fuzz,
             HcPacket *reply)
{
  char bytes[HC_PACKET_MAX_LENGTH];
  gsize length = hc_packet_write (reply, bytes, sizeof bytes);
  g_autoptr (HcPacket) read = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (length, <=, sizeof bytes);
  read = hc_packet_parse (bytes, length, HC_DIALECT_RENDEZVOUS, &error);
  g_assert_no_error (error);
  if (fuzz->version == 1)
    g_assert_null (hc_packet_get_header (read, HC_HEADER_VERSION));
  else if (fuzz->origin.transport == G_SOCKET_TYPE_DATAGRAM)
    g_assert_cmpuint (length, <=, fuzz->size);
}

static void
on_reply (HcPacket *reply,
          gpointer  user_data)
{
  Fuzz *fuzz = user_data;

  fuzz->n_replies++;
  if (reply != NULL)
    check_reply (fuzz, reply);
}

static void
on_held (HcHold   *hold,
         guint     seconds,
         gpointer  user_data)
{
  Fuzz *fuzz = user_data;

  g_assert_cmpuint (seconds, <=, HC_MAX_WAIT_SECONDS);
  fuzz->hold = hold;
}

static void
ask (Fuzz         *fuzz,
     GSocketType   transport,
     const guint8 *data,
     gsize         size)
{
  /* A block of exactly this length, so that a sanitiser sees a step too far. */
  g_autofree char *bytes = g_memdup2 (data, size);

  fuzz->origin.transport = transport;
  fuzz->size = size;
  fuzz->version = hc_packet_peek_version (bytes, size);
  fuzz->n_replies = 0;
  fuzz->hold = NULL;
  hc_rendezvous_handle (fuzz->rendezvous, &fuzz->origin, bytes, size, on_reply, on_held, fuzz);
  if (fuzz->hold != NULL)
    hc_hold_drop (fuzz->hold, fuzz->origin.time);
  g_assert_cmpuint (fuzz->n_replies, ==, 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (HcRegistry) registry = hc_memory_registry_new (10);
  Fuzz fuzz = { .rendezvous = hc_rendezvous_new (registry, hc_guard_new (0, 60, 10)) };

  /* Twice each: what the first has left meets the second. */
  hc_ip_init_from_string (&fuzz.origin.address, "192.0.2.1");
  for (guint i = 0; i < 2; i++)
    {
      ask (&fuzz, G_SOCKET_TYPE_STREAM, data, size);
      ask (&fuzz, G_SOCKET_TYPE_DATAGRAM, data, size);
    }
  g_assert_finalize_object (fuzz.rendezvous);
  return 0;
}
