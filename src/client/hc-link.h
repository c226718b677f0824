/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"
#include "hc-transport.h"

G_BEGIN_DECLS

#define HC_TYPE_LINK (hc_link_get_type ())
G_DECLARE_INTERFACE (HcLink, hc_link, HC, LINK, GObject)

/**
 * HcLinkInterface:
 * @send: see hc_link_send()
 * @close: see hc_link_close()
 * @get_transport: see hc_link_get_transport()
 * @dup_remote: see hc_link_dup_remote()
 *
 * What carries packets to one peer and back.
 */
struct _HcLinkInterface
{
  GTypeInterface parent_iface;

  void             (*send)          (HcLink   *self,
                                     HcPacket *packet);
  void             (*close)         (HcLink   *self);
  HcTransport      (*get_transport) (HcLink   *self);
  GSocketAddress * (*dup_remote)    (HcLink   *self);
};

void            hc_link_send          (HcLink       *self,
                                       HcPacket     *packet);
void            hc_link_close         (HcLink       *self);
HcTransport     hc_link_get_transport (HcLink       *self);
GSocketAddress *hc_link_dup_remote    (HcLink       *self);

void            hc_link_emit_received (HcLink       *self,
                                       HcPacket     *packet);
void            hc_link_emit_malformed (HcLink      *self,
                                        const GError *fault);
void            hc_link_emit_sent     (HcLink       *self,
                                       HcPacket     *packet);
void            hc_link_emit_closed   (HcLink       *self,
                                       const GError *error);

G_END_DECLS
