/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcFolderLock:
 *
 * A folder that nobody else can change meanwhile, be it another window of this
 * program or another program.
 */
typedef struct _HcFolderLock HcFolderLock;

HcFolderLock *hc_folder_lock_new        (const char    *folder,
                                         GError       **error);
void          hc_folder_lock_free       (HcFolderLock  *self);

char         *hc_private_file_read      (const char    *path,
                                         GError       **error);
gboolean      hc_private_file_write     (const char    *path,
                                         const char    *text,
                                         GError       **error);
char         *hc_private_file_set_aside (const char    *path,
                                         GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcFolderLock, hc_folder_lock_free)

G_END_DECLS
