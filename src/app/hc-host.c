/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-client-enums.h"
#include "hc-host.h"
#include "hc-server.h"

#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <net/if.h>

struct _HcHost
{
  GObject parent_instance;

  HcServer *server;
  HcTransport transport;
  char *address;
};

G_DEFINE_FINAL_TYPE (HcHost, hc_host, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_TRANSPORT,
  PROP_ADDRESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
can_be_passed_on (GInetAddress *address)
{
  return !g_inet_address_get_is_loopback (address) && !g_inet_address_get_is_link_local (address) &&
         !g_inet_address_get_is_any (address);
}

static GInetAddress *
address_from_interface (const struct ifaddrs *interface)
{
  g_autoptr (GSocketAddress) address = NULL;
  gsize size = sizeof (struct sockaddr_in);

  if (interface->ifa_addr == NULL || (interface->ifa_flags & IFF_UP) == 0)
    return NULL;
  if (interface->ifa_addr->sa_family == AF_INET6)
    size = sizeof (struct sockaddr_in6);
  else if (interface->ifa_addr->sa_family != AF_INET)
    return NULL;

  address = g_socket_address_new_from_native (interface->ifa_addr, size);
  return g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
add_address (GPtrArray    *found,
             GInetAddress *address,
             guint16       port)
{
  g_autofree char *text = g_inet_address_to_string (address);
  gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  g_ptr_array_add (found, g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", text, port));
}

static void
add_family (GPtrArray            *found,
            const struct ifaddrs *interfaces,
            GSocketFamily         family,
            guint16               port)
{
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    {
      g_autoptr (GInetAddress) address = address_from_interface (i);

      if (address != NULL && g_inet_address_get_family (address) == family &&
          can_be_passed_on (address))
        add_address (found, address, port);
    }
}

/* An address to pass on stands before "localhost", which means somebody else's
 * computer there. IPv4 first: it is what one reads out on the telephone. */
static char **
find_addresses (guint16 port)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) == 0)
    {
      add_family (found, interfaces, G_SOCKET_FAMILY_IPV4, port);
      add_family (found, interfaces, G_SOCKET_FAMILY_IPV6, port);
      freeifaddrs (interfaces);
    }
  if (found->len == 0)
    g_ptr_array_add (found, g_strdup_printf ("localhost:%u", port));
  g_ptr_array_add (found, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

static void
notify_all (HcHost *self)
{
  g_auto (GStrv) addresses = hc_host_dup_addresses (self);

  g_free (self->address);
  self->address = g_strdup (addresses[0]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDRESS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRANSPORT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
hc_host_dispose (GObject *object)
{
  HcHost *self = HC_HOST (object);

  if (self->server != NULL)
    hc_server_stop (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->address, g_free);

  G_OBJECT_CLASS (hc_host_parent_class)->dispose (object);
}

static void
hc_host_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  HcHost *self = HC_HOST (object);

  switch (prop_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, hc_host_is_running (self));
      break;
    case PROP_TRANSPORT:
      g_value_set_enum (value, self->transport);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_host_class_init (HcHostClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hc_host_dispose;
  object_class->get_property = hc_host_get_property;

  properties[PROP_RUNNING] =
    g_param_spec_boolean ("running", NULL, NULL,
                          FALSE,
                          flags);
  properties[PROP_TRANSPORT] =
    g_param_spec_enum ("transport", NULL, NULL,
                       HC_TYPE_TRANSPORT, HC_TRANSPORT_UNKNOWN,
                       flags);
  properties[PROP_ADDRESS] =
    g_param_spec_string ("address", NULL, NULL,
                         NULL,
                         flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_host_init (HcHost *self)
{
}

/**
 * hc_host_new:
 *
 * Creates a host that runs nothing yet.
 *
 * Returns: (transfer full): a host
 */
HcHost *
hc_host_new (void)
{
  return g_object_new (HC_TYPE_HOST, NULL);
}

static void
put_in_words (GError  *failure,
              guint16  port,
              GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 _("Another program uses port %u. Choose another port, or close that program."),
                 port);
  else if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("Port %u is kept for the system. Choose one above 1023."),
                 port);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 /* Translators: %s is what the system says. */
                 _("The server could not be started: %s"),
                 failure->message);
}

/**
 * hc_host_start:
 * @self: a host that isn't running
 * @transport: in which mode
 * @port: where to listen, or 0 for any free port
 * @error: return location for a #GError in %G_IO_ERROR, in words for a person
 *
 * Starts a server on all of this computer's addresses.
 *
 * Returns: %TRUE if it runs
 */
gboolean
hc_host_start (HcHost       *self,
               HcTransport   transport,
               guint16       port,
               GError      **error)
{
  g_autoptr (HcServer) server = NULL;
  g_autoptr (GError) failure = NULL;

  g_return_val_if_fail (HC_IS_HOST (self), FALSE);
  g_return_val_if_fail (self->server == NULL, FALSE);
  g_return_val_if_fail (transport != HC_TRANSPORT_UNKNOWN, FALSE);

  server = hc_server_new (port, transport == HC_TRANSPORT_UDP);
  if (!hc_server_start (server, &failure))
    {
      put_in_words (failure, port, error);
      return FALSE;
    }

  self->server = g_steal_pointer (&server);
  self->transport = transport;
  notify_all (self);
  return TRUE;
}

/**
 * hc_host_stop:
 * @self: a host
 *
 * Stops the server. Who is in a conversation stays in it.
 */
void
hc_host_stop (HcHost *self)
{
  g_return_if_fail (HC_IS_HOST (self));

  if (self->server == NULL)
    return;

  hc_server_stop (self->server);
  g_clear_object (&self->server);
  self->transport = HC_TRANSPORT_UNKNOWN;
  notify_all (self);
}

/**
 * hc_host_is_running:
 * @self: a host
 *
 * Tells whether a server runs in this app.
 *
 * Returns: %TRUE if it does
 */
gboolean
hc_host_is_running (HcHost *self)
{
  g_return_val_if_fail (HC_IS_HOST (self), FALSE);

  return self->server != NULL;
}

/**
 * hc_host_get_transport:
 * @self: a host
 *
 * Gets the server's mode.
 *
 * Returns: the mode, unknown if it doesn't run
 */
HcTransport
hc_host_get_transport (HcHost *self)
{
  g_return_val_if_fail (HC_IS_HOST (self), HC_TRANSPORT_UNKNOWN);

  return self->transport;
}

/**
 * hc_host_get_address:
 * @self: a host
 *
 * Gets the best address to pass on, and to use oneself: who registers through
 * "localhost" can only be called from this computer.
 *
 * Returns: (transfer none) (nullable): `host:port`, or %NULL if it doesn't run
 */
const char *
hc_host_get_address (HcHost *self)
{
  g_return_val_if_fail (HC_IS_HOST (self), NULL);

  return self->address;
}

/**
 * hc_host_dup_addresses:
 * @self: a host
 *
 * Looks up where the server can be reached now, best first.
 *
 * Returns: (transfer full): `host:port` of each, none if it doesn't run
 */
char **
hc_host_dup_addresses (HcHost *self)
{
  g_return_val_if_fail (HC_IS_HOST (self), NULL);

  if (self->server == NULL)
    return g_new0 (char *, 1);
  return find_addresses (hc_server_get_port (self->server));
}
