/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-meeting.h"
#include "hc-address.h"
#include "hc-reliable-link.h"

#include <string.h>

#define PURPOSE "hc2 link"

/**
 * hc_meeting_new:
 * @clock: the time
 * @log: where to note the packets
 * @identity: who we are
 *
 * Creates a meeting with nobody yet: fill in the rest.
 *
 * Returns: (transfer full): a meeting
 */
HcMeeting *
hc_meeting_new (HcClock     *clock,
                HcPacketLog *log,
                HcIdentity  *identity)
{
  HcMeeting *self = g_rc_box_new0 (HcMeeting);

  self->clock = g_object_ref (clock);
  self->log = g_object_ref (log);
  self->identity = g_object_ref (identity);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/**
 * hc_meeting_ref:
 * @self: a meeting
 *
 * Keeps a meeting.
 *
 * Returns: (transfer full): @self
 */
HcMeeting *
hc_meeting_ref (HcMeeting *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  HcMeeting *self = data;

  g_object_unref (self->clock);
  g_object_unref (self->log);
  g_object_unref (self->identity);
  g_clear_object (&self->socket);
  g_free (self->local_address);
  g_free (self->peer_id);
  g_ptr_array_unref (self->addresses);
}

/**
 * hc_meeting_unref:
 * @self: a meeting
 *
 * Lets go of a meeting.
 */
void
hc_meeting_unref (HcMeeting *self)
{
  g_rc_box_release_full (self, clear);
}

static GPtrArray *
list_own_hosts (HcMeeting *self)
{
  GPtrArray *hosts;

  if (self->local_address == NULL)
    return hc_address_list_hosts (TRUE);

  hosts = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (hosts, g_inet_address_new_from_string (self->local_address));
  return hosts;
}

static gboolean
is_own_host (GPtrArray    *hosts,
             GInetAddress *host)
{
  for (guint i = 0; i < hosts->len; i++)
    if (g_inet_address_equal (g_ptr_array_index (hosts, i), host))
      return TRUE;
  return FALSE;
}

/* In many homes somebody has the same address: who answers there, at our own port,
 * is we ourselves, and seems to be in the meeting. */
static gboolean
is_ourselves (HcMeeting          *self,
              GPtrArray          *hosts,
              GInetSocketAddress *address,
              guint16             port)
{
  guint16 other = g_inet_socket_address_get_port (address);

  return (other == port ||
          (self->socket != NULL && other == hc_datagram_socket_get_port (self->socket))) &&
         is_own_host (hosts, g_inet_socket_address_get_address (address));
}

static void
add_addresses (HcMeeting *self,
               GPtrArray *addresses,
               GPtrArray *own_hosts,
               guint16    port)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      GInetSocketAddress *address = g_ptr_array_index (addresses, i);

      if (!is_ourselves (self, own_hosts, address, port))
        g_ptr_array_add (self->addresses, g_object_ref (address));
    }
}

/**
 * hc_meeting_set_addresses:
 * @self: a meeting with its socket, if it is to have one, and its local address
 * @addresses: (element-type GSocketAddress): where the peer may be, best first
 * @port: our own port
 *
 * Takes over where the peer may be, but for what is at this moment our own address
 * and port; unless that is all.
 */
void
hc_meeting_set_addresses (HcMeeting *self,
                          GPtrArray *addresses,
                          guint16    port)
{
  g_autoptr (GPtrArray) hosts = list_own_hosts (self);

  g_return_if_fail (addresses != NULL);

  g_ptr_array_set_size (self->addresses, 0);
  add_addresses (self, addresses, hosts, port);
  if (self->addresses->len > 0)
    return;

  g_ptr_array_set_size (hosts, 0);
  add_addresses (self, addresses, hosts, port);
}

/**
 * hc_meeting_get_key:
 * @self: a meeting
 *
 * Gets the key that the peer must have.
 *
 * Returns: (transfer none) (nullable): the key, or %NULL for any
 */
const guint8 *
hc_meeting_get_key (HcMeeting *self)
{
  return self->has_key ? self->key : NULL;
}

/**
 * hc_meeting_get_ticket:
 * @self: a meeting
 *
 * Gets the server's word for the caller.
 *
 * Returns: (transfer none) (nullable): the ticket, or %NULL if there is none
 */
const guint8 *
hc_meeting_get_ticket (HcMeeting *self)
{
  return self->has_ticket ? self->ticket : NULL;
}

/* Each handshake has a name of its own, so that the records of one are never
 * taken for another's. The first one's is the session. */
static void
name_attempt (HcMeeting *self,
              guint      attempt,
              guint8     name[HC_SESSION_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint32 number = GUINT32_TO_BE (attempt);
  guint8 digest[HC_DIGEST_LENGTH];
  gsize length = sizeof digest;

  memcpy (name, self->session, HC_SESSION_LENGTH);
  if (attempt == 0)
    return;

  g_checksum_update (checksum, (const guchar *) PURPOSE, sizeof PURPOSE);
  g_checksum_update (checksum, self->session, HC_SESSION_LENGTH);
  g_checksum_update (checksum, (const guchar *) &number, sizeof number);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (name, digest, HC_SESSION_LENGTH);
}

/**
 * hc_meeting_open_path:
 * @self: a meeting with a socket
 * @attempt: which handshake of this meeting the path is for, from 0
 *
 * Opens the way of a handshake's records.
 *
 * Returns: (transfer full): a path without a remote
 */
HcDatagramPath *
hc_meeting_open_path (HcMeeting *self,
                      guint      attempt)
{
  guint8 name[HC_SESSION_LENGTH];

  g_return_val_if_fail (self->socket != NULL, NULL);

  name_attempt (self, attempt, name);
  return hc_datagram_path_new (self->socket, name);
}

static void
on_remote (HcDatagramPath *path,
           GParamSpec     *pspec,
           HcReliableLink *link)
{
  g_autoptr (GSocketAddress) remote = hc_datagram_path_dup_remote (path);

  hc_reliable_link_set_remote (link, remote);
}

/**
 * hc_meeting_make_link:
 * @self: a meeting
 * @path: the way of the records
 * @datagrams: the encryption over it
 *
 * Lays a link over encrypted datagrams. It knows where the peer is, also if that
 * changes.
 *
 * Returns: (transfer full): a link
 */
HcLink *
hc_meeting_make_link (HcMeeting      *self,
                      HcDatagramPath *path,
                      GDatagramBased *datagrams)
{
  HcLink *link = hc_reliable_link_new (datagrams, HC_DIALECT_SECURE, self->clock, self->log);

  g_signal_connect_object (path, "notify::remote", G_CALLBACK (on_remote), link, 0);
  on_remote (path, NULL, HC_RELIABLE_LINK (link));
  return link;
}
