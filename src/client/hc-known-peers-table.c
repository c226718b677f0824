/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-known-peers-table.h"
#include "hc-base64url.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The file:
 *
 *     [known-peers]
 *     version=1
 *
 *     [example.org:5000 bob]
 *     key=Pg_MmPh9va3Wp-7OHTNd9cf3Uwv3M2Rgbx8kdVkELhA
 *     verified=true
 *     first-met=1700000000
 *     last-met=1700000600
 *
 * Without the first group the file was never whole. */
#define FILE_GROUP "known-peers"
#define FILE_VERSION 1

/**
 * hc_known_peers_dup_place:
 * @server: a server as `host:port`
 * @id: a client ID there
 *
 * Gets what somebody is remembered under. It has one blank, and no character
 * that could end a line or a group of a file, whatever a server or a peer calls
 * itself. Hosts are the same in upper and lower case; IDs are not.
 *
 * Returns: (transfer full): a text
 */
char *
hc_known_peers_dup_place (const char *server,
                          const char *id)
{
  g_autofree char *folded = g_ascii_strdown (server, -1);
  g_autofree char *escaped_server = g_uri_escape_string (folded, ":", FALSE);
  g_autofree char *escaped_id = g_uri_escape_string (id, NULL, FALSE);

  return g_strconcat (escaped_server, " ", escaped_id, NULL);
}

/**
 * hc_known_peers_change_copy:
 * @change: a change
 *
 * Copies a change, so that a thread can have its own.
 *
 * Returns: (transfer full): a copy
 */
HcKnownPeersChange *
hc_known_peers_change_copy (const HcKnownPeersChange *change)
{
  HcKnownPeersChange *copy = g_memdup2 (change, sizeof *change);

  copy->place = g_strdup (change->place);
  return copy;
}

/**
 * hc_known_peers_change_free:
 * @change: (transfer full): a change
 *
 * Frees a change.
 */
void
hc_known_peers_change_free (HcKnownPeersChange *change)
{
  g_free (change->place);
  g_free (change);
}

/**
 * hc_known_peers_table_new:
 *
 * Makes a table in which nobody is.
 *
 * Returns: (transfer full): a table
 */
HcKnownPeersTable *
hc_known_peers_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* --- From text and back --------------------------------------------------- */

static gboolean
check_version (GKeyFile  *file,
               GError   **error)
{
  g_autoptr (GError) fault = NULL;
  int version = g_key_file_get_integer (file, FILE_GROUP, "version", &fault);

  if (fault == NULL && version == FILE_VERSION)
    return TRUE;
  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
                       fault == NULL ? _("it belongs to another version of Hybrid Chat") :
                                       _("its beginning is missing"));
  return FALSE;
}

static gboolean
read_key (GKeyFile    *file,
          const char  *place,
          guint8       key[HC_KEY_LENGTH],
          GError     **error)
{
  g_autofree char *text = g_key_file_get_string (file, place, "key", error);

  if (text == NULL)
    return FALSE;
  if (hc_base64url_decode (text, key, HC_KEY_LENGTH))
    return TRUE;

  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
               /* Translators: %s is a server and a person's ID */
               _("the key of \"%s\" is none"), place);
  return FALSE;
}

/* What hc_known_peers_dup_place() can have written. Anything else would never be
 * found again, so whoever it was would be a stranger. */
static gboolean
check_place (const char  *place,
             GError     **error)
{
  const char *blank = strchr (place, ' ');

  if (blank != NULL && strchr (blank + 1, ' ') == NULL &&
      place[strspn (place, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._~:% ")] == '\0')
    return TRUE;

  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
                       _("there is a group in it that is no server and ID"));
  return FALSE;
}

static HcKnownPeer *
read_peer (GKeyFile    *file,
           const char  *place,
           GError     **error)
{
  g_autofree HcKnownPeer *peer = g_new0 (HcKnownPeer, 1);
  GError *fault = NULL;

  if (check_place (place, &fault) && read_key (file, place, peer->key, &fault))
    peer->verified = g_key_file_get_boolean (file, place, "verified", &fault);
  if (fault == NULL)
    peer->first_met = g_key_file_get_int64 (file, place, "first-met", &fault);
  if (fault == NULL)
    peer->last_met = g_key_file_get_int64 (file, place, "last-met", &fault);
  if (fault == NULL)
    return g_steal_pointer (&peer);

  g_propagate_error (error, fault);
  return NULL;
}

/**
 * hc_known_peers_table_parse:
 * @text: what hc_known_peers_table_to_text() has written
 * @error: return location for a #GError, whose message is a reason: "its
 *   beginning is missing"
 *
 * Reads a table. All of it has to be right: half a memory would take somebody
 * who is known for a stranger.
 *
 * Returns: (transfer full): the table, or %NULL
 */
HcKnownPeersTable *
hc_known_peers_table_parse (const char  *text,
                            GError     **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (HcKnownPeersTable) table = hc_known_peers_table_new ();
  g_auto (GStrv) places = NULL;

  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, error) ||
      !check_version (file, error))
    return NULL;

  places = g_key_file_get_groups (file, NULL);
  for (guint i = 0; places[i] != NULL; i++)
    {
      HcKnownPeer *peer;

      if (strcmp (places[i], FILE_GROUP) == 0)
        continue;
      peer = read_peer (file, places[i], error);
      if (peer == NULL)
        return NULL;
      g_hash_table_insert (table, g_strdup (places[i]), peer);
    }
  return g_steal_pointer (&table);
}

static void
write_peer (GKeyFile          *file,
            const char        *place,
            const HcKnownPeer *peer)
{
  g_autofree char *key = hc_base64url_encode (peer->key, sizeof peer->key);

  g_key_file_set_string (file, place, "key", key);
  g_key_file_set_boolean (file, place, "verified", peer->verified);
  g_key_file_set_int64 (file, place, "first-met", peer->first_met);
  g_key_file_set_int64 (file, place, "last-met", peer->last_met);
}

/**
 * hc_known_peers_table_to_text:
 * @table: a table
 *
 * Writes a table.
 *
 * Returns: (transfer full): the text of a key file
 */
char *
hc_known_peers_table_to_text (HcKnownPeersTable *table)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GHashTableIter iter;
  gpointer place;
  gpointer peer;

  g_key_file_set_integer (file, FILE_GROUP, "version", FILE_VERSION);
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &place, &peer))
    write_peer (file, place, peer);
  return g_key_file_to_data (file, NULL, NULL);
}

/* --- Changes -------------------------------------------------------------- */

static gboolean
is_key (const guint8 *a,
        const guint8 *b)
{
  return memcmp (a, b, HC_KEY_LENGTH) == 0;
}

static void
insert (HcKnownPeersTable        *table,
        const HcKnownPeersChange *change)
{
  HcKnownPeer *peer = g_new0 (HcKnownPeer, 1);

  memcpy (peer->key, change->key, sizeof peer->key);
  peer->first_met = peer->last_met = change->time;
  g_hash_table_insert (table, g_strdup (change->place), peer);
}

static gboolean
remember (HcKnownPeersTable        *table,
          const HcKnownPeersChange *change)
{
  HcKnownPeer *peer = g_hash_table_lookup (table, change->place);

  if (peer != NULL && is_key (peer->key, change->key))
    peer->last_met = MAX (peer->last_met, change->time);
  else if (peer == NULL || (change->replaces && is_key (peer->key, change->old_key)))
    insert (table, change);
  else
    return FALSE;
  return TRUE;
}

static gboolean
verify (HcKnownPeersTable        *table,
        const HcKnownPeersChange *change)
{
  HcKnownPeer *peer = g_hash_table_lookup (table, change->place);

  if (peer == NULL || !is_key (peer->key, change->key))
    return FALSE;
  peer->verified = change->verified;
  return TRUE;
}

/**
 * hc_known_peers_table_change:
 * @table: a table
 * @change: what to change
 *
 * Makes a change, unless the table knows another key than the one that the user
 * has seen and decided about: nobody's key is replaced, or verified, by a
 * decision about another.
 *
 * Returns: %TRUE if it is made
 */
gboolean
hc_known_peers_table_change (HcKnownPeersTable        *table,
                             const HcKnownPeersChange *change)
{
  switch (change->verb)
    {
    case HC_KNOWN_PEERS_REMEMBER:
      return remember (table, change);
    case HC_KNOWN_PEERS_VERIFY:
      return verify (table, change);
    case HC_KNOWN_PEERS_FORGET:
      g_hash_table_remove (table, change->place);
      return TRUE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

typedef struct
{
  const char *place;
  const HcKnownPeer *peer;
} Entry;

/* Whom to forget first. */
static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const HcKnownPeer *left = ((const Entry *) a)->peer;
  const HcKnownPeer *right = ((const Entry *) b)->peer;

  if (left->verified != right->verified)
    return left->verified ? 1 : -1;
  return (left->last_met > right->last_met) - (left->last_met < right->last_met);
}

/**
 * hc_known_peers_table_trim:
 * @table: a table
 * @max: how many may stay
 *
 * Forgets those who are more: first those who are not
 * verified, those met least recently before the others.
 */
void
hc_known_peers_table_trim (HcKnownPeersTable *table,
                           guint              max)
{
  const guint n_entries = g_hash_table_size (table);
  g_autoptr (GArray) entries = NULL;
  GHashTableIter iter;
  Entry entry;

  if (n_entries <= max)
    return;

  entries = g_array_sized_new (FALSE, FALSE, sizeof entry, n_entries);
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, (gpointer *) &entry.place, (gpointer *) &entry.peer))
    g_array_append_val (entries, entry);

  g_array_sort (entries, compare_entries);
  for (guint i = 0; i < n_entries - max; i++)
    g_hash_table_remove (table, g_array_index (entries, Entry, i).place);
}
