/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the server tells the journal: records with fields, and in none of them
 * who somebody is or where. */

#include "hc-server-private.h"
#include "server-util.h"

#include <string.h>

/* A record of the log: its fields by their names. */
static GPtrArray *records;

static GLogWriterOutput
on_log (GLogLevelFlags   level,
        const GLogField *fields,
        gsize            n_fields,
        gpointer         user_data)
{
  GHashTable *record;

  if (level == G_LOG_LEVEL_DEBUG && g_log_writer_default_would_drop (level, "hc-server"))
    return G_LOG_WRITER_HANDLED;

  record = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (gsize i = 0; i < n_fields; i++)
    {
      gsize length = fields[i].length < 0 ? strlen (fields[i].value) : (gsize) fields[i].length;

      g_hash_table_insert (record, g_strdup (fields[i].key), g_strndup (fields[i].value, length));
    }
  g_ptr_array_add (records, record);
  return G_LOG_WRITER_HANDLED;
}

/* The last record of an event, or NULL. */
static GHashTable *
find (const char *event)
{
  for (guint i = records->len; i > 0; i--)
    {
      GHashTable *record = g_ptr_array_index (records, i - 1);

      if (g_strcmp0 (g_hash_table_lookup (record, "HYBRIDCHAT_EVENT"), event) == 0)
        return record;
    }
  return NULL;
}

static guint
count (const char *event)
{
  guint n = 0;

  for (guint i = 0; i < records->len; i++)
    n += g_strcmp0 (g_hash_table_lookup (g_ptr_array_index (records, i), "HYBRIDCHAT_EVENT"),
                    event) == 0;
  return n;
}

static void
assert_field (const char *event,
              const char *field,
              const char *value)
{
  GHashTable *record = find (event);

  g_assert_nonnull (record);
  g_assert_nonnull (g_hash_table_lookup (record, "MESSAGE"));
  g_assert_cmpstr (g_hash_table_lookup (record, field), ==, value);
}

static void
assert_number (const char *event,
               const char *field,
               guint       number)
{
  g_autofree char *value = g_strdup_printf ("%u", number);

  assert_field (event, field, value);
}

/* In no field of any record. */
static gboolean
is_mentioned (const char *text)
{
  for (guint i = 0; i < records->len; i++)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, g_ptr_array_index (records, i));
      while (g_hash_table_iter_next (&iter, NULL, &value))
        if (strstr (value, text) != NULL)
          return TRUE;
    }
  return FALSE;
}

static void
start (Site *site)
{
  g_ptr_array_set_size (records, 0);
  site_start_server (site, g_object_new (HC_TYPE_SERVER, "port", 0, "udp", site->udp, NULL));
}

static void
test_start_and_stop (Site          *site,
                     gconstpointer  data)
{
  guint port;
  guint udp_port;

  start (site);
  port = hc_server_get_port (site->server);
  udp_port = hc_server_get_udp_port (site->server);
  assert_field ("started", "HYBRIDCHAT_MODE", site->udp ? "UDP" : "TCP");
  assert_number ("started", "HYBRIDCHAT_PORT", port);
  assert_number ("started", "HYBRIDCHAT_UDP_PORT", udp_port);

  site_assert_alive (site);
  site_register (site, HERE, "alice", 6000);
  site_register (site, HERE, "bob", 6001);
  g_free (site_bridge (site, HERE, "alice"));
  g_free (site_bridge (site, HERE, "bob"));
  hc_server_stop (site->server);
  assert_number ("stopped", "HYBRIDCHAT_REQUESTS", 5);
  assert_number ("stopped", "HYBRIDCHAT_PAIRS", 1);
  assert_number ("stopped", "HYBRIDCHAT_REFUSED", 0);
  assert_number ("stopped", "HYBRIDCHAT_BLOCKS", 0);

  /* Once, however often it is stopped. */
  hc_server_stop (site->server);
  g_assert_cmpuint (count ("stopped"), ==, 1);
}

static void
flood (Site       *site,
       const char *source)
{
  for (guint i = 0; i < 2 * HC_SERVER_DEFAULT_MAX_REQUESTS; i++)
    {
      int fd = site_connect (site, source);

      raw_send (fd, "PROBE\r\n\r\n", -1);
      wait_settle ();
      raw_close (fd);
    }
}

/* Blocks are counted, and not one by one. */
static void
test_blocks (Site          *site,
             gconstpointer  data)
{
  start (site);
  hc_server_report (site->server);
  g_assert_null (find ("blocked"));

  flood (site, "127.0.0.2");
  flood (site, "127.0.0.3");
  site_assert_alive (site);
  g_assert_null (find ("blocked"));
  hc_server_report (site->server);
  assert_number ("blocked", "HYBRIDCHAT_BLOCKS", 2);
  hc_server_report (site->server);
  g_assert_cmpuint (count ("blocked"), ==, 1);

  /* What hasn't been reported is, when it ends. */
  flood (site, "127.0.0.4");
  site_assert_alive (site);
  hc_server_stop (site->server);
  g_assert_cmpuint (count ("blocked"), ==, 2);
  assert_number ("blocked", "HYBRIDCHAT_BLOCKS", 1);
  assert_number ("stopped", "HYBRIDCHAT_BLOCKS", 3);
}

/* Whatever somebody does. */
static void
test_nobody_is_named (Site          *site,
                      gconstpointer  data)
{
  start (site);
  site_register (site, HERE, "alice", 6000);
  g_free (site_bridge (site, HERE, "alice"));
  g_free (site_ask (site, HERE, "REGISTER\r\nclientID: alice\r\nIP: alice\r\nPort: 1\r\n\r\n"));
  flood (site, ELSEWHERE);
  hc_server_stop (site->server);
  g_assert_false (is_mentioned ("127.0."));
  g_assert_false (is_mentioned ("alice"));
  g_assert_cmpuint (records->len, >=, 3);
}

/* Unless they are asked for. */
static void
test_verbose (Site          *site,
              gconstpointer  data)
{
  g_log_set_debug_enabled (TRUE);
  start (site);
  g_log_set_debug_enabled (FALSE);
  site_assert_alive (site);
  g_log_set_debug_enabled (TRUE);
  site_assert_alive (site);
  g_log_set_debug_enabled (FALSE);
  g_assert_cmpuint (count ("request"), ==, 1);
  assert_field ("request", "HYBRIDCHAT_ADDRESS", HERE);
  assert_field ("request", "HYBRIDCHAT_REQUEST", "PROBE");
  assert_field ("request", "HYBRIDCHAT_REPLY", "PROBEACK");
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  g_log_set_writer_func (on_log, NULL, NULL);

  site_add_test ("log/start-and-stop", test_start_and_stop);
  site_add_test ("log/blocks", test_blocks);
  site_add_test ("log/nobody-is-named", test_nobody_is_named);
  site_add_test ("log/verbose", test_verbose);

  status = g_test_run ();
  g_ptr_array_unref (records);
  return status;
}
