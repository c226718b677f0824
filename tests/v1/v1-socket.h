/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* What the Python programs have in one recv (1024). */
#define V1_CHUNK 1024

/* How a blocking call ended that is neither bytes nor the end of a stream. */
#define V1_STOPPED (-1)
#define V1_TIMED_OUT (-2)
#define V1_BROKEN (-3)

int                v1_socket_open       (gboolean                  udp,
                                         guint16                   port);
guint16            v1_socket_get_port   (int                       fd);
struct sockaddr_in v1_socket_address    (const char               *ip,
                                         guint16                   port);
gboolean           v1_socket_connect    (int                       fd,
                                         const struct sockaddr_in *to);
int                v1_socket_accept     (int                       fd,
                                         int                       stop_fd);
gssize             v1_socket_recv       (int                       fd,
                                         int                       stop_fd,
                                         int                       timeout_ms,
                                         char                     *chunk,
                                         struct sockaddr_in       *from);
void               v1_socket_send       (int                       fd,
                                         const char               *bytes,
                                         gsize                     length,
                                         const struct sockaddr_in *to);

G_END_DECLS
