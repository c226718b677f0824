/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-datagram-path.h"
#include "hc-address.h"
#include "hc-datagram-source.h"
#include "hc-dtls-record.h"

#include <string.h>

/* What a peer can have on its way to us before we read: more than a window of
 * 256 frames and their repetitions. */
#define MAX_QUEUED 512

/* Longer ones are not from us: ours fit in any network's packet. */
#define MAX_RECORD_LENGTH 1500

typedef struct
{
  GSocketAddress *from;
  gsize length;
  guint8 data[];
} Datagram;

struct _HcDatagramPath
{
  GObject parent_instance;

  HcDatagramSocket *socket;
  guint8 session[HC_SESSION_LENGTH];
  GSocketAddress *remote;

  GQueue queue;
  guint64 n_dropped;

  /* Of what was read last; NULL once it is confirmed. */
  GSocketAddress *sender;

  gboolean follows;
  gboolean confirmed;
  guint64 newest;
};

enum
{
  PROP_0,
  PROP_REMOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_RECORD_ARRIVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void hc_datagram_path_iface_init (GDatagramBasedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HcDatagramPath, hc_datagram_path, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_DATAGRAM_BASED,
                                                      hc_datagram_path_iface_init))

static Datagram *
datagram_new (GSocketAddress *from,
              const char     *data,
              gsize           length)
{
  Datagram *datagram = g_malloc (sizeof (Datagram) + length);

  datagram->from = g_object_ref (from);
  datagram->length = length;
  memcpy (datagram->data, data, length);
  return datagram;
}

static void
datagram_free (Datagram *datagram)
{
  g_object_unref (datagram->from);
  g_free (datagram);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Datagram, datagram_free)

static void
hc_datagram_path_dispose (GObject *object)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (object);

  if (self->socket != NULL)
    hc_datagram_socket_remove_session (self->socket, self->session, self);
  g_clear_object (&self->socket);
  g_clear_object (&self->remote);
  g_clear_object (&self->sender);
  g_queue_clear_full (&self->queue, (GDestroyNotify) datagram_free);

  G_OBJECT_CLASS (hc_datagram_path_parent_class)->dispose (object);
}

static void
hc_datagram_path_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (object);

  switch (prop_id)
    {
    case PROP_REMOTE:
      g_value_set_object (value, self->remote);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_datagram_path_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (object);

  switch (prop_id)
    {
    case PROP_REMOTE:
      hc_datagram_path_set_remote (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_datagram_path_class_init (HcDatagramPathClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_datagram_path_dispose;
  object_class->get_property = hc_datagram_path_get_property;
  object_class->set_property = hc_datagram_path_set_property;

  /**
   * HcDatagramPath:remote:
   *
   * Where records are sent to, or %NULL as long as nobody knows.
   */
  properties[PROP_REMOTE] =
    g_param_spec_object ("remote", NULL, NULL,
                         G_TYPE_SOCKET_ADDRESS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HcDatagramPath::record-arrived:
   * @self: the path
   *
   * Something of this session has come and can be read. Anybody who knows the
   * session may have sent it.
   */
  signals[SIGNAL_RECORD_ARRIVED] =
    g_signal_new ("record-arrived",
                  HC_TYPE_DATAGRAM_PATH,
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
hc_datagram_path_init (HcDatagramPath *self)
{
  g_queue_init (&self->queue);
}

static gboolean
on_record (GSocketAddress *from,
           const char     *data,
           gsize           length,
           gpointer        user_data)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (user_data);

  if (length > MAX_RECORD_LENGTH || self->queue.length == MAX_QUEUED)
    {
      self->n_dropped++;
      return FALSE;
    }

  g_queue_push_tail (&self->queue, datagram_new (from, data, length));
  g_signal_emit (self, signals[SIGNAL_RECORD_ARRIVED], 0);
  return TRUE;
}

/* --- As a GDatagramBased -------------------------------------------------- */

static gsize
scatter (const Datagram *datagram,
         GInputMessage  *message)
{
  gsize done = 0;

  for (guint i = 0; i < message->num_vectors; i++)
    {
      gsize length = MIN (message->vectors[i].size, datagram->length - done);

      memcpy (message->vectors[i].buffer, datagram->data + done, length);
      done += length;
    }
  return done;
}

static void
note_sender (HcDatagramPath *self,
             const Datagram *datagram)
{
  HcDtlsRecord record;

  if (!hc_dtls_record_parse (datagram->data, datagram->length, &record))
    {
      g_clear_object (&self->sender);
      return;
    }

  g_set_object (&self->sender, datagram->from);
  if (self->follows)
    hc_datagram_path_set_remote (self, datagram->from);
}

static void
receive_message (HcDatagramPath *self,
                 GInputMessage  *message)
{
  g_autoptr (Datagram) datagram = g_queue_pop_head (&self->queue);

  message->bytes_received = scatter (datagram, message);
  message->flags = 0;
  if (message->address != NULL)
    *message->address = g_object_ref (datagram->from);
  if (message->control_messages != NULL)
    *message->control_messages = NULL;
  if (message->num_control_messages != NULL)
    *message->num_control_messages = 0;
  note_sender (self, datagram);
}

static int
hc_datagram_path_receive_messages (GDatagramBased  *based,
                                   GInputMessage   *messages,
                                   guint            n_messages,
                                   int              flags,
                                   gint64           timeout,
                                   GCancellable    *cancellable,
                                   GError         **error)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (based);
  guint n = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (n_messages > 0 && self->queue.length == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing has come");
      return -1;
    }

  while (n < n_messages && self->queue.length > 0)
    receive_message (self, &messages[n++]);
  return n;
}

static void
send_message (HcDatagramPath *self,
              GOutputMessage *message)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (MAX_RECORD_LENGTH);
  const guint8 mark = HC_RECORD_MARK;

  g_byte_array_append (bytes, &mark, sizeof mark);
  g_byte_array_append (bytes, self->session, sizeof self->session);
  for (guint i = 0; i < message->num_vectors; i++)
    g_byte_array_append (bytes, message->vectors[i].buffer, message->vectors[i].size);
  message->bytes_sent = bytes->len - HC_RECORD_PREFIX_LENGTH;

  if (self->remote != NULL)
    hc_datagram_socket_send_bytes (self->socket, self->remote, bytes->data, bytes->len, NULL);
}

/* What the network doesn't take is lost, as if it had taken it: a router that
 * is restarting or a full buffer is no reason to end a conversation. */
static int
hc_datagram_path_send_messages (GDatagramBased  *based,
                                GOutputMessage  *messages,
                                guint            n_messages,
                                int              flags,
                                gint64           timeout,
                                GCancellable    *cancellable,
                                GError         **error)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (based);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;

  for (guint i = 0; i < n_messages; i++)
    send_message (self, &messages[i]);
  return n_messages;
}

static GIOCondition
hc_datagram_path_condition_check (GDatagramBased *based,
                                  GIOCondition    condition)
{
  HcDatagramPath *self = HC_DATAGRAM_PATH (based);
  GIOCondition now = self->queue.length > 0 ? G_IO_IN | G_IO_OUT : G_IO_OUT;

  return now & condition;
}

static gboolean
hc_datagram_path_condition_wait (GDatagramBased  *based,
                                 GIOCondition     condition,
                                 gint64           timeout,
                                 GCancellable    *cancellable,
                                 GError         **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (hc_datagram_path_condition_check (based, condition) != 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "A path doesn't block");
  return FALSE;
}

static void
hc_datagram_path_iface_init (GDatagramBasedInterface *iface)
{
  iface->receive_messages = hc_datagram_path_receive_messages;
  iface->send_messages = hc_datagram_path_send_messages;
  iface->create_source = hc_datagram_source_new;
  iface->condition_check = hc_datagram_path_condition_check;
  iface->condition_wait = hc_datagram_path_condition_wait;
}

/* --- The path ------------------------------------------------------------- */

/**
 * hc_datagram_path_new:
 * @socket: our socket
 * @session: (array fixed-size=8): what names the two at the ends
 *
 * Makes a path that has no remote yet, and begins to queue what comes. Only the
 * newest path of a session on a socket gets anything.
 *
 * Returns: (transfer full): the path
 */
HcDatagramPath *
hc_datagram_path_new (HcDatagramSocket *socket,
                      const guint8      session[HC_SESSION_LENGTH])
{
  HcDatagramPath *self;

  g_return_val_if_fail (HC_IS_DATAGRAM_SOCKET (socket), NULL);
  g_return_val_if_fail (session != NULL, NULL);

  self = g_object_new (HC_TYPE_DATAGRAM_PATH, NULL);
  self->socket = g_object_ref (socket);
  memcpy (self->session, session, sizeof self->session);
  hc_datagram_socket_add_session (socket, session, on_record, self);
  return self;
}

/**
 * hc_datagram_path_get_socket:
 * @self: a path
 *
 * Gets the socket that the path is on.
 *
 * Returns: (transfer none): the socket
 */
HcDatagramSocket *
hc_datagram_path_get_socket (HcDatagramPath *self)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_PATH (self), NULL);

  return self->socket;
}

/**
 * hc_datagram_path_set_remote:
 * @self: a path
 * @remote: (nullable): where to send to
 *
 * Says where the other one is, as far as somebody knows. What comes from it may
 * say otherwise later.
 */
void
hc_datagram_path_set_remote (HcDatagramPath *self,
                             GSocketAddress *remote)
{
  g_return_if_fail (HC_IS_DATAGRAM_PATH (self));
  g_return_if_fail (remote == NULL || G_IS_INET_SOCKET_ADDRESS (remote));

  if (self->remote != NULL && remote != NULL && hc_address_equal (self->remote, remote))
    return;
  if (g_set_object (&self->remote, remote))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOTE]);
}

/**
 * hc_datagram_path_dup_remote:
 * @self: a path
 *
 * Gets where records are sent to.
 *
 * Returns: (transfer full) (nullable): the address
 */
GSocketAddress *
hc_datagram_path_dup_remote (HcDatagramPath *self)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_PATH (self), NULL);

  return self->remote != NULL ? g_object_ref (self->remote) : NULL;
}

/**
 * hc_datagram_path_confirm:
 * @self: a path
 * @number: the number of the record, as #HcDtlsRecord has it
 *
 * Says that a record of what was read last is from the other one, since it could
 * be decrypted. Only the number of this very record is beyond doubt: what stands
 * before it in the datagram may be anybody's. If it is newer than all that has
 * been confirmed before, its sender is the remote from now on: a record that was
 * late doesn't lead back to where the other one has been. Source: RFC 9146,
 * section 6.
 */
void
hc_datagram_path_confirm (HcDatagramPath *self,
                          guint64         number)
{
  g_autoptr (GSocketAddress) sender = NULL;

  g_return_if_fail (HC_IS_DATAGRAM_PATH (self));

  sender = g_steal_pointer (&self->sender);
  if (sender == NULL || (self->confirmed && number <= self->newest))
    return;

  self->confirmed = TRUE;
  self->follows = FALSE;
  self->newest = number;
  hc_datagram_path_set_remote (self, sender);
}

/**
 * hc_datagram_path_begin:
 * @self: a path
 * @follow: whether to answer whoever writes until something is confirmed, as
 *   a callee does; a caller knows whom it calls
 *
 * Begins anew, with other keys: nothing is confirmed.
 */
void
hc_datagram_path_begin (HcDatagramPath *self,
                        gboolean        follow)
{
  g_return_if_fail (HC_IS_DATAGRAM_PATH (self));

  self->follows = follow;
  self->confirmed = FALSE;
  g_clear_object (&self->sender);
}

/**
 * hc_datagram_path_get_n_dropped:
 * @self: a path
 *
 * Gets how many datagrams have been dropped because they were too long or too
 * many.
 *
 * Returns: their number
 */
guint64
hc_datagram_path_get_n_dropped (HcDatagramPath *self)
{
  g_return_val_if_fail (HC_IS_DATAGRAM_PATH (self), 0);

  return self->n_dropped;
}
