/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-link.h"

G_BEGIN_DECLS

/**
 * LinkPair:
 * @links: its two ends
 * @n_received: how many packets have come out of each
 *
 * A reliable link over UDP on the loopback address, both ends of it in this thread.
 */
typedef struct
{
  HcLink *links[2];
  guint n_received[2];
} LinkPair;

LinkPair *link_pair_new     (gboolean  is_encrypted);
void      link_pair_free    (LinkPair *self);
void      link_pair_send    (LinkPair *self,
                             guint     end,
                             guint     n);
void      link_pair_receive (LinkPair *self,
                             guint     end,
                             guint     n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkPair, link_pair_free)

G_END_DECLS
