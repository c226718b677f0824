/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CrowdTally:
 * @n_requests: how many requests were answered, whatever was in it
 * @n_pairs: how often somebody was handed to somebody
 * @n_told: how many who waited for the reply to a BRIDGE were told of their
 *   caller by that
 * @n_twice: how many were handed to two callers within a lease, or to one while
 *   they were callers themselves
 * @n_strangers: how many were handed out who weren't ready, or to themselves
 * @n_returned: how many were handed out again after a lease, since the notice of
 *   their chat was lost with a server
 * @n_unavailable: how many were told that the registry can't be asked
 * @n_forgotten: how many were told to register again
 * @n_broken: how many connections came to nothing
 * @n_odd: how many replies are none that this request can have
 *
 * What has happened in a crowd.
 */
typedef struct
{
  guint n_requests;
  guint n_pairs;
  guint n_told;
  guint n_twice;
  guint n_strangers;
  guint n_returned;
  guint n_unavailable;
  guint n_forgotten;
  guint n_broken;
  guint n_odd;
} CrowdTally;

/**
 * Crowd:
 *
 * Many clients, every other one of v2, who register, bridge, chat for a while
 * and begin anew under another ID. Each request goes to any of several servers.
 * They know of each other what only the servers should decide.
 */
typedef struct _Crowd Crowd;

Crowd            *crowd_new        (guint    n_members,
                                    guint    chat_ms);
void              crowd_free       (Crowd   *self);
void              crowd_add_server (Crowd   *self,
                                    guint16  port);
void              crowd_begin      (Crowd   *self);
void              crowd_mark       (Crowd   *self);
guint             crowd_count_met  (Crowd   *self);
const CrowdTally *crowd_get_tally  (Crowd   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crowd, crowd_free)

G_END_DECLS
