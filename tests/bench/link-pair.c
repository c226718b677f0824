/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "link-pair.h"
#include "hc-reliable-link.h"
#include "hc-secure-datagram.h"
#include "message.h"

static GSocket *
open_socket (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  if (socket == NULL || !g_socket_bind (socket, any, FALSE, &error))
    g_error ("%s", error->message);
  return socket;
}

static void
open_plain (GDatagramBased *ends[2])
{
  GSocket *sockets[2] = { open_socket (), open_socket () };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GSocketAddress) other = g_socket_get_local_address (sockets[1 - i], NULL);

      g_socket_connect (sockets[i], other, NULL, NULL);
      ends[i] = G_DATAGRAM_BASED (sockets[i]);
    }
}

static HcDatagramPath *
open_path (HcPacketLog *log)
{
  static const guint8 session[HC_SESSION_LENGTH] = { 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HcDatagramSocket) socket = hc_datagram_socket_new ("127.0.0.1", 0, log, &error);

  g_assert_no_error (error);
  return hc_datagram_path_new (socket, session);
}

static void
on_secure (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GDatagramBased **end = user_data;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  *end = hc_secure_datagram_finish (result, key, &error);
  g_assert_no_error (error);
}

static void
begin_encryption (HcDatagramPath  *path,
                  gboolean         is_client,
                  GDatagramBased **end)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HcIdentity) identity = hc_identity_generate (is_client ? "alice" : "bob", &error);

  g_assert_no_error (error);
  hc_secure_datagram_async (path, is_client, identity, NULL, NULL, on_secure, end);
}

static void
open_encrypted (HcPacketLog    *log,
                GDatagramBased *ends[2])
{
  g_autoptr (HcDatagramPath) caller = open_path (log);
  g_autoptr (HcDatagramPath) callee = open_path (log);
  guint16 port = hc_datagram_socket_get_port (hc_datagram_path_get_socket (callee));
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string ("127.0.0.1", port);

  hc_datagram_path_set_remote (caller, remote);
  begin_encryption (callee, FALSE, &ends[1]);
  begin_encryption (caller, TRUE, &ends[0]);
  while (ends[0] == NULL || ends[1] == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_received (HcLink   *link,
             HcPacket *packet,
             guint    *n_received)
{
  (*n_received)++;
}

LinkPair *
link_pair_new (gboolean is_encrypted)
{
  LinkPair *self = g_new0 (LinkPair, 1);
  g_autoptr (HcClock) clock = hc_system_clock_new ();
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  GDatagramBased *ends[2] = { NULL, NULL };

  if (is_encrypted)
    open_encrypted (log, ends);
  else
    open_plain (ends);
  for (guint i = 0; i < 2; i++)
    {
      self->links[i] = hc_reliable_link_new (ends[i], HC_DIALECT_SECURE, clock, log);
      g_signal_connect (self->links[i], "received", G_CALLBACK (on_received), &self->n_received[i]);
      g_object_unref (ends[i]);
    }
  return self;
}

void
link_pair_free (LinkPair *self)
{
  g_object_unref (self->links[0]);
  g_object_unref (self->links[1]);
  g_free (self);
}

/* Some messages, whose bytes are the same each time. */
void
link_pair_send (LinkPair *self,
                guint     end,
                guint     n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HcPacket) packet = bench_make_message ();

      hc_link_send (self->links[end], packet);
    }
}

/* Until so many more have come. */
void
link_pair_receive (LinkPair *self,
                   guint     end,
                   guint     n)
{
  const guint wanted = self->n_received[end] + n;

  while (self->n_received[end] < wanted)
    g_main_context_iteration (NULL, TRUE);
}
