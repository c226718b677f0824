/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-path.h"
#include "hc-text.h"

#include <string.h>

static const char *const kind_names[] = {
  [HC_PATH_HOST] = "host",
  [HC_PATH_RELAY] = "relay",
};

/**
 * hc_path_init_from_string:
 * @self: (out caller-allocates): a path
 * @text: the value of a `Path` header
 *
 * Reads a path.
 *
 * Returns: %TRUE if its kind is known and the rest is right, else @self is
 *   undefined
 */
gboolean
hc_path_init_from_string (HcPath     *self,
                          const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);

  if (g_strv_length (words) != 3)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (strcmp (words[0], kind_names[i]) == 0)
      {
        self->kind = i;
        self->port = hc_text_parse_port (words[2]);
        return self->port != 0 && hc_ip_init_from_string (&self->address, words[1]);
      }
  return FALSE;
}

/**
 * hc_path_to_string:
 * @self: a path
 * @buffer: room for %HC_PATH_STRING_SIZE bytes
 *
 * Writes a path, the way it stands in packets.
 */
void
hc_path_to_string (const HcPath *self,
                   char         *buffer)
{
  char address[HC_IP_STRING_SIZE];

  hc_ip_to_string (&self->address, address);
  g_snprintf (buffer, HC_PATH_STRING_SIZE, "%s %s %u", kind_names[self->kind], address, self->port);
}

/**
 * hc_path_is_usable:
 * @self: a path
 * @owner: where the server sees the client whose path it is
 * @other: where it sees the client who is to be told
 *
 * Tells whether a path may be handed on. Nobody is sent to multicast, broadcast
 * or the like, and to loopback only if both are on the server's own host.
 *
 * Returns: %TRUE if the other can use it
 */
gboolean
hc_path_is_usable (const HcPath *self,
                   const HcIp   *owner,
                   const HcIp   *other)
{
  if (hc_ip_is_loopback (&self->address))
    return hc_ip_is_loopback (owner) && hc_ip_is_loopback (other);
  return hc_ip_is_reachable (&self->address);
}
