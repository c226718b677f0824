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

struct _Notifications
{
  GDBusNodeInfo *info;
  GDBusConnection *bus;
  guint object_id;
  guint name_id;
  GPtrArray *shown;
};

static GVariant *
show (Notifications *self,
      GVariant      *parameters)
{
  const char *summary, *body;

  g_variant_get (parameters, "(&su&s&s&s@as@a{sv}i)", NULL, NULL, NULL, &summary, &body, NULL, NULL,
                 NULL);
  g_ptr_array_add (self->shown, g_strdup_printf ("%s: %s", summary, body));

  return g_variant_new ("(u)", self->shown->len);
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

Notifications *
notifications_new (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  Notifications *self = g_new0 (Notifications, 1);
  g_autoptr (GError) error = NULL;

  self->shown = g_ptr_array_new_with_free_func (g_free);
  self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  self->info = g_dbus_node_info_new_for_xml (INTERFACE, &error);
  g_assert_no_error (error);
  self->object_id = g_dbus_connection_register_object (self->bus, "/org/freedesktop/Notifications",
                                                       self->info->interfaces[0], &vtable, self,
                                                       NULL, &error);
  g_assert_no_error (error);
  self->name_id = g_bus_own_name_on_connection (self->bus, "org.freedesktop.Notifications",
                                                G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);

  return self;
}

void
notifications_free (Notifications *self)
{
  g_bus_unown_name (self->name_id);
  g_dbus_connection_unregister_object (self->bus, self->object_id);
  g_dbus_node_info_unref (self->info);
  g_object_unref (self->bus);
  g_ptr_array_unref (self->shown);
  g_free (self);
}

/* Tells whether these words were shown in one, or are a part of it. */
gboolean
notifications_have (Notifications *self,
                    const char    *words)
{
  for (guint i = 0; i < self->shown->len; i++)
    if (strstr (g_ptr_array_index (self->shown, i), words) != NULL)
      return TRUE;

  return FALSE;
}
