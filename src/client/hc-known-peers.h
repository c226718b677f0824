/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcKnownPeer:
 * @key: the key that somebody has
 * @verified: whether the two have compared the safety code
 * @first_met: when this key was seen first, in seconds since 1970
 * @last_met: when it was seen last
 *
 * What is remembered of somebody.
 */
typedef struct
{
  guint8 key[HC_KEY_LENGTH];
  gboolean verified;
  gint64 first_met;
  gint64 last_met;
} HcKnownPeer;

/**
 * HcKnownPeers:
 *
 * The keys of the people we have met, by the server and the ID that we met them
 * under. Whoever shows another key than the one remembered is somebody else, or
 * has begun anew: that is for the user to decide.
 *
 * They are in memory from the start and in a file that only its owner can read.
 * A change counts from the call on; it is in the file when the callback runs.
 * All windows of a program share what they know, and several programs bring
 * theirs together whenever one writes. To be used in the main thread only.
 */
#define HC_TYPE_KNOWN_PEERS (hc_known_peers_get_type ())
G_DECLARE_FINAL_TYPE (HcKnownPeers, hc_known_peers, HC, KNOWN_PEERS, GObject)

void          hc_known_peers_load_async       (const char           *folder,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
HcKnownPeers *hc_known_peers_load_finish      (GAsyncResult         *result,
                                               GError              **error);
void          hc_known_peers_set_aside_async  (const char           *folder,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
char         *hc_known_peers_set_aside_finish (GAsyncResult         *result,
                                               GError              **error);
gboolean      hc_known_peers_lookup           (HcKnownPeers         *self,
                                               const char           *server,
                                               const char           *id,
                                               HcKnownPeer          *found);
void          hc_known_peers_remember_async   (HcKnownPeers         *self,
                                               const char           *server,
                                               const char           *id,
                                               const guint8         *key,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean      hc_known_peers_remember_finish  (HcKnownPeers         *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void          hc_known_peers_verify_async     (HcKnownPeers         *self,
                                               const char           *server,
                                               const char           *id,
                                               const guint8         *key,
                                               gboolean              verified,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean      hc_known_peers_verify_finish    (HcKnownPeers         *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void          hc_known_peers_forget_async     (HcKnownPeers         *self,
                                               const char           *server,
                                               const char           *id,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean      hc_known_peers_forget_finish    (HcKnownPeers         *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
