/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-transport.h"

/**
 * hc_transport_to_string:
 * @transport: a transport
 *
 * Gets a transport's name for a person, `TCP` or `UDP`.
 *
 * Returns: (transfer none): the name, empty for one that isn't known yet
 */
const char *
hc_transport_to_string (HcTransport transport)
{
  switch (transport)
    {
    case HC_TRANSPORT_TCP:
      return "TCP";
    case HC_TRANSPORT_UDP:
      return "UDP";
    case HC_TRANSPORT_UNKNOWN:
    default:
      return "";
    }
}
