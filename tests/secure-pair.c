/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "secure-pair.h"
#include "wait.h"

#include <string.h>

const guint8 secure_pair_session[HC_SESSION_LENGTH] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void
open_end (SecureEnd  *self,
          const char *id)
{
  g_autoptr (HcPacketLog) log = hc_packet_log_new ();
  g_autoptr (GError) error = NULL;

  self->identity = hc_identity_generate (id, &error);
  g_assert_no_error (error);
  self->socket = hc_datagram_socket_new ("127.0.0.1", 0, log, &error);
  g_assert_no_error (error);
  self->path = hc_datagram_path_new (self->socket, secure_pair_session);
  self->received = g_string_new (NULL);
}

static void
close_end (SecureEnd *self)
{
  if (self->input != NULL)
    g_source_destroy (self->input);
  g_clear_pointer (&self->input, g_source_unref);
  g_clear_object (&self->secure);
  g_assert_finalize_object (g_steal_pointer (&self->path));
  g_assert_finalize_object (g_steal_pointer (&self->socket));
  g_clear_object (&self->identity);
  g_clear_error (&self->error);
  g_string_free (self->received, TRUE);
}

SecurePair *
secure_pair_new (double  loss,
                 guint32 seed)
{
  SecurePair *self = g_new0 (SecurePair, 1);
  g_autoptr (GSocketAddress) remote = NULL;

  open_end (&self->caller, "alice");
  open_end (&self->callee, "bob");
  self->relay = lossy_relay_new (hc_datagram_socket_get_port (self->callee.socket), loss, seed);
  remote = g_inet_socket_address_new_from_string ("127.0.0.1", lossy_relay_get_port (self->relay));
  hc_datagram_path_set_remote (self->caller.path, remote);
  return self;
}

void
secure_pair_free (SecurePair *self)
{
  close_end (&self->caller);
  close_end (&self->callee);
  lossy_relay_free (self->relay);
  g_free (self);
}

static void
on_secure (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  SecureEnd *self = user_data;

  self->secure = hc_secure_datagram_finish (result, self->key, &self->error);
  self->is_done = TRUE;
  g_assert_true ((self->secure != NULL) != (self->error != NULL));
}

void
secure_end_begin (SecureEnd    *self,
                  gboolean      is_client,
                  const guint8 *expected_key,
                  GCancellable *cancellable)
{
  hc_secure_datagram_async (self->path, is_client, self->identity, expected_key, cancellable,
                            on_secure, self);
}

static gboolean
on_datagram (GDatagramBased *based,
             GIOCondition    condition,
             gpointer        user_data)
{
  SecureEnd *self = user_data;
  char buffer[2048];
  GInputVector vector = { buffer, sizeof buffer };
  GInputMessage message = { .vectors = &vector, .num_vectors = 1 };
  g_autoptr (GError) error = NULL;

  if (g_datagram_based_receive_messages (based, &message, 1, 0, 0, NULL, &error) == 1)
    {
      g_string_append_len (self->received, buffer, message.bytes_received);
      g_string_append_c (self->received, '\n');
      return G_SOURCE_CONTINUE;
    }
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Reads whatever comes from now on. */
void
secure_end_read (SecureEnd *self)
{
  self->input = g_datagram_based_create_source (self->secure, G_IO_IN, NULL);
  g_source_set_callback (self->input, G_SOURCE_FUNC (on_datagram), self, NULL);
  g_source_attach (self->input, NULL);
}

gboolean
secure_end_send (SecureEnd  *self,
                 const char *text)
{
  GOutputVector vector = { text, strlen (text) };
  GOutputMessage message = { .vectors = &vector, .num_vectors = 1 };

  return g_datagram_based_send_messages (self->secure, &message, 1, 0, 0, NULL, NULL) == 1;
}

void
secure_pair_begin (SecurePair *self)
{
  secure_end_begin (&self->callee, FALSE, hc_identity_get_key (self->caller.identity), NULL);
  secure_end_begin (&self->caller, TRUE, hc_identity_get_key (self->callee.identity), NULL);
}

/* The callee reads as soon as it can, which is how the caller gets a last
 * flight that was lost. */
static gboolean
is_connected (SecurePair *self)
{
  if (self->callee.secure != NULL && self->callee.input == NULL)
    secure_end_read (&self->callee);
  return self->caller.is_done && self->callee.is_done;
}

void
secure_pair_connect (SecurePair *self)
{
  secure_pair_begin (self);
  WAIT_UNTIL (is_connected (self));
  g_assert_no_error (self->caller.error);
  g_assert_no_error (self->callee.error);
  secure_end_read (&self->caller);
}

/* A word each way, however often it takes to say it. */
void
secure_pair_exchange (SecurePair *self)
{
  g_string_truncate (self->caller.received, 0);
  g_string_truncate (self->callee.received, 0);

  secure_end_send (&self->caller, "ping");
  WAIT_UNTIL (self->callee.received->len > 0);
  secure_end_send (&self->callee, "pong");
  WAIT_UNTIL (self->caller.received->len > 0);
  g_assert_cmpstr (self->callee.received->str, ==, "ping\n");
  g_assert_cmpstr (self->caller.received->str, ==, "pong\n");
}
