/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-metrics-endpoint.h"
#include "hc-bind.h"
#include "hc-metrics-http.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* The linker has told the program where to look for it. */
#define MODULE "libhybridchat-metrics.so"

typedef HcMetricsHttp *(*HttpNew) (int             fd,
                                   HcMetricsFunc   func,
                                   gpointer        user_data,
                                   GError        **error);
typedef void (*HttpFree) (HcMetricsHttp *http);

struct _HcMetricsEndpoint
{
  HttpNew http_new;
  HttpFree http_free;
  HcMetricsHttp *http;
  guint16 port;
};

/* Types can't be registered twice, so what is loaded stays. GModule would be the
 * wrong caller: dlopen(3) looks where its caller's linker was told to. */
static gboolean
load (HcMetricsEndpoint  *self,
      GError            **error)
{
  gpointer module = dlopen (MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

  if (module != NULL)
    {
      self->http_new = (HttpNew) dlsym (module, "hc_metrics_http_new");
      self->http_free = (HttpFree) dlsym (module, "hc_metrics_http_free");
    }
  if (self->http_new != NULL && self->http_free != NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _("this server is without metrics, which take libsoup 3: %s"), dlerror ());
  return FALSE;
}

static gboolean
start (HcMetricsEndpoint  *self,
       const HcIp         *address,
       guint16             port,
       HcMetricsFunc       func,
       gpointer            user_data,
       GError            **error)
{
  int fd;

  if (!load (self, error))
    return FALSE;
  fd = hc_bind (address, port, G_SOCKET_TYPE_STREAM, error);
  if (fd < 0)
    return FALSE;
  self->port = hc_bind_get_port (fd);
  self->http = self->http_new (fd, func, user_data, error);
  return self->http != NULL;
}

/**
 * hc_metrics_endpoint_new:
 * @address: one of this host's addresses
 * @port: a port, or 0 for any that is free
 * @func: (scope forever): writes the metrics
 * @user_data: data for @func
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Lets metrics be read over HTTP, at `/metrics`, on the thread-default main
 * context of the caller. There is nothing else, nothing can be sent, and only a
 * few can be connected: for one more, the oldest makes way.
 *
 *     collector                  server
 *       | GET /metrics             |
 *       |------------------------->|
 *       |              200, a text |
 *       |<-------------------------|
 *
 * Returns: (transfer full): an endpoint, to be freed with
 *   hc_metrics_endpoint_free(), or %NULL with @error set
 */
HcMetricsEndpoint *
hc_metrics_endpoint_new (const HcIp     *address,
                         guint16         port,
                         HcMetricsFunc   func,
                         gpointer        user_data,
                         GError        **error)
{
  g_autoptr (HcMetricsEndpoint) self = g_new0 (HcMetricsEndpoint, 1);

  if (start (self, address, port, func, user_data, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, "--metrics: ");
  return NULL;
}

/**
 * hc_metrics_endpoint_free:
 * @self: an endpoint
 *
 * Closes its socket and its connections and frees the endpoint.
 */
void
hc_metrics_endpoint_free (HcMetricsEndpoint *self)
{
  if (self->http != NULL)
    self->http_free (self->http);
  g_free (self);
}

/**
 * hc_metrics_endpoint_get_port:
 * @self: an endpoint
 *
 * Gets the port where it listens.
 *
 * Returns: 1 to 65535
 */
guint16
hc_metrics_endpoint_get_port (HcMetricsEndpoint *self)
{
  return self->port;
}
