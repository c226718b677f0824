/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "notifications.h"

#include <string.h>

/* Source: Desktop Notifications Specification 1.2, section 9; of it what GIO calls. */
#define INTERFACE                                                               \
  "<node><interface name='org.freedesktop.Notifications'>"                      \
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"    \
  "<method name='GetServerInformation'>"                                        \
  "<arg type='s' direction='out'/><arg type='s' direction='out'/>"              \
  "<arg type='s' direction='out'/><arg type='s' direction='out'/></method>"     \
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>" \
  "<arg type='s' direction='in'/><arg type='s' direction='in'/>"                \
  "<arg type='s' direction='in'/><arg type='as' direction='in'/>"               \
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"            \
  "<arg type='u' direction='out'/></method>"                                    \
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"    \
  "</interface></node>"

/* It has a thread of its own, as a desktop has a process: whoever sends a notification is answered
 * also while the test waits for something else. */
struct _Notifications
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GDBusNodeInfo *info;
  GDBusConnection *bus;
  guint object_id;
  GMutex mutex;
  GPtrArray *shown;
};

static GVariant *
show (Notifications *self,
      GVariant      *parameters)
{
  const char *summary, *body;
  guint id;

  g_variant_get (parameters, "(&su&s&s&s@as@a{sv}i)", NULL, NULL, NULL, &summary, &body, NULL, NULL,
                 NULL);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->shown, g_strdup_printf ("%s: %s", summary, body));
  id = self->shown->len;
  g_mutex_unlock (&self->mutex);

  return g_variant_new ("(u)", id);
}

static void
on_call (GDBusConnection       *bus,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               data)
{
  GVariant *reply = NULL;

  if (g_str_equal (method, "Notify"))
    reply = show (data, parameters);
  else if (g_str_equal (method, "GetCapabilities"))
    reply = g_variant_new_parsed ("(['actions', 'body'],)");
  else if (g_str_equal (method, "GetServerInformation"))
    reply = g_variant_new ("(ssss)", "tests", "Hybrid Chat", "1", "1.2");

  g_dbus_method_invocation_return_value (invocation, reply);
}

static void
export (Notifications *self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  self->bus = g_dbus_connection_new_for_address_sync (address,
                                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                      G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                      NULL, NULL, &error);
  g_assert_no_error (error);
  self->info = g_dbus_node_info_new_for_xml (INTERFACE, &error);
  g_assert_no_error (error);
  self->object_id = g_dbus_connection_register_object (self->bus, "/org/freedesktop/Notifications",
                                                       self->info->interfaces[0], &vtable, self,
                                                       NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.Notifications", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
run (gpointer data)
{
  Notifications *self = data;

  g_main_context_push_thread_default (self->context);
  export (self);
  g_main_loop_run (self->loop);

  g_dbus_connection_unregister_object (self->bus, self->object_id);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

Notifications *
notifications_new (void)
{
  Notifications *self = g_new0 (Notifications, 1);

  g_mutex_init (&self->mutex);
  self->shown = g_ptr_array_new_with_free_func (g_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("notifications", run, self);

  return self;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* By a source, which is dispatched once the loop runs: it may only be about to. */
void
notifications_free (Notifications *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);

  g_dbus_node_info_unref (self->info);
  g_object_unref (self->bus);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->shown);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Tells whether these words were shown in one, or are a part of it. */
gboolean
notifications_have (Notifications *self,
                    const char    *words)
{
  gboolean have = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->shown->len && !have; i++)
    have = strstr (g_ptr_array_index (self->shown, i), words) != NULL;
  g_mutex_unlock (&self->mutex);

  return have;
}
