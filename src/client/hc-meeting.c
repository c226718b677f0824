/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-meeting.h"
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
