/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "meddler.h"

#include <string.h>

struct _Meddler
{
  gboolean udp;
  GSocketAddress *target;
  GSocket *front;
  GSource *source;
  GPtrArray *flows;
  MeddlerEdit edit;
  gpointer user_data;
};

/* A caller: its connection, or over UDP its address; and our way on. */
typedef struct
{
  Meddler *meddler;
  GSocketAddress *caller;
  GSocket *near;
  GSocket *far;
  GSource *near_input;
  GSource *far_input;
} Flow;

static GSocketAddress *
make_address (guint16 port)
{
  return g_inet_socket_address_new_from_string ("127.0.0.1", port);
}

static GSocket *
open_socket (gboolean udp)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
                                  udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  return socket;
}

static GSource *
watch (GSocket           *socket,
       GSocketSourceFunc  func,
       gpointer           user_data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
unwatch (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
flow_free (gpointer data)
{
  Flow *flow = data;

  unwatch (&flow->near_input);
  unwatch (&flow->far_input);
  g_socket_close (flow->far, NULL);
  g_object_unref (flow->far);
  if (flow->near != NULL)
    g_socket_close (flow->near, NULL);
  g_clear_object (&flow->near);
  g_clear_object (&flow->caller);
  g_free (flow);
}

/* Whoever receives may have gone, which is no concern of ours. */
static void
pass (Flow       *flow,
      const char *data,
      gsize       length,
      gboolean    from_caller)
{
  g_autoptr (GString) bytes = g_string_new_len (data, length);
  Meddler *self = flow->meddler;

  if (self->edit != NULL)
    self->edit (bytes, from_caller, self->user_data);
  if (bytes->len == 0)
    return;
  if (from_caller)
    g_socket_send (flow->far, bytes->str, bytes->len, NULL, NULL);
  else if (self->udp)
    g_socket_send_to (self->front, flow->caller, bytes->str, bytes->len, NULL, NULL);
  else
    g_socket_send (flow->near, bytes->str, bytes->len, NULL, NULL);
}

/* Each direction of a connection ends by itself. */
static void
end_direction (Flow     *flow,
               gboolean  from_caller)
{
  g_socket_shutdown (from_caller ? flow->far : flow->near, FALSE, TRUE, NULL);
  unwatch (from_caller ? &flow->near_input : &flow->far_input);
  if (flow->near_input == NULL && flow->far_input == NULL)
    g_ptr_array_remove (flow->meddler->flows, flow);
}

static gboolean
on_input (GSocket      *socket,
          GIOCondition  condition,
          gpointer      user_data)
{
  Flow *flow = user_data;
  gboolean from_caller = socket == flow->near;
  char bytes[16384];
  gssize n = g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL);

  if (n > 0)
    pass (flow, bytes, n, from_caller);
  else if (!flow->meddler->udp)
    end_direction (flow, from_caller);
  return G_SOURCE_CONTINUE;
}

static Flow *
add_flow (Meddler *self)
{
  Flow *flow = g_new0 (Flow, 1);

  flow->meddler = self;
  flow->far = open_socket (self->udp);
  g_socket_connect (flow->far, self->target, NULL, NULL);
  flow->far_input = watch (flow->far, on_input, flow);
  g_ptr_array_add (self->flows, flow);
  return flow;
}

static gboolean
on_connection (GSocket      *socket,
               GIOCondition  condition,
               gpointer      user_data)
{
  Flow *flow = add_flow (user_data);

  flow->near = g_socket_accept (socket, NULL, NULL);
  g_assert_nonnull (flow->near);
  flow->near_input = watch (flow->near, on_input, flow);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_from (Flow           *flow,
         GSocketAddress *address)
{
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (flow->caller)) ==
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static Flow *
find_flow (Meddler        *self,
           GSocketAddress *caller)
{
  Flow *flow;

  for (guint i = 0; i < self->flows->len; i++)
    if (is_from (g_ptr_array_index (self->flows, i), caller))
      return g_ptr_array_index (self->flows, i);

  flow = add_flow (self);
  flow->caller = g_object_ref (caller);
  return flow;
}

static gboolean
on_datagram (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  g_autoptr (GSocketAddress) from = NULL;
  char bytes[2048];
  gssize n = g_socket_receive_from (socket, &from, bytes, sizeof bytes, NULL, NULL);

  if (n > 0)
    pass (find_flow (user_data, from), bytes, n, TRUE);
  return G_SOURCE_CONTINUE;
}

/* One who passes everything on to a port, unchanged at first. */
Meddler *
meddler_new (gboolean udp,
             guint16  target)
{
  Meddler *self = g_new0 (Meddler, 1);
  g_autoptr (GSocketAddress) any = make_address (0);
  g_autoptr (GError) error = NULL;

  self->udp = udp;
  self->target = make_address (target);
  self->flows = g_ptr_array_new_with_free_func (flow_free);
  self->front = open_socket (udp);
  g_socket_bind (self->front, any, FALSE, &error);
  g_assert_no_error (error);
  if (!udp)
    g_socket_listen (self->front, &error);
  g_assert_no_error (error);
  self->source = watch (self->front, udp ? on_datagram : on_connection, self);
  return self;
}

void
meddler_free (Meddler *self)
{
  unwatch (&self->source);
  g_ptr_array_unref (self->flows);
  g_socket_close (self->front, NULL);
  g_object_unref (self->front);
  g_object_unref (self->target);
  g_free (self);
}

guint16
meddler_get_port (Meddler *self)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->front, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

/* Where what comes from now on goes; what was under way is broken off. */
void
meddler_set_target (Meddler *self,
                    guint16  target)
{
  g_ptr_array_set_size (self->flows, 0);
  g_object_unref (self->target);
  self->target = make_address (target);
}

void
meddler_set_edit (Meddler     *self,
                  MeddlerEdit  edit,
                  gpointer     user_data)
{
  self->edit = edit;
  self->user_data = user_data;
}

/* Where the value of a header begins, or NULL. */
static char *
find_header (GString    *bytes,
             const char *name)
{
  g_autofree char *start = g_strconcat ("\r\n", name, ": ", NULL);
  char *found = strstr (bytes->str, start);

  return found != NULL ? found + strlen (start) : NULL;
}

/* The value of the first header of a name, or NULL. */
char *
meddler_find_value (GString    *bytes,
                    const char *name)
{
  char *value = find_header (bytes, name);

  return value != NULL ? g_strndup (value, strcspn (value, "\r")) : NULL;
}

/* Gives the first header of a name another value, or takes it out if that is
 * NULL. */
gboolean
meddler_change_value (GString    *bytes,
                      const char *name,
                      const char *value)
{
  char *start = find_header (bytes, name);
  gsize offset;

  if (start == NULL)
    return FALSE;

  offset = start - bytes->str;
  g_string_erase (bytes, offset, strcspn (start, "\r"));
  if (value != NULL)
    g_string_insert (bytes, offset, value);
  else
    g_string_erase (bytes, offset - strlen (name) - 4, strlen (name) + 4);
  return TRUE;
}

/* Adds a header behind the others. */
void
meddler_add_value (GString    *bytes,
                   const char *name,
                   const char *value)
{
  g_string_truncate (bytes, bytes->len - strlen ("\r\n"));
  g_string_append_printf (bytes, "%s: %s\r\n\r\n", name, value);
}
