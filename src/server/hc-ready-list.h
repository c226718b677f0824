/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registration.h"

G_BEGIN_DECLS

/**
 * HcReadyList:
 * @next_turn: the next turn of the ready for the first time, and of those
 *   whose lease ran out
 * @queues: for each of these, those whom everybody can reach, and those whom
 *   only callers on the server's host can
 *
 * The clients that are ready, in the order in which they are handed out.
 * Everything takes the same time however many there are. Zero is an empty list.
 */
typedef struct
{
  gint64 next_turn[2];
  GQueue queues[2][2];
} HcReadyList;

void            hc_ready_list_append    (HcReadyList          *self,
                                         HcRegistration       *registration);
void            hc_ready_list_put_back  (HcReadyList          *self,
                                         HcRegistration       *registration);
void            hc_ready_list_remove    (HcReadyList          *self,
                                         HcRegistration       *registration);
HcRegistration *hc_ready_list_find_next (HcReadyList          *self,
                                         const HcRegistration *caller);

G_END_DECLS
