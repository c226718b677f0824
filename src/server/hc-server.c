/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-private.h"
#include "hc-memory-registry.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors that aren't connections: of GLib, of the host's program, ... */
#define RESERVED_DESCRIPTORS 64

#define DEFAULT_MAX_CONNECTIONS 10000

G_DEFINE_FINAL_TYPE (HcServer, hc_server, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_PORT,
  PROP_ADDRESSES,
  PROP_UDP,
  PROP_MAX_REQUESTS,
  PROP_BLOCK_SECONDS,
  PROP_MAX_CONNECTIONS,
  PROP_REQUEST_TIMEOUT,
  PROP_REGISTRY,
  PROP_COOKIE_SECRET,
  PROP_METRICS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hc_server_dispose (GObject *object)
{
  HcServer *self = HC_SERVER (object);

  hc_server_stop (self);
  g_clear_object (&self->registry);
  g_clear_object (&self->metrics_address);

  G_OBJECT_CLASS (hc_server_parent_class)->dispose (object);
}

static void
hc_server_finalize (GObject *object)
{
  HcServer *self = HC_SERVER (object);

  for (guint i = 0; i < self->sockets->len; i++)
    close (g_array_index (self->sockets, int, i));
  g_array_unref (self->sockets);
  g_strfreev (self->addresses);
  g_clear_pointer (&self->cookie_secret, g_bytes_unref);

  G_OBJECT_CLASS (hc_server_parent_class)->finalize (object);
}

static void
hc_server_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  HcServer *self = HC_SERVER (object);

  switch (prop_id)
    {
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_ADDRESSES:
      g_value_set_boxed (value, self->addresses);
      break;
    case PROP_UDP:
      g_value_set_boolean (value, self->is_udp);
      break;
    case PROP_MAX_REQUESTS:
      g_value_set_uint (value, self->max_requests);
      break;
    case PROP_BLOCK_SECONDS:
      g_value_set_uint (value, self->block_seconds);
      break;
    case PROP_MAX_CONNECTIONS:
      g_value_set_uint (value, self->max_connections);
      break;
    case PROP_REQUEST_TIMEOUT:
      g_value_set_uint (value, self->request_timeout);
      break;
    case PROP_REGISTRY:
      g_value_set_object (value, self->registry);
      break;
    case PROP_COOKIE_SECRET:
      g_value_set_boxed (value, self->cookie_secret);
      break;
    case PROP_METRICS:
      g_value_set_object (value, self->metrics_address);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static guint
get_connection_limit (HcServer *self)
{
  struct rlimit limit;

  if (self->max_connections > 0)
    return self->max_connections;
  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= 2 * RESERVED_DESCRIPTORS)
    return RESERVED_DESCRIPTORS;
  return MIN (limit.rlim_cur - RESERVED_DESCRIPTORS, DEFAULT_MAX_CONNECTIONS);
}

/* Those of a server that is started hold from now on. */
static void
apply_limits (HcServer *self)
{
  if (self->guard != NULL)
    hc_guard_set_limits (self->guard, self->max_requests, self->block_seconds);
  if (self->stream_listener != NULL)
    hc_stream_listener_set_limits (self->stream_listener, get_connection_limit (self),
                                   self->request_timeout * G_TIME_SPAN_SECOND);

  /* Those who wait for somebody leave at least as many for the others. */
  if (self->rendezvous != NULL)
    hc_rendezvous_set_max_held (self->rendezvous, get_connection_limit (self) / 2);
}

static void
apply_cookie_secret (HcServer *self)
{
  HcCookieSecret secret;

  if (self->rendezvous == NULL || self->cookie_secret == NULL)
    return;
  hc_cookie_secret_init (&secret, self->cookie_secret);
  hc_rendezvous_set_cookie_secret (self->rendezvous, &secret, g_get_monotonic_time ());
}

static void
hc_server_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  HcServer *self = HC_SERVER (object);

  switch (prop_id)
    {
    case PROP_PORT:
      self->port = g_value_get_uint (value);
      break;
    case PROP_ADDRESSES:
      self->addresses = g_value_dup_boxed (value);
      break;
    case PROP_UDP:
      self->is_udp = g_value_get_boolean (value);
      break;
    case PROP_MAX_REQUESTS:
      self->max_requests = g_value_get_uint (value);
      apply_limits (self);
      break;
    case PROP_BLOCK_SECONDS:
      self->block_seconds = g_value_get_uint (value);
      apply_limits (self);
      break;
    case PROP_MAX_CONNECTIONS:
      self->max_connections = g_value_get_uint (value);
      apply_limits (self);
      break;
    case PROP_REQUEST_TIMEOUT:
      self->request_timeout = g_value_get_uint (value);
      apply_limits (self);
      break;
    case PROP_REGISTRY:
      self->registry = g_value_dup_object (value);
      break;
    case PROP_COOKIE_SECRET:
      g_clear_pointer (&self->cookie_secret, g_bytes_unref);
      self->cookie_secret = g_value_dup_boxed (value);
      apply_cookie_secret (self);
      break;
    case PROP_METRICS:
      self->metrics_address = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_server_class_init (HcServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags limit_flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  object_class->dispose = hc_server_dispose;
  object_class->finalize = hc_server_finalize;
  object_class->get_property = hc_server_get_property;
  object_class->set_property = hc_server_set_property;

  /**
   * HcServer:port:
   *
   * The port to listen on, or 0 for any that is free.
   */
  properties[PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, HC_DEFAULT_PORT, flags);

  /**
   * HcServer:addresses:
   *
   * The literal addresses to listen on, or %NULL or none for every one.
   */
  properties[PROP_ADDRESSES] =
    g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * HcServer:udp:
   *
   * Whether to speak UDP instead of TCP.
   */
  properties[PROP_UDP] =
    g_param_spec_boolean ("udp", NULL, NULL, FALSE, flags);

  /**
   * HcServer:max-requests:
   *
   * How many requests an address has before a CHAT, or 0 for no limit.
   */
  properties[PROP_MAX_REQUESTS] =
    g_param_spec_uint ("max-requests", NULL, NULL,
                       0, HC_SERVER_MAX_MAX_REQUESTS, HC_SERVER_DEFAULT_MAX_REQUESTS,
                       limit_flags);

  /**
   * HcServer:block-seconds:
   *
   * How long an address with too many requests is blocked, the first time.
   */
  properties[PROP_BLOCK_SECONDS] =
    g_param_spec_uint ("block-seconds", NULL, NULL,
                       1, HC_SERVER_MAX_BLOCK_SECONDS, HC_SERVER_DEFAULT_BLOCK_SECONDS,
                       limit_flags);

  /**
   * HcServer:max-connections:
   *
   * How many TCP connections there may be at once, or 0 for as many as the
   * process has descriptors for, but at most 10,000.
   */
  properties[PROP_MAX_CONNECTIONS] =
    g_param_spec_uint ("max-connections", NULL, NULL,
                       0, HC_SERVER_MAX_MAX_CONNECTIONS, 0,
                       limit_flags);

  /**
   * HcServer:request-timeout:
   *
   * How many seconds a TCP connection may take from beginning to end.
   */
  properties[PROP_REQUEST_TIMEOUT] =
    g_param_spec_uint ("request-timeout", NULL, NULL,
                       1, HC_SERVER_MAX_REQUEST_TIMEOUT, HC_SERVER_DEFAULT_REQUEST_TIMEOUT,
                       limit_flags);

  /**
   * HcServer:registry:
   *
   * Who is registered, or %NULL for a registry in memory that begins empty
   * each time the server starts.
   */
  properties[PROP_REGISTRY] =
    g_param_spec_object ("registry", NULL, NULL, HC_TYPE_REGISTRY, flags);

  /**
   * HcServer:cookie-secret: (type GBytes)
   *
   * What servers that share a registry share too, so that each accepts the
   * others' cookies: any bytes that nobody else can guess. %NULL for random
   * ones, new each time the server starts. When it changes, cookies made with
   * the last one are good as long as they would have been.
   */
  properties[PROP_COOKIE_SECRET] =
    g_param_spec_boxed ("cookie-secret", NULL, NULL, G_TYPE_BYTES, limit_flags);

  /**
   * HcServer:metrics:
   *
   * Where what the server does can be read over HTTP, for Prometheus, or %NULL
   * for nowhere. It is numbers only, and for anybody who can connect.
   */
  properties[PROP_METRICS] =
    g_param_spec_object ("metrics", NULL, NULL, G_TYPE_INET_SOCKET_ADDRESS, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_server_init (HcServer *self)
{
  self->sockets = g_array_new (FALSE, FALSE, sizeof (int));
}

static void
create_rendezvous (HcServer *self)
{
  g_autoptr (HcRegistry) registry = self->registry != NULL
                                      ? g_object_ref (self->registry)
                                      : hc_memory_registry_new (HC_MEMORY_REGISTRY_MAX_CLIENTS);

  self->guard = hc_guard_new (self->max_requests, self->block_seconds, HC_GUARD_MAX_ADDRESSES);
  self->rendezvous = hc_rendezvous_new (registry, self->guard);
  apply_cookie_secret (self);
}

static void
create_listener (HcServer     *self,
                 GMainContext *context)
{
  create_rendezvous (self);
  if (self->is_udp)
    self->datagram_listener = hc_datagram_listener_new (self->poller, self->rendezvous);
  else
    self->stream_listener = hc_stream_listener_new (context, self->poller, self->rendezvous,
                                                    get_connection_limit (self),
                                                    self->request_timeout * G_TIME_SPAN_SECOND);
  apply_limits (self);
}

static gboolean
try_start (HcServer  *self,
           GError   **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->poller = hc_poller_new (context, error);
  if (self->poller == NULL)
    return FALSE;

  create_listener (self, context);
  if (hc_server_open_ports (self, error) && hc_server_open_metrics (self, error))
    {
      hc_server_log_start (self);
      return TRUE;
    }

  hc_server_stop (self);
  return FALSE;
}

/**
 * hc_server_new:
 * @port: a port, or 0 for any that is free
 * @is_udp: whether to speak UDP instead of TCP
 *
 * Creates a server that listens on every address once it is started.
 *
 * Returns: (transfer full): a server
 */
HcServer *
hc_server_new (guint16  port,
               gboolean is_udp)
{
  return g_object_new (HC_TYPE_SERVER, "port", (guint) port, "udp", is_udp, NULL);
}

static gboolean
is_right_socket (HcServer *self,
                 int       fd)
{
  int type = self->is_udp ? SOCK_DGRAM : SOCK_STREAM;
  int found_type = 0;
  int family = 0;
  socklen_t length = sizeof (int);

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &found_type, &length) == 0 && found_type == type &&
         getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 &&
         (family == AF_INET || family == AF_INET6);
}

/**
 * hc_server_take_socket:
 * @self: a server that isn't started
 * @fd: (transfer full): the descriptor of a socket that is bound, as a service
 *   manager hands it over; it is closed whatever comes of it
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Has the server listen on a socket that somebody else has opened, and on no
 * address of its own.
 *
 * Returns: %TRUE if the socket is of the server's transport
 */
gboolean
hc_server_take_socket (HcServer  *self,
                       int        fd,
                       GError   **error)
{
  g_return_val_if_fail (HC_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->poller == NULL, FALSE);

  if (!is_right_socket (self, fd))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The socket that was handed over is none for %s"),
                   self->is_udp ? "UDP" : "TCP");
      close (fd);
      return FALSE;
    }

  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  g_array_append_val (self->sockets, fd);
  return TRUE;
}

/**
 * hc_server_start:
 * @self: a server that isn't started
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Listens and answers, on the thread-default main context of the caller, from
 * whose thread alone the server may be used until it is stopped.
 *
 * Returns: %TRUE if it listens on every address, else @error says what is
 *   wrong and what to do about it
 */
gboolean
hc_server_start (HcServer  *self,
                 GError   **error)
{
  g_autoptr (GError) failure = NULL;

  g_return_val_if_fail (HC_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->poller == NULL, FALSE);

  /* A port that was free on the first address may be taken on the next. */
  for (guint i = 0; i < HC_SERVER_MAX_ATTEMPTS; i++)
    {
      g_clear_error (&failure);
      if (try_start (self, &failure))
        return TRUE;
      if (self->port != 0 || !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        break;
    }

  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/**
 * hc_server_stop:
 * @self: a server
 *
 * Closes everything that the server has opened. It may be started again.
 */
void
hc_server_stop (HcServer *self)
{
  g_return_if_fail (HC_IS_SERVER (self));

  hc_server_log_stop (self);
  g_clear_pointer (&self->metrics_endpoint, hc_metrics_endpoint_free);
  g_clear_pointer (&self->stream_listener, hc_stream_listener_free);
  g_clear_pointer (&self->datagram_listener, hc_datagram_listener_free);
  self->guard = NULL;
  g_clear_object (&self->rendezvous);
  g_clear_pointer (&self->poller, hc_poller_free);
  self->bound_port = 0;
  self->udp_port = 0;
}

/**
 * hc_server_get_port:
 * @self: a server
 *
 * Gets the port that the server listens on.
 *
 * Returns: 1 to 65535, or 0 if it isn't started
 */
guint16
hc_server_get_port (HcServer *self)
{
  g_return_val_if_fail (HC_IS_SERVER (self), 0);

  return self->bound_port;
}

/**
 * hc_server_get_udp_port:
 * @self: a server
 *
 * Gets the UDP port that the server listens on: in UDP mode its one port, in
 * TCP mode the one for v2 clients.
 *
 * Returns: 1 to 65535, or 0 if it has none or isn't started
 */
guint16
hc_server_get_udp_port (HcServer *self)
{
  g_return_val_if_fail (HC_IS_SERVER (self), 0);

  return self->udp_port;
}

/**
 * hc_server_get_metrics_port:
 * @self: a server
 *
 * Gets the port at which its metrics can be read.
 *
 * Returns: 1 to 65535, or 0 if there is none or the server isn't started
 */
guint16
hc_server_get_metrics_port (HcServer *self)
{
  g_return_val_if_fail (HC_IS_SERVER (self), 0);

  return self->metrics_endpoint != NULL ? hc_metrics_endpoint_get_port (self->metrics_endpoint) : 0;
}
