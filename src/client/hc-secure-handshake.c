/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-secure-datagram-private.h"
#include "hc-client-error.h"
#include "hc-source.h"

/* A flight is repeated sooner than most round trips take, since a handshake is
 * short and a person is waiting for it; RFC 6347, section 4.2.4.1, lets us. */
#define FIRST_REPETITION_MS 80
#define MAX_REPETITION_MS 400

#define HANDSHAKE_TIMEOUT_MS 10000

/* How long a handshake goes on after it was refused in plain text. */
#define REFUSED_TIMEOUT_MS 1000

/* How often a handshake that has broken is begun anew. */
#define MAX_ATTEMPTS 4

/* As often as we say no, since nobody asks for it again. */
#define N_REFUSALS 3

/* GnuTLS forgets all that is 64 records older than the newest, which in plain
 * text anybody may write. A handshake of ours has ten, and repeats them as they are. */
#define MAX_PLAIN_RECORDS 64

/*
 *   caller                                                   callee
 *     | [ClientHello]                                            |
 *     |--------------------------------------------------------->|
 *     |  [ServerHello, Certificate, ServerKeyExchange,           |
 *     |               CertificateRequest, ServerHelloDone]       |
 *     |<---------------------------------------------------------|
 *     | [Certificate, ClientKeyExchange, CertificateVerify,      |
 *     |                        ChangeCipherSpec, Finished]       |
 *     |--------------------------------------------------------->| complete
 *     |                      [ChangeCipherSpec, Finished]        |
 *     |<---------------------------------------------------------|
 *     | complete
 *
 * Each [flight] is one datagram, or as few as it fits in, so that there is
 * one thing that can be lost instead of five. Whoever waits repeats its last
 * flight, byte for byte, after 80, 160, 320, 400, 400, ... ms; what has been
 * read already is dropped by its number. The callee, which is complete first, sends its
 * last flight again when the caller repeats itself: that tells that it was lost.
 *
 * In plain text anybody who knows the session can write. An alert only makes us
 * less patient: if the handshake goes on, it was forged. A handshake that breaks,
 * be it by a forgery or by what is left of one before, is begun anew; only a key is
 * refused for good. Another ClientHello than before is a caller who has begun anew:
 * so does the callee.
 */

static GTask *
end_handshake (HcSecureDatagram *self)
{
  hc_secure_datagram_clear_sources (self);
  return g_steal_pointer (&self->task);
}

static void
fail (HcSecureDatagram *self,
      GError           *error)
{
  g_autoptr (GTask) task = end_handshake (self);

  g_task_return_error (task, error);
}

static void
establish (HcSecureDatagram   *self,
           const HcDtlsRecord *record)
{
  g_autoptr (GTask) task = end_handshake (self);

  /* Only the callee's last flight may be asked for: if both answered a repetition,
   * they would never stop. */
  if (self->is_client)
    g_clear_pointer (&self->flight, g_ptr_array_unref);
  self->is_established = TRUE;
  hc_datagram_path_confirm (self->path, record->number);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static gboolean
on_repetition (gpointer user_data)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (user_data);

  hc_secure_datagram_send (self, self->flight);
  self->interval_ms = MIN (2 * self->interval_ms, MAX_REPETITION_MS);
  hc_source_clear (&self->repetition);
  self->repetition = hc_source_timer (self->interval_ms, on_repetition, self);
  return G_SOURCE_REMOVE;
}

static void
send_flight (HcSecureDatagram *self)
{
  g_autoptr (GPtrArray) records = hc_dtls_steal_records (self->dtls);

  if (records->len == 0)
    return;

  g_clear_pointer (&self->flight, g_ptr_array_unref);
  self->flight = g_steal_pointer (&records);
  self->sent_at = g_get_monotonic_time ();
  hc_secure_datagram_send (self, self->flight);

  self->interval_ms = FIRST_REPETITION_MS;
  hc_source_clear (&self->repetition);
  self->repetition = hc_source_timer (self->interval_ms, on_repetition, self);
}

static gboolean
make_session (HcSecureDatagram  *self,
              GError           **error)
{
  g_clear_pointer (&self->dtls, hc_dtls_free);
  hc_source_clear (&self->repetition);
  self->has_begun = self->is_client;
  self->dtls = hc_dtls_new (self->is_client, hc_identity_get_certificate (self->identity),
                            self->peer_key, error);
  return self->dtls != NULL;
}

static void
refuse (HcSecureDatagram *self,
        GError           *error)
{
  g_autoptr (GPtrArray) records = hc_dtls_steal_records (self->dtls);

  for (guint i = 0; i < N_REFUSALS; i++)
    hc_secure_datagram_send (self, records);
  fail (self, error);
}

static void step (HcSecureDatagram   *self,
                  const HcDtlsRecord *record);

static void
begin_anew (HcSecureDatagram *self)
{
  g_autoptr (GError) error = NULL;

  if (!make_session (self, &error))
    fail (self, g_steal_pointer (&error));
  else if (self->is_client)
    step (self, NULL);
}

static void
take_failure (HcSecureDatagram *self,
              const GError     *error)
{
  g_autoptr (GError) reason = hc_peer_key_blame (self->peer_key, error);

  if (++self->n_attempts < MAX_ATTEMPTS &&
      g_error_matches (reason, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE))
    begin_anew (self);
  else
    refuse (self, g_steal_pointer (&reason));
}

static void
step (HcSecureDatagram   *self,
      const HcDtlsRecord *record)
{
  g_autoptr (GError) error = NULL;
  gboolean is_complete = hc_dtls_handshake (self->dtls, record != NULL ? record->data : NULL,
                                            record != NULL ? record->length : 0, &error);

  if (!is_complete && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      take_failure (self, error);
      return;
    }

  send_flight (self);
  if (is_complete)
    establish (self, record);
}

static gboolean
on_deadline (gpointer user_data)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (user_data);

  fail (self, self->refusal != NULL
                ? g_steal_pointer (&self->refusal)
                : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                       "The handshake has not come to an end"));
  return G_SOURCE_REMOVE;
}

static void
take_alert (HcSecureDatagram   *self,
            const HcDtlsRecord *record)
{
  guint8 alert;

  if (self->refusal != NULL || !hc_dtls_record_get_alert (record, &alert))
    return;

  self->refusal = hc_dtls_alert_to_error (alert);
  hc_source_clear (&self->deadline);
  self->deadline = hc_source_timer (REFUSED_TIMEOUT_MS, on_deadline, self);
}

/* What comes again is the same byte for byte. */
static gboolean
take_hello (HcSecureDatagram    *self,
            const HcDtlsRecord  *record,
            GError             **error)
{
  g_autoptr (GBytes) hello = g_bytes_new (record->data, record->length);
  gboolean is_other = self->has_begun && !g_bytes_equal (self->hello, hello);

  if (is_other && !make_session (self, error))
    return FALSE;

  g_clear_pointer (&self->hello, g_bytes_unref);
  self->hello = g_steal_pointer (&hello);
  self->has_begun = TRUE;
  return TRUE;
}

/* A callee begins with a ClientHello: what comes before is left of another
 * handshake. */
static void
take_handshake (HcSecureDatagram   *self,
                const HcDtlsRecord *record)
{
  g_autoptr (GError) error = NULL;

  if (!self->is_client && hc_dtls_record_is_client_hello (record) &&
      !take_hello (self, record, &error))
    fail (self, g_steal_pointer (&error));
  else if (self->has_begun)
    step (self, record);
}

static void
take_record (HcSecureDatagram   *self,
             const HcDtlsRecord *record)
{
  if (record->epoch == 0 && record->number >= MAX_PLAIN_RECORDS)
    return;
  if (record->type == HC_DTLS_HANDSHAKE || record->type == HC_DTLS_CHANGE_CIPHER_SPEC)
    take_handshake (self, record);
  else if (record->type == HC_DTLS_ALERT)
    take_alert (self, record);
}

static gboolean
on_input (GDatagramBased *based,
          GIOCondition    condition,
          gpointer        user_data)
{
  g_autoptr (HcSecureDatagram) self = g_object_ref (user_data);
  HcDtlsRecord record;

  while (self->task != NULL && hc_secure_datagram_read (self, &record))
    take_record (self, &record);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  HcSecureDatagram *self = HC_SECURE_DATAGRAM (user_data);

  fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

static void
begin (HcSecureDatagram *self,
       GCancellable     *cancellable)
{
  HcDtlsRecord left_over;

  hc_datagram_path_begin (self->path, !self->is_client);
  self->input = hc_source_attach (g_datagram_based_create_source (G_DATAGRAM_BASED (self->path),
                                                                  G_IO_IN, NULL),
                                  G_SOURCE_FUNC (on_input), self);
  self->deadline = hc_source_timer (HANDSHAKE_TIMEOUT_MS, on_deadline, self);
  if (cancellable != NULL)
    self->cancellation = hc_source_attach (g_cancellable_source_new (cancellable),
                                           G_SOURCE_FUNC (on_cancelled), self);
  if (!self->is_client)
    return;

  /* Nothing of it can be an answer. */
  while (hc_secure_datagram_read (self, &left_over))
    continue;
  step (self, NULL);
}

/**
 * hc_secure_datagram_async:
 * @path: the way to the other one; nobody else may read from it from now on
 * @is_client: whether we call; a callee waits for the caller's first record
 * @identity: who we are
 * @expected_key: (nullable) (array fixed-size=32): the key that the other one
 *   must have, or %NULL for any
 * @cancellable: (nullable): to give up
 * @callback: who wants to know
 * @user_data: what to give to @callback
 *
 * Begins an encrypted conversation on a path. Both show certificates, of which
 * the key alone counts. It fails with %G_IO_ERROR_TIMED_OUT after 10 s.
 *
 * A callee answers whoever writes until the handshake is complete. From then on
 * the remote of the path follows the one with the keys, on both sides.
 */
void
hc_secure_datagram_async (HcDatagramPath      *path,
                          gboolean             is_client,
                          HcIdentity          *identity,
                          const guint8        *expected_key,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  HcSecureDatagram *self;

  g_return_if_fail (HC_IS_DATAGRAM_PATH (path));
  g_return_if_fail (HC_IS_IDENTITY (identity));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_secure_datagram_async);

  self = g_object_new (HC_TYPE_SECURE_DATAGRAM, NULL);
  g_task_set_task_data (task, self, g_object_unref);
  self->is_client = is_client;
  self->path = g_object_ref (path);
  self->identity = g_object_ref (identity);
  self->peer_key = hc_peer_key_new (expected_key);
  if (!make_session (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->task = g_steal_pointer (&task);
  begin (self, cancellable);
}

/**
 * hc_secure_datagram_finish:
 * @result: what the callback got
 * @peer_key: (out caller-allocates): the other one's key; with
 *   %HC_CLIENT_ERROR_WRONG_KEY, the wrong one
 * @error: return location for a #GError: %HC_CLIENT_ERROR_WRONG_KEY,
 *   %HC_CLIENT_ERROR_CERTIFICATE, %HC_CLIENT_ERROR_REFUSED if the other
 *   one has said no, %HC_CLIENT_ERROR_NOT_SECURE, or in %G_IO_ERROR
 *
 * Gets the encrypted conversation. It has to be read from at once: a callee may
 * have to send the end of the handshake again, and does so while it is read.
 *
 * Returns: (transfer full): a #HcSecureDatagram, or %NULL with @error set
 */
GDatagramBased *
hc_secure_datagram_finish (GAsyncResult  *result,
                           guint8         peer_key[HC_KEY_LENGTH],
                           GError       **error)
{
  HcSecureDatagram *self;

  g_return_val_if_fail (g_async_result_is_tagged (result, hc_secure_datagram_async), NULL);
  g_return_val_if_fail (peer_key != NULL, NULL);

  self = g_task_get_task_data (G_TASK (result));
  hc_peer_key_get (self->peer_key, peer_key);
  return g_task_propagate_pointer (G_TASK (result), error);
}
