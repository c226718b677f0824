/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-credentials.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcSafetyCode:
 *
 * What two people compare to know that nobody is between them: a few symbols,
 * the same on both sides if and only if each has the other's key. Immutable.
 */
#define HC_TYPE_SAFETY_CODE (hc_safety_code_get_type ())
G_DECLARE_FINAL_TYPE (HcSafetyCode, hc_safety_code, HC, SAFETY_CODE, GObject)

void          hc_safety_make_nonce         (guint8        nonce[HC_NONCE_LENGTH]);
void          hc_safety_commit             (const guint8  nonce[HC_NONCE_LENGTH],
                                            guint8        commitment[HC_DIGEST_LENGTH]);

HcSafetyCode *hc_safety_code_new           (const guint8  caller_key[HC_KEY_LENGTH],
                                            const guint8  caller_nonce[HC_NONCE_LENGTH],
                                            const guint8  callee_key[HC_KEY_LENGTH],
                                            const guint8  callee_nonce[HC_NONCE_LENGTH],
                                            const guint8  session[HC_SESSION_LENGTH]);
guint         hc_safety_code_get_n_symbols (HcSafetyCode *self);
const char   *hc_safety_code_get_emoji     (HcSafetyCode *self,
                                            guint         position);
const char   *hc_safety_code_get_name      (HcSafetyCode *self,
                                            guint         position);
char         *hc_safety_code_to_string     (HcSafetyCode *self);

G_END_DECLS
