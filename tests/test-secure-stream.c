/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "certificates.h"
#include "hc-certificate.h"
#include "hc-client-error.h"
#include "hc-peer-key.h"
#include "hc-secure-stream.h"
#include "wait.h"

#include <string.h>

static const guint8 other_key[HC_KEY_LENGTH] = { 1 };

/* One end of a connection. */
typedef struct
{
  HcIdentity *identity;
  GIOStream *base;
  GIOStream *secure;
  guint8 key[HC_KEY_LENGTH];
  GError *error;
  gboolean is_done;
} End;

typedef struct
{
  End caller;
  End callee;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &address, &error);
  g_assert_no_error (error);
  fixture->caller.base = G_IO_STREAM (g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address),
                                                               NULL, &error));
  g_assert_no_error (error);
  fixture->callee.base = G_IO_STREAM (g_socket_listener_accept (listener, NULL, NULL, &error));
  g_assert_no_error (error);
  fixture->caller.identity = hc_identity_generate ("alice", &error);
  g_assert_no_error (error);
  fixture->callee.identity = hc_identity_generate ("bob", &error);
  g_assert_no_error (error);
}

static void
end_clear (End *self)
{
  g_clear_object (&self->secure);
  g_clear_object (&self->base);
  g_clear_object (&self->identity);
  g_clear_error (&self->error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  end_clear (&fixture->caller);
  end_clear (&fixture->callee);
}

static void
on_secure (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  End *self = user_data;

  self->secure = hc_secure_stream_finish (result, self->key, &self->error);
  self->is_done = TRUE;
  g_assert_true ((self->secure != NULL) != (self->error != NULL));
}

static void
end_begin (End          *self,
           gboolean      is_client,
           const guint8 *expected_key,
           GCancellable *cancellable)
{
  hc_secure_stream_async (self->base, is_client, self->identity, expected_key, cancellable,
                          on_secure, self);
}

static void
on_done (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **done = user_data;

  *done = g_object_ref (result);
}

/* What one reads next: text, or an error. */
static char *
end_read (End     *self,
          GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  char buffer[16] = { 0 };
  gssize n;

  g_input_stream_read_async (g_io_stream_get_input_stream (self->secure), buffer, sizeof buffer - 1,
                             G_PRIORITY_DEFAULT, NULL, on_done, &result);
  WAIT_UNTIL (result != NULL);
  n = g_input_stream_read_finish (g_io_stream_get_input_stream (self->secure), result, error);
  return n < 0 ? NULL : g_strndup (buffer, n);
}

static void
say (End        *from,
     End        *to,
     const char *text)
{
  g_autofree char *heard = NULL;
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (from->secure), text, strlen (text),
                             NULL, NULL, &error);
  g_assert_no_error (error);
  heard = end_read (to, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (heard, ==, text);
}

static void
test_handshake (Fixture       *fixture,
                gconstpointer  user_data)
{
  end_begin (&fixture->callee, FALSE, hc_identity_get_key (fixture->caller.identity), NULL);
  end_begin (&fixture->caller, TRUE, hc_identity_get_key (fixture->callee.identity), NULL);
  WAIT_UNTIL (fixture->caller.is_done && fixture->callee.is_done);
  g_assert_no_error (fixture->caller.error);
  g_assert_no_error (fixture->callee.error);
  g_assert_cmpmem (fixture->caller.key, HC_KEY_LENGTH,
                   hc_identity_get_key (fixture->callee.identity), HC_KEY_LENGTH);
  g_assert_cmpmem (fixture->callee.key, HC_KEY_LENGTH,
                   hc_identity_get_key (fixture->caller.identity), HC_KEY_LENGTH);
  say (&fixture->caller, &fixture->callee, "ping");
  say (&fixture->callee, &fixture->caller, "pong");
}

static void
test_wrong_key_of_callee (Fixture       *fixture,
                          gconstpointer  user_data)
{
  end_begin (&fixture->callee, FALSE, NULL, NULL);
  end_begin (&fixture->caller, TRUE, other_key, NULL);
  WAIT_UNTIL (fixture->caller.is_done && fixture->callee.is_done);
  g_assert_error (fixture->caller.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY);
  g_assert_cmpmem (fixture->caller.key, HC_KEY_LENGTH,
                   hc_identity_get_key (fixture->callee.identity), HC_KEY_LENGTH);
  g_assert_error (fixture->callee.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE);
}

/* The caller is done, and learns that it was refused when it reads. */
static void
test_late_refusal (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autofree char *heard = NULL;
  g_autoptr (GError) error = NULL;

  end_begin (&fixture->callee, FALSE, other_key, NULL);
  end_begin (&fixture->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (fixture->caller.is_done && fixture->callee.is_done);
  g_assert_error (fixture->callee.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY);
  g_assert_no_error (fixture->caller.error);

  heard = end_read (&fixture->caller, &error);
  g_assert_null (heard);
  g_assert_nonnull (error);
}

/* --- The other one isn't one of us ---------------------------------------- */

static gboolean
on_accept_certificate (GTlsConnection       *connection,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  faults,
                       gpointer              user_data)
{
  return TRUE;
}

static GTlsConnection *
begin_foreign (GIOStream         *base,
               gboolean           is_client,
               GTlsCertificate   *certificate,
               const char *const *protocols,
               GAsyncResult     **result)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GError) error = NULL;
  GTlsConnection *connection;

  connection = g_initable_new (is_client ? g_tls_backend_get_client_connection_type (backend)
                                         : g_tls_backend_get_server_connection_type (backend),
                               NULL, &error,
                               "base-io-stream", base,
                               "certificate", certificate,
                               "database", NULL,
                               "advertised-protocols", protocols,
                               NULL);
  g_assert_no_error (error);
  g_signal_connect (connection, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  g_tls_connection_handshake_async (connection, G_PRIORITY_DEFAULT, NULL, on_done, result);
  return connection;
}

static const char *const ours[] = { HC_SECURE_PROTOCOL, NULL };

/* @code is 0 if the certificate is as good as any. */
static void
expect_of_foreigner (Fixture           *fixture,
                     gboolean           is_client,
                     GTlsCertificate   *certificate,
                     const char *const *protocols,
                     const guint8      *expected_key,
                     int                code)
{
  End *victim = is_client ? &fixture->callee : &fixture->caller;
  End *foreigner = is_client ? &fixture->caller : &fixture->callee;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTlsConnection) connection = NULL;

  connection = begin_foreign (foreigner->base, is_client, certificate, protocols, &result);
  end_begin (victim, !is_client, expected_key, NULL);
  WAIT_UNTIL (victim->is_done);
  if (code == 0)
    g_assert_no_error (victim->error);
  else
    g_assert_error (victim->error, HC_CLIENT_ERROR, code);
  g_io_stream_close (victim->base, NULL, NULL);
  WAIT_UNTIL (result != NULL);
}

static void
test_no_certificate (Fixture       *fixture,
                     gconstpointer  user_data)
{
  expect_of_foreigner (fixture, TRUE, NULL, ours, NULL, HC_CLIENT_ERROR_CERTIFICATE);
}

typedef struct
{
  const char *name;
  CertificateKind kind;
  int code;
} Oddity;

static const Oddity oddities[] = {
  { "rsa", CERTIFICATE_RSA, HC_CLIENT_ERROR_CERTIFICATE },
  { "ed25519", CERTIFICATE_ED25519, HC_CLIENT_ERROR_CERTIFICATE },
  { "p384", CERTIFICATE_P384, HC_CLIENT_ERROR_CERTIFICATE },
  { "expired", CERTIFICATE_EXPIRED, 0 },
  { "signed-by-ca", CERTIFICATE_SIGNED, 0 },
  { "long", CERTIFICATE_LONG, 0 },
};

static void
test_odd_callee (Fixture       *fixture,
                 gconstpointer  user_data)
{
  const Oddity *oddity = user_data;
  g_autoptr (GTlsCertificate) certificate = certificate_new (oddity->kind);

  expect_of_foreigner (fixture, FALSE, certificate, ours, NULL, oddity->code);
}

static void
test_odd_caller (Fixture       *fixture,
                 gconstpointer  user_data)
{
  const Oddity *oddity = user_data;
  g_autoptr (GTlsCertificate) certificate = certificate_new (oddity->kind);

  expect_of_foreigner (fixture, TRUE, certificate, ours, NULL, oddity->code);
}

/* Whoever has signed it: it is the key that counts. */
static void
test_signed_with_other_key (Fixture       *fixture,
                            gconstpointer  user_data)
{
  g_autoptr (GTlsCertificate) certificate = certificate_new (CERTIFICATE_SIGNED);

  expect_of_foreigner (fixture, TRUE, certificate, ours, other_key, HC_CLIENT_ERROR_WRONG_KEY);
}

static void
test_signed_with_right_key (Fixture       *fixture,
                            gconstpointer  user_data)
{
  g_autoptr (GTlsCertificate) certificate = certificate_new (CERTIFICATE_SIGNED);
  g_autoptr (GError) error = NULL;
  guint8 key[HC_KEY_LENGTH];

  g_assert_true (hc_certificate_get_key (certificate, key, &error));
  expect_of_foreigner (fixture, TRUE, certificate, ours, key, 0);
}

static void
test_other_protocol (Fixture       *fixture,
                     gconstpointer  user_data)
{
  g_autoptr (GTlsCertificate) certificate = certificate_new (CERTIFICATE_EXPIRED);

  expect_of_foreigner (fixture, TRUE, certificate, NULL, NULL, HC_CLIENT_ERROR_NOT_SECURE);
}

/* --- Not even that -------------------------------------------------------- */

static void
test_no_tls (Fixture       *fixture,
             gconstpointer  user_data)
{
  const char text[] = "CHAT\r\nclientID: bob\r\n\r\n";
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (fixture->callee.base), text, strlen (text),
                             NULL, NULL, &error);
  g_assert_no_error (error);
  end_begin (&fixture->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (fixture->caller.is_done);
  g_assert_error (fixture->caller.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE);
}

static void
test_vanishes (Fixture       *fixture,
               gconstpointer  user_data)
{
  end_begin (&fixture->caller, TRUE, NULL, NULL);
  g_io_stream_close (fixture->callee.base, NULL, NULL);
  WAIT_UNTIL (fixture->caller.is_done);
  g_assert_nonnull (fixture->caller.error);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  end_begin (&fixture->caller, TRUE, NULL, cancellable);
  wait_settle ();
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (fixture->caller.is_done);
  g_assert_error (fixture->caller.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_silent (Fixture       *fixture,
             gconstpointer  user_data)
{
  end_begin (&fixture->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (fixture->caller.is_done);
  g_assert_error (fixture->caller.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

#define ADD(path, data, func) \
  g_test_add ("/secure-stream/" path, Fixture, data, set_up, func, tear_down)

static void
add_oddities (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (oddities); i++)
    {
      g_autofree char *callee = g_strconcat ("/secure-stream/callee/", oddities[i].name, NULL);
      g_autofree char *caller = g_strconcat ("/secure-stream/caller/", oddities[i].name, NULL);

      g_test_add (callee, Fixture, &oddities[i], set_up, test_odd_callee, tear_down);
      g_test_add (caller, Fixture, &oddities[i], set_up, test_odd_caller, tear_down);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  ADD ("handshake", NULL, test_handshake);
  ADD ("wrong-key/callee", NULL, test_wrong_key_of_callee);
  ADD ("late-refusal", NULL, test_late_refusal);
  ADD ("no-certificate", NULL, test_no_certificate);
  ADD ("signed/other-key", NULL, test_signed_with_other_key);
  ADD ("signed/right-key", NULL, test_signed_with_right_key);
  ADD ("other-protocol", NULL, test_other_protocol);
  ADD ("no-tls", NULL, test_no_tls);
  ADD ("vanishes", NULL, test_vanishes);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("silent", NULL, test_silent);
  add_oddities ();

  return g_test_run ();
}
