/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-base64url.h"
#include "hc-client-error.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (HcRendezvousClient, hc_rendezvous_client, G_TYPE_OBJECT)

enum
{
  MATCHED,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hc_rendezvous_client_dispose (GObject *object)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (object);

  hc_rendezvous_client_end_upkeep (self);
  g_clear_object (&self->server);
  g_clear_object (&self->log);
  g_clear_object (&self->clock);
  g_clear_object (&self->socket);
  g_clear_object (&self->identity);
  g_clear_object (&self->stream);
  g_clear_object (&self->datagram);
  g_clear_object (&self->seen);

  G_OBJECT_CLASS (hc_rendezvous_client_parent_class)->dispose (object);
}

static void
hc_rendezvous_client_finalize (GObject *object)
{
  HcRendezvousClient *self = HC_RENDEZVOUS_CLIENT (object);

  g_free (self->local_address);
  g_free (self->id);
  g_free (self->token);
  g_free (self->with);

  G_OBJECT_CLASS (hc_rendezvous_client_parent_class)->finalize (object);
}

static void
hc_rendezvous_client_class_init (HcRendezvousClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_rendezvous_client_dispose;
  object_class->finalize = hc_rendezvous_client_finalize;

  /**
   * HcRendezvousClient::matched:
   * @self: the client
   * @match: who it is
   *
   * Emitted when the server has found somebody while we were ready. If they
   * call, we stay ready: should they not come, somebody else may. Each match
   * is told once.
   */
  signals[MATCHED] =
    g_signal_new ("matched", HC_TYPE_RENDEZVOUS_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, HC_TYPE_MATCH);

  /**
   * HcRendezvousClient::lost:
   * @self: the client
   * @error: why
   *
   * Emitted when the registration has ended and can't be had back: the server
   * has not answered for two minutes, or the ID is somebody else's now.
   */
  signals[LOST] =
    g_signal_new ("lost", HC_TYPE_RENDEZVOUS_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hc_rendezvous_client_init (HcRendezvousClient *self)
{
  g_queue_init (&self->waiting);
  self->clock = hc_system_clock_new ();
  self->version = 1;
  self->max_version = 2;
}

void
hc_rendezvous_client_emit_matched (HcRendezvousClient *self,
                                   HcMatch            *match)
{
  g_signal_emit (self, signals[MATCHED], 0, match);
}

void
hc_rendezvous_client_emit_lost (HcRendezvousClient *self,
                                const GError       *error)
{
  g_signal_emit (self, signals[LOST], 0, error);
}

static guint16
get_port (GSocketConnectable *server)
{
  if (G_IS_INET_SOCKET_ADDRESS (server))
    return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (server));
  return g_network_address_get_port (G_NETWORK_ADDRESS (server));
}

static GSocketConnectable *
parse_server (const char  *server,
              GError     **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;

  if (*server != '\0' && *server != ':')
    connectable = g_network_address_parse (server, HC_DEFAULT_PORT, NULL);
  if (connectable == NULL || get_port (connectable) == 0)
    {
      g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_INVALID_SERVER,
                   /* Translators: %s is what somebody has typed as the server */
                   _("“%s” is no server. Write its name or address and its port, "
                     "such as chat.example.org:5000."),
                   server);
      return NULL;
    }
  return g_steal_pointer (&connectable);
}

/**
 * hc_rendezvous_client_new:
 * @server: `host:port`, `host`, or an IPv6 address in brackets
 * @local_address: (nullable): a literal address of this host to ask from
 * @log: where to note the packets
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Creates a client that has asked nothing yet.
 *
 * Returns: (transfer full): a client, or %NULL with @error set
 */
HcRendezvousClient *
hc_rendezvous_client_new (const char   *server,
                          const char   *local_address,
                          HcPacketLog  *log,
                          GError      **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  HcRendezvousClient *self;

  g_return_val_if_fail (server != NULL, NULL);
  g_return_val_if_fail (HC_IS_PACKET_LOG (log), NULL);

  connectable = parse_server (server, error);
  if (connectable == NULL)
    return NULL;

  self = g_object_new (HC_TYPE_RENDEZVOUS_CLIENT, NULL);
  self->server = g_steal_pointer (&connectable);
  self->local_address = g_strdup (local_address);
  self->log = g_object_ref (log);
  return self;
}

/**
 * hc_rendezvous_client_set_socket:
 * @self: a client
 * @socket: (nullable): our socket, or %NULL to do without UDP
 *
 * Sets what to ask by over UDP, and where peers of v2 can reach us.
 */
void
hc_rendezvous_client_set_socket (HcRendezvousClient *self,
                                 HcDatagramSocket   *socket)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  if (!g_set_object (&self->socket, socket))
    return;

  hc_rendezvous_client_end_upkeep (self);
  hc_rendezvous_client_open_datagram (self);
}

/**
 * hc_rendezvous_client_set_identity:
 * @self: a client
 * @identity: (nullable): who we are, or %NULL to register as v1 does
 *
 * Sets by which key to register. Without one nothing but a PROBE is of v2. It
 * is for one ID alone.
 */
void
hc_rendezvous_client_set_identity (HcRendezvousClient *self,
                                   HcIdentity         *identity)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));

  g_set_object (&self->identity, identity);
}

/**
 * hc_rendezvous_client_set_max_version:
 * @self: a client
 * @version: 1, or 2 as it is at first
 *
 * Sets what to speak at most. With 1 even the PROBE is as the original's.
 */
void
hc_rendezvous_client_set_max_version (HcRendezvousClient *self,
                                      guint               version)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (version == 1 || version == 2);

  self->max_version = version;
}

/**
 * hc_rendezvous_client_set_clock:
 * @self: a client that has asked nothing yet
 * @clock: where to have the time from
 *
 * Sets by which clock registrations and cookies age.
 */
void
hc_rendezvous_client_set_clock (HcRendezvousClient *self,
                                HcClock            *clock)
{
  g_return_if_fail (HC_IS_RENDEZVOUS_CLIENT (self));
  g_return_if_fail (HC_IS_CLOCK (clock));

  g_set_object (&self->clock, clock);
}

/**
 * hc_rendezvous_client_get_transport:
 * @self: a client
 *
 * Gets the server's mode.
 *
 * Returns: the transport, which is unknown until the server has been probed
 */
HcTransport
hc_rendezvous_client_get_transport (HcRendezvousClient *self)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), HC_TRANSPORT_UNKNOWN);

  return self->transport;
}

/**
 * hc_rendezvous_client_get_version:
 * @self: a client
 *
 * Gets what the server speaks.
 *
 * Returns: 2 if it does and we may, else 1
 */
guint
hc_rendezvous_client_get_version (HcRendezvousClient *self)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), 1);

  return self->version;
}

/**
 * hc_rendezvous_client_get_token:
 * @self: a client
 * @token: (out caller-allocates): what owns our registration
 *
 * Gets what makes the tickets of those whom the server sends to us.
 *
 * Returns: %TRUE if there is one: we are registered, and the server speaks v2
 */
gboolean
hc_rendezvous_client_get_token (HcRendezvousClient *self,
                                guint8              token[HC_TOKEN_LENGTH])
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), FALSE);

  return self->token != NULL && hc_base64url_decode (self->token, token, HC_TOKEN_LENGTH);
}

/**
 * hc_rendezvous_client_get_seen:
 * @self: a client
 *
 * Gets where the server saw our REGISTER come from.
 *
 * Returns: (transfer none) (nullable): an address with its port, or %NULL if a
 *   server of v2 hasn't said so
 */
GSocketAddress *
hc_rendezvous_client_get_seen (HcRendezvousClient *self)
{
  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), NULL);

  return self->seen;
}

/**
 * hc_rendezvous_client_get_remote:
 * @self: a client
 *
 * Gets where the server is.
 *
 * Returns: (transfer none) (nullable): the address that has answered, or %NULL
 *   if none has
 */
GSocketAddress *
hc_rendezvous_client_get_remote (HcRendezvousClient *self)
{
  HcServerChannel *channel;

  g_return_val_if_fail (HC_IS_RENDEZVOUS_CLIENT (self), NULL);

  channel = hc_rendezvous_client_get_main (self);
  return channel != NULL ? hc_server_channel_get_remote (channel) : NULL;
}

/* --- One after another ---------------------------------------------------- */

HcOperation *
hc_operation_new (void      (*begin) (GTask *task),
                  HcPacket   *packet)
{
  HcOperation *operation = g_new0 (HcOperation, 1);

  operation->begin = begin;
  if (packet != NULL)
    operation->packet = g_object_ref (packet);
  return operation;
}

static void
operation_free (HcOperation *operation)
{
  g_clear_object (&operation->packet);
  g_free (operation->id);
  g_clear_error (&operation->error);
  g_free (operation);
}

static void
begin_next (HcRendezvousClient *self)
{
  while (!self->is_busy && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
      HcOperation *operation = g_task_get_task_data (task);

      if (g_task_return_error_if_cancelled (task))
        continue;
      self->is_busy = TRUE;
      hc_rendezvous_client_end_upkeep (self);
      operation->begin (g_steal_pointer (&task));
    }
}

/* Takes the operation. What is asked for now ends what went on by itself. */
void
hc_rendezvous_client_push (HcRendezvousClient  *self,
                           HcOperation         *operation,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, operation->begin);
  g_task_set_task_data (task, operation, (GDestroyNotify) operation_free);
  hc_rendezvous_client_end_upkeep (self);
  g_queue_push_tail (&self->waiting, task);
  begin_next (self);
}

/* Takes over the task, which has its result. */
void
hc_rendezvous_client_end (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);

  self->is_busy = FALSE;
  begin_next (self);
  g_object_unref (task);
}

/* --- How to ask ----------------------------------------------------------- */

gboolean
hc_rendezvous_client_speaks_v2 (HcRendezvousClient *self)
{
  return self->version > 1 && self->identity != NULL;
}

/* Where the server's mode has most requests go. */
HcServerChannel *
hc_rendezvous_client_get_main (HcRendezvousClient *self)
{
  return self->transport == HC_TRANSPORT_UDP ? self->datagram : self->stream;
}

/* Where to say that we are ready. The server tells our peer where it has seen
 * us over UDP, so that UDP is better where it works. */
HcServerChannel *
hc_rendezvous_client_get_bridge_channel (HcRendezvousClient *self)
{
  if (hc_rendezvous_client_speaks_v2 (self) && self->datagram_state == HC_DATAGRAM_ANSWERS)
    return self->datagram;
  return hc_rendezvous_client_get_main (self);
}
