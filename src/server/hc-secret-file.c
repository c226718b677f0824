/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-secret-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

G_GNUC_PRINTF (3, 4)
static void
set_error (GError     **error,
           int          code,
           const char  *format,
           ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_FILE_ERROR, code, message);
}

/* A service manager's credential belongs to root, and an access control list,
 * which shows as the group's right, lets the service read it. Nobody else gets
 * into its directory. Source: systemd.exec(5), "CREDENTIALS". */
static gboolean
is_credential (const char *path)
{
  const char *directory = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *parent = g_path_get_dirname (path);

  return directory != NULL && g_str_equal (parent, directory);
}

static gboolean
check_status (const char         *path,
              const struct stat  *status,
              GError            **error)
{
  mode_t forbidden = is_credential (path) ? 0037 : 0077;

  if (!S_ISREG (status->st_mode))
    set_error (error, G_FILE_ERROR_INVAL, _("%s is no file"), path);
  else if ((status->st_mode & forbidden) != 0)
    set_error (error, G_FILE_ERROR_PERM,
               _("%s is open to others; make it the server’s alone: chmod 0600"), path);
  else if (status->st_size < HC_SECRET_FILE_MIN_LENGTH)
    set_error (error, G_FILE_ERROR_INVAL, _("%s has %d bytes; a secret has at least %d, at random"),
               path, (int) status->st_size, HC_SECRET_FILE_MIN_LENGTH);
  else if (status->st_size > HC_SECRET_FILE_MAX_LENGTH)
    set_error (error, G_FILE_ERROR_INVAL, _("%s has more than %d bytes, which is no secret"),
               path, HC_SECRET_FILE_MAX_LENGTH);
  else
    return TRUE;
  return FALSE;
}

/* What is checked is what is read, whatever happens to the name meanwhile. */
static GBytes *
load (const char  *path,
      int          fd,
      GError     **error)
{
  guint8 buffer[HC_SECRET_FILE_MAX_LENGTH];
  struct stat status;
  gssize n;

  if (fstat (fd, &status) == 0 && !check_status (path, &status, error))
    return NULL;
  n = read (fd, buffer, sizeof buffer);
  if (n < HC_SECRET_FILE_MIN_LENGTH)
    {
      set_error (error, G_FILE_ERROR_IO, _("%s can’t be read"), path);
      return NULL;
    }
  return g_bytes_new (buffer, n);
}

/**
 * hc_secret_file_load:
 * @path: a file's name
 * @error: return location for a #GError in %G_FILE_ERROR
 *
 * Reads a secret, all bytes of the file, which nobody but its owner may read or
 * write. A credential that systemd has passed is as good.
 *
 * Returns: (transfer full): the secret, or %NULL and @error says what is wrong
 *   with the file and what to do about it
 */
GBytes *
hc_secret_file_load (const char  *path,
                     GError     **error)
{
  /* Not to wait for somebody to write, if it is a pipe. */
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  GBytes *secret;

  if (fd < 0)
    {
      int code = errno;

      set_error (error, g_file_error_from_errno (code), "%s: %s", path, g_strerror (code));
      return NULL;
    }
  secret = load (path, fd, error);
  close (fd);
  return secret;
}
