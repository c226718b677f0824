/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/**
 * HC_ADDRESS_STRING_SIZE:
 *
 * How many bytes hc_address_to_string() may write, with the closing NUL.
 */
#define HC_ADDRESS_STRING_SIZE INET6_ADDRSTRLEN

/**
 * HcAddress:
 * @in6: the bytes; an IPv4 address is mapped to `::ffff:0:0/96`
 *
 * An IP address in its one normal form, so that equal bytes are equal hosts
 * whatever kind of socket they were seen on.
 */
typedef struct
{
  struct in6_addr in6;
} HcAddress;

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

void      hc_address_init_from_sockaddr (HcAddress        *self,
                                         const HcSockaddr *sockaddr);
gboolean  hc_address_init_from_string   (HcAddress        *self,
                                         const char       *text);
socklen_t hc_address_to_sockaddr        (const HcAddress  *self,
                                         guint16           port,
                                         HcSockaddr       *sockaddr);
void      hc_address_to_string          (const HcAddress  *self,
                                         char             *buffer);
gboolean  hc_address_equal              (const HcAddress  *a,
                                         const HcAddress  *b);
gboolean  hc_address_is_ipv4            (const HcAddress  *self);
gboolean  hc_address_is_loopback        (const HcAddress  *self);
gboolean  hc_address_is_reachable       (const HcAddress  *self);
HcAddress hc_address_get_network        (const HcAddress  *self);
guint16   hc_sockaddr_get_port          (const HcSockaddr *sockaddr);

G_END_DECLS
