/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything here blocks, and belongs in a thread. */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-private-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define MAX_LENGTH (16 * 1024 * 1024)

/* Whoever holds the lock writes one file. Somebody who is stopped in the middle
 * of it shall not stop the others for ever. */
#define LOCK_PATIENCE (10 * G_TIME_SPAN_SECOND)
#define LOCK_INTERVAL (10 * G_TIME_SPAN_MILLISECOND)

struct _HcFolderLock
{
  int fd;
};

static gboolean
fail_with_errno (GError **error,
                 int      code)
{
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (code), g_strerror (code));
  return FALSE;
}

static gboolean
fail (GError     **error,
      GFileError   code,
      const char  *reason)
{
  g_set_error_literal (error, G_FILE_ERROR, code, reason);
  return FALSE;
}

static gboolean
make_folder (const char  *folder,
             GError     **error)
{
  GStatBuf status;

  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0 || g_stat (folder, &status) != 0)
    return fail_with_errno (error, errno);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail (error, G_FILE_ERROR_PERM,
                 _("other people may change its folder; \"chmod 700\" takes that away"));
  return TRUE;
}

static gboolean
wait_for_lock (int      fd,
               GError **error)
{
  const gint64 end = g_get_monotonic_time () + LOCK_PATIENCE;

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return fail_with_errno (error, errno);
      if (g_get_monotonic_time () >= end)
        return fail (error, G_FILE_ERROR_AGAIN, _("another program keeps its folder locked"));
      g_usleep (LOCK_INTERVAL);
    }
  return TRUE;
}

/**
 * hc_folder_lock_new:
 * @folder: a folder's path
 * @error: return location for a #GError in %G_FILE_ERROR
 *
 * Makes a folder that only its owner can see into, unless there is one already,
 * and keeps everybody else who asks for the same lock waiting. Don't call it
 * where something must not wait.
 *
 * Returns: (transfer full): the lock, which lasts until it is freed, or %NULL
 */
HcFolderLock *
hc_folder_lock_new (const char  *folder,
                    GError     **error)
{
  g_autofree char *path = NULL;
  g_autoptr (HcFolderLock) self = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  if (!make_folder (folder, error))
    return NULL;

  path = g_build_filename (folder, "lock", NULL);
  self = g_new0 (HcFolderLock, 1);
  self->fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
  if (self->fd < 0)
    {
      fail_with_errno (error, errno);
      return NULL;
    }
  return wait_for_lock (self->fd, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * hc_folder_lock_free:
 * @self: (transfer full): a lock
 *
 * Lets the others in.
 */
void
hc_folder_lock_free (HcFolderLock *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* A link to a volume that isn't there now is not the same as no file: what it
 * leads to comes back. */
static gboolean
fail_to_find (const char  *path,
              int          code,
              GError     **error)
{
  if (code == ENOENT && g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return fail (error, G_FILE_ERROR_FAILED, _("it is a link to a file that isn't there"));
  return fail_with_errno (error, code);
}

static gboolean
check_file (const char  *path,
            GError     **error)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    return fail_to_find (path, errno, error);
  if (!S_ISREG (status.st_mode))
    return fail (error, G_FILE_ERROR_INVAL, _("it is no file"));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail (error, G_FILE_ERROR_PERM,
                 _("other people may read or change it; \"chmod 600\" takes that away"));
  if (status.st_size > MAX_LENGTH)
    return fail (error, G_FILE_ERROR_INVAL, _("it is far too long"));
  return TRUE;
}

/**
 * hc_private_file_read:
 * @path: a file's path
 * @error: return location for a #GError in %G_FILE_ERROR: %G_FILE_ERROR_NOENT
 *   if there is no such file
 *
 * Reads a text that nobody but its owner may see or change. It is refused if
 * others have the permission.
 *
 * Returns: (transfer full): the text, or %NULL
 */
char *
hc_private_file_read (const char  *path,
                      GError     **error)
{
  char *text = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (check_file (path, error))
    g_file_get_contents (path, &text, NULL, error);
  return text;
}

/**
 * hc_private_file_write:
 * @path: a file's path
 * @text: what to put in it
 * @error: return location for a #GError in %G_FILE_ERROR
 *
 * Writes a text that nobody but its owner may see or change. Whatever happens
 * meanwhile, be it a power cut, the file has all of the old text or all of the
 * new; and the new one when this returns.
 *
 * Returns: %TRUE if it is written
 */
gboolean
hc_private_file_write (const char  *path,
                       const char  *text,
                       GError     **error)
{
  g_return_val_if_fail (path != NULL && text != NULL, FALSE);

  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   FILE_MODE, error);
}

/**
 * hc_private_file_set_aside:
 * @path: a file's path
 * @error: return location for a #GError in %G_FILE_ERROR
 *
 * Gives a file another name, under which nobody looks for it, and under which
 * no other file is lost. To be called with the folder locked.
 *
 * Returns: (transfer full): the new path, or %NULL
 */
char *
hc_private_file_set_aside (const char  *path,
                           GError     **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  for (guint i = 1;; i++)
    {
      g_autofree char *aside = g_strdup_printf ("%s.damaged-%u", path, i);
      GStatBuf status;

      if (g_lstat (aside, &status) == 0)
        continue;
      if (g_rename (path, aside) == 0)
        return g_steal_pointer (&aside);
      fail_with_errno (error, errno);
      return NULL;
    }
}
