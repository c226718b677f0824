/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checks of one file's text. Each adds a line for every fault it finds, such as
 * `src/app/hc-window.c:12: has a tab`. A path begins at the top of the tree. */

/* Which folder of src/ each header lies in, by its file name and by folder and
 * file name: a file's own folder comes first, as for the compiler. */
typedef GHashTable SourceHeaders;

char *source_get_folder      (const char    *path);
char *source_strip           (const char    *text);
char **source_list_names     (const char    *text);
void  source_check_unique    (const char    *path,
                              const char    *other,
                              const char    *name,
                              GPtrArray     *faults);
void  source_check_includes  (const char    *path,
                              const char    *text,
                              SourceHeaders *headers,
                              GPtrArray     *faults);
void  source_check_layer     (const char    *path,
                              const char    *text,
                              GPtrArray     *faults);
void  source_check_form      (const char    *path,
                              const char    *text,
                              GPtrArray     *faults);
void  source_check_lengths   (const char    *path,
                              const char    *text,
                              GPtrArray     *faults);

G_END_DECLS
