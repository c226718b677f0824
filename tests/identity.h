/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Identity:
 * @key: its `Key`
 *
 * Somebody with a key of its own, who can prove it.
 */
typedef struct
{
  char *key;
  char *public_key;
  gpointer private_key;
} Identity;

Identity *identity_new   (void);
void      identity_free  (Identity   *self);
char     *identity_sign  (Identity   *self,
                          GBytes     *message);
char     *identity_prove (Identity   *self,
                          const char *cookie,
                          const char *id,
                          const char *address,
                          guint16     port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)

G_END_DECLS
