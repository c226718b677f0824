/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-known-peers-private.h"
#include "hc-client-error.h"
#include "hc-known-peers-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A change that may not be in the file yet. The task is whoever waits for it,
 * or NULL after a write that failed: then the change still counts here, and is
 * written along with the next one. */
typedef struct
{
  HcKnownPeersChange *change;
  GTask *task;
} Pending;

struct _HcKnownPeers
{
  GObject parent_instance;

  char *folder;
  HcKnownPeersTable *table;
  GPtrArray *pending;
  guint n_writing;
};

G_DEFINE_FINAL_TYPE (HcKnownPeers, hc_known_peers, G_TYPE_OBJECT)

static void
pending_free (Pending *pending)
{
  hc_known_peers_change_free (pending->change);
  g_clear_object (&pending->task);
  g_free (pending);
}

static void
hc_known_peers_finalize (GObject *object)
{
  HcKnownPeers *self = HC_KNOWN_PEERS (object);

  g_free (self->folder);
  g_clear_pointer (&self->table, g_hash_table_unref);
  g_clear_pointer (&self->pending, g_ptr_array_unref);

  G_OBJECT_CLASS (hc_known_peers_parent_class)->finalize (object);
}

static void
hc_known_peers_class_init (HcKnownPeersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_known_peers_finalize;
}

static void
hc_known_peers_init (HcKnownPeers *self)
{
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) pending_free);
}

/**
 * hc_known_peers_new:
 * @folder: where the file is
 * @table: who is in it
 *
 * Makes the object for a folder, of which there shall be no other.
 *
 * Returns: (transfer full): the people
 */
HcKnownPeers *
hc_known_peers_new (const char        *folder,
                    HcKnownPeersTable *table)
{
  HcKnownPeers *self = g_object_new (HC_TYPE_KNOWN_PEERS, NULL);

  self->folder = g_strdup (folder);
  self->table = g_hash_table_ref (table);
  return self;
}

/* --- Writing -------------------------------------------------------------- */

typedef struct
{
  char *folder;
  GPtrArray *changes;
  gboolean *made;
} Batch;

static void
batch_free (Batch *batch)
{
  g_free (batch->folder);
  g_ptr_array_unref (batch->changes);
  g_free (batch->made);
  g_free (batch);
}

/* All that waits goes at once: who comes meanwhile is in the next one. */
static Batch *
make_batch (HcKnownPeers *self)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->folder = g_strdup (self->folder);
  batch->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) hc_known_peers_change_free);
  for (guint i = 0; i < self->pending->len; i++)
    {
      Pending *pending = g_ptr_array_index (self->pending, i);

      g_ptr_array_add (batch->changes, hc_known_peers_change_copy (pending->change));
    }
  batch->made = g_new0 (gboolean, batch->changes->len);
  return batch;
}

static void
write_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Batch *batch = task_data;
  GError *error = NULL;
  HcKnownPeersTable *table = hc_known_peers_file_change (batch->folder, batch->changes,
                                                         batch->made, &error);

  if (table != NULL)
    g_task_return_pointer (task, table, (GDestroyNotify) g_hash_table_unref);
  else
    g_task_return_error (task, error);
}

static void on_written (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data);

static void
write_pending (HcKnownPeers *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->n_writing > 0)
    return;

  self->n_writing = self->pending->len;
  /* Not as the task's source: the thread may be the last to let go of that. */
  task = g_task_new (NULL, NULL, on_written, g_object_ref (self));
  g_task_set_source_tag (task, write_pending);
  g_task_set_task_data (task, make_batch (self), (GDestroyNotify) batch_free);
  g_task_run_in_thread (task, write_in_thread);
}

static void
return_conflict (GTask *task)
{
  g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_KNOWN_PEERS,
                           _("Another key was remembered for this person meanwhile. Look at both "
                             "keys, and decide again."));
}

/* What the others have written counts here from now on, and so does what has
 * been changed since the batch was made. */
static void
take_table (HcKnownPeers      *self,
            HcKnownPeersTable *table)
{
  g_hash_table_unref (self->table);
  self->table = table;
  for (guint i = 0; i < self->pending->len; i++)
    {
      Pending *pending = g_ptr_array_index (self->pending, i);

      hc_known_peers_table_change (table, pending->change);
    }
}

static void
finish_batch (HcKnownPeers      *self,
              Batch             *batch,
              guint              n_written,
              HcKnownPeersTable *table)
{
  g_autoptr (GPtrArray) written =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pending_free);

  for (guint i = 0; i < n_written; i++)
    g_ptr_array_add (written, g_ptr_array_steal_index (self->pending, 0));
  take_table (self, table);

  for (guint i = 0; i < n_written; i++)
    {
      Pending *pending = g_ptr_array_index (written, i);

      if (pending->task != NULL && batch->made[i])
        g_task_return_boolean (pending->task, TRUE);
      else if (pending->task != NULL)
        return_conflict (pending->task);
    }
}

static void
fail_batch (HcKnownPeers *self,
            guint         n_failed,
            const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_failed; i++)
    {
      Pending *pending = g_ptr_array_index (self->pending, i);

      if (pending->task != NULL)
        g_ptr_array_add (tasks, g_steal_pointer (&pending->task));
    }
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (g_ptr_array_index (tasks, i), g_error_copy (error));
}

static gboolean
somebody_waits (HcKnownPeers *self)
{
  for (guint i = 0; i < self->pending->len; i++)
    if (((Pending *) g_ptr_array_index (self->pending, i))->task != NULL)
      return TRUE;
  return FALSE;
}

/* Callbacks may change more: by then this is in order. */
static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HcKnownPeers) self = user_data;
  Batch *batch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  HcKnownPeersTable *table = g_task_propagate_pointer (G_TASK (result), &error);
  const guint n_written = self->n_writing;

  self->n_writing = 0;
  if (table != NULL)
    finish_batch (self, batch, n_written, table);
  else
    fail_batch (self, n_written, error);

  if (somebody_waits (self))
    write_pending (self);
}

static void
make_change (HcKnownPeers       *self,
             HcKnownPeersChange *change,
             GTask              *task)
{
  Pending *pending;

  if (!hc_known_peers_table_change (self->table, change))
    {
      return_conflict (task);
      g_object_unref (task);
      hc_known_peers_change_free (change);
      return;
    }

  pending = g_new0 (Pending, 1);
  pending->change = change;
  pending->task = task;
  g_ptr_array_add (self->pending, pending);
  write_pending (self);
}

static HcKnownPeersChange *
new_change (HcKnownPeersVerb  verb,
            const char       *server,
            const char       *id,
            const guint8     *key)
{
  HcKnownPeersChange *change = g_new0 (HcKnownPeersChange, 1);

  change->verb = verb;
  change->place = hc_known_peers_dup_place (server, id);
  change->time = g_get_real_time () / G_USEC_PER_SEC;
  if (key != NULL)
    memcpy (change->key, key, sizeof change->key);
  return change;
}

/* --- Who is who ----------------------------------------------------------- */

/**
 * hc_known_peers_lookup:
 * @self: the people we know
 * @server: a server as `host:port`
 * @id: a client ID there
 * @found: (out caller-allocates) (optional): what is remembered
 *
 * Looks somebody up.
 *
 * Returns: %TRUE if there is a key of theirs
 */
gboolean
hc_known_peers_lookup (HcKnownPeers *self,
                       const char   *server,
                       const char   *id,
                       HcKnownPeer  *found)
{
  g_autofree char *place = NULL;
  const HcKnownPeer *peer;

  g_return_val_if_fail (HC_IS_KNOWN_PEERS (self), FALSE);
  g_return_val_if_fail (server != NULL && id != NULL, FALSE);

  place = hc_known_peers_dup_place (server, id);
  peer = g_hash_table_lookup (self->table, place);
  if (peer != NULL && found != NULL)
    *found = *peer;
  return peer != NULL;
}

/**
 * hc_known_peers_remember_async:
 * @self: the people we know
 * @server: a server as `host:port`
 * @id: a client ID there
 * @key: (array fixed-size=32): the key that they have shown
 * @cancellable: (nullable): not to wait for the file any more; the change is
 *   made all the same
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Remembers that somebody has been met, with a key: for the first time; again,
 * and then whether they are verified stays; or with another key than before
 * once the user has accepted that, and then they are not verified any more.
 */
void
hc_known_peers_remember_async (HcKnownPeers        *self,
                               const char          *server,
                               const char          *id,
                               const guint8        *key,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  HcKnownPeersChange *change;
  HcKnownPeer old;
  GTask *task;

  g_return_if_fail (HC_IS_KNOWN_PEERS (self));
  g_return_if_fail (server != NULL && id != NULL && key != NULL);

  change = new_change (HC_KNOWN_PEERS_REMEMBER, server, id, key);
  change->replaces = hc_known_peers_lookup (self, server, id, &old);
  if (change->replaces)
    memcpy (change->old_key, old.key, sizeof old.key);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_known_peers_remember_async);
  make_change (self, change, task);
}

/**
 * hc_known_peers_remember_finish:
 * @self: the people we know
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_known_peers_remember_async(). Where another program has remembered a
 * third key meanwhile, that one stays.
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
hc_known_peers_remember_finish (HcKnownPeers  *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hc_known_peers_verify_async:
 * @self: the people we know
 * @server: a server as `host:port`
 * @id: a client ID there
 * @key: (array fixed-size=32): the key that was part of the safety code
 * @verified: whether the two have compared it
 * @cancellable: (nullable): not to wait for the file any more; the change is
 *   made all the same
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Remembers that a key is somebody's beyond doubt, or not after all. They have
 * to be known with this key already; any other key stays as it is.
 */
void
hc_known_peers_verify_async (HcKnownPeers        *self,
                             const char          *server,
                             const char          *id,
                             const guint8        *key,
                             gboolean             verified,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  HcKnownPeersChange *change;
  GTask *task;

  g_return_if_fail (HC_IS_KNOWN_PEERS (self));
  g_return_if_fail (server != NULL && id != NULL && key != NULL);

  change = new_change (HC_KNOWN_PEERS_VERIFY, server, id, key);
  change->verified = verified;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_known_peers_verify_async);
  make_change (self, change, task);
}

/**
 * hc_known_peers_verify_finish:
 * @self: the people we know
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_known_peers_verify_async().
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
hc_known_peers_verify_finish (HcKnownPeers  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hc_known_peers_forget_async:
 * @self: the people we know
 * @server: a server as `host:port`
 * @id: a client ID there
 * @cancellable: (nullable): not to wait for the file any more; the change is
 *   made all the same
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Makes somebody new to us.
 */
void
hc_known_peers_forget_async (HcKnownPeers        *self,
                             const char          *server,
                             const char          *id,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HC_IS_KNOWN_PEERS (self));
  g_return_if_fail (server != NULL && id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_known_peers_forget_async);
  make_change (self, new_change (HC_KNOWN_PEERS_FORGET, server, id, NULL), task);
}

/**
 * hc_known_peers_forget_finish:
 * @self: the people we know
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_known_peers_forget_async().
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
hc_known_peers_forget_finish (HcKnownPeers  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
