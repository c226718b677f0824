/* SPDX-License-Identifier: GPL-3.0-or-later */

/* URLs of a Redis, good and bad. */

#include "hc-redis-address.h"

#include <string.h>

typedef struct
{
  const char *url;
  const char *name;
  const char *user;
  const char *password;
  guint database;
} Good;

static const Good good[] = {
  { "redis://localhost", "redis://localhost:6379/0", NULL, NULL, 0 },
  { "redis://localhost/", "redis://localhost:6379/0", NULL, NULL, 0 },
  { "redis://localhost:7000", "redis://localhost:7000/0", NULL, NULL, 0 },
  { "redis://192.0.2.1:7000/3", "redis://192.0.2.1:7000/3", NULL, NULL, 3 },
  { "redis://[2001:db8::1]:7000/3", "redis://[2001:db8::1]:7000/3", NULL, NULL, 3 },
  { "redis://[::1]", "redis://[::1]:6379/0", NULL, NULL, 0 },
  { "redis://:secret@localhost/1", "redis://localhost:6379/1", NULL, "secret", 1 },
  { "redis://hybrid:secret@localhost/1", "redis://localhost:6379/1", "hybrid", "secret", 1 },
  { "redis://:a%40b%3Ac%2F@localhost", "redis://localhost:6379/0", NULL, "a@b:c/", 0 },
  { "redis+unix:///run/redis.sock", "redis+unix:///run/redis.sock?db=0", NULL, NULL, 0 },
  { "redis+unix:///run/redis.sock?db=4", "redis+unix:///run/redis.sock?db=4", NULL, NULL, 4 },
  { "redis+unix://:secret@/run/redis.sock", "redis+unix:///run/redis.sock?db=0", NULL, "secret", 0 },
};

static void
test_good (gconstpointer data)
{
  const Good *expected = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HcRedisAddress) parsed = hc_redis_address_parse (expected->url, &error);
  g_autoptr (HcRedisAddress) address = NULL;

  g_assert_no_error (error);
  g_assert_true (hc_redis_address_is_one (expected->url));
  address = hc_redis_address_copy (parsed);
  g_assert_cmpstr (address->name, ==, expected->name);
  g_assert_cmpstr (address->user, ==, expected->user);
  g_assert_cmpstr (address->password, ==, expected->password);
  g_assert_cmpuint (address->database, ==, expected->database);
  g_assert_true (G_IS_SOCKET_CONNECTABLE (address->target));
}

/* A password may be anywhere in what somebody has got wrong. */
static const char *const bad[] = {
  "redis:", "redis://", "redis:///0", "redis://:secret@", "redis://:6379", "redis://secret@localhost",
  "redis://localhost:0", "redis://localhost:secret", "redis://localhost:65536", "redis://localhost:-1",
  "redis://localhost/secret", "redis://localhost/-1", "redis://localhost/1/2", "redis://localhost/1x",
  "redis://localhost/99999999999", "redis://localhost?db=1", "redis://localhost/0#secret",
  "redis://[secret", "redis://[::1", "redis://:se%ret@localhost", "redis+unix:", "redis+unix://",
  "redis+unix://secret", "redis+unix://localhost/run/redis.sock", "redis+unix:///run/s?secret",
  "redis+unix:///run/s?db=secret", "rediss://localhost", "http://localhost", "localhost:6379", "",
};

static void
test_bad (gconstpointer data)
{
  const char *url = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (hc_redis_address_parse (url, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_assert_null (strstr (error->message, "secret"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = g_strdup_printf ("/redis-address/good/%u", i);

      g_test_add_data_func (path, &good[i], test_good);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strdup_printf ("/redis-address/bad/%u", i);

      g_test_add_data_func (path, bad[i], test_bad);
    }
  return g_test_run ();
}
