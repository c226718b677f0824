/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our own key: made once, kept from others, never replaced in silence, and
 * accepted by the server. */

#include "hc-base64url.h"
#include "hc-certificate.h"
#include "hc-client-error.h"
#include "hc-identity.h"
#include "hc-proof.h"
#include "private-folder.h"
#include "wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_RACERS 8

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = private_folder_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  private_folder_remove (fixture->folder);
}

static HcIdentity *
load (const char  *folder,
      const char  *id,
      GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_identity_load_async (folder, id, NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return hc_identity_load_finish (result, error);
}

static HcIdentity *
load_well (const char *folder,
           const char *id)
{
  g_autoptr (GError) error = NULL;
  HcIdentity *identity = load (folder, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hc_identity_get_id (identity), ==, id);
  return identity;
}

static void
make (const char *folder,
      const char *id)
{
  HcIdentity *identity = load_well (folder, id);

  g_assert_finalize_object (identity);
}

static gboolean
have_same_key (HcIdentity *a,
               HcIdentity *b)
{
  return memcmp (hc_identity_get_key (a), hc_identity_get_key (b), HC_KEY_LENGTH) == 0;
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 07777;
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

static void
write_file (const char *path,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static char *
make_and_read (const char *folder,
               const char *id)
{
  g_autofree char *path = hc_identity_dup_path (folder, id);

  make (folder, id);
  return read_file (path);
}

/* --- Its file ------------------------------------------------------------- */

static void
test_made_once (Fixture       *fixture,
                gconstpointer  data)
{
  HcIdentity *first = load_well (fixture->folder, "alice");
  HcIdentity *second = load_well (fixture->folder, "alice");
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");

  g_assert_true (have_same_key (first, second));
  g_assert_true (g_tls_certificate_is_same (hc_identity_get_certificate (first),
                                            hc_identity_get_certificate (second)));
  g_assert_cmphex (get_mode (fixture->folder), ==, 0700);
  g_assert_cmphex (get_mode (path), ==, 0600);

  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
}

/* What others would be let in by is the file's own mode, whatever the umask. */
static void
test_umask (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");
  mode_t old = umask (0);

  make (fixture->folder, "alice");
  umask (old);
  g_assert_cmphex (get_mode (fixture->folder), ==, 0700);
  g_assert_cmphex (get_mode (path), ==, 0600);
}

/* Any ID that can be one has a file of its own inside of the folder, also where
 * upper and lower case are one. */
static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  static const char *const ids[] = {
    "alice", "Alice", "../alice", ".", "..", "/", "a/b", "a%2fb", "a%2Fb", "lock", "-rf", "con",
    "known-peers", "k\xc3\xb6nig", "konig", "a b", "a:b", "a\\b", "%", "*", "[a]",
    "\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a"
    "\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a"
    "\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a\xf0\x9f\xa6\x8a",
  };
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *path = hc_identity_dup_path (fixture->folder, ids[i]);
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *name = g_path_get_basename (path);

      make (fixture->folder, ids[i]);
      g_assert_cmpstr (folder, ==, fixture->folder);
      g_assert_cmphex (get_mode (path), ==, 0600);
      g_assert_cmpuint (strlen (name), <, 200);
      for (const char *c = name; *c != '\0'; c++)
        g_assert_true (g_ascii_isgraph (*c) && !g_ascii_isupper (*c) && *c != '/');
      g_assert_true (g_hash_table_add (names, g_steal_pointer (&name)));
    }
}

static void
test_no_id (Fixture       *fixture,
            gconstpointer  data)
{
  static const char *const ids[] = { "", " alice", "a\nb", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (fixture->folder, ids[i], &error));
      g_assert_cmpuint (error->domain, ==, HC_PROTOCOL_ERROR);
    }
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

/* One of several that start at once; its key goes through the pipe. */
static void
race (const char *folder,
      int         out)
{
  g_autoptr (HcIdentity) identity = load_well (folder, "alice");

  if (write (out, hc_identity_get_key (identity), HC_KEY_LENGTH) != HC_KEY_LENGTH)
    _exit (1);
  _exit (0);
}

static void
test_race_of_processes (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  char *folder = private_folder_new ();
  guint8 keys[N_RACERS][HC_KEY_LENGTH];
  GPid pids[N_RACERS];
  int outs[N_RACERS];

  for (guint i = 0; i < N_RACERS; i++)
    {
      char *argv[] = { self, (char *) "--race", folder, NULL };

      g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                &pids[i], NULL, &outs[i], NULL, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < N_RACERS; i++)
    {
      int status;

      g_assert_cmpint (read (outs[i], keys[i], HC_KEY_LENGTH), ==, HC_KEY_LENGTH);
      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (g_spawn_check_wait_status (status, NULL));
      close (outs[i]);
      g_assert_cmpmem (keys[i], HC_KEY_LENGTH, keys[0], HC_KEY_LENGTH);
    }
  private_folder_remove (folder);
}

static void
test_race_of_windows (Fixture       *fixture,
                      gconstpointer  data)
{
  GAsyncResult *results[N_RACERS] = { NULL };
  HcIdentity *identities[N_RACERS];

  for (guint i = 0; i < N_RACERS; i++)
    hc_identity_load_async (fixture->folder, "alice", NULL, keep_result, &results[i]);
  for (guint i = 0; i < N_RACERS; i++)
    {
      WAIT_UNTIL (results[i] != NULL);
      identities[i] = hc_identity_load_finish (results[i], NULL);
      g_assert_nonnull (identities[i]);
      g_assert_true (have_same_key (identities[i], identities[0]));
    }
  for (guint i = 0; i < N_RACERS; i++)
    {
      g_object_unref (results[i]);
      g_assert_finalize_object (identities[i]);
    }
}

/* --- What goes wrong with it ---------------------------------------------- */

static void
assert_refused (Fixture    *fixture,
                const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (fixture->folder, "alice", &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* Whatever is wrong with the file, it stays as it is. */
static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");
  g_autofree char *text = make_and_read (fixture->folder, "alice");
  g_autofree char *bobs_text = make_and_read (fixture->folder, "bob");
  const char *certificate = strstr (text, "-----BEGIN CERT");
  g_autofree char *key_only = g_strndup (text, certificate - text);
  g_autofree char *mixed = g_strconcat (key_only, strstr (bobs_text, "-----BEGIN CERT"), NULL);
  g_autofree char *cut = g_strndup (text, strlen (text) - 60);
  const struct { const char *text; const char *reason; } cases[] = {
    { "", "no private key" },
    { "hello", "no private key" },
    { certificate, "no private key" },
    { key_only, "no certificate" },
    { cut, "no certificate" },
    { mixed, "don't belong together" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *after = NULL;

      write_file (path, cases[i].text);
      assert_refused (fixture, cases[i].reason);
      after = read_file (path);
      g_assert_cmpstr (after, ==, cases[i].text);
    }
}

/* Every length that a write that broke off could have left, if it were no
 * atomic one. */
static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");
  g_autofree char *text = make_and_read (fixture->folder, "alice");

  for (gsize length = 0; length < strlen (text) - 1; length += 37)
    {
      g_autofree char *cut = g_strndup (text, length);

      write_file (path, cut);
      assert_refused (fixture, "can't be used");
    }
}

static void
test_permissions (Fixture       *fixture,
                  gconstpointer  data)
{
  static const int modes[] = { 0640, 0604, 0620, 0602, 0660, 0644, 0777 };
  g_autoptr (HcIdentity) alice = load_well (fixture->folder, "alice");
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");
  g_autoptr (HcIdentity) again = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_cmpint (g_chmod (path, modes[i]), ==, 0);
      assert_refused (fixture, "chmod 600");
      g_assert_cmphex (get_mode (path), ==, modes[i]);
    }

  /* The way on that it names is one. */
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  again = load_well (fixture->folder, "alice");
  g_assert_true (have_same_key (alice, again));
}

/* Whoever may change the folder may put another key there. */
static void
test_folder_permissions (Fixture       *fixture,
                         gconstpointer  data)
{
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0770), ==, 0);
  assert_refused (fixture, "chmod 700");
  g_assert_cmpint (g_chmod (fixture->folder, 0702), ==, 0);
  assert_refused (fixture, "chmod 700");
}

static void
test_unreadable (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");

  if (geteuid () == 0)
    {
      g_test_skip ("root can read every file");
      return;
    }
  make (fixture->folder, "alice");
  g_assert_cmpint (g_chmod (path, 0000), ==, 0);
  assert_refused (fixture, g_strerror (EACCES));
}

/* No file, a file of a kind that would be waited for, and a way to a volume
 * that isn't there now. */
static void
test_no_file (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused (fixture, "no file");
  g_assert_cmpint (g_rmdir (path), ==, 0);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_refused (fixture, "no file");
  g_assert_cmpint (g_unlink (path), ==, 0);

  g_assert_cmpint (symlink ("/nowhere/alice.pem", path), ==, 0);
  assert_refused (fixture, "link");
}

static void
test_no_folder (Fixture       *fixture,
                gconstpointer  data)
{
  write_file (fixture->folder, "in the way");
  assert_refused (fixture, g_strerror (ENOTDIR));
}

/* Only when asked to, and nothing is lost by it. */
static void
test_set_aside (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = hc_identity_dup_path (fixture->folder, "alice");

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *text = make_and_read (fixture->folder, "alice");
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("%s.damaged-%u", path, i);
      g_autofree char *aside = NULL;
      g_autofree char *kept = NULL;

      hc_identity_set_aside_async (fixture->folder, "alice", NULL, keep_result, &result);
      WAIT_UNTIL (result != NULL);
      aside = hc_identity_set_aside_finish (result, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (aside, ==, expected);
      kept = read_file (aside);
      g_assert_cmpstr (kept, ==, text);
    }
}

static void
test_set_aside_nothing (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hc_identity_set_aside_async (fixture->folder, "alice", NULL, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_null (hc_identity_set_aside_finish (result, &error));
  g_assert_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  hc_identity_load_async (fixture->folder, "alice", cancellable, keep_result, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_null (hc_identity_load_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- Its key and certificate ---------------------------------------------- */

static void
test_certificate (void)
{
  g_autoptr (HcIdentity) alice = hc_identity_generate ("alice", NULL);
  GTlsCertificate *certificate = hc_identity_get_certificate (alice);
  g_autoptr (GDateTime) from = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autofree char *private_key = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  g_assert_true (hc_certificate_get_key (certificate, key, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (key, sizeof key, hc_identity_get_key (alice), HC_KEY_LENGTH);

  /* Nothing of its owner's, and good at any time. */
  g_assert_cmpstr (subject, ==, "CN=Hybrid Chat");
  g_assert_cmpint (g_date_time_get_year (from), ==, 1970);
  g_assert_cmpint (g_date_time_get_year (until), ==, 9999);
  g_assert_cmpint (g_tls_certificate_verify (certificate, NULL, certificate), ==, 0);

  g_object_get (certificate, "private-key-pem", &private_key, NULL);
  g_assert_true (g_str_has_prefix (private_key, "-----BEGIN PRIVATE KEY-----"));
}

static void
test_keys_differ (void)
{
  g_autoptr (HcIdentity) a = hc_identity_generate ("alice", NULL);
  g_autoptr (HcIdentity) b = hc_identity_generate ("alice", NULL);

  g_assert_false (have_same_key (a, b));
}

/* --- What it proves ------------------------------------------------------- */

static HcPacket *
make_register (HcIdentity *identity,
               const char *address,
               guint16     port,
               const char *proof)
{
  g_autofree char *key = hc_base64url_encode (hc_identity_get_key (identity), HC_KEY_LENGTH);
  g_autofree char *wire =
    g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: %s\r\nPort: %u\r\nVersion: 2\r\n"
                     "Cookie: cookie\r\nKey: %s\r\nProof: %s\r\n\r\n",
                     hc_identity_get_id (identity), address, port, key, proof);
  g_autoptr (GError) error = NULL;
  HcPacket *packet = hc_packet_parse (wire, strlen (wire), HC_DIALECT_RENDEZVOUS, &error);

  g_assert_no_error (error);
  return packet;
}

static gboolean
is_accepted (HcIdentity *identity,
             const char *address,
             guint16     port,
             const char *proof)
{
  g_autoptr (HcPacket) packet = make_register (identity, address, port, proof);

  return hc_proof_check (packet, NULL);
}

/* By the server's own code. */
static void
test_prove (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (HcIdentity) alice = load_well (fixture->folder, "K\xc3\xb6nig/1");
  g_autoptr (HcIdentity) mallory = hc_identity_generate ("K\xc3\xb6nig/1", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *proof = hc_identity_prove (alice, "cookie", "192.0.2.7", 6000, &error);
  g_autofree char *other = hc_identity_prove (alice, "cookie2", "192.0.2.7", 6000, NULL);

  g_assert_no_error (error);
  g_assert_true (is_accepted (alice, "192.0.2.7", 6000, proof));
  g_assert_false (is_accepted (alice, "192.0.2.8", 6000, proof));
  g_assert_false (is_accepted (alice, "192.0.2.7", 6001, proof));
  g_assert_false (is_accepted (mallory, "192.0.2.7", 6000, proof));
  g_assert_false (is_accepted (alice, "192.0.2.7", 6000, other));
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
  if (argc == 3 && strcmp (argv[1], "--race") == 0)
    race (argv[2], STDOUT_FILENO);

  g_test_init (&argc, &argv, NULL);

  add ("/identity/made-once", test_made_once);
  add ("/identity/umask", test_umask);
  add ("/identity/names", test_names);
  add ("/identity/no-id", test_no_id);
  g_test_add_func ("/identity/race-of-processes", test_race_of_processes);
  add ("/identity/race-of-windows", test_race_of_windows);
  add ("/identity/damaged", test_damaged);
  add ("/identity/cut", test_cut);
  add ("/identity/permissions", test_permissions);
  add ("/identity/folder-permissions", test_folder_permissions);
  add ("/identity/unreadable", test_unreadable);
  add ("/identity/no-file", test_no_file);
  add ("/identity/no-folder", test_no_folder);
  add ("/identity/set-aside", test_set_aside);
  add ("/identity/set-aside-nothing", test_set_aside_nothing);
  add ("/identity/cancelled", test_cancelled);
  g_test_add_func ("/identity/certificate", test_certificate);
  g_test_add_func ("/identity/keys-differ", test_keys_differ);
  add ("/identity/prove", test_prove);

  return g_test_run ();
}
