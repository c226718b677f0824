/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of other people: never lost, never mixed up, never replaced by a
 * decision about another key. */

#include "hc-client-error.h"
#include "hc-known-peers-file.h"
#include "hc-known-peers.h"
#include "private-folder.h"
#include "wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER "example.org:5000"
#define HEAD "[known-peers]\nversion=1\n"
#define BOB "\n[" SERVER " bob]\n"
#define KEY_LINE "key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define REST "verified=true\nfirst-met=1\nlast-met=2\n"

#define N_PROGRAMS 4
#define N_PER_PROGRAM 10

typedef struct
{
  char *folder;
  char *path;
  HcKnownPeers *peers;
  guint8 key[HC_KEY_LENGTH];
  guint8 other_key[HC_KEY_LENGTH];
} Fixture;

static HcKnownPeers *
load (const char  *folder,
      GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_known_peers_load_async (folder, NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return hc_known_peers_load_finish (result, error);
}

static HcKnownPeers *
load_well (const char *folder)
{
  g_autoptr (GError) error = NULL;
  HcKnownPeers *peers = load (folder, &error);

  g_assert_no_error (error);
  return peers;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = private_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "known-peers.ini", NULL);
  fixture->peers = load_well (fixture->folder);
  for (guint i = 0; i < HC_KEY_LENGTH; i++)
    {
      fixture->key[i] = i;
      fixture->other_key[i] = 2 * i;
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->peers != NULL)
    g_assert_finalize_object (fixture->peers);
  private_folder_remove (fixture->folder);
  g_free (fixture->path);
}

/* As if the program had ended and begun again. */
static void
reload (Fixture *fixture)
{
  g_assert_finalize_object (fixture->peers);
  fixture->peers = load_well (fixture->folder);
}

static gboolean
try_to_remember (Fixture       *fixture,
                 const char    *server,
                 const char    *id,
                 const guint8  *key,
                 GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_known_peers_remember_async (fixture->peers, server, id, key, NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return hc_known_peers_remember_finish (fixture->peers, result, error);
}

static void
remember (Fixture      *fixture,
          const char   *id,
          const guint8 *key)
{
  g_autoptr (GError) error = NULL;

  try_to_remember (fixture, SERVER, id, key, &error);
  g_assert_no_error (error);
}

static gboolean
verify (Fixture       *fixture,
        const char    *id,
        const guint8  *key,
        gboolean       verified,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_known_peers_verify_async (fixture->peers, SERVER, id, key, verified, NULL,
                               keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return hc_known_peers_verify_finish (fixture->peers, result, error);
}

static void
forget (Fixture    *fixture,
        const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hc_known_peers_forget_async (fixture->peers, SERVER, id, NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  hc_known_peers_forget_finish (fixture->peers, result, &error);
  g_assert_no_error (error);
}

static gboolean
is_known (Fixture    *fixture,
          const char *id)
{
  return hc_known_peers_lookup (fixture->peers, SERVER, id, NULL);
}

static void
assert_known (Fixture      *fixture,
              const char   *id,
              const guint8 *key,
              gboolean      verified)
{
  HcKnownPeer found;

  g_assert_true (hc_known_peers_lookup (fixture->peers, SERVER, id, &found));
  g_assert_cmpmem (found.key, sizeof found.key, key, HC_KEY_LENGTH);
  g_assert_true (found.verified == verified);
}

static void
write_file (Fixture    *fixture,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
}

static char *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* --- What is remembered --------------------------------------------------- */

static void
test_nobody (Fixture       *fixture,
             gconstpointer  data)
{
  g_assert_false (is_known (fixture, "bob"));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_remember (Fixture       *fixture,
               gconstpointer  data)
{
  const gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  HcKnownPeer found;
  GStatBuf status;

  remember (fixture, "bob", fixture->key);
  assert_known (fixture, "bob", fixture->key, FALSE);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 0600);

  reload (fixture);
  assert_known (fixture, "bob", fixture->key, FALSE);
  g_assert_true (hc_known_peers_lookup (fixture->peers, SERVER, "bob", &found));
  g_assert_cmpint (found.first_met, >=, before);
  g_assert_cmpint (found.last_met, ==, found.first_met);
  g_assert_false (is_known (fixture, "Bob"));
  g_assert_false (hc_known_peers_lookup (fixture->peers, "example.com:5000", "bob", NULL));
  g_assert_true (hc_known_peers_lookup (fixture->peers, "Example.ORG:5000", "bob", NULL));
}

/* It counts at once, whatever the disk does. */
static void
test_at_once (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_known_peers_remember_async (fixture->peers, SERVER, "bob", fixture->key, NULL,
                                 keep_result, &result);
  assert_known (fixture, "bob", fixture->key, FALSE);
  g_assert_null (result);
  WAIT_UNTIL (result != NULL);
}

static void
test_met_again (Fixture       *fixture,
                gconstpointer  data)
{
  HcKnownPeer found;

  write_file (fixture, HEAD BOB KEY_LINE REST);
  reload (fixture);
  assert_known (fixture, "bob", fixture->key, TRUE);

  remember (fixture, "bob", fixture->key);
  g_assert_true (hc_known_peers_lookup (fixture->peers, SERVER, "bob", &found));
  g_assert_true (found.verified);
  g_assert_cmpint (found.first_met, ==, 1);
  g_assert_cmpint (found.last_met, >, 2);
}

static void
test_other_key (Fixture       *fixture,
                gconstpointer  data)
{
  HcKnownPeer found;

  write_file (fixture, HEAD BOB KEY_LINE REST);
  reload (fixture);
  remember (fixture, "bob", fixture->other_key);
  reload (fixture);
  assert_known (fixture, "bob", fixture->other_key, FALSE);
  g_assert_true (hc_known_peers_lookup (fixture->peers, SERVER, "bob", &found));
  g_assert_cmpint (found.first_met, >, 2);
}

static void
test_verify (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  remember (fixture, "bob", fixture->key);
  g_assert_true (verify (fixture, "bob", fixture->key, TRUE, &error));
  reload (fixture);
  assert_known (fixture, "bob", fixture->key, TRUE);

  g_assert_true (verify (fixture, "bob", fixture->key, FALSE, &error));
  reload (fixture);
  assert_known (fixture, "bob", fixture->key, FALSE);
}

/* Neither another key nor a stranger. */
static void
test_verify_other (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second_error = NULL;

  remember (fixture, "bob", fixture->key);
  g_assert_false (verify (fixture, "bob", fixture->other_key, TRUE, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS);
  assert_known (fixture, "bob", fixture->key, FALSE);

  g_assert_false (verify (fixture, "carol", fixture->key, TRUE, &second_error));
  g_assert_error (second_error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS);
  g_assert_false (is_known (fixture, "carol"));
}

static void
test_forget (Fixture       *fixture,
             gconstpointer  data)
{
  remember (fixture, "bob", fixture->key);
  remember (fixture, "carol", fixture->key);
  forget (fixture, "bob");
  forget (fixture, "nobody");
  reload (fixture);
  g_assert_false (is_known (fixture, "bob"));
  g_assert_true (is_known (fixture, "carol"));
}

/* Names that would be lines, groups or comments, and pairs that are alike when
 * put together. */
static void
test_hostile_names (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct { const char *server; const char *id; } names[] = {
    { "a", "b c" }, { "a b", "c" }, { "a", "b%20c" }, { "a%20b", "c" }, { "a", "b" },
    { "a\n[x y]\n", "b" }, { "a", "b]\nkey=x\n[" }, { "[::1]:5000", "[bob]" }, { "a", "#b" },
    { "a", "b=c" }, { "a", "B" }, { "a", "\\n" }, { "a", ";" }, { "a", "\xf0\x9f\xa6\x8a" },
    { "a", "\xff\xfe" }, { "known-peers", "" }, { "", "known-peers" }, { "", "" }, { "a\r", "b\t" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      fixture->key[0] = i;
      g_assert_false (hc_known_peers_lookup (fixture->peers, names[i].server, names[i].id, NULL));
      try_to_remember (fixture, names[i].server, names[i].id, fixture->key, &error);
      g_assert_no_error (error);
    }

  reload (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      HcKnownPeer found;

      g_assert_true (hc_known_peers_lookup (fixture->peers, names[i].server, names[i].id, &found));
      g_assert_cmpuint (found.key[0], ==, i);
    }
}

/* --- Several at a time ---------------------------------------------------- */

static void
test_windows_share (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (HcKnownPeers) a = NULL;
  g_autoptr (HcKnownPeers) b = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->peers));
  hc_known_peers_load_async (fixture->folder, NULL, keep_result, &first);
  hc_known_peers_load_async (fixture->folder, NULL, keep_result, &second);
  WAIT_UNTIL (first != NULL && second != NULL);
  a = hc_known_peers_load_finish (first, NULL);
  b = hc_known_peers_load_finish (second, NULL);
  g_assert_nonnull (a);
  g_assert_true (a == b);
}

/* In the order of the calls, without waiting in between. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  GAsyncResult *results[60] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i += 3)
    {
      hc_known_peers_remember_async (fixture->peers, SERVER, "bob", fixture->key, NULL,
                                     keep_result, &results[i]);
      hc_known_peers_verify_async (fixture->peers, SERVER, "bob", fixture->key, TRUE, NULL,
                                   keep_result, &results[i + 1]);
      hc_known_peers_remember_async (fixture->peers, SERVER, "bob", fixture->other_key, NULL,
                                     keep_result, &results[i + 2]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;

      WAIT_UNTIL (results[i] != NULL);
      g_assert_true (g_task_propagate_boolean (G_TASK (results[i]), &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);

  assert_known (fixture, "bob", fixture->other_key, FALSE);
  reload (fixture);
  assert_known (fixture, "bob", fixture->other_key, FALSE);
}

/* Whoever changed something may be gone before it is written. */
static void
test_let_go (Fixture       *fixture,
             gconstpointer  data)
{
  GAsyncResult *result = NULL;

  hc_known_peers_remember_async (fixture->peers, SERVER, "bob", fixture->key, NULL,
                                 keep_result, &result);
  g_clear_object (&fixture->peers);
  WAIT_UNTIL (result != NULL);
  g_object_unref (result);
  wait_settle ();
  fixture->peers = load_well (fixture->folder);
  assert_known (fixture, "bob", fixture->key, FALSE);
}

/* What another program does: it has its own memory, and the same file. */
static void
change_elsewhere (Fixture          *fixture,
                  HcKnownPeersVerb  verb,
                  const char       *id,
                  const guint8     *old_key,
                  const guint8     *key)
{
  g_autoptr (GPtrArray) changes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hc_known_peers_change_free);
  HcKnownPeersChange *change = g_new0 (HcKnownPeersChange, 1);
  g_autoptr (HcKnownPeersTable) table = NULL;
  g_autoptr (GError) error = NULL;
  gboolean made = FALSE;

  change->verb = verb;
  change->place = hc_known_peers_dup_place (SERVER, id);
  memcpy (change->key, key, HC_KEY_LENGTH);
  change->replaces = old_key != NULL;
  if (old_key != NULL)
    memcpy (change->old_key, old_key, HC_KEY_LENGTH);
  g_ptr_array_add (changes, change);

  table = hc_known_peers_file_change (fixture->folder, changes, &made, &error);
  g_assert_no_error (error);
  g_assert_true (made);
}

static void
test_programs_merge (Fixture       *fixture,
                     gconstpointer  data)
{
  remember (fixture, "bob", fixture->key);
  change_elsewhere (fixture, HC_KNOWN_PEERS_REMEMBER, "carol", NULL, fixture->other_key);
  change_elsewhere (fixture, HC_KNOWN_PEERS_FORGET, "bob", NULL, fixture->key);
  g_assert_false (is_known (fixture, "carol"));

  remember (fixture, "dave", fixture->key);
  assert_known (fixture, "carol", fixture->other_key, FALSE);
  assert_known (fixture, "dave", fixture->key, FALSE);
  g_assert_false (is_known (fixture, "bob"));

  reload (fixture);
  assert_known (fixture, "carol", fixture->other_key, FALSE);
  assert_known (fixture, "dave", fixture->key, FALSE);
}

/* Both met a stranger of the same name, with different keys: one of them is not
 * who it says. The first stays, and the user hears of it. */
static void
test_programs_disagree (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  change_elsewhere (fixture, HC_KNOWN_PEERS_REMEMBER, "bob", NULL, fixture->other_key);
  g_assert_false (try_to_remember (fixture, SERVER, "bob", fixture->key, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS);
  assert_known (fixture, "bob", fixture->other_key, FALSE);

  /* Decided again, knowing of both. */
  remember (fixture, "bob", fixture->key);
  reload (fixture);
  assert_known (fixture, "bob", fixture->key, FALSE);
}

/* The code that was compared had another key than the one accepted elsewhere. */
static void
test_verify_replaced (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  remember (fixture, "bob", fixture->key);
  change_elsewhere (fixture, HC_KNOWN_PEERS_REMEMBER, "bob", fixture->key, fixture->other_key);
  g_assert_false (verify (fixture, "bob", fixture->key, TRUE, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS);
  assert_known (fixture, "bob", fixture->other_key, FALSE);
}

static char *
name_person (guint program,
             guint i)
{
  return g_strdup_printf ("person-%u-%u", program, i);
}

/* A program that meets people while others do. */
static void
run_program (const char *folder,
             guint       program)
{
  Fixture fixture = { .peers = load_well (folder) };

  for (guint i = 0; i < N_PER_PROGRAM; i++)
    {
      g_autofree char *id = name_person (program, i);

      remember (&fixture, id, fixture.key);
    }
  _exit (0);
}

static GPid
start_program (Fixture *fixture,
               guint    number)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *number_text = g_strdup_printf ("%u", number);
  char *argv[] = { self, (char *) "--program", fixture->folder, number_text, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

static void
test_programs_at_once (Fixture       *fixture,
                       gconstpointer  data)
{
  GPid pids[N_PROGRAMS];

  for (guint i = 0; i < N_PROGRAMS; i++)
    pids[i] = start_program (fixture, i);
  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (g_spawn_check_wait_status (status, NULL));
    }

  reload (fixture);
  for (guint i = 0; i < N_PROGRAMS * N_PER_PROGRAM; i++)
    {
      g_autofree char *id = name_person (i / N_PER_PROGRAM, i % N_PER_PROGRAM);

      g_assert_true (is_known (fixture, id));
    }
}

/* --- What goes wrong with the file ---------------------------------------- */

static const char *const damaged[] = {
  "",
  "\n",
  "hello",
  BOB KEY_LINE REST,
  "[known-peers]\n" BOB KEY_LINE REST,
  "[known-peers]\nversion=2\n",
  "[known-peers]\nversion=one\n",
  HEAD "key\n",
  HEAD BOB,
  HEAD BOB REST,
  HEAD BOB KEY_LINE,
  HEAD BOB KEY_LINE "verified=true\nfirst-met=1\n",
  HEAD BOB KEY_LINE "verified=maybe\nfirst-met=1\nlast-met=2\n",
  HEAD BOB "key=AAEC\n" REST,
  HEAD BOB "key=\n" REST,
  HEAD "\n[" SERVER " \xff]\n" KEY_LINE REST,
  HEAD "\n[" SERVER "]\n" KEY_LINE REST,
  HEAD "\n[" SERVER " b ob]\n" KEY_LINE REST,
};

static void
assert_file_error (Fixture      *fixture,
                   const GError *error)
{
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->peers));
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      write_file (fixture, damaged[i]);
      g_assert_null (load (fixture->folder, &error));
      assert_file_error (fixture, error);
      after = read_file (fixture->path);
      g_assert_cmpstr (after, ==, damaged[i]);
    }
}

/* It was well when we began. What can't be written is not forgotten, and goes
 * along once it can. */
static void
test_damaged_meanwhile (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;

  write_file (fixture, "hello");
  g_assert_false (try_to_remember (fixture, SERVER, "carol", fixture->key, &error));
  assert_file_error (fixture, error);
  after = read_file (fixture->path);
  g_assert_cmpstr (after, ==, "hello");
  assert_known (fixture, "carol", fixture->key, FALSE);

  write_file (fixture, HEAD BOB KEY_LINE REST);
  remember (fixture, "dave", fixture->key);
  reload (fixture);
  assert_known (fixture, "bob", fixture->key, TRUE);
  assert_known (fixture, "carol", fixture->key, FALSE);
  assert_known (fixture, "dave", fixture->key, FALSE);
}

static void
test_permissions (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->peers));
  write_file (fixture, HEAD BOB KEY_LINE REST);
  g_assert_cmpint (g_chmod (fixture->path, 0620), ==, 0);
  g_assert_null (load (fixture->folder, &error));
  assert_file_error (fixture, error);
  g_assert_nonnull (strstr (error->message, "chmod 600"));
}

static void
test_set_aside (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *kept = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->peers));
  write_file (fixture, "hello");
  hc_known_peers_set_aside_async (fixture->folder, NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  aside = hc_known_peers_set_aside_finish (result, &error);
  g_assert_no_error (error);
  kept = read_file (aside);
  g_assert_cmpstr (kept, ==, "hello");

  fixture->peers = load_well (fixture->folder);
  remember (fixture, "bob", fixture->key);
}

/* --- Its bounds ----------------------------------------------------------- */

static void
add_to_table (HcKnownPeersTable *table,
              const char        *id,
              gboolean           verified,
              gint64             time)
{
  g_autofree char *place = hc_known_peers_dup_place (SERVER, id);
  HcKnownPeersChange change = { .verb = HC_KNOWN_PEERS_REMEMBER, .place = place, .time = time };

  g_assert_true (hc_known_peers_table_change (table, &change));
  change.verb = HC_KNOWN_PEERS_VERIFY;
  change.verified = verified;
  g_assert_true (hc_known_peers_table_change (table, &change));
}

static gboolean
is_in_table (HcKnownPeersTable *table,
             const char        *id)
{
  g_autofree char *place = hc_known_peers_dup_place (SERVER, id);

  return g_hash_table_contains (table, place);
}

/* Those who are verified stay longest, however long ago that was. */
static void
test_trim (void)
{
  g_autoptr (HcKnownPeersTable) table = hc_known_peers_table_new ();

  add_to_table (table, "old-verified", TRUE, 1);
  add_to_table (table, "new-verified", TRUE, 5);
  add_to_table (table, "old", FALSE, 2);
  add_to_table (table, "older", FALSE, 1);
  add_to_table (table, "new", FALSE, 9);

  hc_known_peers_table_trim (table, 5);
  g_assert_true (is_in_table (table, "older"));
  hc_known_peers_table_trim (table, 3);
  g_assert_false (is_in_table (table, "older"));
  g_assert_false (is_in_table (table, "old"));
  g_assert_true (is_in_table (table, "new"));
  hc_known_peers_table_trim (table, 1);
  g_assert_false (is_in_table (table, "new"));
  g_assert_false (is_in_table (table, "old-verified"));
  g_assert_true (is_in_table (table, "new-verified"));
}

/* As many as there may be, one of whom has to go. */
static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GString) text = g_string_new (HEAD);

  for (guint i = 0; i < HC_KNOWN_PEERS_MAX; i++)
    g_string_append_printf (text, "[" SERVER " %u]\n" KEY_LINE
                            "verified=false\nfirst-met=1\nlast-met=%u\n", i, 1000 + i);
  write_file (fixture, text->str);

  remember (fixture, "bob", fixture->key);
  g_assert_true (is_known (fixture, "bob"));
  g_assert_false (is_known (fixture, "0"));
  g_assert_true (is_known (fixture, "1"));
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--program") == 0)
    run_program (argv[2], g_ascii_strtoull (argv[3], NULL, 10));

  g_test_init (&argc, &argv, NULL);

  add ("/known-peers/nobody", test_nobody);
  add ("/known-peers/remember", test_remember);
  add ("/known-peers/at-once", test_at_once);
  add ("/known-peers/met-again", test_met_again);
  add ("/known-peers/other-key", test_other_key);
  add ("/known-peers/verify", test_verify);
  add ("/known-peers/verify-other", test_verify_other);
  add ("/known-peers/forget", test_forget);
  add ("/known-peers/hostile-names", test_hostile_names);
  add ("/known-peers/windows-share", test_windows_share);
  add ("/known-peers/order", test_order);
  add ("/known-peers/let-go", test_let_go);
  add ("/known-peers/programs-merge", test_programs_merge);
  add ("/known-peers/programs-disagree", test_programs_disagree);
  add ("/known-peers/verify-replaced", test_verify_replaced);
  add ("/known-peers/programs-at-once", test_programs_at_once);
  add ("/known-peers/damaged", test_damaged);
  add ("/known-peers/damaged-meanwhile", test_damaged_meanwhile);
  add ("/known-peers/permissions", test_permissions);
  add ("/known-peers/set-aside", test_set_aside);
  g_test_add_func ("/known-peers/trim", test_trim);
  add ("/known-peers/full", test_full);

  return g_test_run ();
}
