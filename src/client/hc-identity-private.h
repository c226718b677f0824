/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-identity.h"

G_BEGIN_DECLS

HcIdentity *hc_identity_new_from_pem  (const char  *id,
                                       const char  *pem,
                                       GError     **error);
gboolean    hc_identity_check_support (GError     **error);

G_END_DECLS
