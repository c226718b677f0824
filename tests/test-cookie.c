/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What shows that a source is no forgery: protocol, section 4. */

#include "hc-cookie.h"

#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define SLOT (HC_COOKIE_SECONDS * SECOND)

static const HcCookieSecret secret = { .bytes = { 1, 2, 3 } };

static HcIp
make_ip (const char *text)
{
  HcIp ip;

  g_assert_true (hc_ip_init_from_string (&ip, text));
  return ip;
}

static gboolean
check (const char *address,
       gint64      time,
       const char *cookie)
{
  HcIp ip = make_ip (address);

  return hc_cookie_check (&secret, &ip, time, cookie);
}

static void
make (const char *address,
      gint64      time,
      char        cookie[HC_COOKIE_SIZE])
{
  HcIp ip = make_ip (address);

  hc_cookie_make (&secret, &ip, time, cookie);
  g_assert_cmpuint (strlen (cookie), ==, HC_COOKIE_SIZE - 1);
}

/* HMAC-SHA256 of slot 10 and ::ffff:192.0.2.1, computed with Python's hmac. */
static void
test_vector (void)
{
  char cookie[HC_COOKIE_SIZE];

  make ("192.0.2.1", 10 * SLOT, cookie);
  g_assert_cmpstr (cookie, ==, "8wLdzsW0lRkQWjq6RiLeKA");
}

static void
test_time (void)
{
  char cookie[HC_COOKIE_SIZE];

  make ("192.0.2.1", 10 * SLOT + 5, cookie);
  g_assert_true (check ("192.0.2.1", 10 * SLOT, cookie));
  g_assert_true (check ("192.0.2.1", 12 * SLOT - 1, cookie));
  g_assert_false (check ("192.0.2.1", 12 * SLOT, cookie));
  g_assert_false (check ("192.0.2.1", 10 * SLOT - 1, cookie));
  g_assert_false (check ("192.0.2.1", 0, cookie));
}

static void
test_address (void)
{
  char cookie[HC_COOKIE_SIZE];

  make ("192.0.2.1", SLOT, cookie);
  g_assert_true (check ("::ffff:192.0.2.1", SLOT, cookie));
  g_assert_false (check ("192.0.2.2", SLOT, cookie));
  g_assert_false (check ("2001:db8::1", SLOT, cookie));

  make ("2001:db8::1", SLOT, cookie);
  g_assert_true (check ("2001:db8::1", SLOT, cookie));
  g_assert_false (check ("2001:db8::2", SLOT, cookie));
}

static void
test_other_secret (void)
{
  const HcCookieSecret other = { .bytes = { 1, 2, 4 } };
  HcIp ip = make_ip ("192.0.2.1");
  char cookie[HC_COOKIE_SIZE];

  hc_cookie_make (&other, &ip, SLOT, cookie);
  g_assert_false (check ("192.0.2.1", SLOT, cookie));
}

static void
test_broken (void)
{
  char cookie[HC_COOKIE_SIZE];
  g_autofree char *longer = NULL;

  make ("192.0.2.1", SLOT, cookie);
  longer = g_strconcat (cookie, "AA", NULL);
  g_assert_false (check ("192.0.2.1", SLOT, longer));
  g_assert_false (check ("192.0.2.1", SLOT, ""));
  g_assert_false (check ("192.0.2.1", SLOT, "AAAAAAAAAAAAAAAAAAAAAA"));
  g_assert_false (check ("192.0.2.1", SLOT, "no cookie at all"));
  for (guint i = 0; i < HC_COOKIE_SIZE - 1; i++)
    {
      char changed[HC_COOKIE_SIZE];

      strcpy (changed, cookie);
      changed[i] = changed[i] == 'A' ? 'Q' : 'A';
      g_assert_false (check ("192.0.2.1", SLOT, changed));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cookie/vector", test_vector);
  g_test_add_func ("/cookie/time", test_time);
  g_test_add_func ("/cookie/address", test_address);
  g_test_add_func ("/cookie/other-secret", test_other_secret);
  g_test_add_func ("/cookie/broken", test_broken);

  return g_test_run ();
}
