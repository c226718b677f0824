/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-ip.h"

G_BEGIN_DECLS

/**
 * HC_COOKIE_SECRET_LENGTH:
 *
 * How many bytes a server's secret has.
 */
#define HC_COOKIE_SECRET_LENGTH 32

/**
 * HC_COOKIE_SECONDS:
 *
 * How long a cookie is good at least; at most it is twice as long.
 */
#define HC_COOKIE_SECONDS 120

/**
 * HC_COOKIE_SIZE:
 *
 * How many bytes hc_cookie_make() writes, with the closing NUL.
 */
#define HC_COOKIE_SIZE 23

/**
 * HcCookieSecret:
 * @bytes: random
 *
 * What servers that know each other's cookies share, and nobody else knows.
 */
typedef struct
{
  guint8 bytes[HC_COOKIE_SECRET_LENGTH];
} HcCookieSecret;

void     hc_cookie_secret_init (HcCookieSecret       *self,
                                GBytes               *bytes);
void     hc_cookie_make        (const HcCookieSecret *secret,
                                const HcIp           *address,
                                gint64                time,
                                char                 *cookie);
gboolean hc_cookie_check       (const HcCookieSecret *secret,
                                const HcIp           *address,
                                gint64                time,
                                const char           *cookie);

G_END_DECLS
