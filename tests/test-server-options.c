/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the server reads from its command line and its file. */

#include "hc-server-options.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  HcServerOptions options;
  GError *error;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("hybridchat-XXXXXX.conf", &fixture->path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  hc_server_options_clear (&fixture->options);
  g_clear_error (&fixture->error);
  g_unlink (fixture->path);
  g_free (fixture->path);
}

/* Parses a command line which names a file of this text. */
static gboolean
parse (Fixture           *fixture,
       const char        *text,
       const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *config = g_strdup_printf ("--config=%s", fixture->path);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path, text, -1, &error);
  g_assert_no_error (error);

  g_ptr_array_add (argv, (gpointer) "hybridchat-server");
  g_ptr_array_add (argv, config);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  return hc_server_options_parse (&fixture->options, argv->len - 1, (char **) argv->pdata,
                                  &fixture->error);
}

static void
test_every_key (Fixture       *fixture,
                gconstpointer  data)
{
  const HcServerOptions *options = &fixture->options;

  g_assert_true (parse (fixture,
                        "[server]\n# a comment\nport=6000\nudp=true\naddress=127.0.0.1;::1\n"
                        "max-requests=20\nblock-seconds=30\nmax-connections=50\n"
                        "request-timeout=7\ncookie-secret-file=/a b\nmetrics=[::1]:9464\nverbose=true\n", NULL));
  g_assert_cmpint (options->port, ==, 6000);
  g_assert_true (options->is_udp);
  g_assert_cmpstr (options->addresses[0], ==, "127.0.0.1");
  g_assert_cmpstr (options->addresses[1], ==, "::1");
  g_assert_null (options->addresses[2]);
  g_assert_cmpint (options->max_requests, ==, 20);
  g_assert_cmpint (options->block_seconds, ==, 30);
  g_assert_cmpint (options->max_connections, ==, 50);
  g_assert_cmpint (options->request_timeout, ==, 7);
  g_assert_cmpstr (options->cookie_secret_file, ==, "/a b");
  g_assert_cmpstr (options->metrics, ==, "[::1]:9464");
  g_assert_true (options->is_verbose);
}

static void
test_registry (Fixture       *fixture,
               gconstpointer  data)
{
  const char *const arguments[] = { "--registry=memory", NULL };

  g_assert_true (parse (fixture, "[server]\nregistry=memory\n", NULL));
  g_assert_cmpstr (fixture->options.registry, ==, "memory");
  g_assert_true (parse (fixture, "", NULL));
  g_assert_null (fixture->options.registry);

  /* The command line comes first, but the file has to be right too. */
  g_assert_true (parse (fixture, "[server]\nregistry=memory\n", arguments));
  g_assert_cmpstr (fixture->options.registry, ==, "memory");
  g_assert_false (parse (fixture, "[server]\nregistry=:secret@disk\n", arguments));
  g_assert_nonnull (strstr (fixture->error->message, "--registry"));
  g_assert_null (strstr (fixture->error->message, "secret"));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_true (parse (fixture, "", NULL));
  g_assert_cmpint (fixture->options.port, ==, 5000);
  g_assert_false (fixture->options.is_udp);
  g_assert_null (fixture->options.addresses);
}

static void
test_command_line_first (Fixture       *fixture,
                         gconstpointer  data)
{
  const char *const arguments[] = { "--port=7000", "--address=::1", "--metrics=127.0.0.1:1", NULL };

  g_assert_true (parse (fixture, "[server]\nport=6000\naddress=127.0.0.1\nmax-requests=3\n"
                        "metrics=127.0.0.1:2\n", arguments));
  g_assert_cmpint (fixture->options.port, ==, 7000);
  g_assert_cmpstr (fixture->options.addresses[0], ==, "::1");
  g_assert_null (fixture->options.addresses[1]);
  g_assert_cmpint (fixture->options.max_requests, ==, 3);
  g_assert_cmpstr (fixture->options.metrics, ==, "127.0.0.1:1");
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  char *argv[] = { (char *) "hybridchat-server", (char *) "--config=/nowhere/at/all", NULL };

  g_assert_false (hc_server_options_parse (&fixture->options, 2, argv, &fixture->error));
  g_assert_error (fixture->error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (fixture->error->message, "/nowhere/at/all"));
}

/* What is wrong in a file, and the word that its error has to name. */
static const struct
{
  const char *name;
  const char *text;
  const char *word;
} faults[] = {
  { "unknown-key", "[server]\nprot=6000\n", "prot" },
  { "unknown-group", "[client]\nport=6000\n", "client" },
  { "no-group", "port=6000\n", "" },
  { "no-number", "[server]\nport=http\n", "port" },
  { "no-switch", "[server]\nudp=maybe\n", "udp" },
  { "out-of-range", "[server]\nport=65536\n", "port" },
  { "no-address", "[server]\naddress=localhost\n", "localhost" },
  { "version", "[server]\nversion=true\n", "version" },
};

static void
test_fault (Fixture       *fixture,
            gconstpointer  data)
{
  guint i = GPOINTER_TO_UINT (data);

  g_assert_false (parse (fixture, faults[i].text, NULL));
  g_assert_nonnull (fixture->error);
  g_assert_nonnull (strstr (fixture->error->message, faults[i].word));
}

static void
add (const char    *path,
     gconstpointer  data,
     void         (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/server/config/every-key", NULL, test_every_key);
  add ("/server/config/registry", NULL, test_registry);
  add ("/server/config/empty", NULL, test_empty);
  add ("/server/config/command-line-first", NULL, test_command_line_first);
  add ("/server/config/missing", NULL, test_missing);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/server/config/fault/", faults[i].name, NULL);

      add (path, GUINT_TO_POINTER (i), test_fault);
    }

  return g_test_run ();
}
