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

/**
 * HC_PART_MAX_LENGTH:
 *
 * How many bytes of a message a part has at most, so that it fits in a packet
 * with its headers, whatever their numbers. Source: protocol, section 4.
 */
#define HC_PART_MAX_LENGTH 928

/**
 * HC_MESSAGE_MAX_LENGTH:
 *
 * How many bytes of UTF-8 a message in parts may have.
 */
#define HC_MESSAGE_MAX_LENGTH 65536

/**
 * HC_MAX_PARTS:
 *
 * Of how many parts a message is at most. No character is cut in two, so that
 * a part may be up to three bytes shorter than %HC_PART_MAX_LENGTH.
 */
#define HC_MAX_PARTS 71

const char *hc_text_find_control_character (const char  *text,
                                            gsize        length);
gboolean    hc_text_is_address             (const char  *text);
guint16     hc_text_parse_port             (const char  *text);
gboolean    hc_text_parse_part             (const char  *text,
                                            guint       *index,
                                            guint       *n_parts);
gboolean    hc_client_id_validate          (const char  *id,
                                            GError     **error);
gsize       hc_message_get_capacity        (const char  *id);
char       *hc_message_normalise           (const char  *text);

G_END_DECLS
