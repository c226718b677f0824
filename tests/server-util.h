/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-server.h"
#include "wait.h"

G_BEGIN_DECLS

/**
 * Site:
 *
 * The fixture of the server tests: a server in one of its two modes, in this
 * process, on any port of every address.
 */
typedef struct
{
  gboolean udp;
  HcServer *server;
} Site;

/* All of 127.0.0.0/8 is this host on Linux, so clients can have addresses of
 * their own without leaving it. */
#define HERE "127.0.0.1"
#define ELSEWHERE "127.0.0.2"

typedef void (*SiteTest) (Site *site, gconstpointer data);

void      site_add_test     (const char *path,
                             SiteTest    test);
void      site_add_tcp_test (const char *path,
                             SiteTest    test);
void      site_add_udp_test (const char *path,
                             SiteTest    test);
void      site_start        (Site       *site);
void      site_start_server (Site       *site,
                             HcServer   *server);
int       site_connect      (Site       *site,
                             const char *source);
char     *site_ask          (Site       *site,
                             const char *source,
                             const char *request);
void      site_tell         (Site       *site,
                             const char *source,
                             const char *request);
void      site_assert_reply (Site       *site,
                             const char *source,
                             const char *request,
                             const char *reply);
void      site_assert_alive (Site       *site);
void      site_register     (Site       *site,
                             const char *source,
                             const char *id,
                             guint16     port);
char     *site_bridge       (Site       *site,
                             const char *source,
                             const char *id);

int       raw_open          (gboolean    udp,
                             const char *source,
                             const char *target,
                             guint16     port);
void      raw_send          (int         fd,
                             const char *data,
                             gssize      length);
void      raw_end           (int         fd);
void      raw_reset         (int         fd);
char     *raw_read          (int         fd);
gboolean  raw_is_silent     (int         fd);
void      raw_close         (int         fd);

G_END_DECLS
