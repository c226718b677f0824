/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *private_folder_new    (void);
void  private_folder_remove (char          *folder);

void  keep_result           (GObject       *source,
                             GAsyncResult  *result,
                             gpointer       user_data);

G_END_DECLS
