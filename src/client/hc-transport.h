/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HcTransport:
 * @HC_TRANSPORT_UNKNOWN: nobody has been asked yet
 * @HC_TRANSPORT_TCP: connections
 * @HC_TRANSPORT_UDP: datagrams
 *
 * What carries the packets: a server is in one mode, and so are the
 * conversations that it arranges. Source: protocol, section 2.
 */
typedef enum
{
  HC_TRANSPORT_UNKNOWN,
  HC_TRANSPORT_TCP,
  HC_TRANSPORT_UDP,
} HcTransport;

const char *hc_transport_to_string (HcTransport transport);

G_END_DECLS
