/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-cookie.h"
#include "hc-base64url.h"
#include "hc-credentials.h"

#include <string.h>

#define SLOT (HC_COOKIE_SECONDS * G_TIME_SPAN_SECOND)
#define SHA256_LENGTH 32
#define MAC_LENGTH 16

G_STATIC_ASSERT (HC_COOKIE_SIZE == (MAC_LENGTH * 4 + 2) / 3 + 1);

static void
compute (const HcCookieSecret *secret,
         const HcIp           *address,
         gint64                slot,
         guint8                mac[SHA256_LENGTH])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, secret->bytes, sizeof secret->bytes);
  const gint64 big_endian = GINT64_TO_BE (slot);
  gsize length = SHA256_LENGTH;

  g_hmac_update (hmac, (const guchar *) &big_endian, sizeof big_endian);
  g_hmac_update (hmac, address->in6.s6_addr, sizeof address->in6.s6_addr);
  g_hmac_get_digest (hmac, mac, &length);
}

/**
 * hc_cookie_secret_init:
 * @self: (out caller-allocates): a secret
 * @bytes: what the servers were given, of any length
 *
 * Makes a secret of what somebody has written down.
 */
void
hc_cookie_secret_init (HcCookieSecret *self,
                       GBytes         *bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = sizeof self->bytes;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_checksum_update (checksum, data, size);
  g_checksum_get_digest (checksum, self->bytes, &length);
}

/**
 * hc_cookie_make:
 * @secret: the server's secret
 * @address: who asks
 * @time: when, in microseconds of a clock that all servers with this secret share
 * @cookie: (out caller-allocates): room for %HC_COOKIE_SIZE bytes
 *
 * Makes what only somebody who can receive at an address gets to know. Nothing
 * is stored: the cookie is the time's and the address's HMAC. Source:
 * protocol, section 4.
 */
void
hc_cookie_make (const HcCookieSecret *secret,
                const HcIp           *address,
                gint64                time,
                char                 *cookie)
{
  g_autofree char *text = NULL;
  guint8 mac[SHA256_LENGTH];

  compute (secret, address, time / SLOT, mac);
  text = hc_base64url_encode (mac, MAC_LENGTH);
  g_strlcpy (cookie, text, HC_COOKIE_SIZE);
}

/**
 * hc_cookie_check:
 * @secret: the server's secret
 * @address: who shows the cookie
 * @time: when, by the clock of hc_cookie_make()
 * @cookie: what it shows
 *
 * Checks that a cookie was made for this address, in this or the last slot of
 * %HC_COOKIE_SECONDS.
 *
 * Returns: %TRUE if it was
 */
gboolean
hc_cookie_check (const HcCookieSecret *secret,
                 const HcIp           *address,
                 gint64                time,
                 const char           *cookie)
{
  guint8 mac[SHA256_LENGTH];
  guint8 shown[MAC_LENGTH];

  if (!hc_base64url_decode (cookie, shown, sizeof shown))
    return FALSE;

  for (gint64 slot = time / SLOT; slot >= time / SLOT - 1; slot--)
    {
      compute (secret, address, slot, mac);
      if (hc_secret_equal (mac, shown, sizeof shown))
        return TRUE;
    }
  return FALSE;
}
