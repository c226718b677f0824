/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-known-peers.h"

G_BEGIN_DECLS

/**
 * HC_KNOWN_PEERS_MAX:
 *
 * How many people are remembered.
 */
#define HC_KNOWN_PEERS_MAX 10000

/**
 * HcKnownPeersTable: (skip)
 *
 * #HcKnownPeer by place, as hc_known_peers_dup_place() has it.
 */
typedef GHashTable HcKnownPeersTable;

/**
 * HcKnownPeersVerb:
 * @HC_KNOWN_PEERS_REMEMBER: somebody has been met with a key
 * @HC_KNOWN_PEERS_VERIFY: a key has been compared, or not after all
 * @HC_KNOWN_PEERS_FORGET: somebody shall be new again
 *
 * What to change.
 */
typedef enum
{
  HC_KNOWN_PEERS_REMEMBER,
  HC_KNOWN_PEERS_VERIFY,
  HC_KNOWN_PEERS_FORGET,
} HcKnownPeersVerb;

/**
 * HcKnownPeersChange:
 * @verb: what to change
 * @place: where
 * @key: the key that it is about
 * @replaces: for a key that was accepted in another's place: whether there is
 * @old_key: that other one
 * @verified: for @HC_KNOWN_PEERS_VERIFY
 * @time: when, in seconds since 1970
 *
 * One change, which can be made in several tables.
 */
typedef struct
{
  HcKnownPeersVerb verb;
  char *place;
  guint8 key[HC_KEY_LENGTH];
  gboolean replaces;
  guint8 old_key[HC_KEY_LENGTH];
  gboolean verified;
  gint64 time;
} HcKnownPeersChange;

char               *hc_known_peers_dup_place     (const char                *server,
                                                  const char                *id);

HcKnownPeersTable  *hc_known_peers_table_new     (void);
HcKnownPeersTable  *hc_known_peers_table_parse   (const char                *text,
                                                  GError                   **error);
char               *hc_known_peers_table_to_text (HcKnownPeersTable         *table);
gboolean            hc_known_peers_table_change  (HcKnownPeersTable         *table,
                                                  const HcKnownPeersChange  *change);
void                hc_known_peers_table_trim    (HcKnownPeersTable         *table,
                                                  guint                      max);

HcKnownPeersChange *hc_known_peers_change_copy   (const HcKnownPeersChange  *change);
void                hc_known_peers_change_free   (HcKnownPeersChange        *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcKnownPeersTable, g_hash_table_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcKnownPeersChange, hc_known_peers_change_free)

G_END_DECLS
