/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-hash.h"

#include <string.h>
#include <sys/random.h>

/* The largest prime that still lets a product and a sum stay in 64 bits. */
#define PRIME ((guint64) G_MAXINT32)

static guint64
get_secret (void)
{
  static gsize secret = 0;

  if (g_once_init_enter (&secret))
    {
      guint32 random;

      if (getrandom (&random, sizeof random, 0) != sizeof random)
        random = g_random_int ();
      g_once_init_leave (&secret, 256 + random % (PRIME - 256));
    }
  return secret;
}

/**
 * hc_hash_bytes:
 * @data: (array length=length): what strangers have chosen
 * @length: how many bytes
 *
 * Hashes keys that come off the wire: the bytes are the coefficients of a
 * polynomial, evaluated at a secret point. Two keys of n bytes collide for at
 * most n points, so nobody can prepare keys that turn a table into a list.
 *
 * Returns: the hash, which differs from process to process
 */
guint
hc_hash_bytes (gconstpointer data,
               gsize         length)
{
  const guint8 *bytes = data;
  guint64 secret = get_secret ();
  guint64 hash = length;

  for (gsize i = 0; i < length; i++)
    hash = (hash * secret + bytes[i]) % PRIME;
  return hash;
}

/**
 * hc_hash_string:
 * @text: (type utf8): what a stranger has chosen
 *
 * Hashes a text, for tables with g_str_equal().
 *
 * Returns: the hash
 */
guint
hc_hash_string (gconstpointer text)
{
  return hc_hash_bytes (text, strlen (text));
}
