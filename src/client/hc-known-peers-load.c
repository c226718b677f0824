/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One object for each folder, whoever asks for it. */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-known-peers-file.h"
#include "hc-known-peers-private.h"

/* The one for each folder, as long as somebody has it. */
static GHashTable *instances;

static HcKnownPeers *
ref_instance (const char *folder)
{
  HcKnownPeers *self = instances != NULL ? g_hash_table_lookup (instances, folder) : NULL;

  return self != NULL ? g_object_ref (self) : NULL;
}

static void
on_instance_gone (gpointer  user_data,
                  GObject  *where_the_object_was)
{
  g_autofree char *folder = user_data;

  g_hash_table_remove (instances, folder);
  if (g_hash_table_size (instances) == 0)
    g_clear_pointer (&instances, g_hash_table_unref);
}

static HcKnownPeers *
make_instance (const char        *folder,
               HcKnownPeersTable *table)
{
  HcKnownPeers *self = hc_known_peers_new (folder, table);
  char *key = g_strdup (folder);

  if (instances == NULL)
    instances = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (instances, key, self);
  g_object_weak_ref (G_OBJECT (self), on_instance_gone, key);
  return self;
}

static void
read_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  HcKnownPeersTable *table = hc_known_peers_file_read (task_data, &error);

  if (table != NULL)
    g_task_return_pointer (task, table, (GDestroyNotify) g_hash_table_unref);
  else
    g_task_return_error (task, error);
}

/* Another window may have been quicker. */
static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *folder = g_task_get_task_data (task);
  g_autoptr (HcKnownPeersTable) table = NULL;
  HcKnownPeers *self;
  GError *error = NULL;

  table = g_task_propagate_pointer (G_TASK (result), &error);
  if (table == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self = ref_instance (folder);
  if (self == NULL)
    self = make_instance (folder, table);
  g_task_return_pointer (task, self, g_object_unref);
}

/**
 * hc_known_peers_load_async:
 * @folder: where the file is; it is made if it is missing
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Gets the people we know: the one object for that folder.
 */
void
hc_known_peers_load_async (const char          *folder,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) reading = NULL;
  HcKnownPeers *self;

  g_return_if_fail (folder != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_known_peers_load_async);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  self = ref_instance (folder);
  if (self != NULL)
    {
      g_task_return_pointer (task, self, g_object_unref);
      return;
    }

  reading = g_task_new (NULL, cancellable, on_read, g_steal_pointer (&task));
  g_task_set_source_tag (reading, hc_known_peers_load_async);
  g_task_set_task_data (reading, g_strdup (folder), g_free);
  g_task_run_in_thread (reading, read_in_thread);
}

/**
 * hc_known_peers_load_finish:
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_known_peers_load_async(). A file that can't be used is left as it is:
 * %HC_CLIENT_ERROR_KNOWN_PEERS names it and says what to do. Going on without
 * what it says would take people who are known for strangers, so that is for
 * the user to decide: see hc_known_peers_set_aside_async().
 *
 * Returns: (transfer full): the people, or %NULL
 */
HcKnownPeers *
hc_known_peers_load_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
set_aside_in_thread (GTask        *task,
                     gpointer      source_object,
                     gpointer      task_data,
                     GCancellable *cancellable)
{
  GError *error = NULL;
  char *aside = hc_known_peers_file_set_aside (task_data, &error);

  if (aside != NULL)
    g_task_return_pointer (task, aside, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * hc_known_peers_set_aside_async:
 * @folder: where the file is
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Gives the file another name, so that loading begins with nobody. Only for a
 * user who has agreed to that, where the file can't be used.
 */
void
hc_known_peers_set_aside_async (const char          *folder,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (folder != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_known_peers_set_aside_async);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, set_aside_in_thread);
}

/**
 * hc_known_peers_set_aside_finish:
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_known_peers_set_aside_async().
 *
 * Returns: (transfer full): where the file is now, or %NULL
 */
char *
hc_known_peers_set_aside_finish (GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
