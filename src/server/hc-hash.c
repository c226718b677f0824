/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-hash.h"

#include <string.h>
#include <sys/random.h>

/* 2^31 - 1: a prime by which a remainder takes no division. */
#define PRIME_BITS 31
#define PRIME ((G_GUINT64_CONSTANT (1) << PRIME_BITS) - 1)

/* Below half the prime: what reduce() leaves then stays below 2^32 for ever. */
#define MIN_SECRET 256
#define MAX_SECRET (PRIME / 2)

static guint64
get_secret (void)
{
  static gsize secret = 0;

  if (g_once_init_enter (&secret))
    {
      guint32 random;

      if (getrandom (&random, sizeof random, 0) != sizeof random)
        random = g_random_int ();
      g_once_init_leave (&secret, MIN_SECRET + random % (MAX_SECRET - MIN_SECRET));
    }
  return secret;
}

/* What is above the prime's bits counts once more: the remainder is the same. */
static guint64
reduce (guint64 n)
{
  return (n & PRIME) + (n >> PRIME_BITS);
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
    hash = reduce (hash * secret + bytes[i]);
  return hash % PRIME;
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
