/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-secure-stream.h"
#include "hc-client-error.h"
#include "hc-peer-key.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

#define HANDSHAKE_TIMEOUT_MS 10000

/*
 *   caller                                     callee
 *     | ClientHello                               |
 *     |------------------------------------------>|
 *     |     ServerHello, Certificate, Finished    |
 *     |<------------------------------------------|
 *     | Certificate, Finished                     |
 *     |------------------------------------------>| looks at our key
 *     | complete
 */
typedef struct
{
  HcPeerKey *peer_key;
  GTlsConnection *connection;
  GCancellable *cancellable;
  GSource *cancellation;
  GSource *deadline;
  gboolean is_late;
} Handshake;

static void
handshake_free (Handshake *self)
{
  hc_source_clear (&self->cancellation);
  hc_source_clear (&self->deadline);
  g_clear_pointer (&self->peer_key, hc_peer_key_free);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static gboolean
on_accept_certificate (GTlsConnection       *connection,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  faults,
                       gpointer              user_data)
{
  Handshake *self = user_data;

  return hc_peer_key_check (self->peer_key, certificate);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Handshake *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Handshake *self = user_data;

  self->is_late = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
is_as_agreed (GTlsConnection  *connection,
              GError         **error)
{
  if (g_tls_connection_get_protocol_version (connection) >= G_TLS_PROTOCOL_VERSION_TLS_1_3 &&
      g_strcmp0 (g_tls_connection_get_negotiated_protocol (connection), HC_SECURE_PROTOCOL) == 0)
    return TRUE;

  g_set_error_literal (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE,
                       _("The other one's program has another kind of encryption."));
  return FALSE;
}

static GError *
explain (Handshake    *self,
         const GError *error)
{
  if (self->is_late)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                "The handshake has not come to an end");
  return hc_peer_key_blame (self->peer_key, error);
}

static void
on_handshake (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  GTlsConnection *connection = G_TLS_CONNECTION (object);
  Handshake *self = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (connection, self);
  hc_source_clear (&self->cancellation);
  hc_source_clear (&self->deadline);

  if (g_tls_connection_handshake_finish (connection, result, &error) &&
      hc_peer_key_finish (self->peer_key, g_tls_connection_get_peer_certificate (connection), &error) &&
      is_as_agreed (connection, &error))
    g_task_return_pointer (task, g_object_ref (connection), g_object_unref);
  else
    g_task_return_error (task, explain (self, error));
}

/* Without a database nothing is looked up in the system's: it takes 50 ms to
 * read, and doesn't count. */
static GTlsConnection *
connection_new (GIOStream        *base,
                gboolean          is_client,
                GTlsCertificate  *certificate,
                GError          **error)
{
  const char *protocols[] = { HC_SECURE_PROTOCOL, NULL };
  GTlsBackend *backend = g_tls_backend_get_default ();
  GType type = is_client ? g_tls_backend_get_client_connection_type (backend)
                         : g_tls_backend_get_server_connection_type (backend);
  GTlsConnection *connection = g_initable_new (type, NULL, error,
                                               "base-io-stream", base,
                                               "certificate", certificate,
                                               "database", NULL,
                                               NULL);

  if (connection == NULL)
    return NULL;

  g_tls_connection_set_advertised_protocols (connection, protocols);
  if (!is_client)
    g_object_set (connection, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
  return connection;
}

static void
begin (GTask        *task,
       GCancellable *cancellable)
{
  Handshake *self = g_task_get_task_data (task);

  self->cancellable = g_cancellable_new ();
  self->deadline = hc_source_timer (HANDSHAKE_TIMEOUT_MS, on_deadline, self);
  if (cancellable != NULL)
    self->cancellation = hc_source_attach (g_cancellable_source_new (cancellable),
                                           G_SOURCE_FUNC (on_cancelled), self);
  g_signal_connect (self->connection, "accept-certificate", G_CALLBACK (on_accept_certificate), self);
  g_tls_connection_handshake_async (self->connection, G_PRIORITY_DEFAULT, self->cancellable,
                                    on_handshake, g_object_ref (task));
}

/**
 * hc_secure_stream_async:
 * @base: the connection to the other one
 * @is_client: whether we call
 * @identity: who we are
 * @expected_key: (nullable) (array fixed-size=32): the key that the other one
 *   must have, or %NULL for any
 * @cancellable: (nullable): to give up
 * @callback: who wants to know
 * @user_data: what to give to @callback
 *
 * Begins TLS 1.3 on a connection. Both show certificates, of which the key
 * alone counts. It fails with %G_IO_ERROR_TIMED_OUT after 10 s.
 *
 * A caller is done before the callee has looked at its key: if it is refused, the
 * first that is read says so. So we are connected when the other one's HELLO
 * has come, and not before.
 */
void
hc_secure_stream_async (GIOStream           *base,
                        gboolean             is_client,
                        HcIdentity          *identity,
                        const guint8        *expected_key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Handshake *self;

  g_return_if_fail (G_IS_IO_STREAM (base));
  g_return_if_fail (HC_IS_IDENTITY (identity));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_secure_stream_async);

  self = g_new0 (Handshake, 1);
  g_task_set_task_data (task, self, (GDestroyNotify) handshake_free);
  self->peer_key = hc_peer_key_new (expected_key);
  self->connection = connection_new (base, is_client, hc_identity_get_certificate (identity), &error);
  if (self->connection != NULL)
    begin (task, cancellable);
  else
    g_task_return_error (task, hc_peer_key_blame (self->peer_key, error));
}

/**
 * hc_secure_stream_finish:
 * @result: what the callback got
 * @peer_key: (out caller-allocates): the other one's key; with
 *   %HC_CLIENT_ERROR_WRONG_KEY, the wrong one
 * @error: return location for a #GError: %HC_CLIENT_ERROR_WRONG_KEY,
 *   %HC_CLIENT_ERROR_CERTIFICATE, %HC_CLIENT_ERROR_NOT_SECURE, or in %G_IO_ERROR
 *
 * Gets the encrypted connection. Its g_io_stream_close() may block, since it writes;
 * g_io_stream_close_async() doesn't.
 *
 * Returns: (transfer full): a #GTlsConnection, or %NULL with @error set
 */
GIOStream *
hc_secure_stream_finish (GAsyncResult  *result,
                         guint8         peer_key[HC_KEY_LENGTH],
                         GError       **error)
{
  Handshake *self;

  g_return_val_if_fail (g_async_result_is_tagged (result, hc_secure_stream_async), NULL);
  g_return_val_if_fail (peer_key != NULL, NULL);

  self = g_task_get_task_data (G_TASK (result));
  hc_peer_key_get (self->peer_key, peer_key);
  return g_task_propagate_pointer (G_TASK (result), error);
}
