/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything here blocks, and belongs in a thread. */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-known-peers-file.h"
#include "hc-client-error.h"
#include "hc-private-file.h"

#include <glib/gi18n-lib.h>

#define FILE_NAME "known-peers.ini"

static void
explain_reading (GError       **error,
                 const char    *path,
                 const GError  *fault)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
               /* Translators: the first %s is a file, the second what is wrong with it */
               _("The keys of the people you know, in %s, can't be used: %s. Put the file right, or "
                 "move it away: then everybody is new to you."),
               name, fault->message);
}

static void
explain_writing (GError       **error,
                 const char    *path,
                 const GError  *fault)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
               /* Translators: the first %s is a file, the second is why */
               _("The keys of the people you know can't be kept in %s: %s. Put that right, and try "
                 "again."),
               name, fault->message);
}

static HcKnownPeersTable *
read_locked (const char  *path,
             GError     **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *text = hc_private_file_read (path, &fault);
  HcKnownPeersTable *table = NULL;

  if (text != NULL)
    table = hc_known_peers_table_parse (text, &fault);
  else if (g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return hc_known_peers_table_new ();

  if (table == NULL)
    explain_reading (error, path, fault);
  return table;
}

/**
 * hc_known_peers_file_read:
 * @folder: where the file is; it is made if it is missing
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Reads who is known: nobody, if there is no file.
 *
 * Returns: (transfer full): a table, or %NULL
 */
HcKnownPeersTable *
hc_known_peers_file_read (const char  *folder,
                          GError     **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (GError) fault = NULL;
  g_autoptr (HcFolderLock) lock = hc_folder_lock_new (folder, &fault);

  if (lock != NULL)
    return read_locked (path, error);
  explain_reading (error, path, fault);
  return NULL;
}

/**
 * hc_known_peers_file_change:
 * @folder: where the file is; it is made if it is missing
 * @changes: (element-type HcKnownPeersChange): what to change, in order
 * @made: (array): where to put which of them were made
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Makes changes in what the file says now, which others may have changed too.
 * A file that can't be read is left alone.
 *
 * Returns: (transfer full): all that is in the file then, or %NULL
 */
HcKnownPeersTable *
hc_known_peers_file_change (const char  *folder,
                            GPtrArray   *changes,
                            gboolean    *made,
                            GError     **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  g_autoptr (HcKnownPeersTable) table = NULL;
  g_autoptr (GError) fault = NULL;
  g_autoptr (HcFolderLock) lock = hc_folder_lock_new (folder, &fault);

  if (lock != NULL)
    {
      table = read_locked (path, error);
      if (table == NULL)
        return NULL;

      for (guint i = 0; i < changes->len; i++)
        made[i] = hc_known_peers_table_change (table, g_ptr_array_index (changes, i));
      hc_known_peers_table_trim (table, HC_KNOWN_PEERS_MAX);
      text = hc_known_peers_table_to_text (table);
      if (hc_private_file_write (path, text, &fault))
        return g_steal_pointer (&table);
    }
  explain_writing (error, path, fault);
  return NULL;
}

/**
 * hc_known_peers_file_set_aside:
 * @folder: where the file is
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Gives the file another name.
 *
 * Returns: (transfer full): its path now, or %NULL
 */
char *
hc_known_peers_file_set_aside (const char  *folder,
                               GError     **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (GError) fault = NULL;
  g_autoptr (HcFolderLock) lock = hc_folder_lock_new (folder, &fault);
  char *aside = lock != NULL ? hc_private_file_set_aside (path, &fault) : NULL;

  if (aside == NULL)
    explain_writing (error, path, fault);
  return aside;
}
