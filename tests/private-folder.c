/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "private-folder.h"

#include <glib/gstdio.h>

/* A path below a new temporary folder: it doesn't exist yet, as on a first start. */
char *
private_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("hc-test-XXXXXX", &error);

  g_assert_no_error (error);
  return g_build_filename (parent, "hybridchat", NULL);
}

/* Takes the folder with all that is in it, and its parent. */
void
private_folder_remove (char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_chmod (folder, 0700);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_remove (folder);
  g_assert_cmpint (g_remove (parent), ==, 0);
  g_free (folder);
}

/* A callback that keeps the result in a GAsyncResult *. */
void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}
