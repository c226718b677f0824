/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-protocol-error.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_PACKET_MAX_LENGTH:
 *
 * How many bytes a packet may have. Source: protocol, section 1.
 */
#define HC_PACKET_MAX_LENGTH 1024

/**
 * HC_CLIENT_ID_MAX_LENGTH:
 *
 * How many bytes of UTF-8 a client ID may have. Source: protocol, section 1.
 */
#define HC_CLIENT_ID_MAX_LENGTH 64

/**
 * HC_DEFAULT_PORT:
 *
 * The port of a server, where nobody names another.
 */
#define HC_DEFAULT_PORT 5000

const char *hc_text_find_control_character (const char  *text,
                                            gsize        length);
gboolean    hc_text_is_address             (const char  *text);
guint16     hc_text_parse_port             (const char  *text);
gboolean    hc_client_id_validate          (const char  *id,
                                            GError     **error);
gsize       hc_message_get_capacity        (const char  *id);
char       *hc_message_normalise           (const char  *text);

G_END_DECLS
