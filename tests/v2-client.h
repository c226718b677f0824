/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"
#include "identity.h"

G_BEGIN_DECLS

/**
 * V2Client:
 * @id: what it is called
 * @source: where its requests come from
 * @port: and from which port; over TCP the port it declares
 * @identity: its key
 * @cookie: (nullable): what the server gave it last
 * @token: (nullable): what its registration gave it
 * @extra: lines to put behind all others of its REGISTER, or the empty string
 *
 * Somebody who speaks v2, and writes its requests line by line.
 */
typedef struct
{
  const char *id;
  const char *source;
  guint16 port;
  Identity *identity;
  char *cookie;
  char *token;
  const char *extra;
} V2Client;

V2Client *v2_client_new      (const char *id,
                              const char *source,
                              guint16     port);
void      v2_client_free     (V2Client   *self);
char     *v2_client_probe    (V2Client   *self);
char     *v2_client_register (V2Client   *self);
char     *v2_client_ask      (V2Client   *self,
                              const char *type,
                              const char *extra);
char     *v2_client_chat     (V2Client   *self,
                              const char *caller_id,
                              const char *callee_id);
void      v2_client_take     (V2Client   *self,
                              const char *reply);

char     *v2_get             (const char *packet,
                              HcHeader    header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2Client, v2_client_free)

G_END_DECLS
