/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/**
 * HC_IP_STRING_SIZE:
 *
 * How many bytes hc_ip_to_string() may write, with the closing NUL.
 */
#define HC_IP_STRING_SIZE INET6_ADDRSTRLEN

/**
 * HcIp:
 * @in6: the bytes; an IPv4 address is mapped to `::ffff:0:0/96`
 *
 * An IP address in its one normal form, so that equal bytes are equal hosts
 * whatever kind of socket they were seen on.
 */
typedef struct
{
  struct in6_addr in6;
} HcIp;

/**
 * HcSockaddr:
 *
 * A socket's address as the kernel wants it, of either family.
 */
typedef union
{
  struct sockaddr sa;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
} HcSockaddr;

void      hc_ip_init_from_sockaddr (HcIp             *self,
                                    const HcSockaddr *sockaddr);
gboolean  hc_ip_init_from_string   (HcIp             *self,
                                    const char       *text);
socklen_t hc_ip_to_sockaddr        (const HcIp       *self,
                                    guint16           port,
                                    HcSockaddr       *sockaddr);
void      hc_ip_to_string          (const HcIp       *self,
                                    char             *buffer);
gboolean  hc_ip_equal              (const HcIp       *a,
                                    const HcIp       *b);
gboolean  hc_ip_is_ipv4            (const HcIp       *self);
gboolean  hc_ip_is_loopback        (const HcIp       *self);
gboolean  hc_ip_is_unspecified     (const HcIp       *self);
gboolean  hc_ip_is_reachable       (const HcIp       *self);
HcIp      hc_ip_get_network        (const HcIp       *self);
guint16   hc_sockaddr_get_port     (const HcSockaddr *sockaddr);

G_END_DECLS
