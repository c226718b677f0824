/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-acceptor.h"
#include "hc-offer.h"
#include "hc-secure-datagram.h"
#include "hc-secure-stream.h"
#include "hc-stream-link.h"

#include <string.h>

/* So many handshakes over UDP may the peer begin without our hearing of it. */
#define N_PATHS 8

/* And so many over TCP at once: each costs us more than the peer. */
#define MAX_STREAMS 4

struct _HcAcceptor
{
  GObject parent_instance;

  HcMeeting *meeting;
  GCancellable *cancellable;

  /* The paths on which a handshake may begin, by their numbers. */
  GPtrArray *paths;
  guint n_opened;
  guint n_streams;

  /* Of a hello over UDP; otherwise nothing was said in plain view. */
  guint8 plain[HC_DIGEST_LENGTH];
};

G_DEFINE_FINAL_TYPE (HcAcceptor, hc_acceptor, G_TYPE_OBJECT)

enum
{
  CONNECTED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
close_paths (HcAcceptor *self)
{
  for (guint i = 0; i < self->paths->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->paths, i), self);
  g_ptr_array_set_size (self->paths, 0);
}

static void
hc_acceptor_dispose (GObject *object)
{
  HcAcceptor *self = HC_ACCEPTOR (object);

  g_cancellable_cancel (self->cancellable);
  close_paths (self);
  g_clear_pointer (&self->meeting, hc_meeting_unref);

  G_OBJECT_CLASS (hc_acceptor_parent_class)->dispose (object);
}

static void
hc_acceptor_finalize (GObject *object)
{
  HcAcceptor *self = HC_ACCEPTOR (object);

  g_ptr_array_unref (self->paths);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (hc_acceptor_parent_class)->finalize (object);
}

static void
hc_acceptor_class_init (HcAcceptorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_acceptor_dispose;
  object_class->finalize = hc_acceptor_finalize;

  /**
   * HcAcceptor::connected:
   * @self: the acceptor
   * @link: an encrypted link
   * @plain: SHA-256 of what was said in plain view before
   * @key: the peer's key, which is the one of the meeting if it has one
   *
   * Emitted for each link that the peer has opened.
   */
  signals[CONNECTED] =
    g_signal_new ("connected", HC_TYPE_ACCEPTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HC_TYPE_LINK, G_TYPE_BYTES, G_TYPE_BYTES);

  /**
   * HcAcceptor::failed:
   * @self: the acceptor
   * @error: (type GError): why
   *
   * Emitted when somebody has tried to open a link, and could not.
   */
  signals[FAILED] =
    g_signal_new ("failed", HC_TYPE_ACCEPTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hc_acceptor_init (HcAcceptor *self)
{
  self->cancellable = g_cancellable_new ();
  self->paths = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
emit_connected (HcAcceptor   *self,
                HcLink       *link,
                const guint8  plain[HC_DIGEST_LENGTH],
                const guint8  key[HC_KEY_LENGTH])
{
  g_autoptr (GBytes) plain_bytes = g_bytes_new (plain, HC_DIGEST_LENGTH);
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, HC_KEY_LENGTH);

  g_signal_emit (self, signals[CONNECTED], 0, link, plain_bytes, key_bytes);
}

static void
emit_failed (HcAcceptor *self,
             GError     *error)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit (self, signals[FAILED], 0, error);
}

/* --- UDP ------------------------------------------------------------------ */

static void open_paths (HcAcceptor *self);

typedef struct
{
  HcAcceptor *acceptor;
  HcDatagramPath *path;
} Handshake;

static void
handshake_free (Handshake *handshake)
{
  g_object_unref (handshake->acceptor);
  g_object_unref (handshake->path);
  g_free (handshake);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Handshake, handshake_free)

static void
on_datagrams_secured (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (Handshake) handshake = user_data;
  HcAcceptor *self = handshake->acceptor;
  g_autoptr (HcLink) link = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];
  g_autoptr (GDatagramBased) datagrams = hc_secure_datagram_finish (result, key, &error);

  if (datagrams == NULL)
    {
      emit_failed (self, error);
      return;
    }
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  link = hc_meeting_make_link (self->meeting, handshake->path, datagrams);
  emit_connected (self, link, self->plain, key);
}

static void
on_record (HcAcceptor     *self,
           HcDatagramPath *path)
{
  Handshake *handshake = g_new0 (Handshake, 1);

  handshake->acceptor = g_object_ref (self);
  handshake->path = g_object_ref (path);
  g_signal_handlers_disconnect_by_data (path, self);
  g_ptr_array_remove (self->paths, path);
  open_paths (self);
  hc_secure_datagram_async (path, FALSE, self->meeting->identity,
                            hc_meeting_get_key (self->meeting), self->cancellable,
                            on_datagrams_secured, handshake);
}

static void
open_paths (HcAcceptor *self)
{
  while (self->meeting->socket != NULL && self->paths->len < N_PATHS)
    {
      HcDatagramPath *path = hc_meeting_open_path (self->meeting, self->n_opened++);

      g_ptr_array_add (self->paths, path);
      g_signal_connect_swapped (path, "record-arrived", G_CALLBACK (on_record), self);
    }
}

/* --- TCP ------------------------------------------------------------------ */

typedef struct
{
  HcAcceptor *acceptor;
  GSocketConnection *connection;
  guint8 plain[HC_DIGEST_LENGTH];
} Greeting;

static void
greeting_free (Greeting *greeting)
{
  greeting->acceptor->n_streams--;
  g_object_unref (greeting->acceptor);
  g_object_unref (greeting->connection);
  g_free (greeting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Greeting, greeting_free)

static void
on_stream_secured (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Greeting) greeting = user_data;
  HcAcceptor *self = greeting->acceptor;
  g_autoptr (HcLink) link = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];
  g_autoptr (GIOStream) stream = hc_secure_stream_finish (result, key, &error);

  if (stream == NULL)
    {
      emit_failed (self, error);
      return;
    }
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  link = hc_stream_link_new_secure (greeting->connection, stream, self->meeting->log);
  emit_connected (self, link, greeting->plain, key);
}

static void
take_stream (HcAcceptor   *self,
             HcLink       *link,
             const guint8  plain[HC_DIGEST_LENGTH])
{
  g_autoptr (GSocketConnection) connection = hc_stream_link_steal (HC_STREAM_LINK (link));
  Greeting *greeting;

  if (connection == NULL || self->n_streams >= MAX_STREAMS)
    {
      hc_link_close (link);
      return;
    }

  greeting = g_new0 (Greeting, 1);
  greeting->acceptor = g_object_ref (self);
  greeting->connection = g_object_ref (connection);
  memcpy (greeting->plain, plain, HC_DIGEST_LENGTH);
  self->n_streams++;
  hc_secure_stream_async (G_IO_STREAM (connection), FALSE, self->meeting->identity,
                          hc_meeting_get_key (self->meeting), self->cancellable,
                          on_stream_secured, greeting);
}

/* --- The acceptor --------------------------------------------------------- */

/**
 * hc_acceptor_new:
 * @meeting: who meets whom
 * @is_callee: whether we have been called, first of all: only then does the peer
 *   begin handshakes over UDP
 *
 * Begins to take what comes over UDP, if the meeting has a socket.
 *
 * Returns: (transfer full): an acceptor
 */
HcAcceptor *
hc_acceptor_new (HcMeeting *meeting,
                 gboolean   is_callee)
{
  HcAcceptor *self;

  g_return_val_if_fail (meeting != NULL, NULL);

  self = g_object_new (HC_TYPE_ACCEPTOR, NULL);
  self->meeting = hc_meeting_ref (meeting);
  hc_offer_skip (self->plain);
  if (is_callee)
    open_paths (self);
  return self;
}

/**
 * hc_acceptor_get_meeting:
 * @self: an acceptor
 *
 * Gets who meets whom.
 *
 * Returns: (transfer none): the meeting
 */
HcMeeting *
hc_acceptor_get_meeting (HcAcceptor *self)
{
  g_return_val_if_fail (HC_IS_ACCEPTOR (self), NULL);

  return self->meeting;
}

/**
 * hc_acceptor_take_offer:
 * @self: an acceptor
 * @link: a link in plain view on which the peer has called
 * @hello: what it said first
 * @offer: its offer, of the meeting's session
 *
 * Accepts an offer, and waits for the encryption.
 */
void
hc_acceptor_take_offer (HcAcceptor *self,
                        HcLink     *link,
                        HcPacket   *hello,
                        HcPacket   *offer)
{
  const char *own_id;
  guint8 plain[HC_DIGEST_LENGTH];

  g_return_if_fail (HC_IS_ACCEPTOR (self));
  g_return_if_fail (HC_IS_LINK (link));

  own_id = hc_identity_get_id (self->meeting->identity);
  hc_offer_accept (link, own_id, hello, offer, plain);
  if (HC_IS_STREAM_LINK (link))
    take_stream (self, link, plain);
  else
    {
      memcpy (self->plain, plain, HC_DIGEST_LENGTH);
      hc_link_close (link);
    }
}
