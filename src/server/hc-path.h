/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-ip.h"

G_BEGIN_DECLS

/**
 * HC_MAX_PATHS:
 *
 * How many paths a client may register; a record with more is no packet.
 */
#define HC_MAX_PATHS 8

/**
 * HC_PATH_STRING_SIZE:
 *
 * How many bytes hc_path_to_string() may write, with the closing NUL.
 */
#define HC_PATH_STRING_SIZE (HC_IP_STRING_SIZE + 16)

/**
 * HcPathKind:
 * @HC_PATH_HOST: an address of the client's own host
 * @HC_PATH_RELAY: an address of somebody who passes on what comes there
 *
 * What a path leads to.
 */
typedef enum
{
  HC_PATH_HOST,
  HC_PATH_RELAY,
} HcPathKind;

/**
 * HcPath:
 * @kind: what it leads to
 * @port: a port
 * @address: an address
 *
 * One way to reach a client. Source: protocol, section 5.
 */
typedef struct
{
  HcPathKind kind;
  guint16 port;
  HcIp address;
} HcPath;

gboolean hc_path_init_from_string (HcPath       *self,
                                   const char   *text);
void     hc_path_to_string        (const HcPath *self,
                                   char         *buffer);
gboolean hc_path_is_usable        (const HcPath *self,
                                   const HcIp   *owner,
                                   const HcIp   *other);

G_END_DECLS
