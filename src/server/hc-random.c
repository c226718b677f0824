/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-random.h"

#include <errno.h>
#include <sys/random.h>

/**
 * hc_random_fill:
 * @bytes: (array length=length): where to put them
 * @length: how many, at most 256
 *
 * Gets random bytes that nobody can guess: for secrets, tokens and sessions.
 * Without them the server can't go on.
 */
void
hc_random_fill (guint8 *bytes,
                gsize   length)
{
  gssize n;

  g_return_if_fail (length <= 256);

  /* Up to 256 bytes come whole, or not at all while the kernel has no seed. */
  do
    n = getrandom (bytes, length, 0);
  while (n < 0 && errno == EINTR);
  if (n != (gssize) length)
    g_error ("The kernel gives no random bytes: %s", g_strerror (errno));
}
