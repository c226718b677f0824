/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a peer's messages may take. The rest of what can be wrong with a part is
 * in test-session-hostile.c. */

#include "hc-inbox.h"

#include <string.h>

#define LIMIT ((gsize) 128 << 20)
#define COST 256

static gboolean
take (HcInbox     *inbox,
      guint        index,
      guint        n_parts,
      const char  *text,
      GError     **error)
{
  g_autoptr (HcPacket) part = hc_packet_new_part (hc_inbox_get_received (inbox) + 1, 0, index,
                                                  n_parts, text, strlen (text));
  g_autofree char *message = NULL;

  return hc_inbox_take (inbox, part, &message, error);
}

static gboolean
take_message (HcInbox     *inbox,
              guint        n_parts,
              const char  *text,
              GError     **error)
{
  for (guint i = 1; i <= n_parts; i++)
    if (!take (inbox, i, n_parts, text, error))
      return FALSE;
  return TRUE;
}

/* How many messages of so many parts it takes until it is full. */
static gsize
fill (guint       n_parts,
      const char *text)
{
  HcInbox *inbox = hc_inbox_new ();
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  while (take_message (inbox, n_parts, text, &error))
    n++;
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE);
  g_assert_cmpuint (hc_inbox_get_complete (inbox), ==, n * n_parts);
  hc_inbox_free (inbox);
  return n;
}

static void
test_long_messages (void)
{
  g_autofree char *text = g_strnfill (900, 'x');

  g_assert_cmpuint (fill (70, text), ==, LIMIT / (70 * 900 + COST));
}

static void
test_short_messages (void)
{
  g_assert_cmpuint (fill (1, ""), ==, LIMIT / COST);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inbox/full/long-messages", test_long_messages);
  g_test_add_func ("/inbox/full/short-messages", test_short_messages);

  return g_test_run ();
}
