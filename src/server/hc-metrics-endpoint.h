/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-ip.h"

G_BEGIN_DECLS

typedef struct _HcMetricsEndpoint HcMetricsEndpoint;

/**
 * HcMetricsFunc:
 * @user_data: what was given with the function
 *
 * Writes the metrics, as they are now.
 *
 * Returns: (transfer full): the text
 */
typedef char *(*HcMetricsFunc) (gpointer user_data);

HcMetricsEndpoint *hc_metrics_endpoint_new      (const HcIp         *address,
                                                 guint16             port,
                                                 HcMetricsFunc       func,
                                                 gpointer            user_data,
                                                 GError            **error);
void               hc_metrics_endpoint_free     (HcMetricsEndpoint  *self);
guint16            hc_metrics_endpoint_get_port (HcMetricsEndpoint  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcMetricsEndpoint, hc_metrics_endpoint_free)

G_END_DECLS
