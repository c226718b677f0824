/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which key a certificate has, and how it is written for people. */

#include "hc-certificate.h"
#include "hc-client-error.h"

#include <string.h>

/* By OpenSSL: req -x509 -newkey, and for the last one a key that went through
 * ec -conv_form compressed. */
#define P256                                                                    \
  "-----BEGIN CERTIFICATE-----\n"                                               \
  "MIIBbzCCARWgAwIBAgIUAt/cN2THI3l+jkw0jmX3GVHbBaYwCgYIKoZIzj0EAwIw\n"          \
  "DDEKMAgGA1UEAwwBeDAgFw0yNjExMjQxNDI1NDlaGA8yMTI2MTAzMTE0MjU0OVow\n"          \
  "DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABP2BiW4f0xaa\n"          \
  "zU1QA/OGnR2c/yl2GzfbrMZmvyJugUb5DUnXwx6dPxp3uftJ30c1GbnAyJ9WYZYs\n"          \
  "GUHza9ktRvGjUzBRMB0GA1UdDgQWBBTDqf9iJdu6sreU59tj4VKvnN1WBzAfBgNV\n"          \
  "HSMEGDAWgBTDqf9iJdu6sreU59tj4VKvnN1WBzAPBgNVHRMBAf8EBTADAQH/MAoG\n"          \
  "CCqGSM49BAMCA0gAMEUCIQCaSKJYBI2c0/HvO2meA6bU6+cnjOXg1IrK3u25olaM\n"          \
  "cQIgXyZAwt+WKuWNjwK7/VeZc0na47UWMCRb97WfdhbF3v8=\n"                          \
  "-----END CERTIFICATE-----\n"

#define P384                                                                    \
  "-----BEGIN CERTIFICATE-----\n"                                               \
  "MIIBqzCCATKgAwIBAgIUB66XLxcMOkPcfCNf0UlBzw7D01kwCgYIKoZIzj0EAwIw\n"          \
  "DDEKMAgGA1UEAwwBeDAgFw0yNjExMjQxNDI1NDlaGA8yMTI2MTAzMTE0MjU0OVow\n"          \
  "DDEKMAgGA1UEAwwBeDB2MBAGByqGSM49AgEGBSuBBAAiA2IABKG0Ps05LtpJ1P/Z\n"          \
  "kacAlcY641RcnQSt5iFqMBOAofvo62WM11OGuSFTN3mq/eL6kBBrRmgxig9O0ifS\n"          \
  "E0nOZspIMxTJfp0h8xHnQMoJYMi+wrnbVBQskoBIhPMxKdr69aNTMFEwHQYDVR0O\n"          \
  "BBYEFLiL+AeeURu/tqzmvYZFcX89dU9xMB8GA1UdIwQYMBaAFLiL+AeeURu/tqzm\n"          \
  "vYZFcX89dU9xMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDZwAwZAIwdb9S\n"          \
  "bEOM2A9Rbn0KG6wIarSBlOLLGujvw4cqDsGr+llAwI2PRLCzhT85SiOQuJ8YAjA0\n"          \
  "w6T1QuwFtIAothdURhkvnK31wvO42C4/mO85EDXlxn/f7HZEcV8nuxkffgEhkQY=\n"          \
  "-----END CERTIFICATE-----\n"

#define ED25519                                                                 \
  "-----BEGIN CERTIFICATE-----\n"                                               \
  "MIIBLjCB4aADAgECAhQn25DZbB605r8hmElUo2ZA9w6t9DAFBgMrZXAwDDEKMAgG\n"          \
  "A1UEAwwBeDAgFw0yNjExMjQxNDI1NDlaGA8yMTI2MTAzMTE0MjU0OVowDDEKMAgG\n"          \
  "A1UEAwwBeDAqMAUGAytlcAMhALaW5iKA0yUte8HP3WbGDj5t0ggEFZPYMa8jy0zG\n"          \
  "S1lAo1MwUTAdBgNVHQ4EFgQURns1tazZep7P8mGJ8art+lPnDcMwHwYDVR0jBBgw\n"          \
  "FoAURns1tazZep7P8mGJ8art+lPnDcMwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD\n"          \
  "QQBdcSuyzz6k8ex8H1Nm8OnPDbTiKR9nnNppeXKtYQlImfgis2HLmVs3OZwh1sGH\n"          \
  "GTCpHpn6Jnw4q1G3Xes+2kMH\n"                                                  \
  "-----END CERTIFICATE-----\n"

#define COMPRESSED                                                              \
  "-----BEGIN CERTIFICATE-----\n"                                               \
  "MIIBTzCB9aADAgECAhR7D1S4lAXMhciPfMLvZCggOFkwfDAKBggqhkjOPQQDAjAM\n"          \
  "MQowCAYDVQQDDAF4MCAXDTI2MTEyNDE0MjU0OVoYDzIxMjYxMDMxMTQyNTQ5WjAM\n"          \
  "MQowCAYDVQQDDAF4MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADANARUQpRH3tB\n"          \
  "QtLng2xB74gwLl+4TN86ma8N9fi6nl6jUzBRMB0GA1UdDgQWBBQ7Loi4cvsYMZGO\n"          \
  "HDU2cM51pR22KDAfBgNVHSMEGDAWgBQ7Loi4cvsYMZGOHDU2cM51pR22KDAPBgNV\n"          \
  "HRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDs/UsXQYtxRQdJ0v+zsi9L\n"          \
  "ab7M7sXcB0XEc6/FBS2cYQIhAIqAAOSCjhDlra115kVi8oXl1v68ytwnnowNDrjY\n"          \
  "W9jJ\n"                                                                      \
  "-----END CERTIFICATE-----\n"

/* By OpenSSL and sha256sum: x509 -pubkey; pkey -pubin -outform DER. */
#define P256_KEY "63c5 c451 8a4d 36fa 8771 d142 4bae 6a47 f532 eb3c 15ff f3e9 4962 f672 aa47 38dc"
#define COMPRESSED_KEY                                                          \
  "fc89 79d3 9ae5 c821 8f0b 581c 2046 4e7d b162 179d b342 7969 0121 4f93 b01d 1d37"

static char *
get_key (const char  *pem,
         GError     **error)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, error);
  guint8 key[HC_KEY_LENGTH];

  g_assert_nonnull (certificate);
  return hc_certificate_get_key (certificate, key, error) ? hc_key_to_text (key) : NULL;
}

static void
test_p256 (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = get_key (P256, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, P256_KEY);
}

static void
test_other_kinds (void)
{
  static const char *const others[] = { P384, ED25519 };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (get_key (others[i], &error));
      g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE);
    }
}

/* A key that can be written in two ways has one name, if it has any: not every
 * GnuTLS reads the other way. */
static void
test_compressed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = get_key (COMPRESSED, &error);

  if (key != NULL)
    g_assert_cmpstr (key, ==, COMPRESSED_KEY);
  else
    g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE);
}

static void
test_key_to_text (void)
{
  guint8 key[HC_KEY_LENGTH];
  g_autofree char *text = NULL;

  for (guint i = 0; i < sizeof key; i++)
    key[i] = 8 * i + 7;
  text = hc_key_to_text (key);
  g_assert_cmpstr (text, ==,
                   "070f 171f 272f 373f 474f 575f 676f 777f "
                   "878f 979f a7af b7bf c7cf d7df e7ef f7ff");
}

static void
test_generate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = hc_certificate_generate (&error);
  g_autofree char *b = hc_certificate_generate (&error);
  g_autofree char *key_a = NULL;
  g_autofree char *key_b = NULL;

  g_assert_no_error (error);
  key_a = get_key (a, &error);
  key_b = get_key (b, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key_a, !=, key_b);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/p256", test_p256);
  g_test_add_func ("/certificate/other-kinds", test_other_kinds);
  g_test_add_func ("/certificate/compressed", test_compressed);
  g_test_add_func ("/certificate/generate", test_generate);
  g_test_add_func ("/certificate/key-to-text", test_key_to_text);

  return g_test_run ();
}
