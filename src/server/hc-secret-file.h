/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_SECRET_FILE_MIN_LENGTH:
 *
 * How many bytes a secret has at least. Fewer could be guessed.
 */
#define HC_SECRET_FILE_MIN_LENGTH 32

/**
 * HC_SECRET_FILE_MAX_LENGTH:
 *
 * How many it has at most. More is some other file.
 */
#define HC_SECRET_FILE_MAX_LENGTH 4096

GBytes *hc_secret_file_load (const char  *path,
                             GError     **error);

G_END_DECLS
