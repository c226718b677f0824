/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-service.h"

#ifdef HAVE_SYSTEMD

#include <systemd/sd-daemon.h>

/**
 * hc_service_ready:
 * @status: a line for `systemctl status`
 *
 * Tells the service manager, if there is one, that requests are answered.
 * Source: sd_notify(3).
 */
void
hc_service_ready (const char *status)
{
  sd_notifyf (FALSE, "READY=1\nSTATUS=%s", status);
}

/**
 * hc_service_reloading:
 *
 * Tells the service manager that the options are read again, until
 * hc_service_ready().
 */
void
hc_service_reloading (void)
{
  sd_notifyf (FALSE, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
}

/**
 * hc_service_stopping:
 *
 * Tells the service manager that the end has begun.
 */
void
hc_service_stopping (void)
{
  sd_notify (FALSE, "STOPPING=1");
}

static gboolean
on_watchdog (gpointer user_data)
{
  sd_notify (FALSE, "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/**
 * hc_service_watchdog_new:
 *
 * Creates what tells the service manager that the main loop still turns, twice
 * as often as it wants to hear it. Source: sd_watchdog_enabled(3).
 *
 * Returns: (transfer full) (nullable): a source to be attached to the loop, or
 *   %NULL if nobody wants to hear it
 */
GSource *
hc_service_watchdog_new (void)
{
  guint64 interval;
  GSource *source;

  if (sd_watchdog_enabled (FALSE, &interval) <= 0)
    return NULL;

  source = g_timeout_source_new (MAX (interval / 2 / G_TIME_SPAN_MILLISECOND, 1));
  g_source_set_callback (source, on_watchdog, NULL, NULL);
  return source;
}

/**
 * hc_service_take_sockets:
 *
 * Takes the sockets that the service manager has opened for us.
 * Source: sd_listen_fds(3).
 *
 * Returns: (transfer full) (element-type int): their descriptors, possibly none
 */
GArray *
hc_service_take_sockets (void)
{
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (int));
  int n = sd_listen_fds (TRUE);

  for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + n; fd++)
    g_array_append_val (sockets, fd);
  return sockets;
}

#else

void
hc_service_ready (const char *status)
{
}

void
hc_service_reloading (void)
{
}

void
hc_service_stopping (void)
{
}

GSource *
hc_service_watchdog_new (void)
{
  return NULL;
}

GArray *
hc_service_take_sockets (void)
{
  return g_array_new (FALSE, FALSE, sizeof (int));
}

#endif
