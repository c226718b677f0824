/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-hash.h"
#include "hc-client-id.h"
#include "hc-text.h"

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

/**
 * hc_hash_alike:
 * @id: (type utf8): a client ID
 *
 * Hashes an ID, for tables with hc_client_id_is_alike(): those that could be
 * taken for each other have the same hash.
 *
 * Returns: the hash
 */
guint
hc_hash_alike (gconstpointer id)
{
  const char *text = id;
  char lower[HC_CLIENT_ID_MAX_LENGTH];
  g_autofree char *folded = NULL;
  gsize n = 0;

  /* Most are plain, and need no memory. */
  while (text[n] != '\0' && (guchar) text[n] < 0x80 && n < sizeof lower)
    {
      lower[n] = g_ascii_tolower (text[n]);
      n++;
    }
  if (text[n] == '\0')
    return hc_hash_bytes (lower, n);
  folded = hc_client_id_fold (text);
  return hc_hash_string (folded);
}
