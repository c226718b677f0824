/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

/**
 * PuppetServer:
 *
 * A server on 127.0.0.1 that says what a test has it say, over TCP and UDP or
 * over UDP alone, and remembers what it was asked. It lives in the test's own
 * thread and main context.
 */
typedef struct _PuppetServer PuppetServer;

PuppetServer *puppet_server_new          (gboolean       has_tcp);
void          puppet_server_free         (PuppetServer  *self);
guint16       puppet_server_get_port     (PuppetServer  *self);
guint16       puppet_server_get_udp_port (PuppetServer  *self);
void          puppet_server_answer       (PuppetServer  *self,
                                          HcPacketType   type,
                                          const char    *reply);
void          puppet_server_answer_once  (PuppetServer  *self,
                                          HcPacketType   type,
                                          const char    *reply);
void          puppet_server_mute         (PuppetServer  *self,
                                          gboolean       is_mute);
void          puppet_server_send         (PuppetServer  *self,
                                          const char    *bytes,
                                          gssize         length);
guint         puppet_server_count        (PuppetServer  *self,
                                          HcPacketType   type,
                                          gboolean       over_udp);
const char   *puppet_server_get_request  (PuppetServer  *self,
                                          HcPacketType   type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PuppetServer, puppet_server_free)

G_END_DECLS
