/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Identities in their files, which threads read and write. */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-certificate.h"
#include "hc-client-error.h"
#include "hc-identity-private.h"
#include "hc-private-file.h"
#include "hc-text.h"

#include <glib/gi18n-lib.h>

/**
 * hc_identity_dup_default_folder:
 *
 * Gets where a user's identities are, and the keys of other people.
 *
 * Returns: (transfer full): a path
 */
char *
hc_identity_dup_default_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "hybridchat", NULL);
}

/* Two IDs have two names, also where "A" and "a" or two spellings of an umlaut
 * are the same file. */
static char *
encode_id (const char *id)
{
  GString *name = g_string_new (NULL);

  for (; *id != '\0'; id++)
    if (g_ascii_islower (*id) || g_ascii_isdigit (*id) || *id == '-' || *id == '_')
      g_string_append_c (name, *id);
    else
      g_string_append_printf (name, "%%%02x", (guchar) *id);
  return g_string_free (name, FALSE);
}

/**
 * hc_identity_dup_path:
 * @folder: where identities are
 * @id: a client ID
 *
 * Gets where the identity of an ID is, or would be.
 *
 * Returns: (transfer full): a path
 */
char *
hc_identity_dup_path (const char *folder,
                      const char *id)
{
  g_autofree char *encoded = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (folder != NULL && id != NULL, NULL);

  encoded = encode_id (id);
  name = g_strconcat (encoded, ".pem", NULL);
  return g_build_filename (folder, name, NULL);
}

static void
explain_reading (GError     **error,
                 const char  *path,
                 const char  *reason)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY,
               /* Translators: the first %s is a file, the second what is wrong with it. The
                * key is what other people recognise the user by. */
               _("Your key in %s can't be used: %s. Put the file right, or move it away: then you "
                 "get a new key, and those who know you are warned that it is another one."),
               name, reason);
}

static void
explain_writing (GError     **error,
                 const char  *path,
                 const char  *reason)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY,
               /* Translators: the first %s is a file, the second is why */
               _("Your key can't be kept in %s: %s. Put that right, and try again."),
               name, reason);
}

static HcIdentity *
create (const char  *path,
        const char  *id,
        GError     **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *pem = hc_certificate_generate (&fault);

  if (pem != NULL && hc_private_file_write (path, pem, &fault))
    return hc_identity_new_from_pem (id, pem, error);

  explain_writing (error, path, fault->message);
  return NULL;
}

/* The lock is held: of two programs that start at once, one makes the key and
 * the other finds it. */
static HcIdentity *
load_or_create (const char  *path,
                const char  *id,
                GError     **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *pem = hc_private_file_read (path, &fault);
  HcIdentity *self = NULL;

  if (pem != NULL)
    self = hc_identity_new_from_pem (id, pem, &fault);
  else if (g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return create (path, id, error);

  if (self == NULL)
    explain_reading (error, path, fault->message);
  return self;
}

typedef struct
{
  char *folder;
  char *id;
} Place;

static void
place_free (Place *place)
{
  g_free (place->folder);
  g_free (place->id);
  g_free (place);
}

static GTask *
make_task (const char          *folder,
           const char          *id,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Place *place = g_new0 (Place, 1);

  place->folder = g_strdup (folder);
  place->id = g_strdup (id);
  g_task_set_task_data (task, place, (GDestroyNotify) place_free);
  return task;
}

static void
load_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Place *place = task_data;
  g_autofree char *path = hc_identity_dup_path (place->folder, place->id);
  g_autoptr (HcFolderLock) lock = NULL;
  g_autoptr (GError) fault = NULL;
  GError *error = NULL;
  HcIdentity *self = NULL;

  if (hc_client_id_validate (place->id, &error) && hc_identity_check_support (&error))
    {
      lock = hc_folder_lock_new (place->folder, &fault);
      if (lock != NULL)
        self = load_or_create (path, place->id, &error);
      else
        explain_writing (&error, path, fault->message);
    }

  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hc_identity_load_async:
 * @folder: where identities are; it is made if it is missing
 * @id: our client ID
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Gets our identity under an ID: the one in its file or, if there is no such
 * file, a new one. Whoever loads it at the same time gets the same.
 */
void
hc_identity_load_async (const char          *folder,
                        const char          *id,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (folder != NULL && id != NULL);

  task = make_task (folder, id, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_identity_load_async);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * hc_identity_load_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends hc_identity_load_async(). A file that can't be used is left as it is,
 * and %HC_CLIENT_ERROR_IDENTITY names it and says what to do: a new key is made
 * only where there is none, or once hc_identity_set_aside_async() was asked
 * for. An ID that can't be one is an error in %HC_PROTOCOL_ERROR.
 *
 * Returns: (transfer full): the identity, or %NULL
 */
HcIdentity *
hc_identity_load_finish (GAsyncResult  *result,
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
  Place *place = task_data;
  g_autofree char *path = hc_identity_dup_path (place->folder, place->id);
  g_autoptr (GError) fault = NULL;
  g_autoptr (HcFolderLock) lock = hc_folder_lock_new (place->folder, &fault);
  char *aside = lock != NULL ? hc_private_file_set_aside (path, &fault) : NULL;

  if (aside != NULL)
    g_task_return_pointer (task, aside, g_free);
  else
    g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_IDENTITY,
                             /* Translators: the first %s is a file, the second is why */
                             _("%s can't be moved away: %s."), path, fault->message);
}

/**
 * hc_identity_set_aside_async:
 * @folder: where identities are
 * @id: our client ID
 * @cancellable: (nullable): to give up
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Gives the file of an identity another name, so that the next
 * hc_identity_load_async() makes a new one. Only for a user who has agreed to
 * be somebody new to everybody.
 */
void
hc_identity_set_aside_async (const char          *folder,
                             const char          *id,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (folder != NULL && id != NULL);

  task = make_task (folder, id, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_identity_set_aside_async);
  g_task_run_in_thread (task, set_aside_in_thread);
}

/**
 * hc_identity_set_aside_finish:
 * @result: what the callback was given
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Ends hc_identity_set_aside_async().
 *
 * Returns: (transfer full): where the file is now, or %NULL
 */
char *
hc_identity_set_aside_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
