/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-datagram-path.h"
#include "hc-identity.h"
#include "hc-secure-datagram.h"
#include "lossy-relay.h"

G_BEGIN_DECLS

/**
 * SecureEnd:
 * @identity: who it is
 * @socket: its UDP socket
 * @path: its path
 * @secure: (nullable): the encrypted conversation, when it has begun
 * @key: the other one's key as it was shown
 * @error: (nullable): why it has not begun
 * @is_done: whether either is there
 * @received: what has come, each datagram with a newline behind it
 *
 * One of two who encrypt their datagrams.
 */
typedef struct
{
  HcIdentity *identity;
  HcDatagramSocket *socket;
  HcDatagramPath *path;
  GDatagramBased *secure;
  guint8 key[HC_KEY_LENGTH];
  GError *error;
  gboolean is_done;
  GString *received;
  GSource *input;
} SecureEnd;

/**
 * SecurePair:
 * @caller: the one who calls
 * @callee: the one who is called
 * @relay: the network between the two
 *
 * Two with a network between them that may lose datagrams.
 */
typedef struct
{
  SecureEnd caller;
  SecureEnd callee;
  LossyRelay *relay;
} SecurePair;

extern const guint8 secure_pair_session[HC_SESSION_LENGTH];

SecurePair *secure_pair_new          (double       loss,
                                      guint32      seed);
void        secure_pair_free         (SecurePair  *self);
void        secure_pair_begin        (SecurePair  *self);
void        secure_pair_connect      (SecurePair  *self);
void        secure_pair_exchange     (SecurePair  *self);

void        secure_end_begin         (SecureEnd   *self,
                                      gboolean     is_client,
                                      const guint8 *expected_key,
                                      GCancellable *cancellable);
void        secure_end_read          (SecureEnd   *self);
gboolean    secure_end_send          (SecureEnd   *self,
                                      const char  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecurePair, secure_pair_free)

G_END_DECLS
