/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-registration.h"

G_BEGIN_DECLS

/**
 * HcReadyQueue:
 * @by_reach: those whom everybody can reach, and those whom only callers on the
 *   server's host can
 *
 * Clients in the order of their turns.
 */
typedef struct
{
  GQueue by_reach[2];
} HcReadyQueue;

/**
 * HcReadyList:
 * @next_turn: the next turn of the ready for the first time, and of those
 *   whose lease ran out
 * @queues: those of each who are ready for anybody
 * @suitors: (nullable): those of each who are ready for one client only, by
 *   that one's ID
 * @length: how many clients there are in all of them
 *
 * The clients that are ready, in the order in which they are handed out.
 * Everything takes the same time however many there are. Zero is an empty list.
 */
typedef struct
{
  gint64 next_turn[2];
  HcReadyQueue queues[2];
  GHashTable *suitors;
  guint length;
} HcReadyList;

void            hc_ready_list_clear     (HcReadyList          *self);
void            hc_ready_list_append    (HcReadyList          *self,
                                         HcRegistration       *registration);
void            hc_ready_list_put_back  (HcReadyList          *self,
                                         HcRegistration       *registration);
void            hc_ready_list_remove    (HcReadyList          *self,
                                         HcRegistration       *registration);
HcRegistration *hc_ready_list_find_next (HcReadyList          *self,
                                         const HcRegistration *caller);

G_END_DECLS
