/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HcTerminalOptions:
 * @id: who the user is
 * @server: where the server is, `HOST:PORT` or `HOST`
 * @address: (nullable): the local address to be called at
 * @port: the local port to be called at, 0 for any that is free
 * @require_encryption: whether to talk to nobody without encryption
 * @version: whether only the version is asked for; then nothing else is set
 *
 * The command line of the program.
 */
typedef struct
{
  char *id;
  char *server;
  char *address;
  guint16 port;
  gboolean require_encryption;
  gboolean version;
} HcTerminalOptions;

HcTerminalOptions *hc_terminal_options_parse (int                 *argc,
                                              char              ***argv,
                                              GError             **error);
void               hc_terminal_options_free  (HcTerminalOptions   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcTerminalOptions, hc_terminal_options_free)

G_END_DECLS
