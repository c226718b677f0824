/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-dtls.h"
#include "hc-client-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* DTLS 1.2 with forward secrecy, a key like ours, and encryption that
 * authenticates: what is older has no place here. */
#define PRIORITY "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+ECDHE-ECDSA:-CIPHER-ALL:" \
                 "+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM"

/* The time is our caller's business: it repeats flights and gives up, both
 * sooner than GnuTLS would. A retransmission after the end is none. */
#define HANDSHAKE_TIMEOUT_MS (10 * 60 * 1000)
#define RETRANSMISSION_MS (HANDSHAKE_TIMEOUT_MS + 1)

/* How often a handshake is asked to go on with one record. It takes it at the
 * first or second time; this is against a library that changes its mind. */
#define MAX_STEPS 8

struct _HcDtls
{
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
  HcPeerKey *peer_key;

  const guint8 *input;
  gsize input_length;
  GPtrArray *output;
};

/* --- What GnuTLS calls ---------------------------------------------------- */

static ssize_t
pull (gnutls_transport_ptr_t transport,
      void                  *buffer,
      size_t                 size)
{
  HcDtls *self = transport;
  gsize length = MIN (size, self->input_length);

  if (self->input == NULL)
    {
      gnutls_transport_set_errno (self->session, EAGAIN);
      return -1;
    }

  memcpy (buffer, self->input, length);
  self->input = NULL;
  return length;
}

static int
pull_timeout (gnutls_transport_ptr_t transport,
              unsigned int           ms)
{
  HcDtls *self = transport;

  return self->input != NULL;
}

static ssize_t
push (gnutls_transport_ptr_t transport,
      const void            *data,
      size_t                 length)
{
  HcDtls *self = transport;

  g_ptr_array_add (self->output, g_bytes_new (data, length));
  return length;
}

static GTlsCertificate *
dup_peer_certificate (HcDtls *self)
{
  unsigned int n = 0;
  const gnutls_datum_t *certificates = gnutls_certificate_get_peers (self->session, &n);
  g_autoptr (GByteArray) bytes = NULL;

  if (certificates == NULL || n == 0)
    return NULL;

  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, certificates[0].data, certificates[0].size);
  return g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()),
                         NULL, NULL, "certificate", bytes, NULL);
}

static int
verify (gnutls_session_t session)
{
  HcDtls *self = gnutls_session_get_ptr (session);
  g_autoptr (GTlsCertificate) certificate = dup_peer_certificate (self);

  return certificate != NULL && hc_peer_key_check (self->peer_key, certificate) ? 0 : -1;
}

/* --- Making one ----------------------------------------------------------- */

static gboolean
succeeds (int      result,
          GError **error)
{
  if (result >= 0)
    return TRUE;
  /* Translators: %s is what the library for encryption says */
  g_set_error (error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE,
               _("The connection could not be encrypted: %s"), gnutls_strerror (result));
  return FALSE;
}

static gboolean
set_certificate (HcDtls           *self,
                 GTlsCertificate  *certificate,
                 GError          **error)
{
  g_autofree char *certificate_pem = NULL;
  g_autofree char *key_pem = NULL;
  gnutls_datum_t parts[2];

  g_object_get (certificate, "certificate-pem", &certificate_pem, "private-key-pem", &key_pem, NULL);
  if (certificate_pem == NULL || key_pem == NULL)
    return succeeds (GNUTLS_E_NO_CERTIFICATE_FOUND, error);

  parts[0] = (gnutls_datum_t) { (unsigned char *) certificate_pem, strlen (certificate_pem) };
  parts[1] = (gnutls_datum_t) { (unsigned char *) key_pem, strlen (key_pem) };
  return succeeds (gnutls_certificate_set_x509_key_mem (self->credentials, &parts[0], &parts[1],
                                                        GNUTLS_X509_FMT_PEM), error);
}

static void
set_transport (HcDtls *self)
{
  gnutls_session_set_ptr (self->session, self);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout);
  gnutls_dtls_set_timeouts (self->session, RETRANSMISSION_MS, HANDSHAKE_TIMEOUT_MS);
  gnutls_dtls_set_mtu (self->session, HC_DTLS_MAX_RECORD);
}

static gboolean
set_up (HcDtls           *self,
        gboolean          is_client,
        GTlsCertificate  *certificate,
        GError          **error)
{
  const gnutls_datum_t protocol = { (unsigned char *) HC_SECURE_PROTOCOL,
                                    strlen (HC_SECURE_PROTOCOL) };
  const unsigned int flags = GNUTLS_DATAGRAM | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS |
                             (is_client ? GNUTLS_CLIENT : GNUTLS_SERVER);

  if (!succeeds (gnutls_init (&self->session, flags), error) ||
      !succeeds (gnutls_certificate_allocate_credentials (&self->credentials), error) ||
      !set_certificate (self, certificate, error) ||
      !succeeds (gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->credentials),
                 error) ||
      !succeeds (gnutls_priority_set_direct (self->session, PRIORITY, NULL), error) ||
      !succeeds (gnutls_alpn_set_protocols (self->session, &protocol, 1, GNUTLS_ALPN_MANDATORY),
                 error))
    return FALSE;

  set_transport (self);
  gnutls_session_set_verify_function (self->session, verify);
  if (!is_client)
    gnutls_certificate_server_set_request (self->session, GNUTLS_CERT_REQUIRE);
  return TRUE;
}

/**
 * hc_dtls_new:
 * @is_client: whether we begin
 * @certificate: ours, with its private key
 * @peer_key: what the other one has to show; it has to live as long as this
 * @error: return location for a #GError in %HC_CLIENT_ERROR
 *
 * Makes one end of a session. A client's first record is there after the first
 * hc_dtls_handshake().
 *
 * GnuTLS is used directly, since GDtlsConnection can't be what we need: its
 * sessions are blocking ones, in which GnuTLS sleeps 50 ms before each handshake
 * message that it hasn't read yet (nine times in a handshake with two certificates,
 * whatever the socket has), repeats a flight after a second and not before, and
 * not at all once a part of the answer has come. None of these can be set there.
 *
 * Returns: (transfer full): the session, or %NULL
 */
HcDtls *
hc_dtls_new (gboolean          is_client,
             GTlsCertificate  *certificate,
             HcPeerKey        *peer_key,
             GError          **error)
{
  g_autoptr (HcDtls) self = NULL;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);
  g_return_val_if_fail (peer_key != NULL, NULL);

  self = g_new0 (HcDtls, 1);
  self->peer_key = peer_key;
  self->output = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (!set_up (self, is_client, certificate, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
hc_dtls_free (HcDtls *self)
{
  if (self->session != NULL)
    gnutls_deinit (self->session);
  if (self->credentials != NULL)
    gnutls_certificate_free_credentials (self->credentials);
  g_ptr_array_unref (self->output);
  g_free (self);
}

/* --- Using it ------------------------------------------------------------- */

static void
set_input (HcDtls       *self,
           const guint8 *record,
           gsize         length)
{
  self->input = record;
  self->input_length = length;
}

static gboolean
would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "It takes another record");
  return FALSE;
}

static gboolean
fail_handshake (HcDtls  *self,
                int      result,
                GError **error)
{
  gnutls_alert_send_appropriate (self->session, result);
  if (result == GNUTLS_E_NO_CERTIFICATE_FOUND || result == GNUTLS_E_CERTIFICATE_REQUIRED)
    {
      hc_peer_key_finish (self->peer_key, NULL, error);
      return FALSE;
    }
  return succeeds (result, error);
}

static gboolean
finish_handshake (HcDtls  *self,
                  GError **error)
{
  g_autoptr (GTlsCertificate) certificate = dup_peer_certificate (self);
  gnutls_datum_t protocol;

  return hc_peer_key_finish (self->peer_key, certificate, error) &&
         succeeds (gnutls_alpn_get_selected_protocol (self->session, &protocol), error);
}

/**
 * hc_dtls_handshake:
 * @self: a session
 * @record: (nullable) (array length=length): what has come, or %NULL to begin
 * @length: how many bytes
 * @error: return location for a #GError: %G_IO_ERROR_WOULD_BLOCK if it goes on
 *   with the next record, or in %HC_CLIENT_ERROR
 *
 * Takes a record of the other one's handshake. Afterwards there may be records
 * to send, also if it failed.
 *
 * Returns: %TRUE if the handshake is complete and the other one has the right key
 */
gboolean
hc_dtls_handshake (HcDtls        *self,
                   const guint8  *record,
                   gsize          length,
                   GError       **error)
{
  int result;

  g_return_val_if_fail (self != NULL, FALSE);

  set_input (self, record, length);
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      result = gnutls_handshake (self->session);
      if (result == GNUTLS_E_SUCCESS || gnutls_error_is_fatal (result) || self->input == NULL)
        break;
    }
  self->input = NULL;

  if (result == GNUTLS_E_SUCCESS)
    return finish_handshake (self, error);
  return gnutls_error_is_fatal (result) ? fail_handshake (self, result, error)
                                        : would_block (error);
}

/**
 * hc_dtls_decrypt:
 * @self: a session whose handshake is complete
 * @record: (array length=length): what has come
 * @length: how many bytes
 * @buffer: (out caller-allocates) (array length=size): where to put what is in it
 * @size: how many bytes
 * @error: return location for a #GError: %G_IO_ERROR_WOULD_BLOCK if there is
 *   nothing in it for us, %G_IO_ERROR_CLOSED if the other one has ended
 *
 * Takes a record. One that is forged, or has come before, is dropped.
 *
 * Returns: how many bytes are in it, or -1
 */
gssize
hc_dtls_decrypt (HcDtls        *self,
                 const guint8  *record,
                 gsize          length,
                 guint8        *buffer,
                 gsize          size,
                 GError       **error)
{
  gssize n;

  g_return_val_if_fail (self != NULL, -1);
  g_return_val_if_fail (record != NULL, -1);

  set_input (self, record, length);
  n = gnutls_record_recv (self->session, buffer, size);
  self->input = NULL;

  if (n > 0)
    return n;
  if (n == 0 || gnutls_error_is_fatal (n))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The other one has ended");
  else
    would_block (error);
  return -1;
}

/**
 * hc_dtls_encrypt:
 * @self: a session whose handshake is complete
 * @data: (array length=length): what to send
 * @length: 1 to hc_dtls_get_max_data() bytes
 * @error: return location for a #GError: %G_IO_ERROR_MESSAGE_TOO_LARGE, or
 *   in %HC_CLIENT_ERROR
 *
 * Makes a record.
 *
 * Returns: %TRUE if it is there to be sent
 */
gboolean
hc_dtls_encrypt (HcDtls        *self,
                 const guint8  *data,
                 gsize          length,
                 GError       **error)
{
  gssize n;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  n = gnutls_record_send (self->session, data, length);
  if (n != GNUTLS_E_LARGE_PACKET)
    return succeeds (n, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               "%" G_GSIZE_FORMAT " bytes are more than fit in a record", length);
  return FALSE;
}

/**
 * hc_dtls_close:
 * @self: a session whose handshake is complete
 *
 * Makes the record that says that we have ended.
 */
void
hc_dtls_close (HcDtls *self)
{
  g_return_if_fail (self != NULL);

  gnutls_bye (self->session, GNUTLS_SHUT_WR);
}

/**
 * hc_dtls_get_max_data:
 * @self: a session whose handshake is complete
 *
 * Gets how much fits in a record.
 *
 * Returns: how many bytes
 */
gsize
hc_dtls_get_max_data (HcDtls *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return gnutls_dtls_get_data_mtu (self->session);
}

/**
 * hc_dtls_steal_records:
 * @self: a session
 *
 * Takes the records that are to be sent.
 *
 * Returns: (transfer full) (element-type GBytes): the records, in their order
 */
GPtrArray *
hc_dtls_steal_records (HcDtls *self)
{
  GPtrArray *records;

  g_return_val_if_fail (self != NULL, NULL);

  records = self->output;
  self->output = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return records;
}

/**
 * hc_dtls_alert_to_error:
 * @alert: the number of a fatal alert, RFC 5246, section 7.2
 *
 * Says what it means that the other one has ended a handshake.
 *
 * Returns: (transfer full): an error in %HC_CLIENT_ERROR
 */
GError *
hc_dtls_alert_to_error (guint8 alert)
{
  const char *name = gnutls_alert_get_name (alert);

  if (alert >= GNUTLS_A_BAD_CERTIFICATE && alert <= GNUTLS_A_CERTIFICATE_UNKNOWN)
    return g_error_new_literal (HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED,
                                _("The other one doesn't accept our key."));
  /* Translators: %s is what the other one's program says, in English */
  return g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE,
                      _("The other one has ended the encryption: %s"),
                      name != NULL ? name : "unknown");
}
