/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-match.h"
#include "hc-address.h"
#include "hc-base64url.h"

#include <string.h>

/* As many as a server passes on. Source: protocol, section 5. */
#define MAX_PATHS 8

struct _HcMatch
{
  GObject parent_instance;

  char *peer_id;
  gboolean is_caller;
  gboolean is_vouched;
  GSocketAddress *address;
  GPtrArray *addresses;

  gboolean has_key;
  gboolean has_ticket;
  guint8 key[HC_KEY_LENGTH];
  guint8 session[HC_SESSION_LENGTH];
  guint8 ticket[HC_TICKET_LENGTH];
};

G_DEFINE_FINAL_TYPE (HcMatch, hc_match, G_TYPE_OBJECT)

static void
hc_match_dispose (GObject *object)
{
  HcMatch *self = HC_MATCH (object);

  g_clear_object (&self->address);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);

  G_OBJECT_CLASS (hc_match_parent_class)->dispose (object);
}

static void
hc_match_finalize (GObject *object)
{
  HcMatch *self = HC_MATCH (object);

  g_free (self->peer_id);

  G_OBJECT_CLASS (hc_match_parent_class)->finalize (object);
}

static void
hc_match_class_init (HcMatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_match_dispose;
  object_class->finalize = hc_match_finalize;
}

static void
hc_match_init (HcMatch *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- Where they may be ---------------------------------------------------- */

/* A server is not to be used to aim at somebody who is no client, and one that
 * is elsewhere not at this host itself. */
static gboolean
is_usable (GSocketAddress *address,
           GSocketAddress *server)
{
  return hc_address_is_callable (address) &&
         (server == NULL || hc_address_is_loopback (server) || !hc_address_is_loopback (address));
}

static gboolean
has_address (HcMatch        *self,
             GSocketAddress *address)
{
  for (guint i = 0; i < self->addresses->len; i++)
    if (hc_address_equal (g_ptr_array_index (self->addresses, i), address))
      return TRUE;
  return FALSE;
}

static GSocketAddress *
create_address (const char *host,
                guint16     port)
{
  g_autoptr (GSocketAddress) address =
    hc_text_is_address (host) ? g_inet_socket_address_new_from_string (host, port) : NULL;

  return address != NULL ? hc_address_unmap (address) : NULL;
}

static void
add_address (HcMatch        *self,
             const char     *host,
             guint16         port,
             GSocketAddress *server)
{
  g_autoptr (GSocketAddress) address = create_address (host, port);

  if (address != NULL && is_usable (address, server) && !has_address (self, address))
    g_ptr_array_add (self->addresses, g_steal_pointer (&address));
}

/* `ip port` */
static void
add_endpoint (HcMatch        *self,
              const char     *text,
              GSocketAddress *server)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  if (g_strv_length (words) == 2)
    add_address (self, words[0], hc_text_parse_port (words[1]), server);
}

/* Those that are nearest come first: on the same network the way over the
 * router is longer, and most routers don't go it. */
static void
collect_addresses (HcMatch        *self,
                   HcPacket       *packet,
                   GSocketAddress *server)
{
  const char *local_ip = hc_packet_get_header (packet, HC_HEADER_LOCAL_IP);
  const char *seen = hc_packet_get_header (packet, HC_HEADER_SEEN);
  const char *path;

  if (local_ip != NULL && self->is_vouched)
    add_address (self, local_ip, hc_packet_get_port (packet), server);
  for (guint i = 0; self->is_vouched && i < MAX_PATHS &&
                    (path = hc_packet_get_path (packet, i)) != NULL; i++)
    if (g_str_has_prefix (path, "host "))
      add_endpoint (self, path + strlen ("host "), server);
  add_address (self, hc_packet_get_header (packet, HC_HEADER_IP), hc_packet_get_port (packet),
               server);
  if (seen != NULL && self->is_vouched)
    add_endpoint (self, seen, server);
}

/* --- Who they are --------------------------------------------------------- */

static gboolean
refuse (HcProtocolError   code,
        const char       *fault,
        GError          **error)
{
  g_set_error_literal (error, HC_PROTOCOL_ERROR, code, fault);
  return FALSE;
}

/* Returns whether the header is there, and says something. */
static gboolean
read_secret (HcPacket *packet,
             HcHeader  header,
             guint8   *bytes,
             gsize     length)
{
  const char *text = hc_packet_get_header (packet, header);

  return text != NULL && hc_base64url_decode (text, bytes, length);
}

static gboolean
read_record (HcMatch         *self,
             HcPacket        *packet,
             GSocketAddress  *server,
             GError         **error)
{
  g_autoptr (GSocketAddress) address = hc_packet_dup_endpoint (packet);

  if (address == NULL)
    return refuse (HC_PROTOCOL_ERROR_INVALID_ADDRESS, "BRIDGEACK names nobody", error);

  self->address = hc_address_unmap (address);
  return is_usable (self->address, server) ||
         refuse (HC_PROTOCOL_ERROR_INVALID_ADDRESS,
                 "BRIDGEACK has an address that no client has", error);
}

/* Key and session come together, and for a caller the ticket too. */
static gboolean
read_credentials (HcMatch   *self,
                  HcPacket  *packet,
                  GError   **error)
{
  gboolean has_session = read_secret (packet, HC_HEADER_SESSION, self->session,
                                      sizeof self->session);

  self->has_key = read_secret (packet, HC_HEADER_KEY, self->key, sizeof self->key);
  self->has_ticket = self->is_caller && self->has_key &&
                     read_secret (packet, HC_HEADER_TICKET, self->ticket, sizeof self->ticket);
  if (self->has_key != has_session)
    return refuse (HC_PROTOCOL_ERROR_MISSING_HEADER,
                   "BRIDGEACK has only one of Key and Session", error);
  if (self->has_key && self->is_caller && !self->has_ticket)
    return refuse (HC_PROTOCOL_ERROR_MISSING_HEADER, "BRIDGEACK has no Ticket", error);
  return TRUE;
}

static gboolean
read_v2 (HcMatch   *self,
         HcPacket  *packet,
         GError   **error)
{
  const char *role = hc_packet_get_header (packet, HC_HEADER_ROLE);

  if (role == NULL)
    return refuse (HC_PROTOCOL_ERROR_MISSING_HEADER, "BRIDGEACK has no Role", error);

  self->is_vouched = TRUE;
  self->is_caller = strcmp (role, "caller") == 0;
  return read_credentials (self, packet, error);
}

/**
 * hc_match_new_from_packet:
 * @packet: a BRIDGEACK of a server on this host
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Reads who has been matched with us. See hc_match_new_from_server().
 *
 * Returns: (transfer full): the match, or %NULL with @error set
 */
HcMatch *
hc_match_new_from_packet (HcPacket  *packet,
                          GError   **error)
{
  return hc_match_new_from_server (packet, NULL, error);
}

/**
 * hc_match_new_from_server:
 * @packet: a BRIDGEACK that names somebody
 * @server: (nullable): where it came from, or %NULL for this host
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Reads who has been matched with us. Addresses that can't be a client's are
 * left out: loopback ones of a server elsewhere, those of groups, of everybody
 * and of nobody. If v1's own address is such a one it is an error.
 *
 * Returns: (transfer full): the match, or %NULL with @error set
 */
HcMatch *
hc_match_new_from_server (HcPacket        *packet,
                          GSocketAddress  *server,
                          GError         **error)
{
  g_autoptr (HcMatch) self = NULL;

  g_return_val_if_fail (HC_IS_PACKET (packet), NULL);
  g_return_val_if_fail (server == NULL || G_IS_INET_SOCKET_ADDRESS (server), NULL);

  self = g_object_new (HC_TYPE_MATCH, NULL);
  if (!read_record (self, packet, server, error))
    return NULL;

  self->peer_id = g_strdup (hc_packet_get_header (packet, HC_HEADER_CLIENT_ID));
  self->is_caller = TRUE;
  if (hc_packet_get_number (packet, HC_HEADER_VERSION) > 1 && !read_v2 (self, packet, error))
    return NULL;

  collect_addresses (self, packet, server);
  return g_steal_pointer (&self);
}

/**
 * hc_match_get_peer_id:
 * @self: a match
 *
 * Gets who it is.
 *
 * Returns: (transfer none): a client ID
 */
const char *
hc_match_get_peer_id (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return self->peer_id;
}

/**
 * hc_match_is_caller:
 * @self: a match
 *
 * Tells who calls whom. A v1 server tells only those who call.
 *
 * Returns: %TRUE if we call, %FALSE if they do
 */
gboolean
hc_match_is_caller (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), FALSE);

  return self->is_caller;
}

/**
 * hc_match_is_vouched:
 * @self: a match
 *
 * Tells whether the server would have said so if they spoke v2: then having no
 * key means that they don't.
 *
 * Returns: %TRUE if the server speaks v2
 */
gboolean
hc_match_is_vouched (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), FALSE);

  return self->is_vouched;
}

/**
 * hc_match_get_key:
 * @self: a match
 *
 * Gets what their public key is, by the server's word.
 *
 * Returns: (transfer none) (nullable) (array fixed-size=32): the key, or %NULL
 *   if they speak v1 or nobody knows
 */
const guint8 *
hc_match_get_key (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return self->has_key ? self->key : NULL;
}

/**
 * hc_match_get_session:
 * @self: a match
 *
 * Gets what the match is called: the two and the server know it.
 *
 * Returns: (transfer none) (nullable) (array fixed-size=8): the session, or
 *   %NULL if there is no key
 */
const guint8 *
hc_match_get_session (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return self->has_key ? self->session : NULL;
}

/**
 * hc_match_get_ticket:
 * @self: a match
 *
 * Gets what to show to them, so that they know that the server has sent us.
 *
 * Returns: (transfer none) (nullable) (array fixed-size=16): the ticket, or
 *   %NULL if there is no key or they call
 */
const guint8 *
hc_match_get_ticket (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return self->has_ticket ? self->ticket : NULL;
}

/**
 * hc_match_get_address:
 * @self: a match
 *
 * Gets the address that v1 knows: in the server's mode, at the port that they
 * have registered.
 *
 * Returns: (transfer none): an address with its port, not in its mapped form
 */
GSocketAddress *
hc_match_get_address (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return self->address;
}

/**
 * hc_match_list_addresses:
 * @self: a match
 *
 * Lists where they may be: the nearest address first, none twice, none in its
 * mapped form.
 *
 * Returns: (transfer full) (element-type GSocketAddress): one or more addresses
 */
GPtrArray *
hc_match_list_addresses (HcMatch *self)
{
  g_return_val_if_fail (HC_IS_MATCH (self), NULL);

  return g_ptr_array_ref (self->addresses);
}

/**
 * hc_match_equal:
 * @self: a match
 * @other: another
 *
 * Tells whether the server has said the same thing twice. Where there is no
 * session, all matches with somebody are the same.
 *
 * Returns: %TRUE if it has
 */
gboolean
hc_match_equal (HcMatch *self,
                HcMatch *other)
{
  g_return_val_if_fail (HC_IS_MATCH (self), FALSE);
  g_return_val_if_fail (HC_IS_MATCH (other), FALSE);

  if (self->has_key != other->has_key || self->is_caller != other->is_caller)
    return FALSE;
  if (self->has_key)
    return memcmp (self->session, other->session, sizeof self->session) == 0;
  return strcmp (self->peer_id, other->peer_id) == 0;
}
