/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

G_BEGIN_DECLS

/**
 * HcTrust:
 * @HC_TRUST_NONE: nothing is known of who is at the other end
 * @HC_TRUST_NEW: it has a key, and has never been met on this server before
 * @HC_TRUST_KNOWN: it has the key that it had before
 * @HC_TRUST_VERIFIED: and the two have compared their safety code
 *
 * How sure it is that the peer is who it says.
 */
typedef enum
{
  HC_TRUST_NONE,
  HC_TRUST_NEW,
  HC_TRUST_KNOWN,
  HC_TRUST_VERIFIED,
} HcTrust;

/**
 * HcKeyChange:
 * @peer_id: who it is
 * @was_verified: whether the two had compared their safety code
 * @old_key: (nullable): the key that is remembered, for people to read; %NULL if
 *   the peer has none any more
 * @new_key: (nullable): the key that it has shown, for people to read; %NULL if it
 *   speaks v1 now
 * @shown_key: that key itself, if there is one
 *
 * Why somebody who was met before was not spoken to.
 */
typedef struct
{
  char *peer_id;
  gboolean was_verified;
  char *old_key;
  char *new_key;
  guint8 shown_key[HC_KEY_LENGTH];
} HcKeyChange;

HcKeyChange *hc_key_change_new  (const char  *peer_id,
                                 gboolean     was_verified,
                                 char        *old_key,
                                 char        *new_key);
void         hc_key_change_free (HcKeyChange *self);

G_END_DECLS
