/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "message.h"

#define LENGTH 200

/**
 * bench_make_message:
 *
 * Returns: (transfer full): a message of 200 bytes, as two who speak v2 send it
 */
HcPacket *
bench_make_message (void)
{
  static char text[LENGTH];

  for (guint i = 0; i < LENGTH; i++)
    text[i] = 'a' + i % 26;
  return hc_packet_new_part (1000, G_GINT64_CONSTANT (1700000000000), 1, 1, text, LENGTH);
}
