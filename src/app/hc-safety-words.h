/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-safety-code.h"
#include "hc-session-state.h"
#include "hc-transport.h"
#include "hc-trust.h"

G_BEGIN_DECLS

/* What is said of the connection and of trust; those called closures are as in
 * hc-closures.h. */

char     *hc_closure_link           (gpointer           object,
                                     HcSessionState     state,
                                     HcTransport        link_transport,
                                     gboolean           incoming,
                                     gboolean           confirmed,
                                     gboolean           encrypted,
                                     gboolean           interrupted);
char     *hc_closure_lock_icon      (gpointer           object,
                                     gboolean           encrypted,
                                     HcTrust            trust);
char     *hc_closure_lock_label     (gpointer           object,
                                     gboolean           encrypted,
                                     HcTrust            trust);
char     *hc_closure_first_meeting  (gpointer           object,
                                     const char        *peer_id);
gboolean  hc_closure_is_interrupted (gpointer           object,
                                     HcSessionState     state,
                                     gboolean           interrupted);
char     *hc_closure_interruption   (gpointer           object,
                                     const char        *peer_id,
                                     gboolean           interrupted);
char     *hc_closure_typing         (gpointer           object,
                                     const char        *peer_id,
                                     gboolean           typing);
char     *hc_closure_safety_page    (gpointer           object,
                                     gboolean           encrypted,
                                     HcSafetyCode      *code);
char     *hc_closure_safety_title   (gpointer           object,
                                     const char        *peer_id,
                                     HcTrust            trust);
char     *hc_closure_safety_advice  (gpointer           object,
                                     const char        *peer_id,
                                     HcTrust            trust);
gboolean  hc_closure_is_verified    (gpointer           object,
                                     HcTrust            trust);
gboolean  hc_closure_may_differ     (gpointer           object,
                                     HcSessionState     state,
                                     HcTrust            trust);

char     *hc_safety_code_to_lines   (HcSafetyCode      *code);
char     *hc_key_change_dup_heading (const HcKeyChange *change);
char     *hc_key_change_dup_body    (const HcKeyChange *change);

G_END_DECLS
