/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-connector.h"
#include "hc-address.h"
#include "hc-client-error.h"
#include "hc-datagram-link.h"
#include "hc-dial.h"
#include "hc-offer.h"
#include "hc-secure-datagram.h"
#include "hc-secure-stream.h"
#include "hc-source.h"
#include "hc-stream-link.h"

#include <glib/gi18n-lib.h>

/* A v1 peer never answers an offer. Source: protocol, section 4. */
#define OFFER_MS 1500
#define VOUCHED_OFFER_MS 5000

/* TCP goes first, where there is any: UDP begins if it has not succeeded by
 * then, and whichever is done first is taken. */
#define HEAD_START_MS 750

#define ROUND_MS 12000

/* Whoever refuses a handshake isn't asked again at once. */
#define HANDSHAKE_PAUSE_MS 500

/* How long to look for the peer itself after somebody else was found. */
#define WRONG_KEY_MS 3000

/*
 *   start ----> dial TCP ----> offer ----> TLS ------.
 *     |                                              +---> connected
 *     '---> 750 ms, or TCP has failed ---> DTLS -----'
 *           on the way that the prober has found
 *
 * Somebody else may answer at one of the peer's addresses, as a neighbour does
 * who has the same private one. So a wrong key ends that way, and no other.
 */
struct _HcConnector
{
  GObject parent_instance;

  HcMeeting *meeting;
  HcProber *prober;
  gboolean is_caller;
  guint n_handshakes;

  /* The round that goes on. */
  GCancellable *round;
  gboolean head_start;
  gboolean is_shaking;
  gboolean streams_over;
  gboolean datagrams_over;
  GPtrArray *addresses;
  GError *stream_error;
  GError *datagram_error;
  GError *key_error;
  GSource *timer;
  GSource *deadline;
};

G_DEFINE_FINAL_TYPE (HcConnector, hc_connector, G_TYPE_OBJECT)

enum
{
  CONNECTED,
  PLAIN,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hc_connector_dispose (GObject *object)
{
  HcConnector *self = HC_CONNECTOR (object);

  hc_connector_stop (self);
  if (self->prober != NULL)
    g_signal_handlers_disconnect_by_data (self->prober, self);
  g_clear_object (&self->prober);
  g_clear_pointer (&self->meeting, hc_meeting_unref);

  G_OBJECT_CLASS (hc_connector_parent_class)->dispose (object);
}

static void
hc_connector_class_init (HcConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_connector_dispose;

  /**
   * HcConnector::connected:
   * @self: the connector
   * @link: an encrypted link
   * @plain: SHA-256 of what was said in plain view before
   * @key: the peer's key, which is the one of the meeting if it has one
   *
   * Emitted when there is a link: the round is over.
   */
  signals[CONNECTED] =
    g_signal_new ("connected", HC_TYPE_CONNECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HC_TYPE_LINK, G_TYPE_BYTES, G_TYPE_BYTES);

  /**
   * HcConnector::plain:
   * @self: the connector
   * @link: a link on which hello was said in plain view, and an offer was made
   *
   * Emitted when the peer has not answered the offer, and nobody has vouched for
   * it to speak v2: the round is over.
   */
  signals[PLAIN] =
    g_signal_new ("plain", HC_TYPE_CONNECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, HC_TYPE_LINK);

  /**
   * HcConnector::failed:
   * @self: the connector
   * @error: (type GError): why
   *
   * Emitted when there is no way: the round is over.
   */
  signals[FAILED] =
    g_signal_new ("failed", HC_TYPE_CONNECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hc_connector_init (HcConnector *self)
{
}

/* --- A round's end -------------------------------------------------------- */

static void
take_link (HcConnector  *self,
           HcLink       *link,
           const guint8  plain[HC_DIGEST_LENGTH],
           const guint8  key[HC_KEY_LENGTH])
{
  g_autoptr (GBytes) plain_bytes = g_bytes_new (plain, HC_DIGEST_LENGTH);
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, HC_KEY_LENGTH);

  hc_connector_stop (self);
  g_signal_emit (self, signals[CONNECTED], 0, link, plain_bytes, key_bytes);
}

static void
take_plain_link (HcConnector *self,
                 HcLink      *link)
{
  hc_connector_stop (self);
  g_signal_emit (self, signals[PLAIN], 0, link);
}

/* Takes over the error. */
static void
fail (HcConnector *self,
      GError      *error)
{
  g_autoptr (GError) owned = error;

  hc_connector_stop (self);
  g_signal_emit (self, signals[FAILED], 0, owned);
}

static gboolean
can_probe (HcConnector *self)
{
  return self->is_caller && self->prober != NULL;
}

/* What both ways have come to, in words that say which were tried. */
static GError *
make_failure (HcConnector *self)
{
  const char *id = self->meeting->peer_id;

  if (self->key_error != NULL)
    return g_steal_pointer (&self->key_error);
  if (self->datagram_error != NULL)
    return g_steal_pointer (&self->datagram_error);
  if (!can_probe (self) && self->stream_error != NULL)
    return g_steal_pointer (&self->stream_error);
  return g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNREACHABLE,
                      ngettext ("%s can't be reached from here: %u address was tried, and none "
                                "answers. A firewall or a router is in between that lets nobody "
                                "in.",
                                "%s can't be reached from here: %u addresses were tried, and none "
                                "answers. A firewall or a router is in between that lets nobody "
                                "in.", self->meeting->addresses->len),
                      id, self->meeting->addresses->len);
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (HcConnector) self = g_object_ref (user_data);

  fail (self, make_failure (self));
  return G_SOURCE_REMOVE;
}

/* Nothing else that goes wrong matters as much to a person. */
static gboolean
note_wrong_key (HcConnector  *self,
                const GError *error)
{
  if (!g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY) &&
      !g_error_matches (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_CERTIFICATE))
    return FALSE;

  if (self->key_error == NULL)
    self->key_error = g_error_copy (error);
  return TRUE;
}

static gboolean
fail_if_over (HcConnector *self)
{
  if (!self->streams_over || !self->datagrams_over)
    return FALSE;

  fail (self, make_failure (self));
  return TRUE;
}

/* --- UDP ------------------------------------------------------------------ */

typedef struct
{
  HcConnector *connector;
  GCancellable *round;
  HcLink *link;
  HcDatagramPath *path;
  GSocketConnection *connection;
  guint8 plain[HC_DIGEST_LENGTH];
} Attempt;

static Attempt *
attempt_new (HcConnector *self)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->connector = g_object_ref (self);
  attempt->round = g_object_ref (self->round);
  hc_offer_skip (attempt->plain);
  return attempt;
}

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->connector);
  g_object_unref (attempt->round);
  g_clear_object (&attempt->link);
  g_clear_object (&attempt->path);
  g_clear_object (&attempt->connection);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static gboolean
is_over (Attempt *attempt)
{
  return g_cancellable_is_cancelled (attempt->round);
}

static void shake_hands (HcConnector *self);
static gboolean on_head_start_over (gpointer user_data);

/* Takes over the error. */
static void
take_datagram_failure (HcConnector *self,
                       GError      *error)
{
  self->datagrams_over |= note_wrong_key (self, error);
  g_clear_error (&self->datagram_error);
  self->datagram_error = error;
  if (fail_if_over (self) || self->datagrams_over)
    return;

  self->is_shaking = FALSE;
  self->head_start = TRUE;
  hc_source_clear (&self->timer);
  self->timer = hc_source_timer (HANDSHAKE_PAUSE_MS, on_head_start_over, self);
}

static void
on_datagrams_secured (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  HcConnector *self = attempt->connector;
  g_autoptr (HcLink) link = NULL;
  guint8 key[HC_KEY_LENGTH];
  GError *error = NULL;
  g_autoptr (GDatagramBased) datagrams = hc_secure_datagram_finish (result, key, &error);

  if (is_over (attempt))
    g_clear_error (&error);
  else if (datagrams != NULL)
    {
      link = hc_meeting_make_link (self->meeting, attempt->path, datagrams);
      take_link (self, link, attempt->plain, key);
    }
  else
    take_datagram_failure (self, error);
}

/* Takes over the attempt. */
static void
begin_handshake (HcConnector    *self,
                 Attempt        *attempt,
                 GSocketAddress *remote)
{
  self->is_shaking = TRUE;
  attempt->path = hc_meeting_open_path (self->meeting, self->n_handshakes++);
  hc_datagram_path_set_remote (attempt->path, remote);
  hc_secure_datagram_async (attempt->path, TRUE, self->meeting->identity,
                            hc_meeting_get_key (self->meeting), attempt->round,
                            on_datagrams_secured, attempt);
}

/* As soon as it is UDP's time and there is a way. */
static void
shake_hands (HcConnector *self)
{
  if (self->round == NULL || self->head_start || self->is_shaking || !can_probe (self) ||
      hc_prober_get_address (self->prober) == NULL)
    return;

  begin_handshake (self, attempt_new (self), hc_prober_get_address (self->prober));
}

static gboolean
on_head_start_over (gpointer user_data)
{
  HcConnector *self = user_data;

  hc_source_clear (&self->timer);
  self->head_start = FALSE;
  shake_hands (self);
  return G_SOURCE_REMOVE;
}

/* --- TCP ------------------------------------------------------------------ */

static void begin_stream (HcConnector *self);

/* Somebody was found who isn't the peer, and UDP has found nobody yet. */
static void
hasten_end (HcConnector *self)
{
  if (self->key_error == NULL || hc_prober_get_address (self->prober) != NULL)
    return;

  hc_source_clear (&self->deadline);
  self->deadline = hc_source_timer (WRONG_KEY_MS, on_deadline, self);
}

/* There is no way over TCP. Takes over the error. */
static void
take_stream_failure (HcConnector *self,
                     GError      *error)
{
  note_wrong_key (self, error);
  g_clear_error (&self->stream_error);
  self->stream_error = error;
  self->streams_over = TRUE;
  if (fail_if_over (self))
    return;

  hasten_end (self);
  on_head_start_over (self);
}

/* Whoever was at this address is not the peer, or can't be spoken to: the others
 * are tried. Takes over the error. */
static void
take_attempt_failure (HcConnector *self,
                      GError      *error)
{
  if (!self->meeting->uses_streams || self->addresses->len == 0)
    {
      take_stream_failure (self, error);
      return;
    }

  note_wrong_key (self, error);
  g_error_free (error);
  begin_stream (self);
}

static void
on_stream_secured (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  HcConnector *self = attempt->connector;
  g_autoptr (HcLink) link = NULL;
  guint8 key[HC_KEY_LENGTH];
  GError *error = NULL;
  g_autoptr (GIOStream) stream = hc_secure_stream_finish (result, key, &error);

  if (is_over (attempt))
    g_clear_error (&error);
  else if (stream != NULL)
    {
      link = hc_stream_link_new_secure (attempt->connection, stream, self->meeting->log);
      take_link (self, link, attempt->plain, key);
    }
  else
    take_attempt_failure (self, error);
}

/* Takes over the attempt. */
static void
secure_stream (HcConnector *self,
               Attempt     *attempt)
{
  attempt->connection = hc_stream_link_steal (HC_STREAM_LINK (attempt->link));
  if (attempt->connection == NULL)
    {
      attempt_free (attempt);
      take_attempt_failure (self, g_error_new_literal (HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                                                       "There is more than an answer"));
      return;
    }

  hc_secure_stream_async (G_IO_STREAM (attempt->connection), TRUE, self->meeting->identity,
                          hc_meeting_get_key (self->meeting), attempt->round,
                          on_stream_secured, attempt);
}

/* Takes over the attempt. */
static void
take_answer (HcConnector *self,
             Attempt     *attempt)
{
  g_autoptr (GSocketAddress) remote = NULL;

  if (HC_IS_STREAM_LINK (attempt->link))
    {
      secure_stream (self, attempt);
      return;
    }

  remote = hc_link_dup_remote (attempt->link);
  hc_link_close (attempt->link);
  begin_handshake (self, attempt, remote);
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  HcConnector *self = attempt->connector;
  GError *error = NULL;
  gboolean answered = hc_offer_finish (result, attempt->plain, &error);

  if (is_over (attempt))
    {
      hc_link_close (attempt->link);
      g_clear_error (&error);
    }
  else if (answered)
    take_answer (self, g_steal_pointer (&attempt));
  else if (!self->meeting->is_vouched && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      g_clear_error (&error);
      take_plain_link (self, attempt->link);
    }
  else
    {
      hc_link_close (attempt->link);
      take_attempt_failure (self, error);
    }
}

static void
make_offer (HcConnector *self,
            HcLink      *link)
{
  Attempt *attempt = attempt_new (self);

  attempt->link = g_object_ref (link);
  hc_offer_async (link, self->meeting,
                  self->meeting->is_vouched ? VOUCHED_OFFER_MS : OFFER_MS,
                  self->round, on_answered, attempt);
}

/* From now on it is not dialled again in this round. */
static void
strike_out (HcConnector       *self,
            GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);

  for (guint i = 0; remote != NULL && i < self->addresses->len; i++)
    if (hc_address_equal (g_ptr_array_index (self->addresses, i), remote))
      {
        g_ptr_array_remove_index (self->addresses, i);
        return;
      }
  g_ptr_array_set_size (self->addresses, 0);
}

static void
on_dialled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  HcConnector *self = attempt->connector;
  GError *error = NULL;
  g_autoptr (GSocketConnection) connection = hc_dial_finish (result, &error);
  g_autoptr (HcLink) link = NULL;

  if (is_over (attempt))
    {
      g_clear_error (&error);
      return;
    }
  if (connection == NULL)
    {
      take_stream_failure (self, error);
      return;
    }

  strike_out (self, connection);
  link = hc_stream_link_new (connection, self->meeting->log);
  make_offer (self, link);
}

/* --- The connector -------------------------------------------------------- */

static gpointer
copy_address (gconstpointer address,
              gpointer      user_data)
{
  return g_object_ref ((gpointer) address);
}

static void
begin_stream (HcConnector *self)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_copy (self->addresses, copy_address, NULL);

  hc_dial_async (addresses, self->meeting->local_address, self->round,
                 on_dialled, attempt_new (self));
}

/* Where nobody has told both of a session there is no way but the one address. */
static void
offer_by_datagram (HcConnector *self)
{
  g_autoptr (HcLink) link =
    hc_datagram_link_new_caller (self->meeting->socket,
                                 g_ptr_array_index (self->meeting->addresses, 0),
                                 self->meeting->peer_id);

  make_offer (self, link);
}

/**
 * hc_connector_new:
 * @meeting: who meets whom
 * @prober: (nullable): what looks for a way over UDP
 * @is_caller: whether we have called, first of all: only a caller begins a
 *   handshake over UDP
 *
 * Creates a connector that does nothing yet.
 *
 * Returns: (transfer full): a connector
 */
HcConnector *
hc_connector_new (HcMeeting *meeting,
                  HcProber  *prober,
                  gboolean   is_caller)
{
  HcConnector *self;

  g_return_val_if_fail (meeting != NULL, NULL);
  g_return_val_if_fail (prober == NULL || HC_IS_PROBER (prober), NULL);

  self = g_object_new (HC_TYPE_CONNECTOR, NULL);
  self->meeting = hc_meeting_ref (meeting);
  self->is_caller = is_caller;
  if (prober != NULL)
    {
      self->prober = g_object_ref (prober);
      g_signal_connect_swapped (prober, "found", G_CALLBACK (shake_hands), self);
    }
  return self;
}

/**
 * hc_connector_start:
 * @self: a connector
 *
 * Begins a round: one of its signals tells how it ends, within 12 s.
 */
void
hc_connector_start (HcConnector *self)
{
  g_return_if_fail (HC_IS_CONNECTOR (self));

  hc_connector_stop (self);
  self->round = g_cancellable_new ();
  self->deadline = hc_source_timer (ROUND_MS, on_deadline, self);
  self->head_start = self->meeting->uses_streams;
  self->streams_over = !self->meeting->uses_streams;
  self->datagrams_over = !can_probe (self);
  self->addresses = g_ptr_array_copy (self->meeting->addresses, copy_address, NULL);
  if (self->meeting->uses_streams)
    {
      self->timer = hc_source_timer (HEAD_START_MS, on_head_start_over, self);
      begin_stream (self);
    }
  else if (self->meeting->is_vouched)
    shake_hands (self);
  else
    offer_by_datagram (self);
}

/**
 * hc_connector_stop:
 * @self: a connector
 *
 * Gives up the round that goes on, if there is one, without a signal.
 */
void
hc_connector_stop (HcConnector *self)
{
  g_return_if_fail (HC_IS_CONNECTOR (self));

  if (self->round != NULL)
    g_cancellable_cancel (self->round);
  g_clear_object (&self->round);
  g_clear_error (&self->stream_error);
  g_clear_error (&self->datagram_error);
  g_clear_error (&self->key_error);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  hc_source_clear (&self->timer);
  hc_source_clear (&self->deadline);
  self->is_shaking = FALSE;
}

/**
 * hc_connector_is_active:
 * @self: a connector
 *
 * Tells whether a round goes on.
 *
 * Returns: %TRUE if it does
 */
gboolean
hc_connector_is_active (HcConnector *self)
{
  g_return_val_if_fail (HC_IS_CONNECTOR (self), FALSE);

  return self->round != NULL;
}
