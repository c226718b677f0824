/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-safety-code.h"
#include "hc-safety-symbol.h"

#include <sys/random.h>

/* What is hashed for one purpose is never the same as for another. */
#define COMMIT_PURPOSE "hc2 commit"
#define CODE_PURPOSE "hc2 safety"

#define N_SYMBOLS 6
#define BITS_PER_SYMBOL 6

/*
 *   one side                                      the other
 *     | HELLO, Commit: hash of its nonce            |
 *     |<------------------------------------------->|  inside of the encryption, at the same time
 *     | REVEAL, Nonce                               |
 *     |<------------------------------------------->|  only after the other's HELLO has come
 *     : code = hash of both keys and both nonces    :
 *
 * Whoever is in between, with other keys, has to commit to a nonce towards each
 * side before that side's is known, so nobody can go through nonces until the
 * two codes are alike: it is one chance in 2^36 each time that people compare.
 */
struct _HcSafetyCode
{
  GObject parent_instance;

  guint8 symbols[N_SYMBOLS];
};

G_DEFINE_FINAL_TYPE (HcSafetyCode, hc_safety_code, G_TYPE_OBJECT)

static void
hc_safety_code_class_init (HcSafetyCodeClass *klass)
{
}

static void
hc_safety_code_init (HcSafetyCode *self)
{
}

/**
 * hc_safety_make_nonce:
 * @nonce: (out caller-allocates): a nonce
 *
 * Makes what one side gives to a safety code: for one conversation, and secret
 * until the other's commitment is there.
 */
void
hc_safety_make_nonce (guint8 nonce[HC_NONCE_LENGTH])
{
  /* getrandom(2): so few bytes are never cut short by a signal. */
  if (getrandom (nonce, HC_NONCE_LENGTH, 0) != HC_NONCE_LENGTH)
    g_error ("The kernel gives no random numbers");
}

/**
 * hc_safety_commit:
 * @nonce: our nonce
 * @commitment: (out caller-allocates): what commits us to it
 *
 * Computes what the other side is told before it tells us its nonce, and what
 * ours is held against later: the SHA-256 of `hc2 commit`, NUL and the nonce.
 * Source: protocol, section 4.
 */
void
hc_safety_commit (const guint8 nonce[HC_NONCE_LENGTH],
                  guint8       commitment[HC_DIGEST_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = HC_DIGEST_LENGTH;

  g_checksum_update (checksum, (const guchar *) COMMIT_PURPOSE, sizeof COMMIT_PURPOSE);
  g_checksum_update (checksum, nonce, HC_NONCE_LENGTH);
  g_checksum_get_digest (checksum, commitment, &length);
}

/* The first bits of the digest, the highest first. */
static void
cut_into_symbols (HcSafetyCode *self,
                  const guint8  digest[HC_DIGEST_LENGTH])
{
  guint64 bits = 0;

  for (guint i = 0; i < sizeof bits; i++)
    bits = bits << 8 | digest[i];
  for (guint i = 0; i < N_SYMBOLS; i++)
    {
      self->symbols[i] = bits >> (64 - BITS_PER_SYMBOL);
      bits <<= BITS_PER_SYMBOL;
    }
}

/**
 * hc_safety_code_new:
 * @caller_key: the caller's key, as its certificate has it
 * @caller_nonce: the caller's nonce, which belongs to its commitment
 * @callee_key: the callee's key
 * @callee_nonce: the callee's nonce
 * @session: the match
 *
 * Computes a safety code: six symbols of six bits from the SHA-256 of
 * `hc2 safety`, NUL, both keys, both nonces and the session. Source: protocol,
 * section 4.
 *
 * Returns: (transfer full): the code
 */
HcSafetyCode *
hc_safety_code_new (const guint8 caller_key[HC_KEY_LENGTH],
                    const guint8 caller_nonce[HC_NONCE_LENGTH],
                    const guint8 callee_key[HC_KEY_LENGTH],
                    const guint8 callee_nonce[HC_NONCE_LENGTH],
                    const guint8 session[HC_SESSION_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  HcSafetyCode *self = g_object_new (HC_TYPE_SAFETY_CODE, NULL);
  guint8 digest[HC_DIGEST_LENGTH];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) CODE_PURPOSE, sizeof CODE_PURPOSE);
  g_checksum_update (checksum, caller_key, HC_KEY_LENGTH);
  g_checksum_update (checksum, callee_key, HC_KEY_LENGTH);
  g_checksum_update (checksum, caller_nonce, HC_NONCE_LENGTH);
  g_checksum_update (checksum, callee_nonce, HC_NONCE_LENGTH);
  g_checksum_update (checksum, session, HC_SESSION_LENGTH);
  g_checksum_get_digest (checksum, digest, &length);

  cut_into_symbols (self, digest);
  return self;
}

/**
 * hc_safety_code_get_n_symbols:
 * @self: a safety code
 *
 * Gets how many symbols there are to compare.
 *
 * Returns: 6
 */
guint
hc_safety_code_get_n_symbols (HcSafetyCode *self)
{
  g_return_val_if_fail (HC_IS_SAFETY_CODE (self), 0);

  return N_SYMBOLS;
}

/**
 * hc_safety_code_get_emoji:
 * @self: a safety code
 * @position: which symbol, from 0
 *
 * Gets a symbol's picture.
 *
 * Returns: (transfer none): one character
 */
const char *
hc_safety_code_get_emoji (HcSafetyCode *self,
                          guint         position)
{
  g_return_val_if_fail (HC_IS_SAFETY_CODE (self), NULL);
  g_return_val_if_fail (position < N_SYMBOLS, NULL);

  return hc_safety_symbol_get_emoji (self->symbols[position]);
}

/**
 * hc_safety_code_get_name:
 * @self: a safety code
 * @position: which symbol, from 0
 *
 * Gets what a symbol is called, for reading it aloud.
 *
 * Returns: (transfer none): a translated noun
 */
const char *
hc_safety_code_get_name (HcSafetyCode *self,
                         guint         position)
{
  g_return_val_if_fail (HC_IS_SAFETY_CODE (self), NULL);
  g_return_val_if_fail (position < N_SYMBOLS, NULL);

  return hc_safety_symbol_get_name (self->symbols[position]);
}

/**
 * hc_safety_code_to_string:
 * @self: a safety code
 *
 * Writes a code in words, for where there may be no pictures.
 *
 * Returns: (transfer full): the names with commas between them
 */
char *
hc_safety_code_to_string (HcSafetyCode *self)
{
  const char *names[N_SYMBOLS + 1] = { NULL };

  g_return_val_if_fail (HC_IS_SAFETY_CODE (self), NULL);

  for (guint i = 0; i < N_SYMBOLS; i++)
    names[i] = hc_safety_code_get_name (self, i);
  return g_strjoinv (", ", (char **) names);
}
