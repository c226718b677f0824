/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lossy-relay.h"

struct _LossyRelay
{
  double loss;
  GRand *random;
  guint n_lost;

  GSocketAddress *caller;
  GSocketAddress *callee;
  GSocket *near_caller;
  GSocket *near_callee;
  GSource *caller_input;
  GSource *callee_input;

  LossyRelayFilter filter;
  gpointer user_data;
};

static GSocket *
open_socket (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

static gboolean
passes (LossyRelay   *self,
        gboolean      from_caller,
        const guint8 *data,
        gsize         length)
{
  if ((self->filter == NULL || self->filter (from_caller, data, length, self->user_data)) &&
      g_rand_double (self->random) >= self->loss)
    return TRUE;

  self->n_lost++;
  return FALSE;
}

static gboolean
on_caller_input (GSocket      *socket,
                 GIOCondition  condition,
                 gpointer      user_data)
{
  LossyRelay *self = user_data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 data[2048];
  gssize n = g_socket_receive_from (socket, &from, (char *) data, sizeof data, NULL, NULL);

  if (n < 0)
    return G_SOURCE_CONTINUE;

  g_set_object (&self->caller, from);
  if (passes (self, TRUE, data, n))
    g_socket_send_to (self->near_callee, self->callee, (const char *) data, n, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_callee_input (GSocket      *socket,
                 GIOCondition  condition,
                 gpointer      user_data)
{
  LossyRelay *self = user_data;
  guint8 data[2048];
  gssize n = g_socket_receive (socket, (char *) data, sizeof data, NULL, NULL);

  if (n >= 0 && self->caller != NULL && passes (self, FALSE, data, n))
    g_socket_send_to (self->near_caller, self->caller, (const char *) data, n, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static GSource *
watch (LossyRelay        *self,
       GSocket           *socket,
       GSocketSourceFunc  func)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
close_socket (GSocket **socket,
              GSource **source)
{
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
  g_socket_close (*socket, NULL);
  g_clear_object (socket);
}

/* @loss is a probability in each direction; the same @seed loses the same ones. */
LossyRelay *
lossy_relay_new (guint16 callee_port,
                 double  loss,
                 guint32 seed)
{
  LossyRelay *self = g_new0 (LossyRelay, 1);

  self->loss = loss;
  self->random = g_rand_new_with_seed (seed);
  self->callee = g_inet_socket_address_new_from_string ("127.0.0.1", callee_port);
  self->near_caller = open_socket ();
  self->near_callee = open_socket ();
  self->caller_input = watch (self, self->near_caller, on_caller_input);
  self->callee_input = watch (self, self->near_callee, on_callee_input);
  return self;
}

void
lossy_relay_free (LossyRelay *self)
{
  close_socket (&self->near_caller, &self->caller_input);
  close_socket (&self->near_callee, &self->callee_input);
  g_clear_object (&self->caller);
  g_clear_object (&self->callee);
  g_rand_free (self->random);
  g_free (self);
}

/* Where the caller sends to. */
guint16
lossy_relay_get_port (LossyRelay *self)
{
  return get_port (self->near_caller);
}

/* Where the callee sees the caller. */
guint16
lossy_relay_get_source (LossyRelay *self)
{
  return get_port (self->near_callee);
}

void
lossy_relay_set_filter (LossyRelay       *self,
                        LossyRelayFilter  filter,
                        gpointer          user_data)
{
  self->filter = filter;
  self->user_data = user_data;
}

/* The callee sees the caller at another address from now on, and what it sends
 * to the one before is lost. */
void
lossy_relay_rebind (LossyRelay *self)
{
  close_socket (&self->near_callee, &self->callee_input);
  self->near_callee = open_socket ();
  self->callee_input = watch (self, self->near_callee, on_callee_input);
}

guint
lossy_relay_get_n_lost (LossyRelay *self)
{
  return self->n_lost;
}
